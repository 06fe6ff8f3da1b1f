"""Scores as of any two times, and the histories of claims.

A version's end is its successor, so "what did it say at D, as known at K" is the last row of a series with
`valid_from` ≤ D among those recorded by K and not superseded by then: one descent in the key of `version`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from sqlalchemy import Connection, Select, and_, func, null, or_, select
from sqlalchemy.sql.elements import ColumnElement

from tracker.domain.history import ChangeKind
from tracker.storage import tables
from tracker.storage.rows import Proof, SaidRow, ScoreFilter, ScoreRow
from tracker.storage.types import from_microseconds, in_code_order, to_microseconds

MODEL = tables.name.alias("model_name")
BENCHMARK = tables.name.alias("benchmark_name")
METRIC = tables.name.alias("metric_name")
_RECORDED = tables.recording.alias("recorded")
_SUPERSEDED = tables.recording.alias("superseded")
_SERIES, _STATEMENT, _VERSION = tables.series.c, tables.statement.c, tables.version.c
_DOCUMENT, _SOURCE, _SNAPSHOT = tables.document.c, tables.source.c, tables.snapshot.c


def scores(connection: Connection, wanted: ScoreFilter) -> list[ScoreRow]:
    """What is said now, or was at `as_of` as known at `known_at`; ordered by benchmark, model and source."""
    known = recording_at(connection, wanted.known_at)
    current = _statement_at(wanted.as_of, known)
    query = (
        _select(current=True)
        .add_columns(_end(known).label("valid_to") if wanted.as_of is not None else null().label("valid_to"))
        .where(_STATEMENT.id == current, _STATEMENT.said, *_conditions(wanted))
        .order_by(*map(in_code_order, (BENCHMARK.c.canonical, MODEL.c.canonical, _SOURCE.name)), _SERIES.id)
    )
    rows = connection.execute(query.limit(wanted.limit) if wanted.limit is not None else query)
    return [_score(row) for row in rows]


def said(connection: Connection, claim: str, as_of: datetime | None, known_at: datetime | None) -> SaidRow | None:
    """One claim at two times and nothing around it: a descent in three keys."""
    known = () if known_at is None else (to_microseconds(known_at),) * 2
    statement = _SAID_NOW if known_at is None else _SAID_THEN
    place = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    at = to_microseconds(as_of or _ALWAYS)
    row = connection.exec_driver_sql(statement.replace("?", place), (claim, at, *known)).first()
    if row is None or not row[0]:
        return None
    return SaidRow(row[1], Decimal(row[2]), row[3], from_microseconds(row[4]))


_SAID = """
SELECT said, text, value, unit, valid_from FROM statement WHERE id = (
    SELECT statement_id FROM version
    WHERE series_id = (SELECT id FROM series WHERE claim = ?) AND valid_from <= ? AND {known}
    ORDER BY valid_from DESC, position DESC LIMIT 1)
