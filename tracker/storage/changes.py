"""The feed of changes, read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Select, select
from sqlalchemy.sql.elements import ColumnElement

from tracker.domain.claims import Claim, Score, Setting
from tracker.domain.history import Cause, Change, ChangeKind, RecordedChange
from tracker.domain.sources import Precision, Tier
from tracker.storage import tables
from tracker.storage.boards import BENCHMARK, MODEL, begins, names
from tracker.storage.codec import evidence_of
from tracker.storage.documents import in_chunks
from tracker.storage.rows import ChangeFilter

_CHANGE = tables.change.c
_OLD, _NEW = tables.statement.alias("old"), tables.statement.alias("new")
_OLD_SERIES = tables.series.alias("old_series")
_WORDS = (
    *("model", "benchmark", "metric", "context", "text", "value", "unit", "uncertainty"),
    *("kind", "locator", "quote", "relayed", "confidence"),
)
_SETTING = ("shots", "cot", "variant", "extra")


def changes(connection: Connection, wanted: ChangeFilter) -> list[RecordedChange]:
    """In the order of valid time, then by document and names: the same whatever the order of recording. With a limit
    the latest ones.
    """
    query = _select().where(*_conditions(wanted))
    order = (_CHANGE.valid_at, tables.document.c.name, MODEL.c.canonical, BENCHMARK.c.canonical, _CHANGE.id)
    if wanted.limit is not None:
        query = query.order_by(*(column.desc() for column in order)).limit(wanted.limit)
        return [_recorded(row) for row in reversed(connection.execute(query).all())]
    return [_recorded(row) for row in connection.execute(query.order_by(*order))]


def changes_by_id(connection: Connection, ids: Sequence[str]) -> dict[str, RecordedChange]:
    """The last recording of each change, superseded or not: an alert tells what was known when it was written."""
    found: dict[str, RecordedChange] = {}
    for chunk in in_chunks(sorted(set(ids))):
        query = _select().where(_CHANGE.id.in_(chunk)).order_by(_CHANGE.row)
        found.update({row.id: _recorded(row) for row in connection.execute(query)})
    return found


def _conditions(wanted: ChangeFilter) -> list[ColumnElement[bool]]:
    recording = tables.recording.c
    found: list[ColumnElement[bool] | None] = [
        None if wanted.superseded else _CHANGE.superseded_id.is_(None),
        _CHANGE.kind.in_([kind.value for kind in wanted.kinds]) if wanted.kinds else None,
        recording.cause.in_([cause.value for cause in wanted.causes]) if wanted.causes else None,
        None if wanted.source is None else tables.source.c.name == wanted.source,
        None if wanted.document is None else tables.document.c.name == wanted.document,
        None if wanted.model is None else names(MODEL, wanted.model, exact=wanted.exact),
        None if wanted.benchmark is None else names(BENCHMARK, wanted.benchmark, exact=wanted.exact),
        None if wanted.claim is None else begins(wanted.claim),
        None if wanted.since is None else _CHANGE.valid_at >= wanted.since,
        None if wanted.until is None else _CHANGE.valid_at <= wanted.until,
        None if wanted.recorded_since is None else recording.recorded_at >= wanted.recorded_since,
    ]
    return [condition for condition in found if condition is not None]


def _select() -> Select[Any]:
    tied = (
        tables.change.join(tables.recording, tables.recording.c.id == _CHANGE.recorded_id)
        .join(tables.document, tables.document.c.id == _CHANGE.document_id)
        .join(tables.source, tables.source.c.id == tables.document.c.source_id)
        .join(tables.series, tables.series.c.id == _CHANGE.series_id)
        .join(_OLD_SERIES, _OLD_SERIES.c.id == _CHANGE.old_series_id)
        .join(MODEL, MODEL.c.id == tables.series.c.model_id)
        .join(BENCHMARK, BENCHMARK.c.id == tables.series.c.benchmark_id)
        .join(tables.snapshot, tables.snapshot.c.id == _CHANGE.snapshot_id)
        .outerjoin(_OLD, _OLD.c.id == _CHANGE.old_statement_id)
        .outerjoin(_NEW, _NEW.c.id == _CHANGE.new_statement_id)
    )
    columns: list[Any] = [
        *(_CHANGE.id, _CHANGE.kind, _CHANGE.rounding, _CHANGE.valid_at),
        *(tables.recording.c.recorded_at, tables.recording.c.cause),
        *(tables.document.c.url, tables.document.c.title, tables.document.c.author),
        tables.document.c.name.label("document"),
        *(tables.source.c.tier, tables.source.c.organisation, tables.source.c.name.label("source")),
        *(MODEL.c.canonical.label("model"), BENCHMARK.c.canonical.label("benchmark")),
        *(tables.snapshot.c.sha256, tables.snapshot.c.revision, tables.snapshot.c.precision),
        *(tables.series.c.claim, tables.series.c.key, _OLD_SERIES.c.key.label("old_key")),
        *(tables.series.c[name].label(f"new_{name}") for name in _SETTING),
        *(_OLD_SERIES.c[name].label(f"old_{name}") for name in _SETTING),
        *(_NEW.c[name].label(f"new_{name}") for name in _WORDS),
        *(_OLD.c[name].label(f"old_{name}") for name in _WORDS),
    ]
    return select(*columns).select_from(tied)


def _claim(row: Any, side: str) -> Claim | None:
    values = {name: getattr(row, f"{side}_{name}") for name in (*_WORDS, *_SETTING)}
    if values["value"] is None:
        return None
    uncertainty = values["uncertainty"]
    extra = tuple((name, words) for name, words in json.loads(values["extra"]))
    return Claim(
        values["model"],
        values["benchmark"],
        Score(
            values["text"],
            Decimal(values["value"]),
            values["unit"],
            None if uncertainty is None else Decimal(uncertainty),
        ),
        evidence_of(values["kind"], values["locator"]),
        values["quote"],
        values["metric"],
        Setting(values["shots"], values["cot"], values["variant"], extra),
        values["context"],
        values["relayed"],
        values["confidence"],
    )


def _recorded(row: Any) -> RecordedChange:
    old, new = _claim(row, "old"), _claim(row, "new")
    claim = new if new is not None else old
    assert claim is not None
    change = Change(
        row.id,
        ChangeKind(row.kind),
        row.document,
        claim.key,
        old,
        new,
        row.valid_at,
        row.sha256,
        row.revision,
        row.rounding,
        Precision(row.precision),
        row.key,
        row.old_key,
    )
    return RecordedChange(
        change,
        row.source,
        Tier(row.tier),
        row.organisation,
        row.recorded_at,
        Cause(row.cause),
        row.model,
        row.benchmark,
        row.url,
        row.title,
        row.author,
        row.claim,
    )
