"""The reddit collector: the real PRAW against a Reddit on loopback, and the public feed without credentials."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.clock import FakeClock
from tests.collectors.fake_reddit import FakeReddit
from tests.loopback import Answer, Loopback, loopback
from tracker.collectors.reddit import RedditCollector
from tracker.collectors.reddit_api import carries_table
from tracker.domain.errors import SourceError
from tracker.domain.outcomes import Outcome
from tracker.domain.ports import CollectorKit, Fetched
from tracker.domain.sources import Authority, Cursor, DocumentState, Item, Miss, Source
from tracker.http import FakeFetcher

SOURCE = Source("leaks", "reddit", "https://www.reddit.com/r/LocalLLaMA/")
TABLE = "| Model | MMLU |\n|---|---:|\n| Toy 1B | 40.1 |"
DAY = 86_400
Found = list[Item | Miss | Cursor]


class World:
    def __init__(self, server: Loopback) -> None:
        self.reddit = FakeReddit(server)
        self.clock = FakeClock()
        self.fetcher = FakeFetcher({})
        self.kit = CollectorKit(self.fetcher, self.clock, "", self.reddit.credentials, "scoretrail/0.1 (test)")
        self.cursor: Cursor | None = None

    @property
    def now(self) -> int:
        return int(self.clock.now().timestamp())

    def poll(self, **options: int | bool) -> Found:
        found = list(RedditCollector(self.kit).collect(replace(SOURCE, options=options), self.cursor))
        self.cursor = next((one for one in reversed(found) if isinstance(one, Cursor)), self.cursor)
        self.clock.turn(60)
        return [one for one in found if not isinstance(one, Cursor)]


@pytest.fixture
def world() -> Iterator[World]:
    with loopback() as server:
        yield World(server)


def items(found: Found) -> list[Item]:
    return [one for one in found if isinstance(one, Item)]


def miss(found: Found) -> Miss:
    (one,) = [one for one in found if isinstance(one, Miss)]
    return one


def test_posts_oldest_first_once(world: World) -> None:
    world.reddit.post("aaa", world.now - 500, "MMLU < 50 & rising")
    world.reddit.post("bbb", world.now - 400, "more")
    first, second = items(world.poll())
    assert (first.document, second.document) == ("reddit:t3_aaa", "reddit:t3_bbb")
    assert first.body == b"MMLU < 50 & rising"
    assert (first.title, first.author, first.source) == ("About aaa", "someone", "leaks")
    assert first.valid_at == first.published_at == datetime.fromtimestamp(world.now - 560, UTC)
    again = world.poll()
    assert miss(again).outcome is Outcome.UNCHANGED
    assert not items(again)


def test_edit_is_valid_from_its_own_time(world: World) -> None:
    post = world.reddit.post("aaa", world.now - 500, "MMLU 40.1")
    world.poll()
    post.update(selftext="MMLU 41.1", edited=float(world.now - 10))
    (item,) = items(world.poll())
    assert item.body == b"MMLU 41.1"
    assert item.valid_at == datetime.fromtimestamp(world.now - 70, UTC)


def test_edit_that_reddit_does_not_mark_is_valid_from_when_it_was_seen(world: World) -> None:
    post = world.reddit.post("aaa", world.now - 90, "MMLU 40.1")
    world.poll()
    post.update(selftext="MMLU 41.1")
    (item,) = items(world.poll())
    assert item.valid_at == item.retrieved_at


def test_edit_of_a_post_that_left_the_listing(world: World) -> None:
    post = world.reddit.post("aaa", world.now - 500, "MMLU 40.1")
    world.poll()
    world.reddit.unlisted.add("aaa")
    post.update(selftext="MMLU 41.1", edited=float(world.now))
    assert [item.body for item in items(world.poll())] == [b"MMLU 41.1"]
    world.clock.turn(8 * DAY)
    post.update(selftext="MMLU 42.1", edited=float(world.now))
    assert not items(world.poll())


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({"selftext": "[deleted]", "author": "[deleted]", "removed_by_category": "deleted"}, DocumentState.DELETED),
        ({"selftext": "[removed]", "removed_by_category": "moderator"}, DocumentState.REMOVED),
    ],
)
def test_deletion_and_removal_are_states_told_once(world: World, change: dict[str, str], state: DocumentState) -> None:
    post = world.reddit.post("aaa", world.now - 500, TABLE)
    world.poll()
    post.update(change)
    (item,) = items(world.poll())
    assert (item.state, item.body, item.valid_at) == (state, b"", item.retrieved_at)
    assert not items(world.poll())


def test_comments_of_a_post_with_a_table(world: World) -> None:
    post = world.reddit.post("aaa", world.now - 500, TABLE)
    world.reddit.comment("c1", post, world.now - 300, "I get 39.8 on MMLU")
    world.reddit.comment("c2", post, world.now - 200, "[deleted]", author="[deleted]")
    world.reddit.comment("c3", world.reddit.post("bbb", world.now - 400, "no table"), world.now - 300, "chat")
    found = items(world.poll())
    assert [item.document for item in found] == ["reddit:t3_aaa", "reddit:t3_bbb", "reddit:t1_c1"]
    assert found[-1].context == "About aaa"
    assert "/comments/bbb/" not in world.reddit.asked()
    world.poll()
    assert world.reddit.asked().count("/comments/aaa/") == 1
    world.reddit.comment("c4", post, world.now, "and 40.0 with CoT")
    assert [item.document for item in items(world.poll())] == ["reddit:t1_c4"]


def test_comment_with_a_table_wherever_it_stands(world: World) -> None:
    post = world.reddit.post("bbb", world.now - 400, "no table")
    comment = world.reddit.comment("c1", post, world.now - 300, TABLE)
    world.reddit.comment("c2", post, world.now - 300, "no table either")
    assert [item.document for item in items(world.poll())] == ["reddit:t3_bbb", "reddit:t1_c1"]
    comment.update(body=TABLE.replace("40.1", "41.1"), edited=float(world.now))
    assert [item.document for item in items(world.poll())] == ["reddit:t1_c1"]
    comment.update(body="[removed]")
    assert [item.state for item in items(world.poll())] == [DocumentState.REMOVED]


def test_comments_can_be_left_out(world: World) -> None:
    world.reddit.comment("c1", world.reddit.post("aaa", world.now - 500, TABLE), world.now, TABLE)
    assert len(items(world.poll(comments=False))) == 1
    assert world.reddit.asked() == ["/r/LocalLLaMA/new"]


def test_used_up_window_ends_the_poll_and_keeps_what_was_read(world: World) -> None:
    world.reddit.post("aaa", world.now - 500, TABLE)
    world.reddit.limits = {"x-ratelimit-remaining": "0.0", "x-ratelimit-used": "600", "x-ratelimit-reset": "120"}
    # The token's answer says so already; without these headers there, the listing would be the first to.
    world.reddit.server.answer(
        "/api/v1/access_token",
        Answer('{"access_token": "token", "expires_in": 86400, "scope": "*"}', media_type="application/json"),
    )
    found = world.poll(comments=True)
    assert len(items(found)) == 1
    said = miss(found)
    assert (said.outcome, said.retry_after_seconds) == (Outcome.RATE_LIMITED, 120)
    assert world.reddit.asked() == ["/r/LocalLLaMA/new"]


@pytest.mark.parametrize(("value", "wait"), [("77", 77), ("99999999999", DAY), ("-3", 1)])
def test_429(world: World, value: str, wait: float) -> None:
    world.reddit.server.answer("/r/LocalLLaMA/new", Answer("{}", status=429, headers={"Retry-After": value}))
    said = miss(world.poll())
    assert (said.outcome, said.retry_after_seconds) == (Outcome.RATE_LIMITED, wait)


@pytest.mark.parametrize(
    "headers",
    [
        {"x-ratelimit-remaining": "many", "x-ratelimit-used": "1", "x-ratelimit-reset": "1"},
        {"x-ratelimit-remaining": "5", "x-ratelimit-used": "none", "x-ratelimit-reset": "1"},
        {"x-ratelimit-remaining": "5", "x-ratelimit-used": "1", "x-ratelimit-reset": "soon"},
    ],
)
def test_limits_that_cannot_be_read_are_taken_for_the_worst(world: World, headers: dict[str, str]) -> None:
    world.reddit.limits = headers
    said = miss(world.poll())
    assert (said.outcome, said.retry_after_seconds) == (Outcome.RATE_LIMITED, 300)


@pytest.mark.parametrize(
    ("status", "outcome", "words"),
    [
        (401, Outcome.HTTP_ERROR, "credentials"),  # takes seconds: prawcore asks for a new token twice
        (403, Outcome.HTTP_ERROR, "forbids"),
        (404, Outcome.GONE, "no such subreddit"),
        (451, Outcome.HTTP_ERROR, "cannot be read"),
        (200, Outcome.UNDECODABLE, "not JSON"),
    ],
)
def test_refusals(world: World, status: int, outcome: Outcome, words: str) -> None:
    world.reddit.server.answer("/r/LocalLLaMA/new", Answer("<html>", status=status, headers=world.reddit.limits))
    said = miss(world.poll())
    assert said.outcome is outcome
    assert words in said.detail
    assert said.document == "reddit:r/LocalLLaMA"


def test_subreddit_that_does_not_exist_redirects_to_a_search(world: World) -> None:
    world.reddit.server.answer(
        "/r/LocalLLaMA/new", Answer(status=302, headers={**world.reddit.limits, "Location": "/subreddits/search"})
    )
    assert miss(world.poll()).outcome is Outcome.GONE


def test_wrong_credentials_are_named_and_not_shown(world: World) -> None:
    world.reddit.server.answer("/api/v1/access_token", Answer("{}", status=401, media_type="application/json"))
    said = miss(world.poll())
    assert "reddit.client_id" in said.detail
    assert "canary" not in said.detail


def test_credentials_follow_no_redirect(world: World) -> None:
    with loopback() as thief:
        thief.answer("/steal", "{}")
        world.reddit.server.answer(
            "/api/v1/access_token", Answer(status=307, headers={"Location": thief.url("/steal")})
        )
        assert miss(world.poll()).outcome is Outcome.HTTP_ERROR
        assert not thief.asked


def test_ini_file_and_environment_decide_nothing(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with loopback() as thief:
        for place in (tmp_path, tmp_path / ".config"):
            place.mkdir(exist_ok=True)
            (place / "praw.ini").write_text(
                f"[DEFAULT]\noauth_url={thief.url()}\nreddit_url={thief.url()}\nusername=x\npassword=y\n[other]\n"
            )
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
        monkeypatch.setenv("praw_site", "other")
        monkeypatch.setenv("praw_refresh_token", "planted")
        monkeypatch.setenv("http_proxy", thief.url())
        world.reddit.post("aaa", world.now - 500, "words")
        assert len(items(world.poll())) == 1
        assert not thief.asked


def test_run_that_is_broken_off_ends_its_thread(world: World) -> None:
    for number in range(90):
        world.reddit.post(f"p{number}", world.now - 500 + number, "words")
    stream = RedditCollector(world.kit).collect(SOURCE, None)
    assert isinstance(next(stream), Item)
    stream.close()  # type: ignore[attr-defined]  # waits for the thread
    assert world.reddit.asked() == ["/r/LocalLLaMA/new"]


@pytest.mark.parametrize("address", ["https://example.org/", "r/", "/r/a b", "https://www.reddit.com/user/x/y"])
def test_address_that_is_no_subreddit(world: World, address: str) -> None:
    with pytest.raises(SourceError, match="not a subreddit"):
        list(RedditCollector(world.kit).collect(replace(SOURCE, address=address), None))


@pytest.mark.parametrize("address", ["r/LocalLLaMA", "LocalLLaMA", "https://old.reddit.com/r/LocalLLaMA"])
def test_ways_to_write_a_subreddit(world: World, address: str) -> None:
    list(RedditCollector(world.kit).collect(replace(SOURCE, address=address), None))
    assert world.reddit.asked()[0] == "/r/LocalLLaMA/new"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TABLE, True),
        ("Model | MMLU\n--|--\nToy | 1", True),
        ("a | b\n:-: | :-:\n1 | 2", True),
        ("either | or", False),
        ("a --- b | c", False),
        ("---\nrule | pipe", False),
        ("|" * 50_000, False),
        ("|\n" + "-" * 50_000, False),
        ("", False),
    ],
)
def test_carries_table(text: str, *, expected: bool) -> None:
    assert carries_table(text) is expected


FEED_URL = "https://www.reddit.com/r/LocalLLaMA/new/.rss?limit=100"


def atom(text: str) -> Fetched:
    body = f"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><id>/r/LocalLLaMA/new/.rss</id><entry>
<author><name>/u/someone</name></author><content type="html">{text}</content><id>t3_aaa</id>
<link href="https://www.reddit.com/r/LocalLLaMA/comments/aaa/about/"/><updated>2024-07-22T04:00:00+00:00</updated>
<published>2024-07-22T04:00:00+00:00</published><title>About aaa</title></entry>
<entry><id>t5_x</id><title>not a post</title><updated>2024-07-22T04:00:00+00:00</updated></entry></feed>"""
    return Fetched(Outcome.CHANGED, FEED_URL, status=200, body=body.encode(), media_type="application/atom+xml")


