"""Copy an archive into another place: every snapshot checked on its way, those already there left alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tracker.archive.folder import FolderArchive
from tracker.domain.errors import SnapshotDamaged, SnapshotMissing


@dataclass(frozen=True, slots=True)
class CopiedSnapshots:
    """How many were copied, how many were there already, and what is wrong with those that could not be copied."""

    copied: int
    present: int
    damaged: tuple[str, ...]


def copy_snapshots(
    source: FolderArchive, target: FolderArchive, progress: Callable[[int, int], None] = lambda _done, _total: None
) -> CopiedSnapshots:
    """Copy what the target does not have. One that was interrupted goes on where it was: a snapshot appears whole or not
    at all. Raises `ArchiveError` where the target cannot be written.
    """
    names = sorted(source)
    copied, damaged = 0, []
    for done, name in enumerate(names, 1):
        if name not in target:
            try:
                target.keep(name, source.frame(name))
                copied += 1
            except (SnapshotDamaged, SnapshotMissing) as error:
                damaged.append(str(error))
        progress(done, len(names))
    return CopiedSnapshots(copied, len(names) - copied - len(damaged), tuple(damaged))
