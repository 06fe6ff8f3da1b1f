"""Backfills through the pipeline: whose documents they fill, what they leave alone, and where they go on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.pipeline.worlds import SOURCE, START, Scripted, World, make_world, miss, page
from tracker.collectors.feed import FeedCollector
from tracker.domain.errors import SourceError
from tracker.domain.history import Cause
from tracker.domain.outcomes import Outcome
from tracker.domain.ports import CollectorKit, Fetched, Listed, Validators
from tracker.domain.sources import Cursor, DocumentState, Item, Miss, Source
from tracker.http import FakeFetcher
from tracker.pipeline import RunReport
from tracker.pipeline.backfill import survey

A, B, C = "Llama 3 8B | MMLU | 66.7", "Llama 3 8B | GPQA | 34.6", "Llama 3 70B | MMLU | 79.5"
OLD = Source("wayback-card", "wayback", SOURCE.address)


@pytest.fixture
def world(tmp_path: Path, database_url: str) -> Iterator[World]:
    world = make_world(tmp_path, database_url)
    yield world
    world.database.close()


def backfill(world: World, *script: Item | Miss | Cursor, owner: Source | None = SOURCE) -> RunReport:
    return world.pipeline.run(OLD, Scripted(script), Cause.BACKFILL, batch=100, owner=owner)


def poll(world: World, *script: Item | Miss | Cursor) -> RunReport:
    return world.pipeline.run(SOURCE, Scripted(script), Cause.LIVE)


def state(world: World) -> str:
    (document,) = world.database.queries().documents()
    return document.state


@pytest.mark.parametrize("live_first", [True, False])
def test_captures_fill_the_live_pages_timeline_whichever_came_first(world: World, live_first: bool) -> None:
    live, old = page(B, C, hours=48), page(A, B, C)
    if live_first:
        poll(world, live)
        backfill(world, old, Cursor({"read": "1", "size": "1"}))
    else:
        backfill(world, old, Cursor({"read": "1", "size": "1"}))
        poll(world, live)
    (document,) = world.database.queries().documents()
    assert (document.name, document.source) == (SOURCE.address, SOURCE.name)
    assert {row.source for row in world.database.queries().scores()} == {SOURCE.name}
    withdrawn = [one.change for one in world.database.queries().changes() if one.change.kind == "withdrawn"]
    assert [change.valid_at for change in withdrawn] == [START + timedelta(hours=48)]
    assert world.database.queries().cursor(OLD.name) == Cursor({"read": "1", "size": "1"})
    assert world.database.queries().cursor(SOURCE.name) is None


def test_without_a_configured_source_the_documents_are_the_backfills(world: World) -> None:
    backfill(world, page(A), owner=None)
    assert {row.source for row in world.database.queries().scores()} == {OLD.name}


def test_progress_knows_how_much_there_is(world: World) -> None:
    report = backfill(world, page(A), Cursor({"read": "1", "size": "3"}), miss(Outcome.GONE), miss(Outcome.UNCHANGED))
    assert (report.read, report.size, report.misses) == (1, 3, 1)


@pytest.mark.parametrize("bad", [page(A, hours=1, prefix="!"), page("nothing", hours=1)], ids=["unreadable", "suspect"])
def test_a_backfill_does_not_ask_twice_for_what_cannot_change(world: World, bad: Item) -> None:
    """A live look leaves its cursor behind a rejected page, to be asked in full again; a capture would be the same."""
    report = backfill(world, page(A, B, C), bad, Cursor({"after": "2"}))
    assert sum(outcome.accepted for outcome in report.outcomes.elements()) == 1
    assert world.database.queries().cursor(OLD.name) == Cursor({"after": "2"})
    assert len(world.said()) == 3


def test_a_suspect_capture_is_confirmed_by_the_next_one(world: World) -> None:
    backfill(world, page(A, B, C), page(A, hours=1))
    assert len(world.said()) == 3
    backfill(world, page(A, hours=2))
    withdrawn = [one for one in world.database.queries().changes() if one.change.kind == "withdrawn"]
    assert {one.change.valid_at for one in withdrawn} == {START + timedelta(hours=1)}
    assert {one.cause for one in withdrawn} == {Cause.BACKFILL}


def test_an_old_capture_does_not_bring_back_a_page_that_is_gone(world: World) -> None:
    poll(world, page(A, B))
    for _ in range(3):
        poll(world, miss(Outcome.GONE))
    assert state(world) == DocumentState.GONE
    backfill(world, page(A, B, hours=-5), page(A, C, hours=-2), page(A, B, hours=3))
    assert state(world) == DocumentState.GONE
    backfill(world, page(A, B, hours=-5))  # repeated: says nothing about today
    poll(world, miss(Outcome.GONE))
    assert state(world) == DocumentState.GONE


def test_a_page_that_comes_back_as_it_was_is_present_again(world: World) -> None:
    poll(world, page(A, B))
    for _ in range(3):
        poll(world, miss(Outcome.GONE))
    poll(world, replace(page(A, B, hours=9), outcome=Outcome.UNCHANGED))
    assert state(world) == DocumentState.PRESENT


class TestRejectedInTheMiddle:
    """A feed brings several pages a poll, and one of them is suspect."""

    FEED = "http://127.0.0.1/feed"
    SOURCE = Source("lab", "feed", FEED)

    def links(self, *numbers: int) -> Fetched:
        entries = "".join(
            f"<entry><id>{n}</id><title>{n}</title><link href='/{n}'/><updated>2025-03-01T0{n}:00:00Z</updated></entry>"
            for n in numbers
        )
        body = f"<feed xmlns='http://www.w3.org/2005/Atom'><id>f</id><title>f</title>{entries}</feed>".encode()
        validators = Validators(sha256="00")
        return Fetched(Outcome.CHANGED, self.FEED, body=body, media_type="application/atom+xml", validators=validators)

    def answer(self, fetcher: FakeFetcher, number: int, *lines: str) -> None:
        fetcher.answer(f"http://127.0.0.1/{number}", "\n".join([*lines, "and twenty more words " * 6]).encode())

    def test_the_feed_goes_on_and_looks_again_the_next_day(self, world: World) -> None:
        fetcher = FakeFetcher({self.FEED: self.links(3, 2, 1)})
        for number in (1, 2, 3):
            self.answer(fetcher, number, A, B, C)
        collector = FeedCollector(CollectorKit(fetcher, world.clock, cache=""))

        def look(hours: float) -> list[str]:
            world.clock.turn(hours * 3600)
            fetcher.asked.clear()
            world.pipeline.run(self.SOURCE, collector, Cause.LIVE)
            return [url for url, _ in fetcher.asked if url != self.FEED]

        assert len(look(0)) == 3
        self.answer(fetcher, 1, A)  # a large loss, in the middle of what the next day's look brings
        assert len(look(25)) == 3
        assert len(world.said()) == 9
        assert look(1) == []  # neither the suspect page nor its neighbours are fetched at every poll
        assert len(look(24)) == 3
        assert len(world.said()) == 7


class TestSurvey:
    def test_counts_what_a_collector_lists(self) -> None:
        class Listing(Scripted):
            def survey(self, _source: Source, _cursor: Cursor | None) -> Iterator[Listed | Miss]:
                yield Listed("a", START, 10)
                yield Listed("a", START + timedelta(days=3), None)
                yield Listed("b", None, 5)
                yield miss(Outcome.GONE)
                yield miss(Outcome.UNCHANGED)

        found = survey(Listing([]), OLD, None)
        assert (found.items, found.documents, found.size, found.unsized) == (3, {"a", "b"}, 15, 1)
        assert (found.first, found.last) == (START, START + timedelta(days=3))
        assert (found.misses, found.error) == (1, "because")

    def test_counts_the_items_of_one_that_does_not(self) -> None:
        items = [page(A), page(A, B, hours=2), Cursor({"at": "2"})]
        seen: list[int] = []
        found = survey(Scripted(items), OLD, None, lambda so_far: seen.append(so_far.items))
        assert (found.items, len(found.documents)) == (2, 1)
        assert found.size == sum(len(one.body) for one in items if isinstance(one, Item))
        assert seen == [1, 2]

    def test_goes_on_from_the_cursor_and_tells_what_breaks(self) -> None:
        collector = Scripted([page(A), SourceError("the file ends here", where="dump")])
        found = survey(collector, OLD, Cursor({"at": "2"}))
        assert collector.cursors == [Cursor({"at": "2"})]
        assert (found.items, found.misses, found.error) == (1, 1, "dump: the file ends here")
