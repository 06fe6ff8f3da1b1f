"""`verify` finds what is damaged or no longer proven; `reread` changes nothing of the source's history."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pipeline.worlds import SOURCE, World, make_world, page, parse
from tracker.domain.history import Cause, ChangeKind
from tracker.domain.pages import Page, Prose, lay_out
from tracker.pipeline.verify import Problem, Verified, verify

A, B = "Llama 3 8B | MMLU | 66.7", "Llama 3 8B | GPQA | 34.6"


@pytest.fixture
def world(tmp_path: Path, database_url: str) -> Iterator[World]:
    world = make_world(tmp_path, database_url)
    for item in (page(A, B), page(A.replace("66.7", "68.4"), B, hours=1)):
        world.pipeline.ingest(SOURCE, [item], Cause.LIVE)
    yield world
    world.database.close()


def problems(world: World) -> list[Problem]:
    return list(verify(world.database, world.archive, Verified(), parse))


def test_what_was_recorded_is_proven(world: World) -> None:
    done = Verified()
    assert list(verify(world.database, world.archive, done, parse)) == []
    assert (done.blobs, done.versions, done.documents) == (2, 3, 1)


def test_a_flipped_byte_is_found(world: World, tmp_path: Path) -> None:
    blob = next((tmp_path / "archive").rglob("*.zst"))
    data = bytearray(blob.read_bytes())
    data[-3] ^= 0xFF
    blob.write_bytes(data)
    assert {problem.kind for problem in problems(world)} >= {"blob", "unreadable"}


def test_a_lost_blob_is_found(world: World, tmp_path: Path) -> None:
    for blob in (tmp_path / "archive").rglob("*.zst"):
        blob.unlink()
    assert {problem.kind for problem in problems(world)} == {"unreadable"}


def test_a_parser_that_places_words_elsewhere_is_found(world: World) -> None:
    def shifted(body: bytes, _media_type: str, _address: str) -> Page:
        return Page(lay_out([Prose("Something new at the top"), Prose(body.decode())]))

    found = list(verify(world.database, world.archive, Verified(), shifted))
    assert len(found) == 3
    assert {problem.kind for problem in found} == {"words"}


def test_rereading_supersedes_and_tells_no_change_by_the_source(
    world: World, tmp_path: Path, database_url: str
) -> None:
    world.database.close()
    newer = make_world(tmp_path, database_url, extractor="lines/2")
    document = page(A).document
    assert newer.database.unread("lines/2") == [document]
    before = [one.change.id for one in newer.database.queries().changes()]
    newer.pipeline.reread(document)
    assert newer.database.unread("lines/2") == []
    assert [
        one.change.id for one in newer.database.queries().changes() if one.change.kind != ChangeKind.REREAD
    ] == before
    assert {row.extractor for row in newer.database.queries().scores()} == {"lines/2"}
    newer.database.close()


def test_rereading_can_be_tried_without_a_trace(world: World, tmp_path: Path, database_url: str) -> None:
    world.database.close()
    newer = make_world(tmp_path, database_url, extractor="lines/2")
    document = page(A).document
    kept = newer.database.archived(document)
    reads = [newer.pipeline.reader.read_kept(newer.archive.get, one) for one in kept]
    newer.pipeline.record_rereading(document, kept, reads, apply=False)
    assert newer.database.unread("lines/2") == [document]
    assert {row.extractor for row in newer.database.queries().scores()} == {"lines/1"}
    newer.database.close()
