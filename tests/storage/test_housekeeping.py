"""What is forgotten, and what never is."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from tests.storage.full_world import fill, sizes
from tests.storage.worlds import NOW, SOURCE, contents
from tracker.domain.history import Cause
from tracker.domain.outcomes import Outcome
from tracker.domain.sources import Source
from tracker.storage import RunRecord, housekeeping, tables
from tracker.storage.housekeeping import prune_runs

OTHER = Source("other", "page", "https://other.example/")


def ran(database, source: Source, days: int, outcome: Outcome = Outcome.UNCHANGED) -> None:
    at = NOW + timedelta(days=days)
    database.ran(source, RunRecord(Cause.LIVE, at, at + timedelta(minutes=1), outcome))


def kept(database) -> list[int]:
    with database.reading() as connection:
        rows = connection.execute(select(tables.run.c.started_at).order_by(tables.run.c.id)).scalars()
        return [(at - NOW).days for at in rows]


def test_old_looks_are_forgotten_but_the_last_of_each_source(database, monkeypatch):
    monkeypatch.setattr(housekeeping, "_BATCH", 3)
    for day in range(10):
        ran(database, SOURCE, day)
    ran(database, OTHER, 0, Outcome.HTTP_ERROR)
    ran(database, OTHER, 1, Outcome.HTTP_ERROR)
    assert prune_runs(database, NOW + timedelta(days=8)) == 9
    assert kept(database) == [8, 9, 1]
    assert prune_runs(database, NOW + timedelta(days=8)) == 0
    assert prune_runs(database, NOW + timedelta(days=99)) == 1
    ran(database, OTHER, 2, Outcome.HTTP_ERROR)
    health = {each.name: each for each in database.queries().sources()}
    assert health["other"].error_streak == 3


def test_nothing_else_is_forgotten(database):
    fill(database)
    before, known = sizes(database), contents(database)
    assert prune_runs(database, NOW + timedelta(days=9999)) == 1
    assert sizes(database) == before | {"run": 1}
    assert contents(database) == known