"""  # written out, since putting the statement together takes longer than answering it
_BY_THEN = "(SELECT id FROM recording WHERE recorded_at <= ? ORDER BY recorded_at DESC LIMIT 1)"
_SAID_NOW = _SAID.format(known="superseded_id IS NULL")
_SAID_THEN = _SAID.format(known=f"recorded_id <= {_BY_THEN} AND (superseded_id IS NULL OR superseded_id > {_BY_THEN})")
_ALWAYS = datetime.max.replace(tzinfo=UTC)


def history(connection: Connection, wanted: ScoreFilter) -> list[ScoreRow]:
    """Every version of the chosen claims, oldest first within a claim, with the claims that they were before and after
    a relabelling. Without `known_at` what is superseded is left out.
    """
    chosen = connection.execute(
        select(_SERIES.id).select_from(_from_series()).where(*_conditions(replace(wanted, kind=None)))
    ).scalars()
    series = _relabelled_too(connection, set(chosen))
    known = recording_at(connection, wanted.known_at)
    condition = [_SERIES.id.in_(sorted(series)), _live(known)]
    if wanted.as_of is not None:
        condition.append(_VERSION.valid_from <= wanted.as_of)
    query = (
        _select(current=False)
        .where(*condition)
        .order_by(
            *map(in_code_order, (MODEL.c.canonical, BENCHMARK.c.canonical)),
            _SERIES.id,
            _VERSION.valid_from,
            _VERSION.position,
        )
    )
    return _with_ends([_score(row) for row in connection.execute(query)])


def proof(connection: Connection, claim: str) -> Proof | None:
    """The latest statement of a claim, by its id or an unambiguous beginning of it."""
    numbers = list(connection.execute(select(_SERIES.id).where(begins(claim)).limit(2)).scalars())
    if len(numbers) != 1:
        return None
    current = _statement_at(None, None)
    query = _select(current=True).add_columns(
        _SNAPSHOT.media_type,
        _SNAPSHOT.context.label("outside"),
        _SNAPSHOT.pointer,
        _SNAPSHOT.archived,
        _SNAPSHOT.retrieved_at,
    )
    row = connection.execute(query.where(_SERIES.id == numbers[0], _STATEMENT.id == current)).one()
    return Proof(_score(row), row.media_type, row.outside, row.pointer, row.archived, row.retrieved_at)


def recording_at(connection: Connection, known_at: datetime | None) -> int | None:
    """The last recording that was made by then; recordings are numbered in the order of their times."""
    if known_at is None:
        return None
    column = tables.recording.c
    chosen = select(column.id).where(column.recorded_at <= known_at).order_by(column.recorded_at.desc()).limit(1)
    return connection.execute(chosen).scalar() or 0


def _live(known: int | None) -> ColumnElement[bool]:
    if known is None:
        return _VERSION.superseded_id.is_(None)
    return and_(_VERSION.recorded_id <= known, or_(_VERSION.superseded_id.is_(None), _VERSION.superseded_id > known))


def _statement_at(as_of: datetime | None, known: int | None) -> Any:
    """Scalar: the statement that a series' latest version has at both times."""
    at = [_VERSION.valid_from <= as_of] if as_of is not None else []
    return (
        select(_VERSION.statement_id)
        .where(_VERSION.series_id == _SERIES.id, _live(known), *at)
        .order_by(_VERSION.valid_from.desc(), _VERSION.position.desc())
        .limit(1)
        .correlate(tables.series)
        .scalar_subquery()
    )


def _end(known: int | None) -> Any:
    """Scalar: when the next version of a series begins."""
    return (
        select(func.min(_VERSION.valid_from))
        .where(_VERSION.series_id == _SERIES.id, _live(known), _VERSION.valid_from > _STATEMENT.valid_from)
        .correlate(tables.series, tables.statement)
        .scalar_subquery()
    )


def _from_series() -> Any:
    return (
        tables.series.join(tables.document, _DOCUMENT.id == _SERIES.document_id)
        .join(tables.source, _SOURCE.id == _DOCUMENT.source_id)
        .join(MODEL, MODEL.c.id == _SERIES.model_id)
        .join(BENCHMARK, BENCHMARK.c.id == _SERIES.benchmark_id)
        .outerjoin(METRIC, METRIC.c.id == _SERIES.metric_id)
    )


def _select(*, current: bool) -> Select[Any]:
    """Everything of a `ScoreRow`. `current`: the statement is found by a condition; otherwise through its version."""
    tied = _from_series()
    if current:
        tied = tied.join(tables.statement, _STATEMENT.id.is_not(None))
    else:
        tied = tied.join(tables.version, _VERSION.series_id == _SERIES.id)
        tied = tied.join(tables.statement, _STATEMENT.id == _VERSION.statement_id)
    tied = (
        tied.join(tables.snapshot, _SNAPSHOT.id == _STATEMENT.snapshot_id)
        .join(tables.extractor, tables.extractor.c.id == _STATEMENT.extractor_id)
        .join(_RECORDED, _RECORDED.c.id == _STATEMENT.recorded_id)
    )
    superseded = None
    if not current:
        tied = tied.outerjoin(_SUPERSEDED, _SUPERSEDED.c.id == _VERSION.superseded_id)
        superseded = _SUPERSEDED.c.recorded_at
    columns: list[Any] = [
        _SERIES.claim,
        _DOCUMENT.name.label("document"),
        _SOURCE.name.label("source"),
        _SOURCE.tier,
        _SOURCE.organisation,
        _DOCUMENT.url,
        _DOCUMENT.title,
        _DOCUMENT.author,
        MODEL.c.canonical.label("model_canonical"),
        MODEL.c.organisation.label("model_organisation"),
        BENCHMARK.c.canonical.label("benchmark_canonical"),
        BENCHMARK.c.direction,
        METRIC.c.canonical.label("metric_canonical"),
        *(_SERIES.shots, _SERIES.cot, _SERIES.variant, _SERIES.extra),
        *(_STATEMENT.model, _STATEMENT.benchmark, _STATEMENT.metric, _STATEMENT.context, _STATEMENT.text),
        *(_STATEMENT.value, _STATEMENT.unit, _STATEMENT.uncertainty, _STATEMENT.kind, _STATEMENT.locator),
        *(_STATEMENT.quote, _STATEMENT.relayed, _STATEMENT.confidence, _STATEMENT.said, _STATEMENT.valid_from),
        *(_SNAPSHOT.precision, _SNAPSHOT.sha256, _SNAPSHOT.revision),
        _RECORDED.c.recorded_at,
        tables.extractor.c.name.label("extractor"),
        _DOCUMENT.state.label("document_state"),
        _DOCUMENT.seen_at,
    ]
    if superseded is not None:
        columns.append(superseded.label("superseded_at"))
    return select(*columns).select_from(tied)


