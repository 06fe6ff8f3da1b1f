"""Commands run as a user runs them: in a process of their own, with a home of their own (`tests.cli.forking`)."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


Tracker = Callable[..., Ran]


def run(home: Path, *arguments: str, folder: Path | None = None, **environ: str) -> Ran:
    """A command in a folder of its own choice; by default where the tests are run."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    with tempfile.TemporaryDirectory() as place:
        out, err = Path(place, "out"), Path(place, "err")
        job = {
            "arguments": arguments,
            "environ": {**kept, "TRACKER_HOME": str(home), **environ},
            "folder": str(folder or Path.cwd()),
            "out": str(out),
            "err": str(err),
        }
        code = _ask(json.dumps(job))
        return Ran(code, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"))


def _ask(job: str) -> int:
    process = _nursery()
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(job + "\n")
    process.stdin.flush()
    process.stdout.readline()
    return os.waitstatus_to_exitcode(int(process.stdout.readline()))


@cache
def _nursery() -> subprocess.Popen[str]:
    """One for all tests of a session; it ends with its standard input."""
    pipe = subprocess.PIPE
    process = subprocess.Popen([sys.executable, "-m", "tests.cli.forking"], stdin=pipe, stdout=pipe, text=True)
    atexit.register(process.communicate)
    return process


@pytest.fixture
def tracker(tmp_path: Path) -> Tracker:
    """`tracker("scores", "--format", "jsonl")` with an empty home."""
    return lambda *arguments, **environ: run(tmp_path / "home", *arguments, **environ)


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Tracker:
    """Commands on the database that the demo leaves behind."""
    home = tmp_path_factory.mktemp("demo")
    done = run(home, "demo", "--home", str(home))
    assert done.code == 0, done.out + done.err
    return lambda *arguments, **environ: run(home, *arguments, **environ)
