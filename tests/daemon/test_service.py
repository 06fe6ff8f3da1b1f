"""The daemon as a whole over fake parts: beats, reload, stop, and what it tells the service manager."""

from __future__ import annotations

import socket
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.alerts.fakes import FakeChannel, change, rules
from tests.daemon.fakes import NOON, FakeClock, FakeParts, settings, source
from tracker.alerts import Route
from tracker.daemon.lock import lock_path
from tracker.daemon.notify import ServiceManager
from tracker.daemon.ports import Run
from tracker.daemon.service import Daemon
from tracker.domain.errors import ConfigError, DatabaseBusy
from tracker.domain.outcomes import Outcome


class Opened:
    """Opens fake parts and remembers them."""

    def __init__(self, **parts: object) -> None:
        self.parts: list[FakeParts] = []
        self._options = parts

    def __call__(self, configured):
        self.parts.append(FakeParts(configured, **self._options))  # type: ignore[arg-type]  # options of the fake
        return self.parts[-1]


def quick(*sources, home: Path):
    return settings(*sources, home=home, tick_seconds=0.02, deliver_seconds=0.02, sweep_seconds=0.02)


def test_a_single_round_looks_sends_and_is_done(tmp_path):
    team, opened = FakeChannel(), None
    opened = Opened(routes={"team": Route(team)})
    with Daemon(settings(source("a"), home=tmp_path), opened, FakeClock()) as daemon:
        recorded = change()
        opened.parts[0].alerts.put(rules({}).announce([recorded]), NOON, [recorded])
        assert daemon.once().runs == 1
    assert len(team.messages) == 1
    assert opened.parts[0].tidied == 1
    assert opened.parts[0].closed


def test_the_clock_beats_until_it_is_stopped(tmp_path):
    looked, sent = threading.Event(), threading.Event()

    class Channel(FakeChannel):
        def deliver(self, message):
            super().deliver(message)
            sent.set()

    def answer(_source, _stop):
        looked.set()
        return Run(Outcome.UNCHANGED)

    opened = Opened(routes={"team": Route(Channel())}, answer=answer)
    with Daemon(quick(source("a"), home=tmp_path), opened, FakeClock()) as daemon:
        daemon.start()
        assert looked.wait(30)
        recorded = change()
        opened.parts[0].alerts.put(rules({}).announce([recorded]), NOON, [recorded])
        assert sent.wait(30)
        daemon.stop()
        daemon.stop()
    assert opened.parts[0].closed


def test_a_second_daemon_is_refused_and_nothing_is_opened_for_it(tmp_path):
    with Daemon(settings(home=tmp_path), Opened(), FakeClock()):
        second = Opened()
        with pytest.raises(DatabaseBusy), Daemon(settings(home=tmp_path), second, FakeClock()):
            pass
        assert second.parts == []
    with Daemon(settings(home=tmp_path), Opened(), FakeClock()):
        pass


def test_the_lock_is_freed_when_the_parts_cannot_be_opened(tmp_path):
    def broken(_settings):
        raise ConfigError("no such channel")

    with pytest.raises(ConfigError), Daemon(settings(home=tmp_path), broken, FakeClock()):
        pass
    with Daemon(settings(home=tmp_path), Opened(), FakeClock()):
        pass


def test_a_changed_configuration_is_taken_over(tmp_path):
    opened, looked = Opened(), threading.Event()

    def answer(seen, _stop):
        if seen.name == "b":
            looked.set()
        return Run(Outcome.UNCHANGED)

    opened = Opened(answer=answer)
    with Daemon(quick(source("a"), home=tmp_path), opened, FakeClock()) as daemon:
        daemon.start()
        assert daemon.reload(lambda: quick(source("b"), home=tmp_path))
        assert looked.wait(30)
        assert [parts.closed for parts in opened.parts] == [True, False]
        assert [each.name for each in daemon.settings.sources] == ["b"]


def bad_file():
    raise ConfigError("sources.0.kind: there is no such key")


def other_database(home):
    return settings(home=home / "elsewhere")


@pytest.mark.parametrize("load", [lambda _: bad_file(), other_database], ids=["malformed", "another database"])
def test_a_bad_configuration_is_refused_and_the_old_goes_on(tmp_path, load):
    opened = Opened()
    with Daemon(settings(source("a"), home=tmp_path), opened, FakeClock()) as daemon:
        assert not daemon.reload(lambda: load(tmp_path))
        assert daemon.once().runs == 1
        assert [parts.closed for parts in opened.parts] == [False]


