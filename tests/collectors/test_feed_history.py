"""A whole feed: its older documents, its pages, and where a walk goes on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.clock import FakeClock
from tracker.collectors.feed import FeedCollector
from tracker.domain.outcomes import Outcome
from tracker.domain.ports import CollectorKit, Fetched, Listed
from tracker.domain.sources import Cursor, Item, Miss, Source
from tracker.http import FakeFetcher

FEED = "https://lab.example/feed"
SOURCE = Source("lab-history", "feed", FEED, options={"history": True})


def page_url(number: int) -> str:
    return f"https://lab.example/post-{number}"


def document(numbers: Sequence[int], older: str = "", rel: str = "prev-archive", updated: str = "") -> Fetched:
    """An Atom document with these posts, newest first; post n was published on day n of July 2024."""
    entries = "".join(
        f"<entry><id>urn:{n}</id><title>Post {n}</title><link href='{page_url(n)}'/>"
        f"<published>2024-07-{n:02}T10:00:00Z</published>"
        f"<updated>{updated or f'2024-07-{n:02}T10:00:00Z'}</updated>"
        f"<content type='html'>&lt;p&gt;says {n}&lt;/p&gt;</content></entry>"
        for n in numbers
    )
    link = f"<link rel='{rel}' href='{older}'/>" if older else ""
    body = f"<feed xmlns='http://www.w3.org/2005/Atom'><title>Lab</title><id>urn:f</id>{link}{entries}</feed>"
    return Fetched(Outcome.CHANGED, FEED, status=200, body=body.encode(), media_type="application/atom+xml")


class World:
    def __init__(self) -> None:
        self.fetcher = FakeFetcher({page_url(n): f"<p>page {n}</p>".encode() for n in range(1, 30)})
        self.clock = FakeClock(datetime(2024, 8, 1, tzinfo=UTC))
        self.collector = FeedCollector(CollectorKit(self.fetcher, self.clock, cache=""))
        self.cursor: Cursor | None = None

    def archives(self, rel: str = "prev-archive") -> None:
        """Six posts in three documents."""
        self.fetcher.answer(FEED, document([6, 5], "/feed/2", rel))
        self.fetcher.answer("https://lab.example/feed/2", document([4, 3], "/feed/1", rel))
        self.fetcher.answer("https://lab.example/feed/1", document([2, 1]))

    def read(self, **options: str) -> list[Item | Miss]:
        self.fetcher.asked.clear()
        found = list(self.collector.collect(self.source(**options), self.cursor))
        self.cursor = next((one for one in reversed(found) if isinstance(one, Cursor)), self.cursor)
        return [one for one in found if not isinstance(one, Cursor)]

    def source(self, **options: str) -> Source:
        return replace(SOURCE, options={**SOURCE.options, **options})

    @property
    def asked(self) -> list[str]:
        return [url.removeprefix("https://lab.example") for url, _ in self.fetcher.asked]


@pytest.fixture
def world() -> World:
    return World()


def bodies(found: Sequence[Item | Miss]) -> list[bytes]:
    return [one.body for one in found if isinstance(one, Item)]


@pytest.mark.parametrize("rel", ["prev-archive", "next"])
def test_older_documents_are_followed(world: World, rel: str) -> None:
    world.archives(rel)
    found = world.read()
    assert bodies(found) == [f"<p>page {n}</p>".encode() for n in (5, 6, 3, 4, 1, 2)]
    assert world.asked == [
        "/feed", "/post-5", "/post-6", "/feed/2", "/post-3", "/post-4", "/feed/1", "/post-1", "/post-2"
    ]  # fmt: skip


def test_an_archive_goes_before_a_next_page(world: World) -> None:
    fetched = document([2], "/feed/archive")
    body = fetched.body.replace(b"<title>Lab", b"<link rel='next' href='/feed/page2'/><title>Lab")
    world.fetcher.answer(FEED, replace(fetched, body=body))
    world.fetcher.answer("https://lab.example/feed/archive", document([1]))
    assert len(world.read()) == 2


def test_json_feeds_have_pages_too(world: World) -> None:
    def feed(number: int, **more: str) -> Fetched:
        items = [{"id": str(number), "url": page_url(number), "date_published": f"2024-07-0{number}T10:00:00Z"}]
        body = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items, **more}).encode()
        return Fetched(Outcome.CHANGED, FEED, status=200, body=body, media_type="application/feed+json")

    world.fetcher.answer(FEED, feed(2, next_url="/feed/2"))
    world.fetcher.answer("https://lab.example/feed/2", feed(1))
    assert bodies(world.read()) == [b"<p>page 2</p>", b"<p>page 1</p>"]


def test_entries_alone_are_valid_when_the_feed_says(world: World) -> None:
    world.archives()
    found = world.read(follow="content")
    assert bodies(found) == [f"<p>says {n}</p>".encode() for n in (5, 6, 3, 4, 1, 2)]
    assert isinstance(found[0], Item)
    assert found[0].valid_at == datetime(2024, 7, 5, 10, tzinfo=UTC)
    assert found[0].document == page_url(5)
    assert world.asked == ["/feed", "/feed/2", "/feed/1"]


def test_a_second_walk_looks_at_the_newest_document_only(world: World) -> None:
    world.archives()
    world.read()
    assert world.read() == []
    assert world.asked == ["/feed"]


def test_a_second_walk_reads_what_is_new_and_what_changed(world: World) -> None:
    world.archives()
    world.read()
    world.fetcher.answer(FEED, document([8, 7], "/feed/next", "next"))
    world.fetcher.answer("https://lab.example/feed/next", document([6, 5], "/feed/2", updated="2024-07-30T10:00:00Z"))
    assert bodies(world.read()) == [f"<p>page {n}</p>".encode() for n in (7, 8, 5, 6)]
    assert world.asked[-1] == "/feed/2"


@pytest.mark.parametrize("broken_off", range(1, 11))
def test_a_walk_that_is_broken_off_goes_on_and_skips_nothing(world: World, broken_off: int) -> None:
    world.archives()
    stream = world.collector.collect(SOURCE, None)
    seen = [next(stream) for _ in range(broken_off)]
    stream.close()
    cursors = [at for at, one in enumerate(seen) if isinstance(one, Cursor)]
    kept = seen[: cursors[-1]] if cursors else []
    world.cursor = seen[cursors[-1]] if cursors else None  # type: ignore[assignment]
    before = [one for one in kept if isinstance(one, Item)]
    after = world.read()
    assert sorted(bodies([*before, *after])) == [f"<p>page {n}</p>".encode() for n in range(1, 7)]


def test_a_page_that_fails_for_now_is_read_the_next_time(world: World) -> None:
    world.archives()
    down = Fetched(Outcome.HTTP_ERROR, page_url(3), status=503, detail="HTTP 503")
    world.fetcher.answer(page_url(3), *[down] * 4, b"<p>page 3</p>")
    found = world.read()
    assert bodies(found)[2] == b"<p>says 3</p>"  # the entry stands in
    assert [one.outcome for one in found if isinstance(one, Miss)] == [Outcome.HTTP_ERROR]
    assert bodies(world.read()) == [b"<p>page 3</p>"]
    assert world.read() == []
    assert world.asked == ["/feed"]


def test_a_page_that_is_gone_is_not_asked_for_again(world: World) -> None:
    world.archives()
    world.fetcher.answer(page_url(3), Fetched(Outcome.GONE, page_url(3), status=404))
    assert len(world.read()) == 7
    assert world.read() == []


def test_a_host_that_asks_for_a_long_pause_ends_the_walk(world: World) -> None:
    world.archives()
    limited = Fetched(Outcome.RATE_LIMITED, page_url(3), status=429, retry_after_seconds=7200)
    world.fetcher.answer(page_url(3), limited, b"<p>page 3</p>")
    assert bodies(world.read()) == [b"<p>page 5</p>", b"<p>page 6</p>"]
    assert bodies(world.read()) == [f"<p>page {n}</p>".encode() for n in (3, 4, 1, 2)]


def test_since_ends_the_walk_early(world: World) -> None:
    world.archives()
    assert bodies(world.read(since="2024-07-06")) == [b"<p>page 6</p>"]
    assert world.asked == ["/feed", "/post-6", "/feed/2"]


def test_documents_in_a_circle_end(world: World) -> None:
    world.fetcher.answer(FEED, document([2], "/feed/1"))
    world.fetcher.answer("https://lab.example/feed/1", document([1], "/feed"))
    assert len(world.read()) == 2


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Fetched(Outcome.GONE, FEED, status=404, detail="HTTP 404"), Outcome.GONE),
        (
            Fetched(Outcome.CHANGED, FEED, status=200, body=b"<html></html>", media_type="text/html"),
            Outcome.PARSE_FAILED,
        ),
    ],
)
def test_an_older_document_that_cannot_be_read_is_tried_again_from_there(
    world: World, answer: Fetched, outcome: Outcome
) -> None:
    world.archives()
    world.fetcher.answer("https://lab.example/feed/2", answer, document([4, 3]))
    found = world.read()
    assert [one.outcome for one in found] == [Outcome.CHANGED, Outcome.CHANGED, outcome]
    assert bodies(world.read()) == [b"<p>page 3</p>", b"<p>page 4</p>"]
    assert world.asked[0] == "/feed/2"


def test_survey_reads_documents_only(world: World) -> None:
    world.archives()
    listed = list(world.collector.survey(SOURCE, None))
    assert listed[0] == Listed(page_url(5), datetime(2024, 7, 5, 10, tzinfo=UTC), None)
    assert len(listed) == 6
    assert world.asked == ["/feed", "/feed/2", "/feed/1"]
    sizes = [
        one.size for one in world.collector.survey(world.source(follow="content"), None) if isinstance(one, Listed)
    ]
    assert sizes == [len(b"<p>says 5</p>")] * 6
