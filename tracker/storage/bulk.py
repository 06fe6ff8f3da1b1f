"""Rows written in bulk: one prepared statement, handed to the driver with all its rows at once.

SQLAlchemy's own `executemany` prepares every row by itself, which costs several times what the database takes to store
it. Here values are converted column by column, by the columns' own types.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Column, Connection, Dialect, Table

_Convert = Callable[[Any], Any]

_STATEMENTS = 1024
"""Prepared texts and converters that are kept: all that one engine needs, several times over."""


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same columns; columns that none of them names keep their default."""
    if rows:
        names = tuple(rows[0])
        _execute(connection, _insert(connection.dialect, table, names), table, names, rows)


def update_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], key: Sequence[str]) -> None:
    """Set, in the row that has each one's `key`, its other columns."""
    if rows:
        values = [name for name in rows[0] if name not in key]
        names = (*values, *key)
        _execute(connection, _update(connection.dialect, table, tuple(values), tuple(key)), table, names, rows)


def _execute(
    connection: Connection, statement: str, table: Table, names: tuple[str, ...], rows: Sequence[Mapping[str, Any]]
) -> None:
    taken = list(map(itemgetter(*names), rows)) if len(names) > 1 else [(row[names[0]],) for row in rows]
    columns = []
    for name, values in zip(names, zip(*taken, strict=True), strict=True):
        convert = _converter(connection.dialect, table.c[name])
        columns.append(values if convert is None else _converted(convert, values))
    connection.exec_driver_sql(statement, list(zip(*columns, strict=True)))


def _converted(convert: _Convert, values: Sequence[Any]) -> Sequence[Any]:
    """Rows of one recording share most of their times, hashes and words, so that few values are converted twice."""
    known: dict[Any, Any] = {None: None}
    for value in values:
        if value not in known:
            known[value] = convert(value)
    return [known[value] for value in values]


@lru_cache(maxsize=_STATEMENTS)
def _insert(dialect: Dialect, table: Table, names: tuple[str, ...]) -> str:
    quote, place = dialect.identifier_preparer.quote, _place(dialect)
    columns = ", ".join(quote(name) for name in names)
    return f"INSERT INTO {quote(table.name)} ({columns}) VALUES ({', '.join([place] * len(names))})"  # noqa: S608  # our own names


@lru_cache(maxsize=_STATEMENTS)
def _update(dialect: Dialect, table: Table, values: tuple[str, ...], key: tuple[str, ...]) -> str:
    quote, place = dialect.identifier_preparer.quote, _place(dialect)
    assigned = ", ".join(f"{quote(name)} = {place}" for name in values)
    where = " AND ".join(f"{quote(name)} = {place}" for name in key)
    return f"UPDATE {quote(table.name)} SET {assigned} WHERE {where}"  # noqa: S608  # our own names


def _place(dialect: Dialect) -> str:
    return "?" if dialect.paramstyle == "qmark" else "%s"


@lru_cache(maxsize=_STATEMENTS)
def _converter(dialect: Dialect, column: Column[Any]) -> _Convert | None:
    return column.type.dialect_impl(dialect).bind_processor(dialect)