def test_a_beat_that_fails_does_not_end_the_daemon(tmp_path):
    opened = Opened()
    with Daemon(settings(source("a"), home=tmp_path), opened, FakeClock()) as daemon:
        opened.parts[0].routes = None  # type: ignore[assignment]  # a defect
        daemon.beat("deliver")
        assert daemon.once().runs == 1


def test_a_source_that_went_silent_is_told_once(tmp_path):
    team = FakeChannel()
    opened = Opened(
        routes={"team": Route(team)},
        ruleset=rules({"when": "a source went silent", "silent_for": "1d"}),
        answer=lambda _s, _t: Run(Outcome.HTTP_ERROR, detail="HTTP 503"),
    )
    clock = FakeClock()
    with Daemon(settings(source("a"), home=tmp_path), opened, clock) as daemon:
        daemon.once()
        assert team.messages == []
        for _ in range(3):
            clock.sleep(86400)
            daemon.once()
    assert [message.subject for message in team.messages] == ["Source silent: a, no answer and never has"]
    assert "HTTP 503" in team.messages[0].body


def test_a_clock_that_was_set_makes_every_beat_due_at_once(tmp_path):
    clock, steady = FakeClock(), [0.0]
    configured = settings(source("a"), home=tmp_path, tick_seconds=3600, deliver_seconds=3600)
    opened = Opened()
    with Daemon(configured, opened, clock, monotonic=lambda: steady[0]) as daemon:
        daemon.start()
        wait_until(lambda: opened.parts[0].looks == ["a"])
        daemon.check()
        clock.at -= timedelta(days=365)
        steady[0] += 5
        daemon.check()
        wait_until(lambda: opened.parts[0].looks == ["a", "a"])
        wait_until(lambda: daemon.states["a"].checked_at == clock.at)


def wait_until(condition) -> None:
    """Poll until the condition holds; the test's own timeout is the bound."""
    pause = threading.Event()
    while not condition():
        pause.wait(0.01)


def test_the_digest_counts(tmp_path, caplog):
    caplog.set_level("INFO", logger="tracker")
    opened = Opened(answer=lambda _s, _t: Run(Outcome.HTTP_ERROR))
    with Daemon(settings(source("a"), home=tmp_path), opened, FakeClock()) as daemon:
        daemon.once()
        daemon.beat("digest")
    said = next(record for record in caplog.records if record.getMessage() == "so far")
    assert said.fields["looks"] == 1
    assert said.fields["failing_sources"] == 1


def test_the_service_manager_is_told(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.settimeout(30)
        manager = ServiceManager({"NOTIFY_SOCKET": str(tmp_path / "notify")})
        with Daemon(quick(source("a"), home=tmp_path), Opened(), FakeClock(), manager) as daemon:
            daemon.start()
            daemon.beat("tick")
            daemon.reload(bad_file)
        words = set()
        while "STOPPING=1" not in words:
            words |= set(listener.recv(4096).decode().splitlines())
    assert {"READY=1", "STATUS=1 sources", "WATCHDOG=1", "RELOADING=1", "STOPPING=1"} <= words


def test_nobody_listening_is_no_error(tmp_path):
    ServiceManager({}).tell(READY="1")
    ServiceManager({"NOTIFY_SOCKET": str(tmp_path / "nobody")}).tell(READY="1")


@pytest.mark.parametrize(
    ("url", "file"),
    [
        (None, "tracker.sqlite3.daemon.lock"),
        ("sqlite:///{home}/elsewhere/scores.db?timeout=3", "elsewhere/scores.db.daemon.lock"),
        ("sqlite+pysqlite:///{home}/x.db", "x.db.daemon.lock"),
        ("sqlite:///file:{home}/x.db?mode=ro&uri=true", "x.db.daemon.lock"),
        ("postgresql://host/name", "daemon.lock"),
    ],
)
def test_the_lock_is_beside_the_database(tmp_path, url, file):
    address = None if url is None else SecretStr(url.format(home=tmp_path))
    configured = settings(home=tmp_path).model_copy(update={"database_url": address})
    assert lock_path(configured) == tmp_path / file
