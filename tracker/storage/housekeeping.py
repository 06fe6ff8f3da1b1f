"""What may be forgotten: how looks at sources went, long ago. Versions, changes and what proves them are kept for ever."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from tracker.storage import tables

if TYPE_CHECKING:
    from tracker.storage.engine import Transactions

_RUN = tables.run.c
_BATCH = 1_000
"""Rows a transaction: writers wait for milliseconds, however much there is to forget."""


def prune_runs(database: Transactions, before: datetime) -> int:
    """Forget looks that ended before then; gives how many. The last one of each source stays: streaks are counted on."""
    pruned = 0
    while True:
        with database.writing() as connection:
            latest = select(func.max(_RUN.id)).group_by(_RUN.source_id)
            ended = func.coalesce(_RUN.finished_at, _RUN.started_at)
            old = select(_RUN.id).where(ended < before, _RUN.id.not_in(latest)).order_by(_RUN.id).limit(_BATCH)
            ids = connection.execute(old).scalars().all()
            if ids:
                connection.execute(delete(tables.run).where(_RUN.id.in_(ids)))
        pruned += len(ids)
        if len(ids) < _BATCH:
            return pruned
