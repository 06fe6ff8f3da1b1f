"""The tables of Procrastinate, the engine of the job queue, in a PostgreSQL schema of their own.

They are Procrastinate's, not ours: its own files make and migrate them, Alembic does not see them, and no copy or backup
of what was recorded needs them. The schema's comment says which of its migrations they stand at.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, text

from tracker.domain.errors import ConfigError, DatabaseNewer

if TYPE_CHECKING:
    from tracker.storage.engine import Transactions

QUEUE_SCHEMA = "scoretrail_queue"
_MADE_BY = "procrastinate "
_COMMENT = text("SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = :schema")


def prepare_queue(database: Transactions) -> None:
    """Make the queue's tables, or migrate them. Raises `ConfigError` where there is no Procrastinate or no PostgreSQL,
    `DatabaseNewer` when a newer one has been here.
    """
    if database.dialect != "postgresql":
        raise ConfigError("a queue of jobs needs PostgreSQL", where=database.url, hint="set TRACKER_DATABASE_URL")
    migrations = _migrations()
    with database.beside() as connection:
        found = _found(connection)
    while found != _version(migrations[-1]):
        with database.writing() as connection:  # one process at a time
            found = step(connection, migrations, database.url)


def step(connection: Connection, migrations: Sequence[Path], where: str) -> str:
    """Make all tables, or carry out the next migration; gives where they stand then. Every migration is a transaction of
    its own: one adds a value to a type, which a later one can use only when that is committed.
    """
    found, newest = _found(connection), _version(migrations[-1])
    if found is not None and found > newest:
        raise DatabaseNewer(
            f"its queue was made by a newer Procrastinate ({found}, here {newest})",
            where=where,
            hint="install the same version on every machine",
        )
    left = [] if found is None else [file for file in migrations if _version(file) > found]
    if found is None:
        connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {QUEUE_SCHEMA}")
        script, reached = _whole_schema(), newest
    elif left:
        script, reached = left[0].read_text(encoding="utf-8"), _version(left[0])
    else:
        return found
    connection.exec_driver_sql(f"SET LOCAL search_path TO {QUEUE_SCHEMA}")
    # Several statements at once, with percent signs of their own.
    connection.exec_driver_sql(script, execution_options={"no_parameters": True})
    connection.exec_driver_sql(f"COMMENT ON SCHEMA {QUEUE_SCHEMA} IS '{_MADE_BY}{reached}'")
    return reached


def _found(connection: Connection) -> str | None:
    comment = connection.execute(_COMMENT, {"schema": QUEUE_SCHEMA}).scalar()
    return None if comment is None else str(comment).removeprefix(_MADE_BY)


def _whole_schema() -> str:
    from procrastinate.schema import SchemaManager

    return str(SchemaManager.get_schema())


def _migrations() -> list[Path]:
    try:
        from procrastinate.schema import SchemaManager
    except ModuleNotFoundError:
        raise ConfigError("the job queue's engine is not installed", hint="install scoretrail[scale]") from None
    return sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))


def _version(migration: Path) -> str:
    """`03.04.00_50_post_…` → `03.04.00_50`: two digits each, so that they compare as texts."""
    return migration.name[:11]
