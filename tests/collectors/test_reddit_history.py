"""A subreddit's listings to their end: the real PRAW against a Reddit on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.clock import FakeClock
from tests.collectors.fake_reddit import FakeReddit
from tests.loopback import Answer, Asked, Loopback, Raw, loopback
from tracker.collectors.reddit import RedditCollector
from tracker.domain.errors import SourceError
from tracker.domain.outcomes import Outcome
from tracker.domain.ports import CollectorKit, Listed
from tracker.domain.sources import Cursor, Item, Miss, Source
from tracker.http import FakeFetcher

START = 1_720_000_000
TABLE = "| Model | MMLU |\n|---|---:|\n| Toy 1B | 40.1 |"


class World:
    def __init__(self, server: Loopback) -> None:
        self.reddit = FakeReddit(server)
        self.clock = FakeClock(datetime(2024, 12, 1, tzinfo=UTC))
        self.source = Source("history", "reddit", "r/LocalLLaMA", options={"listings": ("new",)})
        self.credentials = self.reddit.credentials
        self.cursor: Cursor | None = None

    @property
    def collector(self) -> RedditCollector:
        return RedditCollector(CollectorKit(FakeFetcher({}), self.clock, "", self.credentials, "scoretrail/0.1 (test)"))

    def with_options(self, **options: str | int | bool | tuple[str, ...]) -> Source:
        return replace(self.source, options={**self.source.options, **options})

    def read(self, **options: str | int | bool | tuple[str, ...]) -> list[Item | Miss]:
        found = list(self.collector.collect(self.with_options(**options), self.cursor))
        self.cursor = next((one for one in reversed(found) if isinstance(one, Cursor)), self.cursor)
        return [one for one in found if not isinstance(one, Cursor)]

    def posts(self, count: int) -> None:
        for number in range(count):
            self.reddit.post(f"p{number}", START + number * 60, f"about {number}", score=number % 7)


@pytest.fixture
def world() -> Iterator[World]:
    with loopback() as server:
        yield World(server)


def documents(found: list[Item | Miss]) -> list[str]:
    return [one.document for one in found if isinstance(one, Item)]


def test_a_listing_is_read_to_its_end(world: World) -> None:
    world.posts(250)
    found = documents(world.read())
    assert found == [f"reddit:t3_p{number}" for number in reversed(range(250))]
    assert world.reddit.asked().count("/r/LocalLLaMA/new") == 3


def test_several_listings_one_after_the_other(world: World) -> None:
    world.posts(5)
    world.reddit.post("old", START - 86_400 * 400, "the best of all", score=99)
    found = documents(world.read(listings=("new", "top:year", "top:all")))
    assert len(found) == 6 + 5 + 6
    assert found[11] == "reddit:t3_old"


def test_posts_are_the_same_as_live_ones(world: World) -> None:
    world.reddit.post("aaa", START, "MMLU 40.1", edited=float(START + 90))
    (listed,) = world.read()
    (live,) = (
        one
        for one in world.collector.collect(Source("history", "reddit", "r/LocalLLaMA"), None)
        if isinstance(one, Item)
    )
    assert listed == live
    assert live.valid_at == datetime.fromtimestamp(START + 90, UTC)


def test_what_was_taken_away_is_left_out(world: World) -> None:
    world.reddit.post("aaa", START, "[removed]", removed_by_category="moderator")
    world.reddit.post("bbb", START, "here")
    assert documents(world.read()) == ["reddit:t3_bbb"]


def test_comments_of_posts_with_tables_once(world: World) -> None:
    post = world.reddit.post("aaa", START, TABLE)
    world.reddit.comment("c1", post, START + 9, "I get 39.8 on MMLU")
    world.reddit.comment("c2", post, START + 9, "[deleted]", author="[deleted]")
    world.reddit.comment("c3", world.reddit.post("bbb", START, "no table"), START + 9, "chat")
    found = world.read(listings=("new", "hot"))
    assert documents(found) == ["reddit:t3_bbb", "reddit:t3_aaa", "reddit:t1_c1", "reddit:t3_bbb", "reddit:t3_aaa"]
    assert next(one for one in found if one.document == "reddit:t1_c1").context == "About aaa"  # type: ignore[union-attr]
    assert documents(world.read(listings=("new", "hot"))) == ["reddit:t3_bbb", "reddit:t3_aaa"] * 2
    world.reddit.comment("c4", post, START + 99, "and 40.0 with CoT")
    assert "reddit:t1_c4" in documents(world.read(listings=("new", "hot")))
    assert world.reddit.asked().count("/comments/aaa/") == 2
    world.cursor = None
    assert "reddit:t1_c1" not in documents(world.read(comments=False))


def test_a_run_that_is_broken_off_goes_on_in_the_listing(world: World) -> None:
    world.posts(250)
    seen: list[Item | Miss | Cursor] = []
    stream = world.collector.collect(world.source, None)
    while not seen or not isinstance(seen[-1], Cursor):
        seen.append(next(stream))
    stream.close()
    assert isinstance(seen[-1], Cursor)
    world.cursor = seen[-1]
    rest = documents(world.read())
    assert len(seen) - 1 + len(rest) == 250
    assert rest[0] == "reddit:t3_p149"


def test_limit_and_since(world: World) -> None:
    world.posts(150)
    assert len(world.read(posts=120)) == 120
    world.cursor = None
    since = datetime.fromtimestamp(START + 60 * 140, UTC).isoformat()
    assert len(world.read(since=since, listings=("new", "top:all"))) == 10 + 10


def test_waits_for_requests(world: World) -> None:
    world.posts(150)
    used_up = {"x-ratelimit-remaining": "0.0", "x-ratelimit-used": "600", "x-ratelimit-reset": "1"}

    def last_request(asked: Asked) -> Answer:
        answer = replace(world.reddit._new(asked), headers=used_up)
        world.reddit.server.answer("/r/LocalLLaMA/new", world.reddit._new)
        return answer

    world.reddit.server.answer("/r/LocalLLaMA/new", last_request)
    assert len(world.read()) == 150
    assert sum(world.clock.slept) >= 1


def test_waits_when_reddit_answers_429(world: World) -> None:
    world.posts(3)
    refused = Answer("{}", status=429, headers={"Retry-After": "50"}, media_type="application/json")
    world.reddit.server.answer("/r/LocalLLaMA/new", refused, world.reddit._new)
    assert len(world.read()) == 3
    assert sum(world.clock.slept) >= 50


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer("{}", status=403, media_type="application/json"), Outcome.HTTP_ERROR),
        (Answer("{}", status=404, media_type="application/json"), Outcome.GONE),
        (
            Answer("{}", status=429, headers={"Retry-After": "7200"}, media_type="application/json"),
            Outcome.RATE_LIMITED,
        ),
        (Answer("no JSON", media_type="application/json"), Outcome.UNDECODABLE),
    ],
)
def test_a_refusal_ends_the_run_and_keeps_the_place(world: World, answer: Answer | Raw, outcome: Outcome) -> None:
    world.posts(250)
    world.reddit.server.answer("/r/LocalLLaMA/new", world.reddit._new, answer, world.reddit._new)
    found = world.read()
    assert [one.outcome for one in found if isinstance(one, Miss)] == [outcome]
    assert len(documents(found)) == 100
    assert len(documents(world.read())) == 150


def test_survey_asks_for_no_comments(world: World) -> None:
    world.reddit.comment("c1", world.reddit.post("aaa", START, TABLE), START + 9, "I get 39.8 on MMLU")
    assert list(world.collector.survey(world.source, None)) == [
        Listed("reddit:t3_aaa", datetime.fromtimestamp(START, UTC), len(TABLE))
    ]
    assert world.reddit.asked() == ["/r/LocalLLaMA/new"]


def test_without_credentials_it_says_what_to_do(world: World) -> None:
    world.credentials = {}
    with pytest.raises(SourceError, match="tracker backfill dump"):
        world.read()


@pytest.mark.parametrize("listings", [("newest",), ("top:decade",), ("new:all",)])
def test_a_listing_that_does_not_exist_is_named(world: World, listings: tuple[str, ...]) -> None:
    with pytest.raises(SourceError, match="there is no listing"):
        world.read(listings=listings)
