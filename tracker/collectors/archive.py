"""Saved pages in a folder, dated by a manifest: somebody's own archive.

Each is valid from the time at which it was saved, and stands in the timeline of the page that it is a copy of. Files are
read from within the folder only, whatever the manifest says.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from tracker.collectors import options
from tracker.collectors.saved_manifest import BadRow, SavedPage, find_manifest, read_manifest
from tracker.domain.errors import SourceError
from tracker.domain.outcomes import Outcome
from tracker.domain.ports import Clock, CollectorKit, Listed
from tracker.domain.sources import Authority, Cursor, Item, Miss, Source
from tracker.domain.urls import canonical_url

MAX_FILE_BYTES = 20_000_000
CURSOR_ITEMS = 100
_LONGEST_REVISION = 200
_AHEAD = timedelta(days=1)
"""Clocks differ, and a date is a day: a page that was saved later than this cannot have been."""

_MEDIA_TYPES = {
    ".csv": "text/csv",
    ".htm": "text/html",
    ".html": "text/html",
    ".json": "application/json",
    ".md": "text/markdown",
    ".txt": "text/plain",
    ".xhtml": "application/xhtml+xml",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
}


class SavedPagesCollector:
    """The source's address is the folder. Pages are read in the order of their times; what cannot be read is reported
    by its line of the manifest and passed over.

    Options: `manifest` (a file in the folder; `manifest.jsonl` or `manifest.csv`), `since` (a date or time), `only`
    (rows that name this source, or with an empty one no source; by default all rows).
    """

    def __init__(self, kit: CollectorKit, *, cursor_items: int = CURSOR_ITEMS) -> None:
        self._clock = kit.clock
        self._cursor_items = cursor_items

    def collect(self, source: Source, cursor: Cursor | None) -> Iterator[Item | Miss | Cursor]:
        folder = _Folder.open(source, self._clock)
        start, missed = folder.resume(cursor)
        for place, row in enumerate(folder.rows[start:], start=start + 1):
            found = folder.read(row)
            missed = missed or isinstance(found, Miss)
            yield found
            if place % self._cursor_items == 0:
                yield folder.cursor(place, missed=missed)
        yield folder.cursor(len(folder.rows), missed=missed)

    def survey(self, source: Source, cursor: Cursor | None) -> Iterator[Listed | Miss]:
        folder = _Folder.open(source, self._clock)
        start, _ = folder.resume(cursor)
        for row in folder.rows[start:]:
            yield folder.look(row)


def sources_of(folder: Path, manifest: str = "") -> list[str]:
    """The sources that a manifest names, in order of first mention; `""` for rows that name none or cannot be read."""
    _, rows = read_manifest(find_manifest(folder, manifest))
    return list(dict.fromkeys(row.source if isinstance(row, SavedPage) else "" for row in rows))


@dataclass(frozen=True, slots=True)
class _Folder:
    source: Source
    root: Path
    manifest: str
    rows: Sequence[SavedPage | BadRow]
    identity: dict[str, str]
    clock: Clock

    @classmethod
    def open(cls, source: Source, clock: Clock) -> _Folder:
        options.known(source, "manifest", "since", "only")
        since = options.moment(source, "since")
        only = source.options.get("only")
        root = Path(source.address).expanduser()
        try:
            root = root.resolve(strict=True)
        except OSError as error:
            raise SourceError(f"cannot be read: {error.strerror}", where=str(root), hint="check the path") from None
        path = find_manifest(root, options.word(source, "manifest"))
        content, rows = read_manifest(path)
        kept = [row for row in rows if _wanted(row, since, only)]
        kept.sort(key=lambda row: (row.saved_at.timestamp() if isinstance(row, SavedPage) else 0.0, row.line))
        identity = {
            "manifest": sha256(content).hexdigest(),
            "since": since.isoformat() if since else "",
            "only": str(only) if only is not None else "*",
        }
        return cls(source, root, path.name, kept, identity, clock)

    def resume(self, cursor: Cursor | None) -> tuple[int, bool]:
        """Where to go on, and whether something before was missed: a whole run that missed something begins anew, since
        the file may be there by now.
        """
        values = cursor.values if cursor else {}
        read = values.get("read", "")
        if not read.isdecimal() or any(values.get(name) != value for name, value in self.identity.items()):
            return 0, False
        missed = bool(values.get("missed"))
        return (0, False) if missed and int(read) >= len(self.rows) else (int(read), missed)

    def cursor(self, place: int, *, missed: bool) -> Cursor:
        held = {"read": str(place), "size": str(len(self.rows)), **({"missed": "yes"} if missed else {})}
        return Cursor({**self.identity, **held})

    def look(self, row: SavedPage | BadRow) -> Listed | Miss:
        """What is there, unread."""
        if isinstance(row, BadRow):
            return self._miss(row, Outcome.PARSE_FAILED, row.why)
        path = self._find(row)
        if isinstance(path, Miss):
            return path
        return Listed(canonical_url(row.url), row.saved_at, path.stat().st_size)

    def read(self, row: SavedPage | BadRow) -> Item | Miss:
        if isinstance(row, BadRow):
            return self._miss(row, Outcome.PARSE_FAILED, row.why)
        path = self._find(row)
        if isinstance(path, Miss):
            return path
        try:
            body = _read(path)
        except OSError as error:
            return self._miss(row, Outcome.GONE, f"{row.file[:200]!r} cannot be read: {error.strerror}")
        if not body.strip():
            return self._miss(row, Outcome.TRUNCATED, f"{row.file[:200]!r} is empty")
        return Item(
            source=self.source.name,
            document=canonical_url(row.url),
            body=body,
            media_type=row.media_type or _MEDIA_TYPES.get(path.suffix.lower(), ""),
            valid_at=row.saved_at,
            authority=Authority.FETCHED,
            retrieved_at=self.clock.now(),
            url=row.url,
            title=row.title,
            precision=row.precision,
            revision=f"saved:{row.file}"[:_LONGEST_REVISION],
        )

    def _find(self, row: SavedPage) -> Path | Miss:
        """The file, if it is one, within the folder once all links are followed, and within bounds."""
        if row.saved_at > self.clock.now() + _AHEAD:
            return self._miss(row, Outcome.PARSE_FAILED, f"saved in the future: {row.saved_at.isoformat()}")
        try:
            path = (self.root / row.file).resolve(strict=True)
            if not path.is_relative_to(self.root):
                return self._miss(row, Outcome.POLICY_BLOCKED, f"{row.file[:200]!r} is outside the folder")
            found = path.stat()
        except (OSError, ValueError, RuntimeError) as error:
            why = getattr(error, "strerror", None) or str(error)
            return self._miss(row, Outcome.GONE, f"{row.file[:200]!r} cannot be read: {why}")
        if not stat.S_ISREG(found.st_mode):
            return self._miss(row, Outcome.GONE, f"{row.file[:200]!r} is no file")
        if found.st_size > MAX_FILE_BYTES:
            return self._miss(row, Outcome.TOO_LARGE, f"{row.file[:200]!r} is larger than {MAX_FILE_BYTES:,} bytes")
        return path

    def _miss(self, row: SavedPage | BadRow, outcome: Outcome, why: str) -> Miss:
        place = f"{self.manifest}:{row.line}"
        return Miss(self.source.name, f"{self.root / self.manifest}:{row.line}", outcome, f"{place}: {why}")


def _wanted(row: SavedPage | BadRow, since: datetime | None, only: object) -> bool:
    if isinstance(row, BadRow):
        return not only
    return (since is None or row.saved_at >= since) and (only is None or row.source == only)


def _read(path: Path) -> bytes:
    """At most so many bytes, and not through a link that was put there since the path was looked at."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    with open(descriptor, "rb") as file:  # noqa: PTH123  # of an open descriptor
        return file.read(MAX_FILE_BYTES)
