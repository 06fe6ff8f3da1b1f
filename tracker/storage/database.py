"""An open database, and the doors to it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, exists, false, insert, select

from tracker.domain.history import Cause, Condition
from tracker.domain.ports import Clock
from tracker.domain.sources import DocumentState, Source
from tracker.storage import naming, tables
from tracker.storage.documents import Sources, in_chunks
from tracker.storage.engine import Transactions
from tracker.storage.naming import Registry
from tracker.storage.observations import Archived, KnownReading, Lookup, Observation, RunRecord
from tracker.storage.outbox import Outbox
from tracker.storage.pace import SharedPace
from tracker.storage.queries import Queries
from tracker.storage.recording import Recording
from tracker.storage.schedule import Schedule
from tracker.storage.types import clean

_DOCUMENT, _SNAPSHOT, _READING = tables.document.c, tables.snapshot.c, tables.reading.c


class Database(Transactions):
    """`recording()` writes, `queries()` reads; `outbox()` and `schedule()` are the stores of alerts and daemon."""

    @contextmanager
    def recording(self, registry: Registry, cause: Cause, now: datetime) -> Iterator[Recording]:
        """One writing transaction; call `finish` on what it gives, last."""
        with self.writing() as connection:
            yield Recording(connection, registry, cause, now)

    def queries(self) -> Queries:
        return Queries(self)

    def outbox(self) -> Outbox:
        return Outbox(self)

    def schedule(self) -> Schedule:
        return Schedule(self)

    def expect_writable(self) -> None:
        """Raises `StorageError` where nothing can be written, before anybody relies on it."""
        with self.writing() as connection:
            connection.execute(delete(tables.host).where(false()))  # SQLite says no only to a statement that writes

    def pace(self, clock: Clock) -> SharedPace | None:
        """The politeness budget of all processes on this database; `None` on SQLite, which one process uses."""
        return SharedPace(self, clock) if self.dialect == "postgresql" else None

    def refresh_names(self, registry: Registry, now: datetime) -> int:
        """Resolve all stored words anew if the registry is another one; gives how many names changed."""
        with self.reading() as connection:
            if naming.applied(connection) == registry.version:
                return 0
        with self.writing() as connection:
            return naming.refresh(connection, registry, now)

    def lookup(self, observations: Sequence[Observation], extractor: str) -> list[Lookup]:
        """What is known of each, before anything is read in its bytes."""
        with self.reading() as connection:
            number = connection.execute(
                select(tables.extractor.c.id).where(tables.extractor.c.name == extractor)
            ).scalar()
            documents = _documents(connection, {clean(one.document) for one in observations})
            stale = {row.id for row in documents.values() if _is_stale(connection, row, number)}
            readings = _readings(connection, [row.id for row in documents.values()], observations, number)
        return [_lookup(one, documents.get(clean(one.document)), stale, readings) for one in observations]

    def archived(self, document: str) -> list[Archived]:
        """The snapshots of a document whose bytes are kept, in time order."""
        condition = (
            select(_READING.condition)
            .where(_READING.snapshot_id == _SNAPSHOT.id)
            .order_by(_READING.extractor_id.desc())
            .limit(1)
            .scalar_subquery()
        )
        query = (
            select(tables.snapshot, condition.label("condition"), _DOCUMENT.url, _DOCUMENT.title, _DOCUMENT.name)
            .join(tables.document, _DOCUMENT.id == _SNAPSHOT.document_id)
            .where(_DOCUMENT.name == clean(document), _SNAPSHOT.archived)
            .order_by(_SNAPSHOT.valid_at, _SNAPSHOT.sequence, _SNAPSHOT.sha256, _SNAPSHOT.state)
        )
        with self.reading() as connection:
            return [_archived(row) for row in connection.execute(query)]

    def unread(self, extractor: str, *, source: str | None = None) -> list[str]:
        """Documents with kept bytes that this extractor has not read, by name."""
        number = select(tables.extractor.c.id).where(tables.extractor.c.name == extractor).scalar_subquery()
        done = exists().where(_READING.snapshot_id == _SNAPSHOT.id, _READING.extractor_id == number)
        query = (
            select(_DOCUMENT.name)
            .join(tables.snapshot, _SNAPSHOT.document_id == _DOCUMENT.id)
            .where(_SNAPSHOT.archived, ~done)
            .distinct()
        )
        if source is not None:
            query = query.join(tables.source, tables.source.c.id == _DOCUMENT.source_id)
            query = query.where(tables.source.c.name == source)
        with self.reading() as connection:
            return sorted(connection.execute(query).scalars())

    def ran(self, source: Source, record: RunRecord) -> None:
        """Keep how one look at a source went."""
        table = tables.run
        with self.writing() as connection:
            number = Sources(connection).put(source)
            last = connection.execute(
                select(table).where(table.c.source_id == number).order_by(table.c.id.desc()).limit(1)
            ).first()
            answered = record.outcome is None or record.outcome.accepted
            streak = 0 if answered else 1 + (last.error_streak if last else 0)
            answered_at = record.finished_at if answered else (last.answered_at if last else None)
            connection.execute(
                insert(table).values(**_run_row(number, record), error_streak=streak, answered_at=answered_at)
            )


def _run_row(source: int, record: RunRecord) -> dict[str, Any]:
    return {
        "source_id": source,
        "cause": record.cause.value,
        "started_at": record.started_at,
        "finished_at": record.finished_at,
        "outcome": record.outcome.value if record.outcome else None,
        "detail": record.detail,
        "items": record.items,
        "changes": record.changes,
        "outcomes": json.dumps(dict(sorted(record.outcomes.items()))),
    }


def _documents(connection: Connection, names: set[str]) -> dict[str, Any]:
    found = {}
    columns = _DOCUMENT.id, _DOCUMENT.name, _DOCUMENT.extractor_id, _DOCUMENT.folded, _DOCUMENT.suspect_since
    for chunk in in_chunks(sorted(names)):
        for row in connection.execute(select(*columns, _DOCUMENT.flapping).where(_DOCUMENT.name.in_(chunk))):
            found[row.name] = row
    return found


def _is_stale(connection: Connection, document: Any, extractor: int | None) -> bool:
    """Whether bytes of the document are kept that only another extractor has read."""
    if document.extractor_id in {None, extractor}:
        return False
    done = exists().where(_READING.snapshot_id == _SNAPSHOT.id, _READING.extractor_id == extractor)
    kept = select(_SNAPSHOT.id).where(_SNAPSHOT.document_id == document.id, _SNAPSHOT.archived, ~done)
    return connection.execute(kept.limit(1)).first() is not None


def _readings(
    connection: Connection, documents: Sequence[int], observations: Sequence[Observation], extractor: int | None
) -> Mapping[int, list[Any]]:
    """By document: its readings of the bytes that are asked for."""
    found: dict[int, list[Any]] = {}
    hashes = {one.snapshot for one in observations}
    columns = _SNAPSHOT.document_id, _SNAPSHOT.valid_at, _SNAPSHOT.sequence, _SNAPSHOT.sha256, _SNAPSHOT.state
    for chunk in in_chunks(documents):
        query = (
            select(*columns, _SNAPSHOT.context, _READING.claimset_id, _READING.condition)
            .join(tables.reading, _READING.snapshot_id == _SNAPSHOT.id)
            .where(_SNAPSHOT.document_id.in_(chunk), _READING.extractor_id == extractor)
        )
        for row in connection.execute(query):
            if row.sha256 in hashes:
                found.setdefault(row.document_id, []).append(row)
    return found


def _lookup(observation: Observation, document: Any, stale: set[int], readings: Mapping[int, list[Any]]) -> Lookup:
    if document is None:
        return Lookup()
    rows = [row for row in readings.get(document.id, ()) if row.sha256 == observation.snapshot]
    repeated = any(
        (row.valid_at, row.sequence, row.state) == (observation.valid_at, observation.sequence, observation.state)
        for row in rows
    )
    same = [row for row in rows if row.context == clean(observation.context) and row.state == observation.state]
    reading = KnownReading(same[0].claimset_id, Condition(same[0].condition)) if same else None
    waiting = document.suspect_since is not None or document.flapping
    return Lookup(repeated, reading, document.id in stale, document.folded, waiting)


def _archived(row: Any) -> Archived:
    return Archived(
        row.id,
        row.name,
        row.sha256,
        row.media_type,
        row.url,
        row.title,
        row.context,
        DocumentState(row.state),
        Condition(row.condition or Condition.SOUND),
    )
