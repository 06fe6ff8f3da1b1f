"""Check the whole record: every blob against its hash, every version against the words that prove it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from tracker.archive import FolderArchive
from tracker.domain.errors import ArchiveError, ParseError
from tracker.domain.pages import Page
from tracker.parsers import parse
from tracker.pipeline.proof import proves, words_at
from tracker.storage import Archived, Database, ScoreFilter, ScoreRow

Kind: TypeAlias = Literal["blob", "missing", "unreadable", "words"]

Parse: TypeAlias = Callable[[bytes, str, str], Page]


@dataclass(frozen=True, slots=True)
class Problem:
    """`blob`: bytes that do not match their name; `missing`: a version whose bytes are not kept; `unreadable`: bytes that
    no longer parse; `words`: a place that does not give the quoted words any more. `where`: the blob, or the claim.
    """

    kind: Kind
    where: str
    document: str
    detail: str


@dataclass(slots=True)
class Verified:
    """Counts of what was checked, filled while `verify` goes on."""

    blobs: int = 0
    versions: int = 0
    documents: int = 0


def verify(database: Database, archive: FolderArchive, done: Verified, parse_bytes: Parse = parse) -> Iterator[Problem]:
    """Problems as they are found. Reads only; each snapshot is parsed once."""
    for name in archive:
        done.blobs += 1
        try:
            archive.get(name)
        except ArchiveError as error:
            yield Problem("blob", name, "", str(error))
    queries = database.queries()
    for document in queries.documents():
        versions = queries.history(ScoreFilter(document=document.name)) if document.claims or document.snapshots else ()
        by_snapshot: dict[str, list[ScoreRow]] = {}
        for row in versions:
            by_snapshot.setdefault(row.snapshot, []).append(row)
        kept = {one.snapshot: one for one in database.archived(document.name)} if by_snapshot else {}
        done.documents += 1
        for snapshot, rows in by_snapshot.items():
            said = [row for row in rows if row.said]
            done.versions += len(said)
            yield from _unproven(said, kept.get(snapshot), archive, parse_bytes)


def _unproven(
    rows: list[ScoreRow], kept: Archived | None, archive: FolderArchive, parse_bytes: Parse
) -> Iterator[Problem]:
    if not rows:
        return
    document = rows[0].document
    if kept is None:
        yield from (Problem("missing", row.claim, document, "its snapshot is not kept") for row in rows)
        return
    try:
        page = parse_bytes(archive.get(kept.snapshot), kept.media_type, kept.url or document)
    except (ArchiveError, ParseError) as error:
        yield from (Problem("unreadable", row.claim, document, str(error)) for row in rows)
        return
    for row in rows:
        words = words_at(page, row.locator)
        if words is None or not proves(words, row.quote):
            yield Problem("words", row.claim, document, f"{row.locator}: {row.quote!r} is now {words!r}")
