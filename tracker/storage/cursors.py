"""Many cursors at once: what a daemon's quiet looks leave behind."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, insert, select, update

from tracker.domain.sources import Cursor
from tracker.storage import tables
from tracker.storage.documents import in_chunks

if TYPE_CHECKING:
    from tracker.storage.engine import Transactions


def keep_cursors(database: Transactions, cursors: Mapping[str, Cursor], now: datetime) -> None:
    """Store the cursors of sources that were recorded before, by name, in one transaction and three statements a chunk.
    A source that the database does not know is left out: nothing was ever recorded of it.
    """
    table, source = tables.cursor, tables.source.c
    with database.writing() as connection:
        for names in in_chunks(sorted(cursors)):
            known = select(source.id, source.name, table.c.source_id).outerjoin(table, table.c.source_id == source.id)
            rows = connection.execute(known.where(source.name.in_(names))).all()
            values = {
                row.id: json.dumps(dict(cursors[row.name].values), ensure_ascii=False, sort_keys=True) for row in rows
            }
            fresh = [
                {"source_id": row.id, "value": values[row.id], "stored_at": now}
                for row in rows
                if row.source_id is None
            ]
            stored = [
                {"key": row.id, "value": values[row.id], "stored_at": now} for row in rows if row.source_id is not None
            ]
            if fresh:
                connection.execute(insert(table), fresh)
            if stored:
                connection.execute(update(table).where(table.c.source_id == bindparam("key")), stored)
