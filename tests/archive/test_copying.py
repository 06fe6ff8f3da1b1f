"""An archive copied into another place: all that is sound, once, and what is not sound is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.archive.test_folder import blob
from tracker.archive import copy_snapshots, open_archive
from tracker.domain.errors import SnapshotDamaged


@pytest.fixture
def source(tmp_path: Path):
    archive = open_archive(str(tmp_path / "source"))
    for number in range(5):
        archive.put(b"snapshot %d" % number * 50)
    return archive


def test_every_snapshot_arrives_and_none_twice(tmp_path, source):
    target = open_archive(str(tmp_path / "target"))
    told = []
    first = copy_snapshots(source, target, lambda done, total: told.append((done, total)))
    assert (first.copied, first.present, first.damaged) == (5, 0, ())
    assert {name: target.get(name) for name in target} == {name: source.get(name) for name in source}
    assert told == [(done, 5) for done in range(1, 6)]
    late = source.put(b"one more")
    second = copy_snapshots(source, target)
    assert (second.copied, second.present) == (1, 5)
    assert target.get(late) == b"one more"


def test_a_copy_into_memory_or_an_object_store_goes_by_url(source):
    target = open_archive("memory://copied")
    assert copy_snapshots(source, target).copied == 5
    assert sorted(target) == sorted(source)


def test_a_damaged_snapshot_is_left_out_and_named(tmp_path, source):
    target = open_archive(str(tmp_path / "target"))
    [first, second, *_] = sorted(source)
    blob(tmp_path / "source", first).write_bytes(b"rust")
    blob(tmp_path / "source", second).write_bytes(source.frame(sorted(source)[2]))
    done = copy_snapshots(source, target)
    assert done.copied == 3
    assert len(done.damaged) == 2
    assert any(first in problem for problem in done.damaged)
    assert sorted(target) == sorted(source)[2:]
    with pytest.raises(SnapshotDamaged):
        source.frame(first)
