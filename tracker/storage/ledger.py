"""Marks and changes as rows: appended when a reading is the latest, reconciled when the past has to be folded anew.

Nothing is updated but `superseded_id`. Rows are collected in memory and written by `flush`, in bulk.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, Table, func, insert, select, update

from tracker.domain.claims import Claim, Score, Setting
from tracker.domain.history import Cause, Change, ChangeKind, Mark
from tracker.domain.reread import reread_changes
from tracker.domain.sources import Precision
from tracker.storage import tables
from tracker.storage.bulk import insert_rows, update_rows
from tracker.storage.codec import evidence_of
from tracker.storage.documents import DocumentRow, in_chunks
from tracker.storage.identifiers import Identifiers
from tracker.storage.naming import Naming, words_of

_STATEMENT = tables.statement.c
_VERSION = tables.version.c
_CLAIM = frozenset(_STATEMENT.keys()) - {"id", "snapshot_id", "extractor_id", "valid_from", "recorded_id"}


class Stamp:
    """The recording that this transaction's rows belong to; made only when there is a row to write. Its time is later
    than every earlier recording's, wherever the clock has jumped.
    """

    def __init__(self, connection: Connection, now: datetime, cause: Cause) -> None:
        self._connection = connection
        self._now = now
        self._cause = cause
        self._made: tuple[int, datetime] | None = None

    def _make(self) -> tuple[int, datetime]:
        if self._made is None:
            table = tables.recording
            last = self._connection.execute(select(func.max(table.c.recorded_at))).scalar()
            at = self._now if last is None else max(self._now, last + timedelta(microseconds=1))
            number = Identifiers(self._connection, table).take()
            self._connection.execute(insert(table).values(id=number, recorded_at=at, cause=self._cause.value))
            self._made = number, at
        return self._made

    @property
    def id(self) -> int:
        return self._make()[0]

    @property
    def at(self) -> datetime:
        return self._make()[1]


SnapshotIds: TypeAlias = Mapping[tuple[str, datetime], int]
"""Snapshot rows of a document by hash and valid time."""

StatedAt: TypeAlias = tuple[str, datetime, str]
"""Series, valid time and snapshot of a mark."""


@dataclass(frozen=True, slots=True)
class Stated:
    """The statement of a mark, and the one that it ended."""

    statement: int
    ended: int | None


_Series: TypeAlias = tuple[int, str]
"""Document and the series' text."""


@dataclass(frozen=True, slots=True)
class _Turn:
    """What one reading brought to its document."""

    document: DocumentRow
    marks: Sequence[Mark]
    changes: Sequence[Change]
    snapshots: SnapshotIds


