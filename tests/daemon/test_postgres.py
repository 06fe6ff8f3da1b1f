"""The daemon on PostgreSQL: one over all machines, a standby that takes over, nothing lost when it is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

import psycopg
import pytest

from tests.daemon.fakes import FakeClock, FakeParts, settings, source
from tests.daemon.test_crashes import KILLS, kill_at_random
from tracker.daemon import Daemon, daemon_of
from tracker.domain.clocks import SystemClock
from tracker.domain.errors import DatabaseBusy, StorageError
from tracker.storage.daemon_lock import DatabaseLock

HOLD = """
import sys, time
from tracker.storage.daemon_lock import DatabaseLock
with DatabaseLock(sys.argv[1]):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def url(cluster) -> str:
    return cluster.database()


@pytest.fixture
def configured(tmp_path, url):
    values = settings(source("a"), home=tmp_path).model_dump() | {"database_url": url}
    return type(settings()).model_validate(values)


@pytest.fixture
def other(url) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, url], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_a_second_daemon_is_refused_with_process_and_machine_of_the_first(configured, other):
    with (
        pytest.raises(DatabaseBusy, match=rf"scoretrail daemon {other.pid} on "),
        Daemon(configured, FakeParts, FakeClock()),
    ):
        pass
    assert f"daemon {other.pid} on" in (daemon_of(configured) or "")


def test_daemons_of_other_databases_do_not_mind(cluster, other):
    with DatabaseLock(cluster.database()) as lock:
        assert lock.held()


def test_a_standby_takes_over_when_the_first_is_killed(configured, other):
    standby = Daemon(configured, FakeParts, SystemClock(), standby=True)
    looks: list[int] = []

    def stand_by() -> None:
        with standby as daemon:
            looks.append(daemon.once().runs)

    waiting = threading.Thread(target=stand_by)
    waiting.start()
    assert daemon_of(configured) is not None
    assert looks == []
    os.kill(other.pid, signal.SIGKILL)
    waiting.join(timeout=30)
    assert looks == [1]
    assert daemon_of(configured) is None


def test_a_daemon_whose_connection_broke_knows_that_it_may_not_be_the_only_one(configured, url):
    with Daemon(configured, FakeParts, FakeClock()) as daemon:
        daemon.check()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'scoretrail daemon%'"
                " AND datname = current_database()"
            )
        with pytest.raises(StorageError, match="lock on the database was lost"):
            daemon.check()


@pytest.mark.timeout(90 + 3 * KILLS)
def test_nothing_is_lost_doubled_or_torn(tmp_path, url):
    kill_at_random(tmp_path, max(5, KILLS // 4), url)