def _conditions(wanted: ScoreFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.model is not None:
        found.append(names(MODEL, wanted.model, exact=wanted.exact))
    if wanted.benchmark is not None:
        found.append(names(BENCHMARK, wanted.benchmark, exact=wanted.exact))
    if wanted.source is not None:
        found.append(_SOURCE.name == wanted.source)
    if wanted.document is not None:
        found.append(_DOCUMENT.name == wanted.document)
    if wanted.organisation is not None:
        found.append(func.lower(MODEL.c.organisation) == wanted.organisation.lower())
    if wanted.kind is not None:
        found.append(_STATEMENT.kind == wanted.kind)
    if wanted.claim is not None:
        found.append(begins(wanted.claim))
    return found


def begins(claim: str) -> ColumnElement[bool]:
    """Whether a claim's id begins so. Ids are hexadecimal; as a range they are looked up, LIKE would read all."""
    column = _SERIES.claim
    return and_(column >= claim, column < f"{claim}g", column.startswith(claim, autoescape=True))


def names(name: Any, words: str, *, exact: bool) -> ColumnElement[bool]:
    """By way of the names that match: there are few of those, and series are found by them through an index."""
    other = tables.name.alias()
    matching = other.c.canonical == words
    if not exact:
        matching = or_(
            other.c.canonical.icontains(words, autoescape=True), other.c.words.icontains(words, autoescape=True)
        )
    chosen: ColumnElement[bool] = name.c.id.in_(select(other.c.id).where(matching))
    return chosen


def _relabelled_too(connection: Connection, series: set[int]) -> set[int]:
    """The series, and those that became them or that they became."""
    column = tables.change.c
    found, frontier = set(series), set(series)
    while frontier:
        near = or_(column.series_id.in_(sorted(frontier)), column.old_series_id.in_(sorted(frontier)))
        rows = connection.execute(
            select(column.series_id, column.old_series_id).where(
                near, column.kind == ChangeKind.RELABELLED.value, column.superseded_id.is_(None)
            )
        ).all()
        frontier = {number for row in rows for number in row} - found
        found |= frontier
    return found


def _with_ends(rows: Sequence[ScoreRow]) -> list[ScoreRow]:
    ended: list[ScoreRow] = []
    for row, following in zip_longest(rows, rows[1:]):
        closed = following is not None and following.claim == row.claim
        ended.append(replace(row, valid_to=following.valid_from) if closed and following else row)
    return ended


def _score(row: Any) -> ScoreRow:
    return ScoreRow(
        claim=row.claim,
        document=row.document,
        source=row.source,
        tier=row.tier,
        organisation=row.organisation,
        url=row.url,
        title=row.title,
        author=row.author,
        model=row.model_canonical,
        model_raw=row.model,
        model_organisation=row.model_organisation,
        benchmark=row.benchmark_canonical,
        benchmark_raw=row.benchmark,
        metric=row.metric_canonical,
        metric_raw=row.metric,
        direction=row.direction,
        shots=row.shots,
        cot=row.cot,
        variant=row.variant,
        extra=tuple((name, words) for name, words in json.loads(row.extra)),
        context=row.context,
        text=row.text,
        value=Decimal(row.value),
        unit=row.unit,
        uncertainty=None if row.uncertainty is None else Decimal(row.uncertainty),
        kind=row.kind,
        locator=row.locator,
        quote=row.quote,
        relayed=row.relayed,
        confidence=row.confidence,
        said=row.said,
        valid_from=row.valid_from,
        valid_to=getattr(row, "valid_to", None),
        precision=row.precision,
        recorded_at=row.recorded_at,
        superseded_at=getattr(row, "superseded_at", None),
        snapshot=row.sha256,
        revision=row.revision,
        extractor=row.extractor,
        document_state=row.document_state,
        seen_at=row.seen_at,
    )
