"""Starts and kills commands of `tracker` (see `forge`)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Self

KILLS = int(os.environ.get("TRACKER_KILLS", "20"))
KILLED = -signal.SIGKILL


@dataclass(frozen=True)
class Place:
    """Where a command works."""

    home: Path
    url: str


class Commands:
    """Runs commands, each with a home and a database; they read `tracker.toml` in the home."""

    def __init__(self, errors: Path) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
        self._errors = errors
        with errors.open("w") as stream:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.crash.forge"],
                env=kept,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stream,
                text=True,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()

    @property
    def errors(self) -> str:
        return self._errors.read_text()

    def run(self, place: Place, *argv: str, statement: int = 0, seconds: float | None = None) -> int:
        """The exit status. The command is killed at a statement or after some time, unless it has ended by then."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        environ = {"TRACKER_HOME": str(place.home), "TRACKER_DATABASE_URL": place.url}
        stdin.write(json.dumps({"argv": argv, "environ": environ, "statement": statement}) + "\n")
        stdin.flush()
        child = int(stdout.readline())
        killer = threading.Timer(seconds, os.kill, (child, signal.SIGKILL)) if seconds is not None else None
        if killer is not None:
            killer.start()
        status = os.waitstatus_to_exitcode(int(stdout.readline()))
        if killer is not None:
            killer.cancel()
            killer.join()
        return status

    def kill(self, chance: Random, statements: int, seconds: float, place: Place, *argv: str) -> int:
        """Kill at a random statement or, as often, at a random time."""
        if chance.random() < 0.5:
            return self.run(place, *argv, statement=chance.randint(1, statements))
        return self.run(place, *argv, seconds=chance.uniform(0.0, seconds))