class Ledger:
    def __init__(self, connection: Connection, naming: Naming, stamp: Stamp) -> None:
        self._connection = connection
        self._naming = naming
        self._stamp = stamp
        self._statement_ids = Identifiers(connection, tables.statement)
        self._series_ids = Identifiers(connection, tables.series)
        self._series: dict[_Series, int] = {}
        self._heads: dict[int, int] = {}
        self._waiting: list[_Turn] = []
        self._new: dict[Table, list[dict[str, Any]]] = {
            table: [] for table in (tables.series, tables.statement, tables.version, tables.change)
        }

    def append(
        self, document: DocumentRow, marks: Sequence[Mark], changes: Sequence[Change], snapshots: SnapshotIds
    ) -> None:
        """Take what the latest reading brought; every mark is later than those of its series that are there. Written by
        `flush`, which looks up what all of them need at once.
        """
        self._waiting.append(_Turn(document, marks, changes, snapshots))

    def reconcile(
        self,
        document: DocumentRow,
        marks: Sequence[Mark],
        changes: Sequence[Change],
        snapshots: SnapshotIds,
        cause: Cause,
    ) -> list[Change]:
        """Make the rows of a document equal to `marks` and `changes`: supersede what is not wanted, insert what is
        missing. Returns the changes that no recording had told before.
        """
        self.flush()
        self._heads.clear()
        rows = self._rows(document)
        existing = {_identity(_mark_of(row)): row for row in rows}
        wanted = {_identity(mark) for mark in marks}
        self._supersede_versions([row for identity, row in existing.items() if identity not in wanted])
        self._learn([(document, mark) for mark in marks])
        stated: dict[StatedAt, Stated] = {}
        heads: dict[str, int] = {}
        for mark in marks:
            row = existing.get(_identity(mark))
            statement = self._state(document, mark, snapshots) if row is None else row.statement_id
            stated[mark.series, mark.valid_from, mark.snapshot] = Stated(statement, heads.get(mark.series))
            heads[mark.series] = statement
        told = self._reconcile_changes(document, changes, stated, snapshots)
        if cause is Cause.REREAD:
            told += self._add_rereads(document, rows, marks, stated, snapshots)
        return told

    def flush(self) -> None:
        self._settle()
        for table, rows in self._new.items():
            insert_rows(self._connection, table, rows)
            rows.clear()

    def _settle(self) -> None:
        """Turn what waits into rows."""
        if not self._waiting:
            return
        self._learn([(turn.document, mark) for turn in self._waiting for mark in turn.marks])
        self._load_heads([self._series_of(turn.document, mark.series) for turn in self._waiting for mark in turn.marks])
        for turn in self._waiting:
            stated: dict[StatedAt, Stated] = {}
            for mark in turn.marks:
                series = self._series_of(turn.document, mark.series)
                statement = self._state(turn.document, mark, turn.snapshots)
                stated[mark.series, mark.valid_from, mark.snapshot] = Stated(statement, self._heads.get(series))
                self._heads[series] = statement
            self._add_changes(turn.document, turn.changes, stated, turn.snapshots)
        self._waiting.clear()

    def _series_of(self, document: DocumentRow, series: str) -> int:
        return self._series[document.id, series]

    def _learn(self, marks: Sequence[tuple[DocumentRow, Mark]]) -> None:
        """Make sure that every mark's series has its row; what it is called is what its first mark calls it."""
        wanted = {(document.id, mark.series): (document, mark) for document, mark in reversed(marks)}
        self._load_series([(document, mark.series) for document, mark in wanted.values()])
        fresh = {place: which for place, which in wanted.items() if place not in self._series}
        self._naming.learn(word for _, mark in fresh.values() for word in words_of(mark.claim))
        for place, (document, mark) in sorted(fresh.items(), key=lambda pair: pair[0]):
            number = self._series_ids.take()
            self._series[place] = number
            self._new[tables.series].append(self._series_row(number, document, mark))

    def _load_series(self, wanted: Iterable[tuple[DocumentRow, str]]) -> None:
        column = tables.series.c
        places = {
            claim_id(document.name, series): (document.id, series)
            for document, series in wanted
            if not document.new and (document.id, series) not in self._series
        }
        for chunk in in_chunks(sorted(places)):
            for row in self._connection.execute(select(column.claim, column.id).where(column.claim.in_(chunk))):
                self._series[places[row.claim]] = row.id

    def _series_row(self, number: int, document: DocumentRow, mark: Mark) -> dict[str, Any]:
        said, setting = mark.claim, mark.claim.setting
        model, benchmark, *metric = words_of(said)
        return {
            "id": number,
            "claim": claim_id(document.name, mark.series),
            "document_id": document.id,
            "key": mark.series,
            "model": said.model,
            "benchmark": said.benchmark,
            "metric": said.metric,
            "shots": setting.shots,
            "cot": setting.cot,
            "variant": setting.variant,
            "extra": json.dumps(setting.extra, ensure_ascii=False),
            "model_id": self._naming.id(model),
            "benchmark_id": self._naming.id(benchmark),
            "metric_id": self._naming.id(metric[0]) if metric else None,
        }

    def _load_heads(self, series: Sequence[int]) -> None:
        """The latest statement of each series, as far as it is not known."""
        wanted = sorted({number for number in series if number not in self._heads})
        for chunk in in_chunks(wanted):
            rows = self._connection.execute(
                select(_VERSION.series_id, _VERSION.statement_id)
                .where(_VERSION.series_id.in_(chunk), _VERSION.superseded_id.is_(None))
                .order_by(_VERSION.series_id, _VERSION.valid_from, _VERSION.position)
            )
            self._heads.update({row.series_id: row.statement_id for row in rows})

    def _state(self, document: DocumentRow, mark: Mark, snapshots: SnapshotIds) -> int:
        statement, claim = self._statement_ids.take(), mark.claim
        assert document.extractor_id is not None  # set before anything is folded
        self._new[tables.statement].append(
            {
                "id": statement,
                "snapshot_id": snapshots[mark.snapshot, mark.valid_from],
                "extractor_id": document.extractor_id,
                "valid_from": mark.valid_from,
                "recorded_id": self._stamp.id,
                "said": mark.said,
                "model": claim.model,
                "benchmark": claim.benchmark,
                "metric": claim.metric,
                "context": claim.context,
                "text": claim.score.text,
                "value": str(claim.score.value),
                "unit": claim.score.unit,
                "uncertainty": None if claim.score.uncertainty is None else str(claim.score.uncertainty),
                "kind": claim.evidence.kind.value,
                "locator": claim.evidence.locator,
                "quote": claim.quote,
                "relayed": claim.relayed,
                "confidence": claim.confidence,
            }
        )
        self._new[tables.version].append(
            {
                "series_id": self._series_of(document, mark.series),
                "valid_from": mark.valid_from,
                "position": mark.position,
                "recorded_id": self._stamp.id,
                "superseded_id": None,
                "statement_id": statement,
            }
        )
        return statement

    def _rows(self, document: DocumentRow) -> Sequence[Any]:
        """Every version of the document that is not superseded, with all that its mark is made of."""
        series, snapshot = tables.series.c, tables.snapshot.c
        return self._connection.execute(
            select(
                *(column for column in _VERSION if column.name != "superseded_id"),
                *(column for column in _STATEMENT if column.name in _CLAIM),
                *(series.key, series.shots, series.cot, series.variant, series.extra),
                *(snapshot.sha256, snapshot.revision, snapshot.precision),
                tables.extractor.c.name.label("extractor"),
            )
            .join_from(tables.version, tables.series)
            .join(tables.statement, _STATEMENT.id == _VERSION.statement_id)
            .join(tables.snapshot, snapshot.id == _STATEMENT.snapshot_id)
            .join(tables.extractor, tables.extractor.c.id == _STATEMENT.extractor_id)
            .where(series.document_id == document.id, _VERSION.superseded_id.is_(None))
        ).all()

    def _supersede_versions(self, rows: Sequence[Row[Any]]) -> None:
        if not rows:
            return
        key = [column.name for column in tables.version.primary_key]
        stamp = {"superseded_id": self._stamp.id}
        update_rows(
            self._connection, tables.version, [stamp | {name: getattr(row, name) for name in key} for row in rows], key
        )

    def _add_changes(
        self,
        document: DocumentRow,
        changes: Iterable[Change],
        stated: Mapping[StatedAt, Stated],
        snapshots: SnapshotIds,
    ) -> None:
        for change in changes:
            now = stated[change.series, change.valid_at, change.snapshot]
            before = stated[change.old_series, change.valid_at, change.snapshot]
            old = before.ended if change.old is not None else None
            new = now.statement if change.new is not None else None
            self._add_change(document, change, (old, new), snapshots)

    def _add_change(
        self, document: DocumentRow, change: Change, statements: tuple[int | None, int | None], snapshots: SnapshotIds
    ) -> None:
        old, new = statements
        self._new[tables.change].append(
            {
                "id": change.id,
                "recorded_id": self._stamp.id,
                "document_id": document.id,
                "series_id": self._series_of(document, change.series),
                "old_series_id": self._series_of(document, change.old_series),
                "kind": change.kind.value,
                "rounding": change.rounding,
                "valid_at": change.valid_at,
                "old_statement_id": old,
                "new_statement_id": new,
                "snapshot_id": snapshots[change.snapshot, change.valid_at],
            }
        )

    def _reconcile_changes(
        self,
        document: DocumentRow,
        changes: Sequence[Change],
        stated: Mapping[StatedAt, Stated],
        snapshots: SnapshotIds,
    ) -> list[Change]:
        column = tables.change.c
        rows = self._connection.execute(
            select(column.row, column.id, column.superseded_id, column.kind, tables.snapshot.c.sha256)
            .join(tables.snapshot, tables.snapshot.c.id == column.snapshot_id)
            .where(column.document_id == document.id)
        ).all()
        wanted = {(change.id, change.snapshot) for change in changes}
        standing = {(row.id, row.sha256): row.row for row in rows if row.superseded_id is None}
        gone = [
            row.row
            for row in rows
            if row.superseded_id is None and row.kind != ChangeKind.REREAD and (row.id, row.sha256) not in wanted
        ]
        for chunk in in_chunks(gone):
            self._connection.execute(
                update(tables.change).where(column.row.in_(chunk)).values(superseded_id=self._stamp.id)
            )
        missing = [change for change in changes if (change.id, change.snapshot) not in standing]
        self._add_changes(document, missing, stated, snapshots)
        told = {row.id for row in rows}
        return [change for change in missing if change.id not in told]

    def _add_rereads(
        self,
        document: DocumentRow,
        rows: Sequence[Row[Any]],
        marks: Sequence[Mark],
        stated: Mapping[StatedAt, Stated],
        snapshots: SnapshotIds,
    ) -> list[Change]:
        """Record what the newer extractor changed, against the rows that it superseded."""
        before = {(row.key, row.valid_from): row.statement_id for row in rows}
        after = {
            (mark.series, mark.valid_from): stated[mark.series, mark.valid_from, mark.snapshot].statement
            for mark in marks
        }
        self._load_series([(document, row.key) for row in rows])
        changes = reread_changes(document.name, map(_mark_of, rows), marks)
        for change in changes:
            place = change.series, change.valid_at
            old = before.get(place) if change.old is not None else None
            new = after.get(place) if change.new is not None else None
            self._add_change(document, change, (old, new), snapshots)
        return list(changes)