def test_public_feed_without_credentials(world: World) -> None:
    world.kit = replace(world.kit, credentials={})
    world.fetcher.answer(FEED_URL, atom("&lt;p&gt;MMLU 40.1"), atom("&lt;p&gt;MMLU 40.1"), atom("&lt;p&gt;MMLU 41.1"))
    (item,) = items(world.poll())
    assert (item.document, item.body) == ("reddit:t3_aaa", b"<p>MMLU 40.1")
    assert (item.author, item.title, item.authority) == ("someone", "About aaa", Authority.FETCHED)
    assert item.valid_at == datetime(2024, 7, 22, 4, 0, tzinfo=UTC)
    assert miss(world.poll()).outcome is Outcome.UNCHANGED
    (edited,) = items(world.poll())
    assert edited.valid_at == edited.retrieved_at
    assert not world.reddit.asked()


@pytest.mark.parametrize("outcome", [Outcome.ROBOTS_DISALLOWED, Outcome.CHALLENGE, Outcome.RATE_LIMITED])
def test_refused_public_feed_says_that_credentials_would_help(world: World, outcome: Outcome) -> None:
    world.kit = replace(world.kit, credentials={"reddit_client_id": "only one of two"})
    world.fetcher.answer(FEED_URL, Fetched(outcome, FEED_URL, detail="refused"))
    said = miss(world.poll())
    assert said.outcome is outcome
    assert said.detail.startswith("refused; there are no credentials")


def test_public_feed_that_is_none(world: World) -> None:
    world.kit = replace(world.kit, credentials={})
    world.fetcher.answer(FEED_URL, b"<html>blocked</html>")
    assert miss(world.poll()).outcome is Outcome.PARSE_FAILED


@pytest.mark.parametrize(
    "values",
    [
        {"subreddit": "LocalLLaMA", "looks": "{"},
        {"subreddit": "LocalLLaMA", "looks": '{"a": [1]}'},
        {"subreddit": "LocalLLaMA", "looks": "[]"},
        {"subreddit": "other", "looks": "{}"},
    ],
)
def test_damaged_or_foreign_cursor_starts_anew(world: World, values: dict[str, str]) -> None:
    world.reddit.post("aaa", world.now - 500, "words")
    world.cursor = Cursor(values)
    assert len(items(world.poll())) == 1
