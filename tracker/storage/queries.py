"""The read side: every answer is frozen rows from one consistent state of the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.domain.history import RecordedChange
from tracker.storage import boards, changes, health, polls, tables
from tracker.storage.rows import (
    ChangeFilter,
    ComparisonRow,
    DocumentSummary,
    FactRow,
    MissRow,
    Proof,
    SaidRow,
    ScoreFilter,
    ScoreRow,
    SourceHealth,
)

if TYPE_CHECKING:
    from datetime import datetime

    from tracker.domain.sources import Cursor
    from tracker.storage.engine import Transactions


class Queries:
    def __init__(self, database: Transactions) -> None:
        self._database = database

    def scores(self, wanted: ScoreFilter | None = None) -> Sequence[ScoreRow]:
        """What is said now, or was said at `as_of` as known at `known_at`."""
        with self._database.reading() as connection:
            return boards.scores(connection, wanted or ScoreFilter())

    def history(self, wanted: ScoreFilter) -> Sequence[ScoreRow]:
        """Every version of the chosen claims, oldest first within a claim; rows that are not `said` withdraw it."""
        with self._database.reading() as connection:
            return boards.history(connection, wanted)

    def claim(self, claim: str) -> Sequence[ScoreRow]:
        """The history of one claim, by its id or the beginning of it; empty when there is none."""
        return self.history(ScoreFilter(claim=claim))

    def said(self, claim: str, as_of: datetime | None = None, known_at: datetime | None = None) -> SaidRow | None:
        """What a claim, by its whole id, said at `as_of` as known at `known_at`; `None` when it said nothing then. Fit
        for asking of many claims and days.
        """
        with self._database.reading() as connection:
            return boards.said(connection, claim, as_of, known_at)

    def proof(self, claim: str) -> Proof | None:
        """The latest statement of a claim; `None` when its id is unknown or the beginning of several."""
        with self._database.reading() as connection:
            return boards.proof(connection, claim)

    def changes(self, wanted: ChangeFilter | None = None) -> Sequence[RecordedChange]:
        """In the order of valid time."""
        with self._database.reading() as connection:
            return changes.changes(connection, wanted or ChangeFilter())

    def comparisons(self, wanted: ScoreFilter | None = None) -> Sequence[ComparisonRow]:
        with self._database.reading() as connection:
            return health.comparisons(connection, wanted or ScoreFilter())

    def facts(self, wanted: ScoreFilter | None = None) -> Sequence[FactRow]:
        with self._database.reading() as connection:
            return health.facts(connection, wanted or ScoreFilter())

    def sources(self) -> Sequence[SourceHealth]:
        with self._database.reading() as connection:
            return health.sources(connection)

    def documents(self, *, source: str | None = None, waiting: bool = False) -> Sequence[DocumentSummary]:
        """`waiting`: only those with a suspect reading, and those that flap."""
        with self._database.reading() as connection:
            return health.documents(connection, source=source, waiting=waiting)

    def misses(self, *, source: str | None = None, limit: int = 100) -> Sequence[MissRow]:
        """Polls that brought nothing, the latest first."""
        with self._database.reading() as connection:
            return health.misses(connection, source=source, limit=limit)

    def cursor(self, source: str) -> Cursor | None:
        with self._database.reading() as connection:
            return polls.cursor(connection, source)

    def is_known_model(self, model: str) -> bool:
        """Whether any source has ever reported a score of this canonical model."""
        name = tables.name.c
        chosen = (
            select(tables.series.c.id)
            .join(tables.name, name.id == tables.series.c.model_id)
            .where(name.canonical == model)
            .limit(1)
        )
        with self._database.reading() as connection:
            return connection.execute(chosen).first() is not None

    def standings(self, benchmark: str) -> Sequence[ScoreRow]:
        """Every claim that is being made on this canonical benchmark."""
        return self.scores(replace(ScoreFilter(), benchmark=benchmark, exact=True))
