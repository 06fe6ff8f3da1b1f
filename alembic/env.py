"""Runs migrations: within the transaction that the product opened, or for the `alembic` command on its own.

The command takes its database from `-x url=…` or `TRACKER_DATABASE_URL`.
"""

from __future__ import annotations

import os
from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection

from tracker.storage.engine import Transactions, make_engine
from tracker.storage.tables import metadata
from tracker.storage.types import Hex, Instant, Words

PLAIN = {Hex: "sa.LargeBinary()", Instant: "sa.BigInteger()", Words: "sa.Text()"}


def render(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """A migration is history: it names the database's types, not classes that may change."""
    return PLAIN.get(type(item), False) if kind == "type" else False


def run(connection: Connection) -> None:
    # One transaction around all of it: SQLite rolls DDL back too, once the driver leaves BEGIN to us (see engine.py).
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        transactional_ddl=True,
        compare_type=True,
        compare_server_default=True,
        render_item=render,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    url = context.get_x_argument(as_dictionary=True).get("url") or os.environ.get("TRACKER_DATABASE_URL")
    if not url:
        raise SystemExit("name a database: alembic -x url=sqlite:///FILE …, or set TRACKER_DATABASE_URL")
    database = Transactions(make_engine(url))
    with database.migrating() as connection:
        run(connection)
    database.close()
