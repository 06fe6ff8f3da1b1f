"""Stored alerts: written with the changes that they tell of, taken by whoever delivers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, insert, or_, select, update

from tracker.domain.outbox import OutboxEntry, OutboxTally, PendingEntry
from tracker.storage import tables
from tracker.storage.documents import in_chunks

if TYPE_CHECKING:
    from tracker.storage.engine import Transactions

_OUTBOX = tables.outbox.c
PENDING, DELIVERED, DEAD = "pending", "delivered", "dead"


def put_entries(connection: Connection, entries: Sequence[OutboxEntry], now: datetime) -> int:
    """Add what is not there yet, in order; gives how many are new."""
    unique = {entry.id: entry for entry in entries}
    known: set[str] = set()
    for chunk in in_chunks(list(unique)):
        known.update(connection.execute(select(_OUTBOX.id).where(_OUTBOX.id.in_(chunk))).scalars())
    fresh = [entry for entry in unique.values() if entry.id not in known]
    if fresh:
        first = (connection.execute(select(func.max(_OUTBOX.position))).scalar() or 0) + 1
        rows = [_row(entry, position, now) for position, entry in enumerate(fresh, first)]
        connection.execute(insert(tables.outbox), rows)
    return len(fresh)


def _row(entry: OutboxEntry, position: int, now: datetime) -> dict[str, Any]:
    return {
        "id": entry.id,
        "rule": entry.rule,
        "channel": entry.channel,
        "subject": entry.subject,
        "body": entry.body,
        "change_id": entry.change,
        "created_at": now,
        "position": position,
        "state": PENDING,
        "attempts": 0,
        "error": "",
    }


class Outbox:
    """The `Outbox` and `AlertStore` ports of alerts and daemon. Every call is one short transaction."""

    def __init__(self, database: Transactions) -> None:
        self._database = database

    def put(self, entries: Sequence[OutboxEntry], now: datetime) -> int:
        with self._database.writing() as connection:
            return put_entries(connection, entries, now)

    def due(self, channel: str, now: datetime, limit: int = 1000) -> Sequence[PendingEntry]:
        """Neither delivered nor dead, and not put off beyond `now`; oldest first."""
        ready = or_(_OUTBOX.retry_at.is_(None), _OUTBOX.retry_at <= now)
        return self._entries(_OUTBOX.channel == channel, _OUTBOX.state == PENDING, ready, limit=limit)

    def waiting(self, limit: int = 1000) -> Sequence[PendingEntry]:
        """Everything that is not delivered, dead letters included; oldest first."""
        return self._entries(_OUTBOX.state != DELIVERED, limit=limit)

    def _entries(self, *conditions: Any, limit: int) -> Sequence[PendingEntry]:
        from tracker.storage.changes import changes_by_id

        with self._database.reading() as connection:
            chosen = select(tables.outbox).where(*conditions).order_by(_OUTBOX.position).limit(limit)
            rows = connection.execute(chosen).all()
            changes = changes_by_id(connection, [row.change_id for row in rows if row.change_id])
            return tuple(
                PendingEntry(
                    OutboxEntry(row.id, row.rule, row.channel, row.subject, row.body, row.change_id),
                    row.created_at,
                    row.attempts,
                    row.retry_at,
                    row.message,
                    changes.get(row.change_id),
                    row.error,
                    row.state == DEAD,
                )
                for row in rows
            )

    def counts(self) -> dict[str, int]:
        """Entries by state."""
        with self._database.reading() as connection:
            counted = connection.execute(select(_OUTBOX.state, func.count()).group_by(_OUTBOX.state))
            return {row[0]: row[1] for row in counted}

    def bundle(self, ids: Sequence[str], message: str) -> None:
        self._set(ids, {"message": message})

    def delivered(self, ids: Sequence[str], now: datetime) -> None:
        self._set(ids, {"state": DELIVERED, "closed_at": now, "retry_at": None})

    def failed(self, ids: Sequence[str], error: str, now: datetime, retry_at: datetime | None) -> None:
        """One more attempt that failed; without `retry_at` the entries are dead letters."""
        values: dict[str, Any] = {"attempts": _OUTBOX.attempts + 1, "error": error, "retry_at": retry_at}
        if retry_at is None:
            values |= {"state": DEAD, "closed_at": now}
        self._set(ids, values)

    def wake(self, channel: str, now: datetime) -> None:
        """The channel is back: what was put off is due."""
        put_off = _OUTBOX.channel == channel, _OUTBOX.state == PENDING, _OUTBOX.retry_at > now
        with self._database.writing() as connection:
            connection.execute(update(tables.outbox).where(*put_off).values(retry_at=now))

    def messages_since(self, channel: str, since: datetime) -> int:
        """How many messages (a digest is one) the channel has accepted since then."""
        accepted = _OUTBOX.channel == channel, _OUTBOX.state == DELIVERED, _OUTBOX.closed_at >= since
        message = func.coalesce(_OUTBOX.message, _OUTBOX.id)
        with self._database.reading() as connection:
            return connection.execute(select(func.count(message.distinct())).where(*accepted)).scalar_one()

    def tallies(self) -> Sequence[OutboxTally]:
        """What is waiting and what was given up, by channel."""
        columns = _OUTBOX.channel, _OUTBOX.state
        query = select(*columns, func.count().label("entries"), func.min(_OUTBOX.created_at).label("oldest"))
        with self._database.reading() as connection:
            rows = connection.execute(query.where(_OUTBOX.state != DELIVERED).group_by(*columns)).all()
        tallies = [OutboxTally(row.channel, row.state, row.entries, row.oldest) for row in rows]
        return tuple(sorted(tallies, key=lambda tally: (tally.channel, tally.state)))

    def revive(self, ids: Sequence[str] | None = None) -> int:
        """Try dead letters again (`None`: all of them), with all attempts before them; gives how many."""
        dead = _OUTBOX.state == DEAD
        values = {"state": PENDING, "attempts": 0, "retry_at": None, "closed_at": None}
        chunks = [None] if ids is None else list(in_chunks(ids))
        with self._database.writing() as connection:
            return sum(
                connection.execute(
                    update(tables.outbox)
                    .where(dead, *([] if chunk is None else [_OUTBOX.id.in_(chunk)]))
                    .values(**values)
                ).rowcount
                for chunk in chunks
            )

    def _set(self, ids: Sequence[str], values: dict[str, Any]) -> None:
        with self._database.writing() as connection:
            for chunk in in_chunks(ids):
                connection.execute(update(tables.outbox).where(_OUTBOX.id.in_(chunk)).values(**values))
