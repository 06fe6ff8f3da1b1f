"""Read archived snapshots again by the current extractor: parsing fans out over processes, recording stays in this one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from tracker.domain.errors import ArchiveError
from tracker.domain.history import ChangeKind
from tracker.pipeline.assembly import Assembly, reader
from tracker.pipeline.reader import Read, Reader
from tracker.storage import Archived

_AHEAD = 4
"""Documents a process works on ahead of the one that records."""


@dataclass(slots=True)
class RereadReport:
    """What reading again did, or (without `apply`) would do. `failed`: documents whose bytes are missing or damaged."""

    documents: int = 0
    total: int = 0
    snapshots: int = 0
    kinds: Counter[ChangeKind] = field(default_factory=Counter)
    failed: dict[str, str] = field(default_factory=dict)


def reread(
    parts: Assembly,
    *,
    source: str | None = None,
    apply: bool = False,
    processes: int = 2,
    progress: Callable[[RereadReport], None] = lambda _report: None,
) -> RereadReport:
    """Documents that another extractor read last, one transaction each: interrupted, it goes on with what is left."""
    waiting = parts.database.unread(parts.pipeline.extractor, source=source)
    report = RereadReport(total=len(waiting))
    for document, kept, reads in _read_all(parts, waiting, processes):
        if isinstance(reads, str):
            report.failed[document] = reads
        else:
            changes = parts.pipeline.record_rereading(document, kept, reads, apply=apply)
            report.kinds.update(recorded.change.kind for recorded in changes)
            report.snapshots += len(kept)
        report.documents += 1
        progress(report)
    return report


Rereading = tuple[str, Sequence[Archived], Sequence[Read] | str]


def _read_all(parts: Assembly, documents: Sequence[str], processes: int) -> Iterator[Rereading]:
    if processes <= 1 or len(documents) <= 1:
        own = reader(parts.names)
        for document in documents:
            kept = parts.database.archived(document)
            yield document, kept, _read(own, parts.archive.get, kept)
        return
    with ProcessPoolExecutor(
        processes,
        mp_context=get_context("spawn"),  # forking a process with threads and open databases is not safe
        initializer=_start,
        initargs=(parts.settings.archive, parts.settings.names),
    ) as pool:
        step = processes * _AHEAD
        for start in range(0, len(documents), step):
            chunk = [(document, parts.database.archived(document)) for document in documents[start : start + step]]
            for (document, kept), reads in zip(chunk, pool.map(_read_here, [kept for _, kept in chunk]), strict=True):
                yield document, kept, reads


_here: tuple[Reader, Callable[[str], bytes]] | None = None


def _start(archive: str, names: Path) -> None:
    global _here  # noqa: PLW0603  # what a worker process opens once
    from tracker.archive import open_archive
    from tracker.names import Names

    _here = reader(Names.load(names)), open_archive(archive).get


def _read_here(kept: Sequence[Archived]) -> Sequence[Read] | str:
    assert _here is not None
    return _read(*_here, kept)


def _read(own: Reader, get: Callable[[str], bytes], kept: Sequence[Archived]) -> Sequence[Read] | str:
    try:
        return [own.read_kept(get, one) for one in kept]
    except ArchiveError as error:
        return str(error)
