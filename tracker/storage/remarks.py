"""Comparisons and facts: what the latest reading of a document says beside its scores, kept append-only."""

from __future__ import annotations

from typing import Any, TypeAlias

from sqlalchemy import Connection, Table, insert, select, update

from tracker.domain.claims import Comparison
from tracker.storage import tables
from tracker.storage.codec import Findings, comparison_row, fact_row
from tracker.storage.documents import DocumentRow
from tracker.storage.ledger import Stamp
from tracker.storage.naming import Naming, Word

_COMPARISON = (
    *("left", "relation", "right", "benchmark", "margin", "margin_unit", "hedge", "negated"),
    *("kind", "locator", "quote", "confidence"),
)
_FACT = ("model", "what", "value", "hedge", "kind", "locator", "quote", "confidence")

_Rows: TypeAlias = dict[tuple[Any, ...], dict[str, int | None]]


def reconcile_remarks(
    connection: Connection, naming: Naming, stamp: Stamp, document: DocumentRow, snapshot: int, findings: Findings
) -> None:
    """Supersede what the document no longer says, insert what is new; what stays keeps its first proof."""
    naming.learn([word for comparison in findings.comparisons for word in _words(comparison)])
    naming.learn([Word("model", fact.model) for fact in findings.facts])
    comparisons: _Rows = {_told(_COMPARISON, comparison_row(one)): _named(naming, one) for one in findings.comparisons}
    facts: _Rows = {
        _told(_FACT, fact_row(one)): {"model_id": naming.id(Word("model", one.model))} for one in findings.facts
    }
    for table, columns, wanted in (
        (tables.comparison, _COMPARISON, comparisons),
        (tables.fact, _FACT, facts),
    ):
        _reconcile(connection, stamp, table, columns, document, snapshot, wanted)


def _reconcile(
    connection: Connection,
    stamp: Stamp,
    table: Table,
    columns: tuple[str, ...],
    document: DocumentRow,
    snapshot: int,
    wanted: _Rows,
) -> None:
    rows = connection.execute(
        select(table).where(table.c.document_id == document.id, table.c.superseded_id.is_(None))
    ).all()
    standing = {_told(columns, [getattr(row, column) for column in columns]): row.id for row in rows}
    gone = [number for told, number in standing.items() if _without_place(columns, told) not in _bare(columns, wanted)]
    if gone:
        connection.execute(update(table).where(table.c.id.in_(gone)).values(superseded_id=stamp.id))
    known = _bare(columns, standing)
    fresh = [
        {
            "document_id": document.id,
            "snapshot_id": snapshot,
            "recorded_id": stamp.id,
            **dict(zip(columns, told, strict=True)),
            **names,
        }
        for told, names in wanted.items()
        if _without_place(columns, told) not in known
    ]
    if fresh:
        connection.execute(insert(table), fresh)


def _told(columns: tuple[str, ...], row: list[Any]) -> tuple[Any, ...]:
    assert len(columns) == len(row)
    return tuple(row)


def _without_place(columns: tuple[str, ...], told: tuple[Any, ...]) -> tuple[Any, ...]:
    """The words without where they stand and how sure we are: moving a sentence is no news."""
    return tuple(value for column, value in zip(columns, told, strict=True) if column not in {"locator", "confidence"})


def _bare(columns: tuple[str, ...], rows: dict[tuple[Any, ...], Any]) -> set[tuple[Any, ...]]:
    return {_without_place(columns, told) for told in rows}


def _words(comparison: Comparison) -> list[Word]:
    words = [Word("model", comparison.left), Word("model", comparison.right)]
    if comparison.benchmark:
        words.append(Word("benchmark", comparison.benchmark))
    return words


def _named(naming: Naming, comparison: Comparison) -> dict[str, int | None]:
    left, right, *benchmark = [naming.id(word) for word in _words(comparison)]
    return {"left_id": left, "right_id": right, "benchmark_id": benchmark[0] if benchmark else None}
