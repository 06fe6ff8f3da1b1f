"""The feed collector, on scripted answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from tests.clock import FakeClock
from tracker.collectors.feed import FeedCollector
from tracker.collectors.feed_memory import FeedMemory, Seen
from tracker.domain.errors import SourceError
from tracker.domain.outcomes import Outcome
from tracker.domain.ports import CollectorKit, Fetched, Validators
from tracker.domain.sources import Cursor, Item, Miss, Precision, Source
from tracker.http import FakeFetcher

FEED = "https://lab.example/feed.xml"
SOURCE = Source("lab", "feed", FEED)
Found = list[Item | Miss | Cursor]


def page_url(number: int) -> str:
    return f"https://lab.example/post/{number}"


def entry(number: int, updated: str = "", content: str = "<p>what the feed says</p>") -> str:
    day = f"2024-07-{number + 1:02d}T10:00:00Z"
    return (
        f"<entry><id>tag:lab.example,2024:{number}</id><title>Post {number}</title><author><name>Ann</name></author>"
        f'<link href="/post/{number}?utm_source=feed"/><published>{day}</published><updated>{updated or day}</updated>'
        f'<content type="html">{content.replace("<", "&lt;")}</content></entry>'
    )


def atom(*entries: str) -> bytes:
    return f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Lab</title>{"".join(entries)}</feed>'.encode()


def feed(body: bytes, etag: str | None = None, media_type: str = "application/atom+xml") -> Fetched:
    validators = Validators(etag, None, sha256(body).hexdigest())
    return Fetched(Outcome.CHANGED, FEED, status=200, body=body, media_type=media_type, validators=validators)


def page(number: int, words: str = "words") -> Fetched:
    body = f"<p>{words}</p>".encode()
    return Fetched(
        Outcome.CHANGED,
        page_url(number),
        status=200,
        body=body,
        media_type="text/html",
        charset="utf-8",
        validators=Validators(None, None, sha256(body).hexdigest()),
    )


def failed(outcome: Outcome, number: int = 1) -> Fetched:
    return Fetched(outcome, page_url(number), detail="why")


class World:
    def __init__(self, *said: Fetched | bytes) -> None:
        self.fetcher = FakeFetcher({FEED: said})
        self.clock = FakeClock(datetime(2024, 8, 1, tzinfo=UTC))
        self.collector = FeedCollector(CollectorKit(self.fetcher, self.clock, cache=""))
        self.cursor: Cursor | None = None
        for number in range(40):
            self.script(number, page(number))

    def script(self, number: int, *said: Fetched) -> None:
        self.fetcher.answer(f"{page_url(number)}?utm_source=feed", *said)

    def poll(self, **options: str | int) -> Found:
        self.fetcher.asked.clear()
        found = list(self.collector.collect(replace(SOURCE, options=options), self.cursor))
        cursors = [one for one in found if isinstance(one, Cursor)]
        self.cursor = cursors[-1] if cursors else self.cursor
        return [one for one in found if not isinstance(one, Cursor)]

    @property
    def pages_asked(self) -> list[str]:
        return [url for url, _ in self.fetcher.asked if url != FEED]


def items(found: Found) -> list[Item]:
    return [one for one in found if isinstance(one, Item)]


def misses(found: Found) -> list[tuple[Outcome, str]]:
    return [(one.outcome, one.document) for one in found if isinstance(one, Miss)]


def test_pages_of_entries_oldest_first() -> None:
    world = World(feed(atom(entry(2), entry(1))))
    one, two = items(world.poll())
    assert (one.document, two.document) == (page_url(1), page_url(2))
    assert one.body == b"<p>words</p>"
    assert (one.title, one.author) == ("Post 1", "Ann")
    assert one.published_at == datetime(2024, 7, 2, 10, 0, tzinfo=UTC)
    assert one.valid_at == one.retrieved_at == world.clock.now()  # nobody saw it before
    assert one.media_type == "text/html; charset=utf-8"


def test_entry_is_fetched_once_until_it_changes() -> None:
    world = World(
        feed(atom(entry(1))), feed(atom(entry(1))), feed(atom(entry(1, updated="2024-07-30T10:00:00Z"), entry(2)))
    )
    assert len(items(world.poll())) == 1
    assert misses(world.poll()) == [(Outcome.UNCHANGED, FEED)]
    assert [item.document for item in items(world.poll())] == [page_url(2), page_url(1)]


def test_feeds_validators_are_kept_when_all_is_done() -> None:
    world = World(feed(atom(entry(1)), etag='"f"'), Fetched(Outcome.NOT_MODIFIED, FEED, status=304))
    world.poll()
    assert misses(world.poll()) == [(Outcome.NOT_MODIFIED, FEED)]
    ((_, validators),) = world.fetcher.asked
    assert validators is not None
    assert validators.etag == '"f"'


def test_only_so_many_pages_a_poll_newest_first_and_the_rest_is_not_forgotten() -> None:
    body = atom(*(entry(number) for number in range(5)))
    world = World(feed(body, etag='"f"'))
    assert [item.document for item in items(world.poll(pages=2))] == [page_url(3), page_url(4)]
    assert [item.document for item in items(world.poll(pages=2))] == [page_url(1), page_url(2)]
    assert world.fetcher.asked[0][1] == Validators(sha256=sha256(body).hexdigest())  # no 304 may hide the rest
    assert [item.document for item in items(world.poll(pages=2))] == [page_url(0)]


def test_old_entries_of_a_long_feed_are_left_alone() -> None:
    world = World(feed(atom(*(entry(number) for number in range(20)))))
    assert [item.document for item in items(world.poll(entries=2))] == [page_url(18), page_url(19)]
    assert misses(world.poll(entries=2)) == [(Outcome.UNCHANGED, FEED)]


def test_cursor_goes_with_every_page() -> None:
    world = World(feed(atom(entry(2), entry(1))))
    stream = world.collector.collect(SOURCE, None)
    assert isinstance(next(stream), Item)
    cursor = next(stream)
    assert isinstance(cursor, Cursor)
    stream.close()  # the run is broken off here
    world.cursor = cursor
    assert [item.document for item in items(world.poll())] == [page_url(2)]


def test_entry_stands_in_for_a_page_that_cannot_be_fetched() -> None:
    world = World(feed(atom(entry(1))))
    world.script(1, failed(Outcome.HTTP_ERROR), page(1))
    found = world.poll()
    assert misses(found) == [(Outcome.HTTP_ERROR, page_url(1))]
    (item,) = items(found)
    assert item.document == page_url(1)
    assert item.body == b"<p>what the feed says</p>"
    assert item.media_type == "text/html; charset=utf-8"
    assert item.valid_at == datetime(2024, 7, 2, 10, 0, tzinfo=UTC)
    assert item.context == "Post 1"
    (fetched,) = items(world.poll())
    assert fetched.body == b"<p>words</p>"


@pytest.mark.parametrize(
    ("outcome", "tries"),
    [(Outcome.HTTP_ERROR, 4), (Outcome.CHALLENGE, 4), (Outcome.GONE, 1), (Outcome.ROBOTS_DISALLOWED, 1)],
)
def test_page_is_tried_again_while_that_makes_sense(outcome: Outcome, tries: int) -> None:
    world = World(feed(atom(entry(1)), etag='"f"'))
    world.script(1, failed(outcome))
    found = [one for _ in range(8) for one in world.poll()]
    assert misses(found).count((outcome, page_url(1))) == tries
    assert len(items(found)) == 1
    assert world.cursor is not None
    assert world.cursor.values["etag"] == '"f"'


def test_changed_entry_never_replaces_a_page_by_an_excerpt() -> None:
    world = World(feed(atom(entry(1))), feed(atom(entry(1, updated="2024-07-30T10:00:00Z"))))
    world.script(1, page(1), failed(Outcome.HTTP_ERROR))
    world.poll()
    assert not items(world.poll())


def test_host_that_asks_for_a_pause_is_left_alone() -> None:
    world = World(feed(atom(*(entry(number) for number in range(5)))))
    for number in range(5):
        world.script(number, failed(Outcome.RATE_LIMITED, number), page(number))
    assert misses(world.poll()) == [(Outcome.RATE_LIMITED, page_url(0))]
    assert len(world.pages_asked) == 1


def test_recent_pages_are_looked_at_again_once_a_day() -> None:
    world = World(feed(atom(entry(1)), etag='"f"'))
    world.script(1, page(1), page(1, "corrected words"))
    world.poll()
    world.clock.turn(3600)
    world.poll()
    assert not world.pages_asked
    world.clock.turn(86_400)
    (item,) = items(world.poll())
    assert item.body == b"<p>corrected words</p>"
    world.clock.turn(30 * 86_400)
    world.poll()
    assert not world.pages_asked


def test_follow_content_reads_the_entries_only() -> None:
    world = World(feed(atom(entry(2), entry(1))))
    found = items(world.poll(follow="content"))
    assert [item.valid_at.day for item in found] == [2, 3]
    assert not world.pages_asked
    assert misses(world.poll(follow="content")) == [(Outcome.UNCHANGED, FEED)]


def test_content_dated_in_the_future_is_valid_from_now() -> None:
    world = World(feed(atom(entry(1, updated="2031-01-01T00:00:00Z"))))
    (item,) = items(world.poll(follow="content"))
    assert item.valid_at == world.clock.now()


def test_moved_page_takes_its_new_address() -> None:
    world = World(feed(atom(entry(1))))
    world.script(1, replace(page(1), url="https://lab.example/new/1", moved_to="https://lab.example/new/1"))
    (item,) = items(world.poll())
    assert item.document == "https://lab.example/new/1"


def json_feed(*entries: dict[str, object]) -> bytes:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Lab", "items": entries}).encode()


def test_json_feed() -> None:
    body = json_feed(
        {
            "id": 7,
            "url": "post/1?utm_source=feed",
            "title": "Post\n1",
            "content_html": "<p>x</p>",
            "date_published": "2024-07-23",
            "authors": [{"name": "Ann"}],
        },
        {
            "id": "b",
            "content_text": "Just text.",
            "date_modified": "2024-07-24T10:00:00+02:00",
            "author": {"name": "Bo"},
        },
        {"title": "neither id nor link"},
    )
    text, linked = items(World(feed(body, media_type="application/feed+json")).poll(follow="content"))[::-1]
    assert (text.document, text.media_type) == (f"{FEED}#b", "text/plain; charset=utf-8")
    assert (text.author, text.valid_at) == ("Bo", datetime(2024, 7, 24, 8, 0, tzinfo=UTC))
    assert (linked.document, linked.title, linked.author) == (page_url(1), "Post 1", "Ann")
    assert linked.precision is Precision.DAY


@pytest.mark.parametrize(
    "body",
    [
        b"<html><body>not a feed</body></html>",
        b"",
        b"{",
        b'{"version": 3, "items": []}',
        b'{"version": "https://jsonfeed.org/version/1", "items": {}}',
        b"[" * 100_000,
        b'{"version": "https://jsonfeed.org/version/1", "items": [], "x": NaN}',
        b'<?xml version="1.0"?><!DOCTYPE f [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><f>&b;</f>',
    ],
)
def test_body_that_is_no_feed(body: bytes) -> None:
    found = World(feed(body, media_type="application/xml")).poll()
    assert misses(found) == [(Outcome.PARSE_FAILED, FEED)]


def test_body_equal_to_a_path_opens_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_bytes(atom(entry(1)))
    for body in (str(secret).encode(), secret.as_uri().encode(), b"http://127.0.0.1:9/feed.xml"):
        assert misses(World(feed(body)).poll()) == [(Outcome.PARSE_FAILED, FEED)]


def test_external_entities_are_not_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("canary")
    body = atom(entry(1, content="&x;")).replace(
        b"<feed", f'<!DOCTYPE feed [<!ENTITY x SYSTEM "{secret.as_uri()}">]><feed'.encode()
    )
    found = World(feed(body)).poll(follow="content")
    assert all(b"canary" not in item.body for item in items(found))


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "ftp://lab.example/1", "http://[::1", "", "mailto:ann@lab.example"]
)
def test_entry_whose_link_is_no_web_address_is_read_from_the_feed(link: str) -> None:
    body = atom(entry(1)).replace(b"/post/1?utm_source=feed", link.encode())
    world = World(feed(body))
    (item,) = items(world.poll())
    assert item.body == b"<p>what the feed says</p>"
    assert not world.pages_asked


RSS = b"""<rss version="2.0"><channel><title>Lab</title><item><title>Post 1</title><guid>1</guid>
<link>https://lab.example/post/1?utm_source=feed</link><pubDate>Tue, 02 Jul 2024 10:00:00 GMT</pubDate>
<description>short</description></item></channel></rss>"""


def test_rss() -> None:
    (item,) = items(World(feed(RSS, media_type="application/rss+xml")).poll())
    assert (item.document, item.published_at) == (page_url(1), datetime(2024, 7, 2, 10, 0, tzinfo=UTC))


@pytest.mark.parametrize("outcome", [Outcome.HTTP_ERROR, Outcome.CHALLENGE, Outcome.GONE, Outcome.RATE_LIMITED])
def test_feed_that_cannot_be_fetched(outcome: Outcome) -> None:
    world = World(Fetched(outcome, FEED))
    assert misses(world.poll()) == [(outcome, FEED)]
    assert world.cursor is None


def damage(change: Callable[[dict[str, str]], None]) -> Cursor:
    values = {"feed": FEED, "polls": "1", "entries": "{}", "etag": '"f"'}
    change(values)
    return Cursor(values)


@pytest.mark.parametrize(
    "change",
    [
        lambda values: values.update(entries="[1"),
        lambda values: values.update(entries="[]"),
        lambda values: values.update(entries='{"a": 1}'),
        lambda values: values.update(polls="x"),
        lambda values: values.update(feed="https://lab.example/old.xml"),
    ],
)
def test_damaged_or_foreign_cursor_starts_anew(change: Callable[[dict[str, str]], None]) -> None:
    world = World(feed(atom(entry(1))))
    world.cursor = damage(change)
    assert len(items(world.poll())) == 1
    assert world.fetcher.asked[0][1] == Validators()


def test_memory_is_bounded_and_forgets_the_oldest() -> None:
    memory = FeedMemory(FEED)
    for number in range(1500):
        memory.note(str(number), Seen(stamp="s"))
    memory.keep(["0", "never met"])
    again = FeedMemory.of(memory.cursor(), FEED)
    assert len(again.entries) == 1000
    assert again.seen("0").stamp == again.seen("1499").stamp == "s"
    assert again.seen("1").stamp == again.seen("never met").stamp == ""


@pytest.mark.parametrize("options", [{"follow": "all"}, {"pages": 0}, {"entries": "many"}, {"page": 3}])
def test_wrong_option_is_named(options: dict[str, str | int]) -> None:
    with pytest.raises(SourceError, match="source lab: option"):
        World(feed(atom(entry(1)))).poll(**options)
