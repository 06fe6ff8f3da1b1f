"""The stored schedule: when sources are looked at next, and hosts that asked for a pause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select

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
        states = [SourceState(**{**row, "outcome": _outcome(row["outcome"])}) for row in rows]
        return {state.source: state for state in states}

    def hosts(self) -> Mapping[str, HostState]:
        with self._database.reading() as connection:
            rows = connection.execute(select(tables.host)).mappings().all()
        return {row["host"]: HostState(**row) for row in rows}

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


def _outcome(value: str | None) -> Outcome | None:
    return None if value is None else Outcome(value)
