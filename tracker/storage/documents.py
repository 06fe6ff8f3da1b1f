"""Documents within one transaction: looked up in bulk, changed in memory, written back once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from tracker.domain.history import Order
from tracker.domain.outcomes import Outcome
from tracker.domain.sources import DocumentState, Source, Tier
from tracker.domain.timeline import TimelineState
from tracker.storage import tables
from tracker.storage.bulk import insert_rows, update_rows
from tracker.storage.identifiers import Identifiers
from tracker.storage.observations import Observation
from tracker.storage.types import clean

GONE_AFTER = 3
"""Polls in a row that have to find a page gone before the document counts as gone."""

CHUNK = 500
"""Names looked up by one statement."""


@dataclass(slots=True)
class DocumentRow:
    """A row of `document`, with what this transaction makes of it. `new` rows have no past to fold."""

    id: int
    name: str
    source_id: int
    url: str = ""
    title: str = ""
    author: str | None = None
    published_at: datetime | None = None
    state: str = DocumentState.PRESENT
    extractor_id: int | None = None
    last_valid_at: datetime | None = None
    last_sequence: int | None = None
    last_snapshot: str | None = None
    seen_at: datetime | None = None
    folded: bool = False
    face: str | None = None
    remarks: str | None = None
    suspect_since: datetime | None = None
    suspect_why: str | None = None
    flapping: bool = False
    gone_streak: int = 0
    new: bool = False
    dirty: bool = False
    stored: bool = False
    """Whether the fold's state has its row already."""

    @property
    def last(self) -> Order | None:
        """The latest observation's place in the document's time."""
        if self.last_valid_at is None:
            return None
        assert self.last_sequence is not None
        assert self.last_snapshot is not None
        return Order(self.last_valid_at, self.last_sequence, self.last_snapshot)

    @last.setter
    def last(self, order: Order) -> None:
        self.last_valid_at, self.last_sequence, self.last_snapshot = order
        self.dirty = True

    def miss(self, outcome: Outcome) -> None:
        """A poll without an item: a page that was not found again and again is gone; its claims stay, last seen."""
        if outcome is Outcome.GONE:
            self.gone_streak += 1
            if self.gone_streak >= GONE_AFTER:
                self.state = DocumentState.GONE.value
        elif outcome.accepted:
            if self.gone_streak >= GONE_AFTER:
                self.state = DocumentState.PRESENT.value
            self.gone_streak = 0
        self.dirty = True

    def found(self, state: DocumentState) -> None:
        """Take over a snapshot's state; a page that polls have found gone stays gone until a poll finds it again."""
        self.state = DocumentState.GONE.value if self.gone_streak >= GONE_AFTER else state.value

    def show(self, state: TimelineState) -> None:
        """Take over what the fold says of the document as a whole."""
        self.folded = True
        self.found(state.document)
        self.seen_at = state.seen_at
        self.face = state.digest if state.suspect is None and not state.flapping else None
        self.suspect_since = state.suspect.reading.valid_at if state.suspect else None
        self.suspect_why = state.suspect.why if state.suspect else None
        self.flapping = state.flapping
        self.dirty = True

    def describe(self, observation: Observation) -> None:
        """Take over what the latest observation says of the document as a whole."""
        for column in ("url", "title", "author", "published_at"):
            value = getattr(observation, column)
            if value and value != getattr(self, column):
                setattr(self, column, value)
        self.dirty = True


_COLUMNS = [column.name for column in tables.document.columns]
_CHANGING = [column for column in _COLUMNS if column not in {"name", "source_id"}]


def _values(row: DocumentRow, columns: Sequence[str]) -> dict[str, Any]:
    return {column: getattr(row, column) for column in columns}


class Documents:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: dict[str, DocumentRow] = {}
        self._absent: set[str] = set()
        self._ids = Identifiers(connection, tables.document)

    def load(self, names: Iterable[str]) -> None:
        wanted = sorted({clean(name) for name in names} - self._rows.keys() - self._absent)
        for start in range(0, len(wanted), CHUNK):
            chunk = wanted[start : start + CHUNK]
            found = self._connection.execute(select(tables.document).where(tables.document.c.name.in_(chunk)))
            for values in found.mappings():
                self._rows[values["name"]] = DocumentRow(**values, stored=values["folded"])
        self._absent.update(name for name in wanted if name not in self._rows)

    def find(self, name: str) -> DocumentRow | None:
        self.load([name])
        return self._rows.get(clean(name))

    def get(self, observation: Observation, source_id: int) -> DocumentRow:
        found = self.find(observation.document)
        if found is None:
            name = clean(observation.document)
            found = DocumentRow(self._ids.take(), name, source_id, new=True)
            self._rows[name] = found
        return found

    def rows(self) -> Iterable[DocumentRow]:
        return self._rows.values()

    def flush(self) -> None:
        fresh = [row for row in self._rows.values() if row.new]
        insert_rows(self._connection, tables.document, [_values(row, _COLUMNS) for row in fresh])
        changed = [row for row in self._rows.values() if row.dirty and not row.new]
        update_rows(self._connection, tables.document, [_values(row, _CHANGING) for row in changed], ["id"])
        for row in (*fresh, *changed):
            row.new = row.dirty = False


class Sources:
    """Configured sources by name, kept in step with the configuration that uses them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: dict[str, tuple[int, Source]] = {}
        self._others: dict[int, Source] = {}

    def put(self, source: Source) -> int:
        known = self._rows.get(source.name)
        if known is not None and known[1] == source:
            return known[0]
        values = {
            "kind": source.kind,
            "address": source.address,
            "tier": source.tier.value,
            "organisation": source.organisation,
            "interval_seconds": source.interval_seconds,
        }
        table = tables.source
        found = self._connection.execute(select(table).where(table.c.name == source.name)).first()
        if found is None:
            number = self._connection.execute(insert(table).values(name=source.name, **values)).inserted_primary_key
            assert number is not None
            self._rows[source.name] = number[0], source
            return int(number[0])
        if any(getattr(found, name) != value for name, value in values.items()):
            self._connection.execute(update(table).where(table.c.id == found.id).values(**values))
        self._rows[source.name] = found.id, source
        return int(found.id)

    def by_id(self, number: int) -> Source:
        known = self._others.get(number)
        if known is not None:
            return known
        table = tables.source
        row = self._connection.execute(select(table).where(table.c.id == number)).one()
        source = Source(row.name, row.kind, row.address, Tier(row.tier), row.organisation, row.interval_seconds)
        self._others[number] = source
        return source


def in_chunks(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
