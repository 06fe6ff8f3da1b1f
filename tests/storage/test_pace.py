"""One politeness budget over several connections to one PostgreSQL; the waiting is instant, the turns are real."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy import text

from tests.clock import FakeClock
from tracker.storage import open_database
from tracker.storage.pace import SharedPace

HOST = "cards.example"


@pytest.fixture
def databases(cluster):
    """The same database, opened by three."""
    url = cluster.migrated()
    opened = [open_database(url) for _ in range(3)]
    yield opened
    for database in opened:
        database.close()
    cluster.drop(url)


def execute(database, statement: str, **values: object):
    with database.writing() as connection:
        result = connection.execute(text(statement), values)
        return result.all() if result.returns_rows else None


def test_turns_follow_one_another_whoever_asks(databases):
    clocks = [FakeClock() for _ in databases]
    began = time.monotonic()

    def ask(database, clock) -> None:
        pace = SharedPace(database, clock)
        for _ in range(5):
            pace.wait(HOST, 10)

    threads = [threading.Thread(target=ask, args=pair) for pair in zip(databases, clocks, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.monotonic() - began
    waits = sorted(wait for clock in clocks for wait in clock.slept)
    for turn, wait in enumerate(waits):
        assert 10 * turn - took <= wait <= 10 * turn


def test_hosts_do_not_wait_for_one_another(databases):
    clock = FakeClock()
    for number, database in enumerate(databases):
        SharedPace(database, clock).wait(f"{number}.example", 10)
    assert clock.slept == [0, 0, 0]


def test_each_request_waits_for_what_the_one_before_it_asked(databases):
    clock = FakeClock()
    first, second, _ = (SharedPace(database, clock) for database in databases)
    began = time.monotonic()
    first.wait(HOST, 300)
    second.wait(HOST, 0)
    took = time.monotonic() - began
    assert 300 - took <= clock.slept[1] <= 300


def test_a_hold_holds_for_all_and_only_grows(databases):
    first, second, _ = (SharedPace(database, FakeClock()) for database in databases)
    assert second.held(HOST) == 0
    first.hold(HOST, 100_000)
    assert 80_000 < second.held(HOST) <= 86_400
    second.hold(HOST, 1)
    assert first.held(HOST) > 80_000
    second.wait(HOST, 10)
    assert first.held(HOST) > 80_000


def test_a_server_clock_that_was_set_back_delays_nobody_for_long(databases):
    clock = FakeClock()
    pace = SharedPace(databases[0], clock)
    pace.wait(HOST, 2)
    pace.hold(HOST, 1)
    year = 365 * 86400 * 1_000_000
    execute(databases[1], "UPDATE pace SET free_at = free_at + :year, held_until = held_until + :year", year=year)
    pace.wait(HOST, 2)
    assert clock.slept[-1] <= 600
    assert pace.held(HOST) <= 86_400


def test_hosts_that_are_free_are_forgotten(databases):
    pace = SharedPace(databases[0], FakeClock(), sweep_every=3)
    pace.wait("old.example", 1)
    pace.wait("held.example", 1)
    execute(databases[1], "UPDATE pace SET free_at = free_at - 7200000000")
    pace.hold("held.example", 60)
    pace.wait(HOST, 1)
    assert execute(databases[1], "SELECT site FROM pace ORDER BY site") == [(HOST,), ("held.example",)]


def test_turns_do_not_wait_for_a_long_transaction(databases):
    clock = FakeClock()
    with databases[0].writing():
        SharedPace(databases[1], clock).wait(HOST, 1)
    assert clock.slept == [0]


def test_on_sqlite_a_process_has_its_own(tmp_path, databases):
    alone = open_database(f"sqlite:///{tmp_path / 'tracker.sqlite3'}")
    assert alone.pace(FakeClock()) is None
    alone.close()
    assert databases[0].pace(FakeClock()) is not None
