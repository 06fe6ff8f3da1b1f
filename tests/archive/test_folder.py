"""The archive keeps bytes whole, once, and notices damage."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.archive import open_archive
from tracker.domain.errors import ArchiveError, SnapshotDamaged, SnapshotMissing


def blob(folder: Path, name: str) -> Path:
    return folder / name[:2] / name[2:4] / f"{name}.zst"


@settings(max_examples=25, deadline=None)
@given(body=st.binary(max_size=2000))
def test_what_is_kept_comes_back(tmp_path_factory: pytest.TempPathFactory, body: bytes) -> None:
    archive = open_archive(str(tmp_path_factory.mktemp("archive")))
    name = archive.put(body)
    assert name == hashlib.sha256(body).hexdigest()
    assert archive.get(name) == body
    assert name in archive
    assert list(archive) == [name]


def test_the_same_bytes_are_kept_once(tmp_path: Path) -> None:
    archive = open_archive(str(tmp_path))
    first = archive.put(b"73.4")
    before = blob(tmp_path, first).stat().st_mtime_ns
    assert archive.put(b"73.4") == first
    assert blob(tmp_path, first).stat().st_mtime_ns == before


@pytest.mark.parametrize("name", ["0" * 64, "../../etc/passwd", "", "ABC"])
def test_a_missing_snapshot_is_said_to_be_missing(tmp_path: Path, name: str) -> None:
    with pytest.raises(SnapshotMissing):
        open_archive(str(tmp_path)).get(name)


def test_a_flipped_byte_is_noticed(tmp_path: Path) -> None:
    archive = open_archive(str(tmp_path))
    name = archive.put(b"GPQA 46.7" * 50)
    path = blob(tmp_path, name)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(SnapshotDamaged):
        archive.get(name)


def test_another_snapshot_in_its_place_is_noticed(tmp_path: Path) -> None:
    archive = open_archive(str(tmp_path))
    first, second = archive.put(b"one"), archive.put(b"two")
    blob(tmp_path, first).write_bytes(blob(tmp_path, second).read_bytes())
    with pytest.raises(SnapshotDamaged):
        archive.get(first)


def test_what_a_crash_left_is_swept_and_never_seen(tmp_path: Path) -> None:
    archive = open_archive(str(tmp_path))
    name = archive.put(b"whole")
    left = tmp_path / "incoming" / "half.zst.1-2.part"
    left.write_bytes(b"ha")
    assert list(archive) == [name]
    assert archive.sweep() == 0, "its writer may be at work"
    os.utime(left, (0, 0))
    assert archive.sweep() == 1
    assert list((tmp_path / "incoming").iterdir()) == []
    assert archive.get(name) == b"whole"


def test_any_fsspec_system_will_do() -> None:
    archive = open_archive("memory://snapshots")
    assert archive.get(archive.put(b"far away")) == b"far away"


def test_a_place_that_cannot_be_made_is_a_plain_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ArchiveError, match="cannot be opened"):
        open_archive(str(tmp_path / "file" / "archive"))