def claim_id(document: str, series: str) -> str:
    """The identity of a claim in the database; its first twelve digits are what people see."""
    return hashlib.blake2b(f"{document}\x1d{series}".encode(), digest_size=8).hexdigest()


def _mark_of(row: Row[Any]) -> Mark:
    uncertainty = None if row.uncertainty is None else Decimal(row.uncertainty)
    extra = tuple((name, words) for name, words in json.loads(row.extra))
    claim = Claim(
        row.model,
        row.benchmark,
        Score(row.text, Decimal(row.value), row.unit, uncertainty),
        evidence_of(row.kind, row.locator),
        row.quote,
        row.metric,
        Setting(row.shots, row.cot, row.variant, extra),
        row.context,
        row.relayed,
        row.confidence,
    )
    return Mark(
        row.key,
        claim,
        row.said,
        row.valid_from,
        row.sha256,
        row.extractor,
        row.position,
        row.revision,
        Precision(row.precision),
    )


def _identity(mark: Mark) -> tuple[object, ...]:
    claim, score = mark.claim, mark.claim.score
    place = mark.series, mark.valid_from, mark.position, mark.said, mark.snapshot, mark.extractor
    words = claim.model, claim.benchmark, claim.metric, claim.context, score.text, str(score.value), score.unit
    return *place, *words, score.uncertainty, claim.evidence.locator, claim.quote, claim.relayed, claim.confidence
