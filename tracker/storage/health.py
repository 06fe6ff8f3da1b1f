"""How sources and documents are doing, and what was said beside scores."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, func, select

from tracker.domain.sources import DocumentState
from tracker.storage import tables
from tracker.storage.boards import recording_at
from tracker.storage.rows import ComparisonRow, DocumentSummary, FactRow, MissRow, ScoreFilter, SourceHealth
from tracker.storage.types import in_code_order

_DOCUMENT, _SOURCE, _SNAPSHOT = tables.document.c, tables.source.c, tables.snapshot.c
_SAID = (
    select(func.count())
    .select_from(tables.series.join(tables.statement, tables.statement.c.id.is_not(None)))
    .where(
        tables.series.c.document_id == _DOCUMENT.id,
        tables.statement.c.said,
        tables.statement.c.id
        == select(tables.version.c.statement_id)
        .where(tables.version.c.series_id == tables.series.c.id, tables.version.c.superseded_id.is_(None))
        .order_by(tables.version.c.valid_from.desc(), tables.version.c.position.desc())
        .limit(1)
        .correlate(tables.series)
        .scalar_subquery(),
    )
    .correlate(tables.document)
    .scalar_subquery()
)


def sources(connection: Connection) -> list[SourceHealth]:
    documents = _by_source(connection)
    latest = select(func.max(tables.run.c.id)).group_by(tables.run.c.source_id)
    runs = {row.source_id: row for row in connection.execute(select(tables.run).where(tables.run.c.id.in_(latest)))}
    schedule = {row.source: row for row in connection.execute(select(tables.schedule))}
    last = (
        select(_DOCUMENT.source_id, func.max(tables.recording.c.recorded_at).label("at"))
        .select_from(
            tables.change.join(tables.document, _DOCUMENT.id == tables.change.c.document_id).join(
                tables.recording, tables.recording.c.id == tables.change.c.recorded_id
            )
        )
        .group_by(_DOCUMENT.source_id)
    )
    changed = {row.source_id: row.at for row in connection.execute(last)}
    return [
        _health(row, documents.get(row.id), runs.get(row.id), schedule.get(row.name), changed.get(row.id))
        for row in connection.execute(select(tables.source).order_by(in_code_order(_SOURCE.name)))
    ]


def _by_source(connection: Connection) -> dict[int, Any]:
    query = select(
        _DOCUMENT.source_id,
        func.count().label("documents"),
        func.sum(_SAID).label("claims"),
        func.count(_DOCUMENT.suspect_since).label("suspects"),
        func.count().filter(_DOCUMENT.flapping).label("flapping"),
        func.count().filter(_DOCUMENT.state == DocumentState.GONE.value).label("gone"),
    )
    return {row.source_id: row for row in connection.execute(query.group_by(_DOCUMENT.source_id))}


def _health(row: Any, documents: Any, run: Any, schedule: Any, changed_at: Any) -> SourceHealth:
    return SourceHealth(
        row.name,
        row.kind,
        row.address,
        row.tier,
        row.organisation,
        documents.documents if documents else 0,
        documents.claims or 0 if documents else 0,
        documents.suspects if documents else 0,
        documents.flapping if documents else 0,
        documents.gone if documents else 0,
        run.outcome if run else None,
        run.detail if run else "",
        run.started_at if run else None,
        run.answered_at if run else None,
        changed_at,
        schedule.next_check_at if schedule else None,
        schedule.error_streak if schedule else (run.error_streak if run else 0),
    )


def documents(connection: Connection, *, source: str | None = None, waiting: bool = False) -> list[DocumentSummary]:
    """`waiting`: only those with a suspect reading, and those that flap."""
    snapshots = (
        select(func.count()).where(_SNAPSHOT.document_id == _DOCUMENT.id).correlate(tables.document).scalar_subquery()
    )
    query = (
        select(tables.document, _SOURCE.name.label("source"), snapshots.label("snapshots"), _SAID.label("claims"))
        .join(tables.source, _SOURCE.id == _DOCUMENT.source_id)
        .order_by(in_code_order(_SOURCE.name), in_code_order(_DOCUMENT.name))
    )
    if source is not None:
        query = query.where(_SOURCE.name == source)
    if waiting:
        query = query.where(_DOCUMENT.suspect_since.is_not(None) | _DOCUMENT.flapping)
    return [
        DocumentSummary(
            row.name,
            row.source,
            row.url,
            row.title,
            row.author,
            row.published_at,
            row.state,
            row.seen_at,
            row.last_valid_at,
            row.snapshots,
            row.claims,
            row.suspect_since,
            row.suspect_why,
            row.flapping,
        )
        for row in connection.execute(query)
    ]


def misses(connection: Connection, *, source: str | None = None, limit: int = 100) -> list[MissRow]:
    """Polls that brought nothing, the latest first."""
    query = (
        select(tables.miss, _SOURCE.name.label("source"))
        .join(tables.source, _SOURCE.id == tables.miss.c.source_id)
        .order_by(tables.miss.c.last_at.desc())
        .limit(limit)
    )
    if source is not None:
        query = query.where(_SOURCE.name == source)
    return [
        MissRow(
            row.source,
            row.document,
            row.outcome,
            row.detail,
            row.url,
            row.first_at,
            row.last_at,
            row.polls,
            row.evidence,
        )
        for row in connection.execute(query)
    ]


def comparisons(connection: Connection, wanted: ScoreFilter) -> list[ComparisonRow]:
    """`model` matches either side. `as_of` leaves out what documents said later; `known_at` what was learnt later."""
    left, right, benchmark = (tables.name.alias(name) for name in ("left_name", "right_name", "benchmark_name"))
    told = tables.comparison.c
    tied = (
        _tied(tables.comparison)
        .join(left, left.c.id == told.left_id)
        .join(right, right.c.id == told.right_id)
        .outerjoin(benchmark, benchmark.c.id == told.benchmark_id)
    )
    query = select(
        tables.comparison,
        *_about(),
        left.c.canonical.label("left_name"),
        right.c.canonical.label("right_name"),
        benchmark.c.canonical.label("benchmark_name"),
    ).select_from(tied)
    query = query.where(*_conditions(connection, tables.comparison, wanted)).order_by(_SNAPSHOT.valid_at, told.id)
    if wanted.model is not None:
        query = query.where(_match(left, wanted.model) | _match(right, wanted.model))
    if wanted.benchmark is not None:
        query = query.where(_match(benchmark, wanted.benchmark))
    return [_comparison(row) for row in connection.execute(query.limit(wanted.limit))]


def facts(connection: Connection, wanted: ScoreFilter) -> list[FactRow]:
    told, model = tables.fact.c, tables.name.alias("model_name")
    tied = _tied(tables.fact).join(model, model.c.id == told.model_id)
    query = select(tables.fact, *_about(), model.c.canonical.label("model_name")).select_from(tied)
    query = query.where(*_conditions(connection, tables.fact, wanted)).order_by(_SNAPSHOT.valid_at, told.id)
    if wanted.model is not None:
        query = query.where(_match(model, wanted.model))
    return [
        FactRow(
            row.document,
            row.source,
            row.tier,
            row.url,
            row.model_name,
            row.model,
            row.what,
            row.value,
            row.hedge,
            row.quote,
            row.locator,
            row.confidence,
            row.valid_at,
            row.recorded_at,
            row.sha256,
        )
        for row in connection.execute(query.limit(wanted.limit))
    ]


def _tied(table: Any) -> Any:
    return (
        table.join(tables.document, _DOCUMENT.id == table.c.document_id)
        .join(tables.source, _SOURCE.id == _DOCUMENT.source_id)
        .join(tables.snapshot, _SNAPSHOT.id == table.c.snapshot_id)
        .join(tables.recording, tables.recording.c.id == table.c.recorded_id)
    )


def _about() -> Sequence[Any]:
    return (
        _DOCUMENT.name.label("document"),
        _SOURCE.name.label("source"),
        _SOURCE.tier,
        _DOCUMENT.url,
        _DOCUMENT.title,
        _SNAPSHOT.valid_at,
        _SNAPSHOT.sha256,
        tables.recording.c.recorded_at,
    )


def _conditions(connection: Connection, table: Any, wanted: ScoreFilter) -> list[Any]:
    known = recording_at(connection, wanted.known_at)
    if known is None:
        found = [table.c.superseded_id.is_(None)]
    else:
        found = [table.c.recorded_id <= known, table.c.superseded_id.is_(None) | (table.c.superseded_id > known)]
    if wanted.as_of is not None:
        found.append(_SNAPSHOT.valid_at <= wanted.as_of)
    if wanted.source is not None:
        found.append(_SOURCE.name == wanted.source)
    if wanted.document is not None:
        found.append(_DOCUMENT.name == wanted.document)
    return found


def _match(name: Any, words: str) -> Any:
    return name.c.canonical.icontains(words, autoescape=True) | name.c.words.icontains(words, autoescape=True)


def _comparison(row: Any) -> ComparisonRow:
    return ComparisonRow(
        row.document,
        row.source,
        row.tier,
        row.url,
        row.title,
        row.left_name,
        row.left,
        row.relation,
        row.right_name,
        row.right,
        row.benchmark_name,
        row.benchmark,
        None if row.margin is None else Decimal(row.margin),
        row.margin_unit,
        row.hedge,
        row.negated,
        row.quote,
        row.locator,
        row.confidence,
        row.valid_at,
        row.recorded_at,
        row.sha256,
    )
