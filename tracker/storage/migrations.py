"""Opening a database: create it, migrate it, or refuse it, by its schema revision."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

from tracker.config import bundled
from tracker.domain.errors import DatabaseNewer, DatabaseOlder
from tracker.storage.database import Database
from tracker.storage.engine import make_engine

SCHEMA = "0001"
"""The newest revision in `alembic/versions`; kept here so that opening an up-to-date database does not load Alembic."""


def open_database(url: str, *, migrate: bool = True) -> Database:
    """Open, and with `migrate` create or migrate, the database at an SQLAlchemy URL.

    Raises `DatabaseNewer` when a newer version of the product wrote it, `DatabaseOlder` when it has to be migrated and
    may not be, `DatabaseBusy` and other `StorageError`s when it cannot be opened, `ConfigError` for a bad URL.
    A migration that is killed rolls back: the next start finds the old schema.
    """
    database = Database(make_engine(url))
    try:
        with database.reading() as connection:
            found = revision(connection)
        if found != SCHEMA:
            _bring_up(database, found, migrate=migrate)
    except BaseException:
        database.close()
        raise
    return database


def revision(connection: Connection) -> str | None:
    """The schema's revision; `None` for an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _bring_up(database: Database, found: str | None, *, migrate: bool) -> None:
    if found is not None and found > SCHEMA:
        raise DatabaseNewer(
            f"its schema {found} is newer than this program's {SCHEMA}", where=database.url, hint="upgrade scoretrail"
        )
    if not migrate:
        raise DatabaseOlder(
            f"its schema is {found or 'empty'}, this program needs {SCHEMA}",
            where=database.url,
            hint="run `tracker init` to migrate it",
        )
    with database.writing() as connection:
        upgrade(connection)


def upgrade(connection: Connection) -> None:
    """Run the migrations within the transaction of `connection`."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(bundled("alembic")).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
