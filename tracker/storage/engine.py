"""The engine behind a database, its transactions, and foreign errors mapped to ours in one place."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from tracker.domain.errors import ConfigError, DatabaseBusy, StorageError

BUSY_SECONDS = 30
"""How long a writer waits for another one."""

_READ_ONLY = {"read_only": True}
_BESIDE = {"isolation_level": "AUTOCOMMIT", "beside": True}

_WRITERS_LOCK = 0x5C02E7


class Transactions:
    """`writing()` is one transaction that no other writer interleaves; `reading()` a snapshot."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._readers = engine.execution_options(**_READ_ONLY)

    @property
    def dialect(self) -> str:
        return self._engine.dialect.name

    @property
    def url(self) -> str:
        """Without its password."""
        return self._engine.url.render_as_string(hide_password=True)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with mapped_errors(self.url), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with mapped_errors(self.url), self._readers.begin() as connection:
            yield connection

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """A writing transaction in which tables may be rebuilt. SQLite, which drops a table by deleting its rows, checks
        foreign keys at the end of it and not on the way.
        """
        if self.dialect != "sqlite":
            with self.writing() as connection:
                yield connection
            return
        with mapped_errors(self.url), self._engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            driver.execute("PRAGMA foreign_keys = OFF")  # it means nothing within a transaction
            try:
                with connection.begin():
                    yield connection
                    if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                        raise StorageError("a migration left rows that lead nowhere", where=self.url, hint="report it")
            finally:
                driver.execute("PRAGMA foreign_keys = ON")

    @contextmanager
    def beside(self) -> Iterator[Connection]:
        """On PostgreSQL: statements that each are a transaction of their own and do not wait for the one writer."""
        with mapped_errors(self.url), self._engine.connect().execution_options(**_BESIDE) as connection:
            yield connection

    def close(self) -> None:
        self._engine.dispose()


def make_engine(url: str, *, only_reading: bool = False) -> Engine:
    """Raises `ConfigError` for a malformed URL or a missing driver, `StorageError` for a folder that cannot be made.

    With `only_reading` nothing is made and nothing can be written, the file's own settings included.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "postgresql" and parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() == "sqlite" and parsed.database and not parsed.database.startswith("file:"):
            _expect(Path(parsed.database)) if only_reading else _make_folder(Path(parsed.database).parent)
        options: dict[str, Any] = {"hide_parameters": True}
        if parsed.get_backend_name() == "sqlite":
            options["connect_args"] = {"timeout": BUSY_SECONDS, "check_same_thread": False}
        engine = create_engine(parsed, **options)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise ConfigError(
            f"the database URL cannot be used: {error}", hint="use sqlite:///FILE or postgresql://…"
        ) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite_reader if only_reading else _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "begin", _begin_postgresql)
    return engine


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"the database's folder cannot be made: {error.strerror}", where=str(folder), hint="check its permissions"
        ) from None


def _expect(file: Path) -> None:
    if not file.is_file():
        raise StorageError("there is no such database", where=str(file), hint="check the path")


def _prepare_sqlite_reader(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA query_only = ON").close()


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver must not begin transactions by itself: a deferred one that turns to writing fails at once when
    # another writer was faster, whatever the busy time-out, and DDL would not roll back.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA synchronous = NORMAL")
    if (
        cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal"
        and not cursor.execute("PRAGMA query_only").fetchone()[0]
    ):
        cursor.execute("PRAGMA journal_mode = WAL")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _begin_postgresql(connection: Connection) -> None:
    if connection.get_execution_options().get("beside", False):
        return
    if connection.get_execution_options().get("read_only", False):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    else:
        # One writer at a time, as on SQLite: recordings then commit in the order of their numbers.
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS_LOCK})")


@contextmanager
def mapped_errors(where: str) -> Iterator[None]:
    """Foreign errors as ours: SQLAlchemy's, and those of the SQLite driver where it is used by itself."""
    try:
        yield
    except DBAPIError as error:
        raise _explain(error.orig or error, where) from error
    except sqlite3.Error as error:
        raise _explain(error, where) from error


def _explain(error: BaseException, where: str) -> StorageError:
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    low = text.lower()
    if "locked" in low or "could not obtain lock" in low:
        return DatabaseBusy(
            "another process is writing", where=where, hint=f"it was waited for {BUSY_SECONDS} s; try later"
        )
    if "readonly" in low or "read-only" in low:
        return StorageError(
            "the database is read-only", where=where, hint="check the file's and its folder's permissions"
        )
    if "full" in low or "no space left" in low:
        return StorageError("the disk is full", where=where, hint="free some space; nothing was half written")
    if "disk i/o error" in low:
        hint = "check the disk and its quota; nothing was half written"
        return StorageError("the disk cannot be written", where=where, hint=hint)
    if "unable to open" in low:
        hint = "is its folder there and writable?" if os.path.sep in where else "check the URL"
        return StorageError("the database cannot be opened", where=where, hint=hint)
    if "malformed" in low or "not a database" in low:
        return StorageError(f"the file is damaged or no database: {text}", where=where, hint="restore a backup")
    return StorageError(f"the database refused: {text}", where=where, hint="see the log for the statement")
