"""Numbers for new rows, taken before the rows are written, so that rows can be inserted in bulk."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, Table, func, select, text

_BLOCK = 64


class Identifiers:
    """Within one writing transaction: nobody else takes numbers meanwhile (see `Database.writing`)."""

    def __init__(self, connection: Connection, table: Table) -> None:
        self._connection = connection
        self._column = next(iter(table.primary_key))
        self._numbers: Iterator[int] = iter(())
        self._next: int | None = None

    def take(self) -> int:
        if self._connection.dialect.name == "postgresql":
            return self._from_sequence()
        if self._next is None:
            self._next = (self._connection.execute(select(func.max(self._column))).scalar() or 0) + 1
        self._next += 1
        return self._next - 1

    def _from_sequence(self) -> int:
        number = next(self._numbers, None)
        if number is None:
            sequence = text("SELECT nextval(pg_get_serial_sequence(:table, :column)) FROM generate_series(1, :count)")
            place = {"table": self._column.table.name, "column": self._column.name, "count": _BLOCK}
            self._numbers = iter(self._connection.execute(sequence, place).scalars().all())
            number = next(self._numbers)
        return int(number)
