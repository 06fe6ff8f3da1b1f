"""The stored schedule: when sources are looked at next, and hosts that asked for a pause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import RowMapping, delete, insert, select

from tracker.domain.outcomes import Outcome
from tracker.domain.schedule import HostState, SourceState
from tracker.storage import tables

if TYPE_CHECKING:
    from tracker.storage.engine import Transactions


class Schedule:
    """The daemon's `Schedule` port. Every call is one short transaction."""

    def __init__(self, database: Transactions) -> None:
        self._database = database

    def sources(self) -> Mapping[str, SourceState]:
        with self._database.reading() as connection:
            rows = connection.execute(select(tables.schedule)).mappings().all()
        return {row["source"]: _state(row) for row in rows}

    def hosts(self) -> Mapping[str, HostState]:
        with self._database.reading() as connection:
            rows = connection.execute(select(tables.host)).mappings().all()
        return {row["host"]: HostState(**row) for row in rows}

    def source(self, name: str) -> SourceState | None:
        with self._database.reading() as connection:
            row = connection.execute(select(tables.schedule).where(tables.schedule.c.source == name)).mappings().first()
        return None if row is None else _state(row)

    def host(self, name: str) -> HostState | None:
        with self._database.reading() as connection:
            row = connection.execute(select(tables.host).where(tables.host.c.host == name)).mappings().first()
        return None if row is None else HostState(**row)

    def store(self, states: Sequence[SourceState]) -> None:
        if not states:
            return
        rows = [_row(state) for state in states]
        table = tables.schedule
        with self._database.writing() as connection:
            connection.execute(delete(table).where(table.c.source.in_([state.source for state in states])))
            connection.execute(insert(table), rows)

    def store_host(self, state: HostState) -> None:
        with self._database.writing() as connection:
            connection.execute(delete(tables.host).where(tables.host.c.host == state.host))
            connection.execute(insert(tables.host).values(**asdict(state)))


def _row(state: SourceState) -> dict[str, Any]:
    values = {name: getattr(state, name) for name in SourceState.__slots__}
    return values | {"outcome": state.outcome.value if state.outcome else None}


def _state(row: RowMapping) -> SourceState:
    outcome = row["outcome"]
    return SourceState(**{**row, "outcome": None if outcome is None else Outcome(outcome)})
