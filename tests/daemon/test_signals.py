"""The daemon as a process: SIGTERM ends after the item at hand, SIGHUP reloads, a second one is refused."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading

import pytest


class Process:
    """A running `tests.daemon.program`."""

    def __init__(self, home) -> None:
        self.home = home
        command = [sys.executable, "-m", "tests.daemon.program", str(home)]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)

    def looks(self) -> list[str]:
        file = self.home / "looks"
        return file.read_text().splitlines() if file.exists() else []

    def wait_for(self, line: str) -> None:
        pause = threading.Event()
        while line not in self.looks():
            assert self.process.poll() is None, self.end()
            pause.wait(0.01)

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def end(self) -> tuple[int, str]:
        _, errors = self.process.communicate(timeout=60)
        return self.process.returncode, errors


@pytest.fixture
def start(tmp_path):
    (tmp_path / "source").write_text("first")
    started: list[Process] = []

    def make() -> Process:
        started.append(Process(tmp_path))
        return started[-1]

    yield make
    for each in started:
        if each.process.poll() is None:
            each.process.kill()
            each.process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_item_at_hand_is_finished_and_the_exit_is_clean(start, number):
    daemon = start()
    daemon.wait_for("begin first 2")
    daemon.send(number)
    status, errors = daemon.end()
    assert status == 0, errors
    begun = [line.removeprefix("begin ") for line in daemon.looks() if line.startswith("begin")]
    ended = [line.removeprefix("end ") for line in daemon.looks() if line.startswith("end")]
    assert begun == ended
    assert "stopping" in errors


def test_a_second_daemon_says_who_is_there_and_the_first_goes_on(start):
    first = start()
    first.wait_for("end first 0")
    second = start()
    status, errors = second.end()
    assert status == 4
    assert f"process {first.process.pid})" in errors
    begun = len(first.looks())
    first.wait_for(f"begin first {begun}")
    first.send(signal.SIGTERM)
    assert first.end()[0] == 0


def test_a_daemon_that_was_killed_leaves_no_lock(start):
    first = start()
    first.wait_for("end first 0")
    first.process.kill()
    first.end()
    (first.home / "looks").unlink()
    second = start()
    second.wait_for("end first 0")
    second.send(signal.SIGTERM)
    assert second.end()[0] == 0


def test_sighup_takes_over_a_good_configuration_and_refuses_a_bad_one(start):
    daemon = start()
    daemon.wait_for("end first 0")
    (daemon.home / "source").write_text("malformed")
    daemon.send(signal.SIGHUP)
    begun = len(daemon.looks())
    daemon.wait_for(f"begin first {begun}")
    (daemon.home / "source").write_text("second")
    daemon.send(signal.SIGHUP)
    daemon.wait_for("end second 0")
    daemon.send(signal.SIGTERM)
    status, errors = daemon.end()
    assert status == 0
    assert "configuration refused" in errors
    assert "is malformed" in errors
