"""Several machines, in small: a clock, three real workers, one PostgreSQL, and hosts that log what they are asked."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from tests.alerts.receiver import receiver
from tests.daemon.hosts import Hosts, hosts
from tests.daemon.test_crashes import check
from tests.daemon.test_live import SECRET
from tracker.cli.app import app
from tracker.config import Settings, load_settings
from tracker.daemon import Daemon, Worker
from tracker.daemon.live import live, working
from tracker.domain.clocks import SystemClock
from tracker.domain.errors import ConfigError
from tracker.domain.schedule import SourceState
from tracker.storage import open_database
from tracker.storage.queue import Queue

DELAY = 0.5
"""Seconds between two requests to one host, over all workers."""
PAGES = 3
TOML = """
database_url = {database}
[http]
allow_hosts = {allowed}
host_delay_seconds = {delay}
[schedule]
tick_seconds = 0.5
deliver_seconds = 0.5
jitter = 0
[daemon]
stalled_seconds = 15
[[alerts.channels]]
name = "hook"
kind = "webhook"
address = {hook}
secret = {secret}
[[alerts.rules]]
name = "all"
channels = ["hook"]
"""
LOG_TURNS = """
CREATE TABLE turn (site text, start double precision);
CREATE FUNCTION log_turn() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO turn VALUES (NEW.site, NEW.free_at / 1e6 - {delay}); RETURN NEW;
END $$;
CREATE TRIGGER log_turn AFTER INSERT OR UPDATE OF free_at ON pace FOR EACH ROW EXECUTE FUNCTION log_turn();
"""
SOURCE = """
[[sources]]
name = {name}
kind = "page"
address = {address}
organisation = "Meta"
"""


class Team:
    """One configuration, and the workers started on it. Each tells its number as its user agent."""

    def __init__(self, home: Path, database: str, world: Hosts, hook: str, paths: list[str]) -> None:
        self.home = home
        places = [f"http://{address}{path}" for path in paths for address in world.addresses]
        words = {
            "database": database,
            "allowed": [*world.addresses, hook.split("/")[2]],
            "delay": DELAY,
            "hook": hook,
            "secret": SECRET,
        }
        sources = [{"name": f"s{number}", "address": place} for number, place in enumerate(places)]
        written = {name: json.dumps(value) for name, value in words.items()}
        text = TOML.format(**written) + "".join(
            SOURCE.format(**{name: json.dumps(value) for name, value in one.items()}) for one in sources
        )
        (home / "tracker.toml").write_text(text)
        self.environ = {**os.environ, "TRACKER_HOME": str(home), "TRACKER_CONFIG": str(home / "tracker.toml")}
        self.settings: Settings = load_settings(self.environ)
        self.database = open_database(database)
        with psycopg.connect(database) as connection:
            connection.execute(LOG_TURNS.format(delay=DELAY).encode())
        self.queue = Queue(database, self.settings.daemon.stalled_seconds)
        self.workers: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> subprocess.Popen[bytes]:
        name = f"worker{len(self.workers)}"
        with (self.home / f"{name}.log").open("wb") as log:
            self.workers[name] = subprocess.Popen(
                [sys.executable, "-m", "tracker", "worker", "--concurrency", "1"],
                env={**self.environ, "TRACKER_USER_AGENT": f"{name}/1"},
                stderr=log,
            )
        return self.workers[name]

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Poll until the condition holds; the test's own time-out is the bound. No worker may fail meanwhile."""
        pause = threading.Event()
        while not condition():
            assert all(worker.poll() in {None, 0, -signal.SIGKILL} for worker in self.workers.values()), self.logs()
            pause.wait(0.2)

    def clock(self) -> Daemon:
        return Daemon(self.settings, live(SystemClock()), SystemClock())

    def logs(self) -> str:
        return "\n".join(file.read_text() for file in sorted(self.home.glob("*.log")))

    def turns(self, site: str) -> list[float]:
        """When the turns of a host began that were given out, by the server's clock."""
        with psycopg.connect(self.settings.database) as connection:
            found = connection.execute("SELECT start FROM turn WHERE site = %s ORDER BY start", (site,))
            return [row[0] for row in found]

    def states(self) -> list[SourceState]:
        states = self.database.schedule().sources().values()
        return [state for state in states if state.checked_at is not None]

    def close(self) -> None:
        for worker in self.workers.values():
            worker.kill()
            worker.wait()
        self.queue.close()
        self.database.close()


@pytest.fixture
def world() -> Iterator[Hosts]:
    with hosts(3) as found:
        yield found


