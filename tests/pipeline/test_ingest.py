"""From item to changes: what is kept, what is recorded, and what a failure leaves alone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.pipeline.worlds import SOURCE, Scripted, World, make_world, miss, page, revision
from tracker.domain.errors import SourceError
from tracker.domain.history import Cause, RecordedChange
from tracker.domain.outbox import OutboxEntry
from tracker.domain.outcomes import Outcome
from tracker.domain.sources import Cursor, DocumentState, Item

A, B, C, D = (
    "Llama 3 8B | MMLU | 66.7",
    "Llama 3 8B | GPQA | 34.6",
    "Llama 3 70B | MMLU | 79.5",
    "Llama 3 70B | GPQA | 39.5",
)


@pytest.fixture
def world(tmp_path: Path, database_url: str) -> Iterator[World]:
    world = make_world(tmp_path, database_url)
    yield world
    world.database.close()


def ingest(world: World, *items: Item) -> list[Outcome]:
    return [outcome for item in items for outcome in world.pipeline.ingest(SOURCE, [item], Cause.LIVE).outcomes]


def test_bytes_are_archived_before_they_are_read(world: World) -> None:
    item = page(A)
    ingest(world, item)
    assert world.archive.get(hashlib.sha256(item.body).hexdigest()) == item.body
    assert world.said() == [("Llama 3 8B", "MMLU", "66.7")]


def test_an_edit_is_a_revision_and_a_restyled_page_is_nothing(world: World) -> None:
    ingest(world, page(A, B), page(B, A, hours=1), page(A.replace("66.7", "68.4"), B, hours=2))
    assert world.kinds() == ["appeared", "appeared", "revised"]


def test_the_same_item_again_changes_nothing(world: World) -> None:
    assert ingest(world, page(A), page(A)) == [Outcome.CHANGED, Outcome.UNCHANGED]
    assert world.kinds() == ["appeared"]


@pytest.mark.parametrize(
    ("prefix", "outcome"), [("!", Outcome.PARSE_FAILED), ("?", Outcome.PARSE_FAILED)], ids=["unreadable", "our defect"]
)
def test_a_page_that_cannot_be_read_withdraws_nothing(world: World, prefix: str, outcome: Outcome) -> None:
    bad = page(A, hours=1, prefix=prefix)
    assert ingest(world, page(A, B), bad, page(A, B, hours=2)) == [Outcome.CHANGED, outcome, Outcome.CHANGED]
    assert world.kinds() == ["appeared", "appeared"]
    assert hashlib.sha256(bad.body).hexdigest() in world.archive  # kept as evidence


def test_an_incomplete_page_adds_but_never_withdraws(world: World) -> None:
    ingest(world, page(A, B), page(C, hours=1, prefix="~\n"))
    assert sorted(world.kinds()) == ["appeared", "appeared", "appeared"]


def test_a_large_loss_waits_for_a_second_look(world: World) -> None:
    assert ingest(world, page(A, B, C), page(A, hours=1)) == [Outcome.CHANGED, Outcome.SUSPICIOUS_LOSS]
    assert len(world.said()) == 3
    ingest(world, page(A, hours=2))
    assert world.said() == [("Llama 3 8B", "MMLU", "66.7")]
    withdrawn = [one.change for one in world.database.queries().changes() if one.change.kind == "withdrawn"]
    assert {change.valid_at for change in withdrawn} == {page(hours=1).valid_at}  # valid from the first


def test_an_empty_shell_is_suspect(world: World) -> None:
    shell = page(A, hours=1)
    shell = Item(
        shell.source, shell.document, b"Loading", "text/plain", shell.valid_at, shell.authority, shell.retrieved_at
    )
    assert ingest(world, page(A, B), shell)[1] is Outcome.SUSPICIOUS_LOSS
    assert len(world.said()) == 2


def test_a_deleted_file_withdraws_and_a_deleted_post_does_not(world: World) -> None:
    ingest(world, revision(A, B), revision(hours=1, state=DocumentState.DELETED))
    assert world.kinds() == ["appeared", "appeared"]
    ingest(world, revision(hours=2, state=DocumentState.ERASED))
    assert world.kinds() == ["appeared", "appeared", "withdrawn", "withdrawn"]


def test_a_pointer_is_kept_instead_of_bytes_that_say_nothing(world: World) -> None:
    silent, telling = revision("no numbers", pointer="repo@1"), revision(A, hours=1, pointer="repo@2")
    ingest(world, silent, telling)
    assert hashlib.sha256(silent.body).hexdigest() not in world.archive
    assert hashlib.sha256(telling.body).hexdigest() in world.archive


def test_the_order_of_arrival_does_not_matter(tmp_path: Path, new_url: Callable[[], str]) -> None:
    revisions = [
        revision(A),
        revision(A, B, hours=1),
        revision(B, C, hours=2),
        revision(C.replace("79.5", "79.8"), hours=3),
    ]
    told = []
    for number, order in enumerate([(0, 1, 2, 3), (3, 1, 0, 2), (2, 3, 3, 0, 1)]):
        world = make_world(tmp_path / str(number), new_url())
        ingest(world, *(revisions[place] for place in order))
        told.append([(one.change.id, one.change.kind) for one in world.database.queries().changes()])
        world.database.close()
    assert told[0] == told[1] == told[2]
    assert len(told[0]) == 6


class TestRuns:
    def test_a_cursor_is_kept_and_handed_back(self, world: World) -> None:
        first = Scripted([page(A), Cursor({"seen": "1"})])
        report = world.pipeline.run(SOURCE, first, Cause.LIVE)
        assert (report.items, report.changed, report.outcome, report.finished) == (1, 1, Outcome.CHANGED, True)
        second = Scripted([])
        world.pipeline.run(SOURCE, second, Cause.LIVE)
        assert (first.cursors, second.cursors) == ([None], [Cursor({"seen": "1"})])

    @pytest.mark.parametrize(
        "bad", [page(A, hours=1, prefix="!"), page("nothing", hours=1)], ids=["unreadable", "suspect"]
    )
    def test_a_rejected_page_leaves_its_validators_behind(self, world: World, bad: Item) -> None:
        world.pipeline.run(SOURCE, Scripted([page(A, B), Cursor({"etag": "good"})]), Cause.LIVE)
        world.pipeline.run(SOURCE, Scripted([bad, Cursor({"etag": "bad"})]), Cause.LIVE)
        after = Scripted([])
        world.pipeline.run(SOURCE, after, Cause.LIVE)
        assert after.cursors == [Cursor({"etag": "good"})]

    def test_misses_are_recorded_with_their_evidence(self, world: World) -> None:
        report = world.pipeline.run(SOURCE, Scripted([page(A), miss(Outcome.CHALLENGE, b"Just a moment")]), Cause.LIVE)
        assert report.outcomes == {Outcome.CHANGED: 1, Outcome.CHALLENGE: 1}
        (recorded,) = world.database.queries().misses(source=SOURCE.name)
        assert (recorded.outcome, recorded.count) == ("challenge", 1)
        assert world.archive.get(recorded.evidence or "") == b"Just a moment"

    def test_a_source_that_breaks_off_keeps_what_it_brought(self, world: World) -> None:
        broken = Scripted([page(A), SourceError("the file ends here", where="dump")])
        report = world.pipeline.run(SOURCE, broken, Cause.LIVE, batch=10)
        assert (report.failed, report.finished, "the file ends here" in report.detail) == (True, False, True)
        assert world.kinds() == ["appeared"]

    def test_a_defect_is_loud(self, world: World) -> None:
        with pytest.raises(ZeroDivisionError):
            world.pipeline.run(SOURCE, Scripted([page(A), ZeroDivisionError()]), Cause.LIVE)
        assert world.kinds() == ["appeared"]

    def test_it_stops_between_items(self, world: World) -> None:
        collector = Scripted([page(A), page(A, B, hours=1), Cursor({"seen": "2"})])
        report = world.pipeline.run(SOURCE, collector, Cause.LIVE, stop=lambda: True)
        assert (report.items, report.finished, collector.closed) == (1, False, True)
        assert world.kinds() == ["appeared"]

    def test_batches_record_the_same_as_single_items(self, tmp_path: Path, new_url: Callable[[], str]) -> None:
        script = [
            revision(A),
            revision(A, B, hours=1),
            miss(Outcome.TOO_LARGE),
            revision(B, hours=2),
            Cursor({"at": "3"}),
        ]
        told = []
        for batch in (1, 2, 100):
            world = make_world(tmp_path / str(batch), new_url())
            report = world.pipeline.run(SOURCE, Scripted(script), Cause.BACKFILL, batch=batch)
            told.append(
                (sorted(one.change.id for one in world.database.queries().changes()), report.outcomes, report.kinds)
            )
            world.database.close()
        assert told[0] == told[1] == told[2]

    def test_progress_is_told(self, world: World) -> None:
        seen: list[int] = []
        script = [revision(A), revision(B, hours=1), revision(C, hours=2)]
        world.pipeline.run(SOURCE, Scripted(script), Cause.LIVE, progress=lambda report: seen.append(report.items))
        assert seen == [1, 2, 3, 3]


def test_alerts_are_written_with_their_changes(tmp_path: Path, database_url: str) -> None:
    def announce(changes: Sequence[RecordedChange]) -> Sequence[OutboxEntry]:
        return [OutboxEntry(f"id-{one.change.id}", "all", "hook", one.model, "body", one.change.id) for one in changes]

    world = make_world(tmp_path, database_url, announce=announce)
    ingest(world, page(A, B))
    due = world.database.outbox().due("hook", world.clock.now())
    assert sorted(entry.entry.subject for entry in due) == ["Llama 3 8B", "Llama 3 8B"]
    world.database.close()


def test_an_alert_that_cannot_be_written_undoes_its_change(tmp_path: Path, database_url: str) -> None:
    def announce(_changes: Sequence[RecordedChange]) -> Sequence[OutboxEntry]:
        raise ZeroDivisionError

    world = make_world(tmp_path, database_url, announce=announce)
    with pytest.raises(ZeroDivisionError):
        ingest(world, page(A))
    assert (world.said(), world.kinds()) == ([], [])
    world.database.close()


def test_another_extractor_reads_the_document_again_first(tmp_path: Path, database_url: str) -> None:
    world = make_world(tmp_path, database_url)
    ingest(world, page(A, B))
    world.database.close()
    newer = make_world(tmp_path, database_url, extractor="lines/2")
    ingest(newer, page(A.replace("66.7", "68.4"), B, hours=1))
    rows = newer.database.queries().scores()
    assert {row.extractor for row in rows} == {"lines/2"}
    assert [one.change.kind for one in newer.database.queries().changes() if one.cause is Cause.LIVE].count(
        "revised"
    ) == 1
    newer.database.close()
