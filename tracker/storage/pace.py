"""One politeness budget per host over all processes and machines that share a PostgreSQL database.

A row a host: when it is free next, and until when it asked to be left alone, by the server's clock. A request takes its
turn by one statement that moves the host's next free moment on, so turns are handed out one after the other whoever
asks, and a machine's wrong clock does no harm. A turn whose process dies before using it is lost: the host waits once.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from sqlalchemy import text

from tracker.domain.ports import Clock

if TYPE_CHECKING:
    from tracker.storage.engine import Transactions

_MOST_WAITING, _FURTHEST = 64, 600.0
"""A turn further away than so many requests, or so many seconds, explain says that the server's clock was set back. A host
gets one look at a time over all machines, so that a handful of requests is usual."""
_LONGEST_HOLD = 86_400.0
_TURNS_BETWEEN_SWEEPS = 1_000

_NOW = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
_TAKE = text(
    f"INSERT INTO pace AS known (site, free_at) VALUES (:site, {_NOW} + CAST(:delay AS bigint))"  # noqa: S608  # constants
    f" ON CONFLICT (site) DO UPDATE SET free_at = CAST(:delay AS bigint)"
    f" + LEAST(GREATEST(known.free_at, {_NOW}), {_NOW} + CAST(:furthest AS bigint))"
    f" RETURNING free_at - CAST(:delay AS bigint) - {_NOW}"
)
_HOLD = text(
    f"INSERT INTO pace AS known (site, free_at, held_until) VALUES (:site, {_NOW}, {_NOW} + CAST(:seconds AS bigint))"  # noqa: S608
    " ON CONFLICT (site) DO UPDATE SET held_until = GREATEST(known.held_until, excluded.held_until)"
)
_HELD = text(f"SELECT held_until - {_NOW} FROM pace WHERE site = :site")  # noqa: S608
_SWEEP = text(
    f"DELETE FROM pace WHERE free_at < {_NOW} - 3600000000 AND (held_until IS NULL OR held_until < {_NOW})"  # noqa: S608
)
"""An hour after its last turn a host that holds nobody off is as good as one that was never asked."""


class SharedPace:
    """The `Pace` port of `tracker.http`. Raises `StorageError` when the database cannot be asked: a request that nobody
    counts is not made.
    """

    def __init__(self, database: Transactions, clock: Clock, sweep_every: int = _TURNS_BETWEEN_SWEEPS) -> None:
        self._database = database
        self._clock = clock
        self._turns = itertools.count(1)
        self._sweep_every = sweep_every

    def wait(self, host: str, delay: float) -> None:
        values = {
            "site": host,
            "delay": _microseconds(delay),
            "furthest": _microseconds(max(delay * _MOST_WAITING, _FURTHEST)),
        }
        with self._database.beside() as connection:
            left = connection.execute(_TAKE, values).scalar_one()
            if next(self._turns) % self._sweep_every == 0:
                connection.execute(_SWEEP)
        self._clock.sleep(max(left, 0) / 1e6)

    def hold(self, host: str, seconds: float) -> None:
        with self._database.beside() as connection:
            connection.execute(_HOLD, {"site": host, "seconds": _microseconds(min(seconds, _LONGEST_HOLD))})

    def held(self, host: str) -> float:
        with self._database.beside() as connection:
            left = connection.execute(_HELD, {"site": host}).scalar()
        return min(max(left or 0, 0) / 1e6, _LONGEST_HOLD)


def _microseconds(seconds: float) -> int:
    return round(seconds * 1e6)
