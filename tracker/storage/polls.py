"""What polls leave behind beside items: cursors and misses."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from tracker.domain.sources import Cursor, Miss
from tracker.storage import tables
from tracker.storage.types import clean

_MISS = tables.miss.c
_CURSOR = tables.cursor.c


def put_miss(connection: Connection, source: int, miss: Miss, evidence: str | None, now: datetime) -> None:
    latest = connection.execute(
        select(tables.miss)
        .where(_MISS.source_id == source, _MISS.document == clean(miss.document))
        .order_by(_MISS.id.desc())
        .limit(1)
    ).first()
    if latest is not None and latest.outcome == miss.outcome.value:
        again = {
            "last_at": now,
            "polls": _MISS.polls + 1,
            "detail": miss.detail,
            "evidence": evidence or latest.evidence,
        }
        connection.execute(update(tables.miss).where(_MISS.id == latest.id).values(**again))
        return
    connection.execute(
        insert(tables.miss).values(
            source_id=source,
            document=miss.document,
            outcome=miss.outcome.value,
            detail=miss.detail,
            url=miss.url,
            first_at=now,
            last_at=now,
            polls=1,
            evidence=evidence,
        )
    )


def put_cursor(connection: Connection, source: int, cursor: Cursor, now: datetime) -> None:
    value = json.dumps(dict(cursor.values), ensure_ascii=False, sort_keys=True)
    changed = connection.execute(
        update(tables.cursor).where(_CURSOR.source_id == source).values(value=value, stored_at=now)
    )
    if not changed.rowcount:
        connection.execute(insert(tables.cursor).values(source_id=source, value=value, stored_at=now))


def cursor(connection: Connection, source: str) -> Cursor | None:
    value = connection.execute(
        select(_CURSOR.value)
        .join(tables.source, tables.source.c.id == _CURSOR.source_id)
        .where(tables.source.c.name == source)
    ).scalar()
    return None if value is None else Cursor(json.loads(value))
