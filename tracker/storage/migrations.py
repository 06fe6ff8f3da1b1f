"""Opening a database: create it, migrate it, or refuse it, by its schema revision."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

from sqlalchemy import Connection, inspect, text

from tracker.config import bundled
from tracker.domain.errors import DatabaseNewer, DatabaseOlder, StorageError
from tracker.storage.database import Database
from tracker.storage.engine import make_engine

SCHEMA = "0002"
"""The newest revision in `alembic/versions`; kept here so that opening an up-to-date database does not load Alembic."""


def open_database(url: str, *, migrate: bool = True) -> Database:
    """Open, and with `migrate` create or migrate, the database at an SQLAlchemy URL.

    Raises `DatabaseNewer` when a newer version of the product wrote it, `DatabaseOlder` when it has to be migrated and
    may not be, `DatabaseBusy` and other `StorageError`s when it cannot be opened, `ConfigError` for a bad URL.
    A migration that is killed rolls back: the next start finds the old schema.
    """
    database = Database(make_engine(url))
    try:
        found = schema_of(database)
        if found != SCHEMA:
            _bring_up(database, found, migrate=migrate)
    except BaseException:
        database.close()
        raise
    return database


def open_source(url: str) -> Database:
    """Open a database of this very schema only to read it: nothing is made, migrated or written.

    Raises `StorageError` where there is none, else what `open_database` raises.
    """
    database = Database(make_engine(url, only_reading=True))
    try:
        _expect_schema(schema_of(database), database.url)
    except BaseException:
        database.close()
        raise
    return database


def _expect_schema(found: str | None, where: str) -> None:
    if found is None:
        raise StorageError("this is no database of scoretrail", where=where, hint="check the URL")
    refuse_newer(found, where)
    if found != SCHEMA:
        refuse_older(found, where)


def new_database(url: str) -> Database:
    """Open a database to copy into: nothing is made in it yet."""
    return Database(make_engine(url))


def upgrade_database(url: str) -> tuple[str, str | None, str]:
    """Bring a database to this schema; gives its URL without its password, and its schema before and after."""
    database = new_database(url)
    try:
        before = schema_of(database)
        if before != SCHEMA:
            _bring_up(database, before, migrate=True)
        return database.url, before, SCHEMA
    finally:
        database.close()


def schema_of(database: Database) -> str | None:
    with database.reading() as connection:
        return revision(connection)


def revision(connection: Connection) -> str | None:
    """The schema's revision; `None` for an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _bring_up(database: Database, found: str | None, *, migrate: bool) -> None:
    refuse_newer(found, database.url)
    if not migrate:
        refuse_older(found, database.url)
    with database.migrating() as connection:
        upgrade(connection)


def refuse_older(found: str | None, where: str) -> NoReturn:
    raise DatabaseOlder(
        f"its schema is {found or 'empty'}, this program needs {SCHEMA}",
        where=where,
        hint="run `tracker db upgrade` on it",
    )


def refuse_newer(found: str | None, where: str) -> None:
    if found is not None and found > SCHEMA:
        raise DatabaseNewer(
            f"its schema {found} is newer than this program's {SCHEMA}", where=where, hint="upgrade scoretrail"
        )


def upgrade(connection: Connection, *, scripts: Path | None = None, to: str = "head") -> None:
    """Run migrations within the transaction of `connection`: by default all that this program has."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(scripts or bundled("alembic")).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
