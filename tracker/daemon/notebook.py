"""Looks that brought nothing new, kept in memory and written together.

Most looks at most sources end in "not modified". Each as a transaction of its own would cost ten times the request. A note
that a crash loses does no harm: its source is asked again, with the validators of before.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Protocol

from tracker.domain.errors import FetchError, SourceError
from tracker.domain.outcomes import Outcome
from tracker.domain.ports import Clock, Collector
from tracker.domain.sources import Cursor, Item, Miss, Source
from tracker.storage import Database
from tracker.storage.cursors import keep_cursors


class Collected:
    """A collector that was asked already, up to the first thing that has to be recorded; the pipeline gets it all."""

    def __init__(self, collector: Collector, source: Source, cursor: Cursor | None) -> None:
        self._stream = iter(collector.collect(source, cursor))
        self._seen: list[Item | Miss | Cursor] = []
        self._error: SourceError | FetchError | None = None
        self.last: Cursor | None = None
        self.quiet = self._read()

    def collect(self, _source: Source, _cursor: Cursor | None) -> Iterator[Item | Miss | Cursor]:
        yield from self._seen
        if self._error is not None:
            raise self._error
        yield from self._stream

    def _read(self) -> bool:
        """Read while nothing is new; true when that was all."""
        try:
            for got in self._stream:
                self._seen.append(got)
                if isinstance(got, Cursor):
                    self.last = got
                elif isinstance(got, Item) or got.outcome is not Outcome.NOT_MODIFIED:
                    return False
        except (SourceError, FetchError) as error:
            self._error = error
            return False
        return bool(self._seen)


class Notes(Protocol):
    """How a look that brought nothing new is remembered."""

    def cursor(self, source: Source) -> Cursor | None: ...

    def note(self, source: Source, cursor: Cursor | None) -> bool: ...

    def forget(self, source: Source, *, quiet: bool) -> None: ...

    def write(self) -> None: ...


class SharedNotes:
    """Notes where other workers look at the same sources: nothing is kept in memory. A source is quiet when its look
    before, whoever made it, ended in "not modified".
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def cursor(self, source: Source) -> Cursor | None:
        return self._database.queries().cursor(source.name)

    def note(self, source: Source, cursor: Cursor | None) -> bool:
        state = self._database.schedule().source(source.name)
        if state is None or state.outcome is not Outcome.NOT_MODIFIED:
            return False
        if cursor is not None:
            keep_cursors(self._database, {source.name: cursor}, self._clock.now())
        return True

    def forget(self, source: Source, *, quiet: bool) -> None:
        """The pipeline has recorded all there is to know."""

    def write(self) -> None:
        """Everything is written already."""


class Notebook:
    """Cursors of quiet sources. A source is quiet from its second "not modified" in a row: the first one is recorded
    in full, because it may end a streak of errors.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._quiet: set[str] = set()
        self._cursors: dict[str, Cursor] = {}
        self._unwritten: dict[str, Cursor] = {}

    def cursor(self, source: Source) -> Cursor | None:
        """Where the source's collector was."""
        with self._lock:
            known = self._cursors.get(source.name)
        return known if known is not None else self._database.queries().cursor(source.name)

    def note(self, source: Source, cursor: Cursor | None) -> bool:
        """Note a quiet look; false when it has to be recorded in full."""
        with self._lock:
            if source.name not in self._quiet:
                self._unwritten.pop(source.name, None)
                return False
            if cursor is not None:
                self._cursors[source.name] = self._unwritten[source.name] = cursor
            return True

    def forget(self, source: Source, *, quiet: bool) -> None:
        """The pipeline has recorded a look: what was noted before is out of date."""
        with self._lock:
            self._cursors.pop(source.name, None)
            self._unwritten.pop(source.name, None)
            if quiet:
                self._quiet.add(source.name)
            else:
                self._quiet.discard(source.name)

    def write(self) -> None:
        """Write what was noted, in one transaction."""
        with self._lock:
            unwritten, self._unwritten = self._unwritten, {}
        if not unwritten:
            return
        keep_cursors(self._database, unwritten, self._clock.now())
