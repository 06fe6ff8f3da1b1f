"""One daemon a PostgreSQL database, over any number of machines: an advisory lock that a connection of its own holds.

The server frees it as soon as that connection ends, however its process ended.
"""

from __future__ import annotations

import os
import platform
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, NullPool, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from tracker.domain.errors import DatabaseBusy
from tracker.storage.engine import mapped_errors

_KEY = 0x5C02E8
_HOLDER = text(
    "SELECT activity.application_name FROM pg_locks AS locks JOIN pg_stat_activity AS activity ON activity.pid = locks.pid"
    " WHERE locks.locktype = 'advisory' AND locks.objid = :key AND locks.granted"
    " AND locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
# A machine that vanishes without a word is noticed within half a minute; one whose process is killed at once.
_KEEPALIVES = ("tcp_keepalives_idle = 10", "tcp_keepalives_interval = 5", "tcp_keepalives_count = 3")


class DatabaseLock:
    """Held from entering to leaving. `DatabaseBusy` names the process and machine that hold it."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        me = f"scoretrail daemon {os.getpid()} on {platform.node()}"
        self.where = parsed.render_as_string(hide_password=True)
        self._engine = create_engine(
            parsed,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            hide_parameters=True,
            connect_args={"application_name": me[:63]},
        )
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        with mapped_errors(self.where):
            connection = self._engine.connect()
            try:
                for setting in _KEEPALIVES:
                    connection.execute(text(f"SET {setting}"))
                taken = connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _KEY}).scalar_one()
                holder = None if taken else connection.execute(_HOLDER, {"key": _KEY}).scalar()
            except BaseException:
                connection.close()
                raise
        if not taken:
            connection.close()
            raise DatabaseBusy(
                f"another tracker ({holder or 'unknown'}) already runs on this database",
                where=self.where,
                hint="stop that one first, or let this one stand by",
            )
        self._connection = connection
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def held(self) -> bool:
        """Whether the connection, and with it the lock, is still there."""
        if self._connection is None:
            return False
        try:
            self._connection.execute(text("SELECT 1"))
        except DBAPIError:
            return False
        return True


def holder(url: str) -> str | None:
    """Who holds the lock, in words, if anybody does."""
    probe = DatabaseLock(url)
    with mapped_errors(probe.where), probe._engine.connect() as connection:  # noqa: SLF001  # its own kind
        found = connection.execute(_HOLDER, {"key": _KEY}).scalar()
    return None if found is None else str(found)
