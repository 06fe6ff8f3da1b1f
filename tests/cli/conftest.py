"""Commands run as a user runs them: in a process of their own, with a home of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
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


def run(home: Path, *arguments: str, **environ: str) -> Ran:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    done = subprocess.run(
        [sys.executable, "-m", "tracker", *arguments],
        env={**kept, "TRACKER_HOME": str(home), **environ},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


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