@pytest.fixture
def form(tmp_path, cluster, world) -> Iterator[Callable[..., Team]]:
    made: list[Team] = []
    with receiver(lambda _: (200, {})) as (hook, inbox):

        def make(paths: list[str]) -> Team:
            made.append(Team(tmp_path, cluster.migrated(), world, hook, paths))
            made[-1].inbox = inbox  # type: ignore[attr-defined]
            return made[-1]

        yield make
        world.release.set()
        for team in made:
            team.close()


@pytest.mark.timeout(180)
def test_three_workers_lose_nothing_fetch_nothing_twice_and_hold_each_host_s_rate(form, world):
    team = form([f"/card{number}" for number in range(PAGES - 1)] + ["/slow"])
    for _ in range(3):
        team.start()
    team.wait_until(lambda: team.queue.state().workers == 3)
    with team.clock() as clock:
        clock.start()
        assert world.reached.wait(60), team.logs()
        [caught] = [one for one in world.pages() if one.path == "/slow"][:1]
        killed = team.workers[caught.agent.partition("/")[0]]
        killed.kill()
        killed.wait()
        world.release.set()
        team.wait_until(lambda: len(team.states()) == 3 * PAGES)
        team.wait_until(lambda: not clock.health().alerts)
        assert clock.counts.failures == 0
    for worker in set(team.workers.values()) - {killed}:
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(60) == 0, team.logs()
    assert team.queue.known() == {}

    # Nothing was asked for twice but the page in whose middle its worker died, and that by another worker.
    times = Counter((one.host, one.path) for one in world.pages())
    assert times == Counter(
        {(f"127.0.0.{n}", path): 1 for n in (1, 2, 3) for path in ("/card0", "/card1", "/slow")}
    ) + (Counter({(caught.host, "/slow"): 1}))
    again = next(one for one in world.pages()[::-1] if (one.host, one.path) == (caught.host, "/slow"))
    assert again.agent != caught.agent
    assert len({one.agent for one in world.pages()}) == 3

    # Every request took a turn of the one budget (the dead worker may have taken one that it did not use), turns of a
    # host are a delay apart, and no request was made before its turn: at any moment no host has had more than its rate.
    for address in world.addresses:
        turns = team.turns(address)
        came = sorted(one.at for one in world.asked if one.host == address.partition(":")[0])
        assert len(came) <= len(turns) <= len(came) + 1
        assert all(later - earlier >= DELAY - 1e-5 for earlier, later in pairwise(turns))
        assert all(at >= turn - 1e-3 for at, turn in zip(came, turns, strict=False))

    # Everything was recorded once, has its bytes, and was told once.
    check(team.settings, [json.loads(body)["data"] for _, body in team.inbox])
    assert len(team.database.queries().scores()) == 2 * 3 * PAGES


@pytest.mark.timeout(120)
def test_a_worker_that_is_told_to_stop_finishes_the_item_at_hand(form, world):
    team = form(["/slow"])
    with team.clock() as clock:
        clock.once()
        worker = team.start()
        assert world.reached.wait(60), team.logs()
        worker.send_signal(signal.SIGTERM)
        team.wait_until(lambda: "stopping" in team.logs())
        world.release.set()
        assert worker.wait(60) == 0, team.logs()
        [state] = team.states()
        assert state.changed_at is not None
        assert len(team.queue.known()) == 2  # the other hosts', for the next worker
        last = Worker(team.settings, working(SystemClock()), SystemClock())
        assert last.serve(once=True) == 0
        assert last.counts.changes == 4
        assert team.queue.known() == {}
        assert len(team.states()) == 3


def test_status_tells_how_the_queue_stands(form):
    team = form(["/card0"])
    with team.clock() as clock:
        clock.once()
        told = CliRunner().invoke(app, ["status"], env=team.environ)
    assert told.exit_code == 0, told.output
    assert "Queue: 3 waiting, the oldest since 20" in told.output
    assert "0 running; no workers; start `tracker worker`." in told.output


def test_on_sqlite_a_worker_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("TRACKER_HOME", str(tmp_path))
    result = CliRunner().invoke(app, ["worker"])
    assert isinstance(result.exception, ConfigError)
    assert "start `tracker run` instead" in str(result.exception)
    assert result.exception.exit_code == 3


@pytest.mark.parametrize("words", [["--queue", "gopher"], ["--log-format", "xml"], ["--concurrency", "0"]])
def test_wrong_words_are_refused(words):
    result = CliRunner().invoke(app, ["worker", *words])
    assert getattr(result.exception, "exit_code", result.exit_code) == 2
