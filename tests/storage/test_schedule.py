"""The stored schedule, cursors, and the order of what is read, on both databases."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, timezone

from sqlalchemy import insert, select

from tests.storage.worlds import NOW, FakeRegistry, Seen, claim, record
from tracker.domain.history import Cause
from tracker.domain.outcomes import Outcome
from tracker.domain.schedule import HostState, SourceState
from tracker.domain.sources import Cursor, Miss, Source
from tracker.storage import open_database, tables
from tracker.storage.cursors import keep_cursors

EXACT = datetime(2024, 3, 31, 1, 59, 59, 999_999, tzinfo=UTC)
"""Within the hour that does not exist in summer time, to the microsecond."""


def test_states_come_back_as_they_were(database):
    schedule = database.schedule()
    full = SourceState(
        "a", EXACT, EXACT + timedelta(hours=1), 0.1 + 0.2, 3, 7, Outcome.RATE_LIMITED, "429 ✓", EXACT, EXACT, EXACT
    )
    elsewhere = EXACT.astimezone(timezone(timedelta(hours=-3, minutes=-30)))
    schedule.store([full, SourceState("b", since=elsewhere)])
    schedule.store([])
    assert schedule.sources() == {"a": full, "b": SourceState("b", since=EXACT)}
    assert schedule.sources()["b"].since.tzinfo is UTC
    schedule.store([SourceState("b", since=NOW)])
    assert schedule.sources() == {"a": full, "b": SourceState("b", since=NOW)}


def test_hosts_come_back_as_they_were(database):
    schedule = database.schedule()
    schedule.store_host(HostState("one.example", EXACT, 2))
    schedule.store_host(HostState("page:"))
    schedule.store_host(HostState("one.example", None, 0))
    assert schedule.hosts() == {"one.example": HostState("one.example"), "page:": HostState("page:")}


def test_cursors_of_known_sources_are_kept_together(database):
    sources = [Source(f"s{number}", "page", f"https://{number}.example/") for number in range(3)]
    with database.recording(FakeRegistry(), Cause.LIVE, NOW) as recording:
        for source in sources:
            recording.missed(source, Miss(source.name, "d", Outcome.NOT_MODIFIED))
        recording.keep_cursor(sources[0], Cursor({"etag": "first"}))
        recording.finish(lambda _changes: ())
    keep_cursors(database, {"s0": Cursor({"etag": "é"}), "s1": Cursor({"n": "1"}), "unknown": Cursor({})}, NOW)
    queries = database.queries()
    assert [queries.cursor(name) for name in ("s0", "s1", "s2", "unknown")] == [
        Cursor({"etag": "é"}),
        Cursor({"n": "1"}),
        None,
        None,
    ]


def test_names_are_ordered_by_their_characters_in_any_language(database):
    words = ["alpha", "Beta", "Écrin", "a-b", "ab", "a b", "B2", "ä"]
    seen = Seen(0, tuple(claim(word, row=row) for row, word in enumerate(words)))
    record(database, seen, registry=FakeRegistry(models=()))
    queries = database.queries()
    names = [row.model for row in queries.scores()]
    assert names == sorted(names)
    assert len(set(names)) == len(words)
    for number, name in enumerate(("b.example", "B.example", "-b.example")):
        record(database, Seen(number, document=name))
    documents = [row.name for row in queries.documents()]
    assert documents == sorted(documents)


def test_reading_sees_one_state_while_another_writes(url, database):
    record(database, Seen(0, (claim(),)))
    other = open_database(url)
    try:
        with database.reading() as connection:
            query = select(tables.version.c.valid_from)
            before = connection.execute(query).all()
            record(other, Seen(1, (claim(value="71"),)))
            assert connection.execute(query).all() == before
    finally:
        other.close()
    assert [str(row.value) for row in database.queries().scores()] == ["71"]


def test_writers_wait_for_one_another(url):
    """Read, then write what was read plus one, from several connections at once: no update is lost."""
    turns, failures = 10, []

    def write() -> None:
        database = open_database(url)
        try:
            for _ in range(turns):
                with database.writing() as connection:
                    known = connection.execute(select(tables.recording.c.id)).scalars().all()
                    row = {"id": max(known, default=0) + 1, "recorded_at": NOW, "cause": "live"}
                    connection.execute(insert(tables.recording), row)
        except Exception as error:  # noqa: BLE001  # told by the thread that asserts
            failures.append(error)
        finally:
            database.close()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database = open_database(url)
    with database.reading() as connection:
        numbers = connection.execute(select(tables.recording.c.id)).scalars().all()
    database.close()
    assert failures == []
    assert sorted(numbers) == list(range(1, 4 * turns + 1))
