"""The queue of looks on a real PostgreSQL: one job a source, one at a time a lock, and dead workers' jobs come back."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from sqlalchemy import text

from tests.storage.schema_check import differences
from tracker.domain.errors import ConfigError, DatabaseNewer, StorageError
from tracker.domain.jobs import Job, QueueState
from tracker.domain.sources import Source, Tier
from tracker.storage import open_database
from tracker.storage.queue import ATTEMPTS, Queue, arguments, job_of
from tracker.storage.queue_schema import QUEUE_SCHEMA, _migrations, _version, prepare_queue, step
from tracker.storage.workforce import work

PATIENCE = 30.0


@pytest.fixture
def url(cluster):
    made = cluster.migrated()
    yield made
    cluster.drop(made)


@pytest.fixture
def database(url):
    opened = open_database(url)
    yield opened
    opened.close()


@pytest.fixture
def queue(url, database):
    prepare_queue(database)
    opened = Queue(url, PATIENCE)
    yield opened
    opened.close()


def job(name: str, lock: str = "", kind: str = "page") -> Job:
    return Job(Source(name, kind, f"https://{name}.example/"), lock or f"host {name}.example")


def run(url: str, look, *, queues=(), concurrency=4, patience=PATIENCE) -> None:
    """A worker until nothing is left."""

    async def serve() -> None:
        with ThreadPoolExecutor(concurrency) as threads:
            await work(
                url,
                look,
                threads,
                stop=asyncio.Event(),
                queues=queues,
                concurrency=concurrency,
                patience=patience,
                wait=False,
            )

    asyncio.run(serve())


def execute(url: str, statement: str, **values: object):
    with psycopg.connect(url, autocommit=True, options=f"-c search_path={QUEUE_SCHEMA}") as connection:
        cursor = connection.execute(statement.replace("{q}", QUEUE_SCHEMA), values)
        return cursor.fetchall() if cursor.description else None


def test_a_job_survives_its_way_through_json():
    source = Source("a", "git", "https://é.example/x?y", Tier.OFFICIAL, "Meta", 60, {"paths": ("a", "b"), "deep": True})
    for due_at in (None, datetime(2026, 11, 25, 12, 0, 0, 123_456, tzinfo=UTC)):
        whole = Job(source, "host é.example", due_at)
        assert job_of(arguments(whole)) == whole


def test_a_source_is_queued_once_and_known_by_its_lock(queue):
    assert queue.put([job("a"), job("b")]) == 2
    assert queue.put([job("b"), job("c"), job("a")]) == 1
    assert queue.known() == {name: f"host {name}.example" for name in ("a", "b", "c")}
    state = queue.state()
    assert (state.waiting, state.running, state.stalled, state.workers) == (3, 0, 0, 0)
    assert state.oldest is not None
    assert state.oldest.tzinfo is UTC
    assert abs(datetime.now(UTC) - state.oldest) < timedelta(minutes=5)


def test_workers_get_each_job_once_and_what_is_done_is_gone(queue, url):
    queue.put([job(f"s{number}") for number in range(12)])
    looked: list[str] = []
    workers = [threading.Thread(target=run, args=(url, lambda each: looked.append(each.source.name))) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(looked) == sorted(f"s{number}" for number in range(12))
    assert queue.known() == {}
    assert queue.state() == QueueState()


def test_one_lock_is_used_by_one_job_at_a_time(queue, url):
    queue.put([job(f"s{number}", "host one.example") for number in range(6)] + [job("other")])
    busy: set[str] = set()
    seen: list[set[str]] = []
    lock, both = threading.Lock(), threading.Event()

    def look(each: Job) -> None:
        with lock:
            assert each.lock not in busy
            busy.add(each.lock)
            seen.append(set(busy))
            if len(busy) == 2:
                both.set()
        both.wait(30)  # the first of one host is joined by the other host's, not by its own host's second
        with lock:
            busy.discard(each.lock)

    while queue.known():  # a worker that does not wait ends when all that is left is locked
        run(url, look)
    assert len(seen) == 7
    assert {"host one.example", "host other.example"} in seen


def test_a_worker_takes_only_the_kinds_it_is_told_to(queue, url):
    queue.put([job("a", kind="reddit"), job("b", kind="page"), job("c", kind="git")])
    looked: list[str] = []
    run(url, lambda each: looked.append(each.source.name), queues=("page", "git"))
    assert sorted(looked) == ["b", "c"]
    assert queue.known() == {"a": "host a.example"}


def die(url: str, name: str) -> None:
    """A worker has fetched the job, and gave its last sign of life an hour ago."""
    execute(
        url,
        "WITH dead AS (INSERT INTO {q}.procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')"
        " RETURNING id) UPDATE {q}.procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM dead)"
        " WHERE queueing_lock = %(name)s",
        name=name,
    )


def test_a_dead_worker_s_job_is_put_back_and_a_living_one_s_is_not(queue, url):
    queue.put([job("a"), job("b")])
    die(url, "a")
    assert queue.rescue()[0].job == job("a")
    assert queue.rescue() == ()
    looked: list[str] = []

    def look(each: Job) -> None:
        assert queue.state().stalled == 0
        assert queue.rescue() == ()
        looked.append(each.source.name)

    run(url, look)
    assert sorted(looked) == ["a", "b"]


def test_a_worker_row_that_was_pruned_by_another_worker_s_start_hides_no_job(queue, url):
    queue.put([job("a")])
    die(url, "a")
    execute(url, "DELETE FROM {q}.procrastinate_workers")
    assert queue.state().stalled == 1
    assert [each.job.source.name for each in queue.rescue()] == ["a"]


def test_a_job_that_kills_its_workers_is_given_up(queue, url):
    queue.put([job("a")])
    told = []
    for _ in range(ATTEMPTS):
        die(url, "a")
        told += [(each.attempts, each.given_up) for each in queue.rescue()]
    assert told == [(1, False), (2, False), (3, True)]
    assert queue.known() == {}


def test_a_stalled_job_whose_source_was_queued_again_is_dropped(queue, url):
    queue.put([job("a")])
    die(url, "a")
    queue.put([job("a")])
    assert queue.rescue() == ()
    assert queue.state() == QueueState(waiting=1, oldest=queue.state().oldest)


def test_no_queue_is_an_empty_queue(url, database):
    opened = Queue(url, PATIENCE)
    assert opened.state() == QueueState()
    opened.close()


def test_the_queue_s_tables_are_not_ours(cluster):
    url = cluster.database()
    database = open_database(url)
    for _ in range(2):
        prepare_queue(database)
    database.close()
    assert differences(url) == ""
    cluster.drop(url)


def test_several_that_start_at_once_make_it_once(url):
    failures = []

    def start() -> None:
        database = open_database(url)
        try:
            prepare_queue(database)
        except Exception as error:  # noqa: BLE001  # told by the thread that asserts
            failures.append(error)
        finally:
            database.close()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_queue_that_an_older_version_made_is_migrated(url, database):
    migrations = _migrations()
    older = [file for file in migrations if _version(file) < "03.04"]
    with database.writing() as connection:
        connection.execute(text(f"CREATE SCHEMA {QUEUE_SCHEMA}"))
        connection.execute(text(f"COMMENT ON SCHEMA {QUEUE_SCHEMA} IS 'procrastinate 0'"))
    for _ in older:
        with database.writing() as connection:
            step(connection, older, url)
    execute(url, "INSERT INTO {q}.procrastinate_jobs (queue_name, task_name) VALUES ('page', 'kept')")
    prepare_queue(database)
    assert execute(url, "SELECT obj_description('{q}'::regnamespace)") == [
        (f"procrastinate {_version(migrations[-1])}",)
    ]
    assert execute(url, "SELECT task_name FROM {q}.procrastinate_jobs") == [("kept",)]
    opened = Queue(url, PATIENCE)
    assert opened.put([job("a")]) == 1
    opened.close()


def test_a_queue_of_a_newer_version_is_refused(database, queue, url):
    execute(url, "COMMENT ON SCHEMA {q} IS 'procrastinate 99.00.00_01'")
    with pytest.raises(DatabaseNewer, match="newer Procrastinate"):
        prepare_queue(database)


def test_sqlite_has_no_queue(tmp_path):
    database = open_database(f"sqlite:///{tmp_path / 'tracker.sqlite3'}")
    with pytest.raises(ConfigError, match="needs PostgreSQL"):
        prepare_queue(database)
    database.close()


def test_a_queue_that_is_lost_ends_the_worker_with_a_plain_word(queue, url, cluster):
    queue.put([job("a")])

    def pull_the_plug(_job: Job) -> None:
        queue.close()
        cluster.drop(url)

    with pytest.raises(StorageError, match="queue of jobs"):
        run(url, pull_the_plug, patience=1)
