"""Copy a whole database into an empty one, of either kind: row by row, verified, all or nothing.

::

    one snapshot of the source ─▶ table by table, in batches ─▶ one transaction of the target ─▶ read back, compare, commit

A copy that is killed leaves the target as it was. Rows are compared by their number and by a checksum that does not
depend on their order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Column, Connection, MetaData, Table, func, inspect, select, text
from sqlalchemy.types import TypeDecorator

from tracker.domain.errors import StorageError, UsageError
from tracker.storage import tables
from tracker.storage.engine import Transactions
from tracker.storage.migrations import SCHEMA, refuse_newer, refuse_older, revision, upgrade

Progress: TypeAlias = Callable[[str, int, int], None]
"""What is at work, how many steps are done, and how many there are."""

BATCH = 500
"""Rows held in memory at once; with the largest stored readings that is tens of megabytes."""

_SPACE = 1 << 128


@dataclass(frozen=True, slots=True)
class TableCount:
    """How many rows a table has, and the sum of their hashes, in hexadecimal."""

    table: str
    rows: int
    checksum: str


class Tally:
    """Counts rows and adds their hashes up; a sum, unlike an exclusive or, sees rows that come twice."""

    def __init__(self) -> None:
        self.rows = 0
        self._sum = 0

    def add(self, rows: Iterable[tuple[Any, ...]]) -> None:
        for row in rows:
            self.rows += 1
            digest = hashlib.blake2b(repr(row).encode("utf-8", "surrogatepass"), digest_size=16).digest()
            self._sum += int.from_bytes(digest)

    def count(self, table: str) -> TableCount:
        return TableCount(table, self.rows, f"{self._sum % _SPACE:032x}")


def no_progress(_what: str, _done: int, _total: int) -> None:
    """For callers whom nobody watches."""


def copy_database(
    source: Transactions, target: Transactions, progress: Progress = no_progress, *, replace: bool = False
) -> tuple[TableCount, ...]:
    """Copy every table, and give what was copied. `replace` empties the target first, in the same transaction.

    Raises `UsageError` for a target that holds anything, `DatabaseOlder` or `DatabaseNewer` for one of another schema,
    `StorageError` when what was written does not read like what was copied.
    """
    with source.reading() as reader, target.writing() as writer:
        _prepare(writer, target.url, replace=replace)
        steps = 2 * sum(size(reader, table) for table in tables.metadata.sorted_tables)
        watch = Watch(progress, steps)
        copied = tuple(_copy(reader, writer, table, watch) for table in tables.metadata.sorted_tables)
        for sent in copied:
            compare(sent, count_rows(writer, tables.metadata.tables[sent.table], watch), target.url)
        if target.dialect == "postgresql":
            _set_sequences(writer)
    return copied


def count_tables(reader: Connection, metadata: MetaData, progress: Progress = no_progress) -> tuple[TableCount, ...]:
    """Rows and checksums of these tables."""
    found = metadata.sorted_tables
    watch = Watch(progress, sum(size(reader, table) for table in found))
    return tuple(count_rows(reader, table, watch) for table in found)


def compare(sent: TableCount, found: TableCount, where: str) -> None:
    """Raises `StorageError` where they differ."""
    if sent != found:
        raise StorageError(
            f"the table {sent.table} did not arrive as it was: {found.rows:,} rows of {sent.rows:,}, or other contents",
            where=where,
            hint="nothing was changed; try again, and check memory and disk",
        )


class Watch:
    """Adds up what is done for a progress bar."""

    def __init__(self, progress: Progress, steps: int) -> None:
        self._progress = progress
        self._steps = steps
        self._done = 0

    def advance(self, table: str, rows: int) -> None:
        self._done += rows
        self._progress(table, self._done, self._steps)


def count_rows(connection: Connection, table: Table, watch: Watch) -> TableCount:
    tally = Tally()
    for batch in _batches(connection, table):
        tally.add(batch)
        watch.advance(table.name, len(batch))
    return tally.count(table.name)


def _prepare(writer: Connection, where: str, *, replace: bool) -> None:
    """See that the target has this schema and no rows."""
    found = revision(writer)
    if found is None:
        taken = set(inspect(writer).get_table_names()) & set(tables.metadata.tables)
        if taken:
            raise UsageError(
                f"the target has tables of these names already: {', '.join(sorted(taken))}",
                where=where,
                hint="name an empty database",
            )
        upgrade(writer)
    elif found != SCHEMA:
        refuse_newer(found, where)
        refuse_older(found, where)
    filled = [table for table in tables.metadata.sorted_tables if writer.execute(select(table).limit(1)).first()]
    if filled and not replace:
        raise UsageError(
            f"the target is not empty: there are rows in {', '.join(table.name for table in filled)}",
            where=where,
            hint="name an empty database",
        )
    for table in reversed(filled):
        writer.execute(table.delete())


def size(connection: Connection, table: Table) -> int:
    """Rows."""
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _copy(reader: Connection, writer: Connection, table: Table, watch: Watch) -> TableCount:
    tally = Tally()
    insert = _copy_in if writer.dialect.name == "postgresql" else _insert
    for batch in _batches(reader, table):
        tally.add(batch)
        insert(writer, table, batch)
        watch.advance(table.name, len(batch))
    return tally.count(table.name)


def _batches(connection: Connection, table: Table) -> Iterator[Sequence[tuple[Any, ...]]]:
    """All rows, as the database's own values: moments as numbers, hashes as bytes."""
    plain = _plain(table)
    rows = connection.execute(select(*plain.c), execution_options={"yield_per": BATCH})
    for part in rows.partitions():
        yield [tuple(row) for row in part]


def _plain(table: Table) -> Table:
    columns = (
        Column(column.name, column.type.impl if isinstance(column.type, TypeDecorator) else column.type)
        for column in table.columns
    )
    return Table(table.name, MetaData(), *columns)


def _insert(writer: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    quote = writer.dialect.identifier_preparer.quote
    names = ", ".join(quote(column.name) for column in table.columns)
    marks = ", ".join("?" * len(table.columns))
    writer.exec_driver_sql(f"INSERT INTO {quote(table.name)} ({names}) VALUES ({marks})", list(rows))  # noqa: S608  # names of our own tables


def _copy_in(writer: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """By PostgreSQL's COPY, several times as fast as INSERT."""
    quote = writer.dialect.identifier_preparer.quote
    names = ", ".join(quote(column.name) for column in table.columns)
    driver: Any = writer.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {quote(table.name)} ({names}) FROM STDIN") as stream:
        for row in rows:
            stream.write_row(row)


def _set_sequences(writer: Connection) -> None:
    """The next row that PostgreSQL numbers comes after the copied ones."""
    for table in tables.metadata.sorted_tables:
        column = table.autoincrement_column
        if column is None or column.foreign_keys:
            continue
        highest = writer.execute(select(func.max(column))).scalar()
        place = {"table": table.name, "column": column.name, "number": highest or 1, "used": highest is not None}
        writer.execute(text("SELECT setval(pg_get_serial_sequence(:table, :column), :number, :used)"), place)
