"""Real daemons to be killed: `python -m tests.daemon.crash SETTINGS.json START`.

A line on standard input starts a daemon (see `tests.forking`): `run` serves until it is killed; `once` looks at what is due,
delivers until nothing is waiting, and ends; `cramped` does so while no file may grow beyond some kilobytes. The clock has
run fast since START, so that hourly sources are due all the time.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

from tests.daemon.clocks import CompressedClock
from tests.forking import fork_a_line
from tracker.config import Settings
from tracker.daemon import Daemon, serve
from tracker.daemon.live import live
from tracker.logs import configure

FACTOR = 20_000
"""An hour passes in 0.18 s."""

CRAMPED_BYTES = 16_384
"""Room for a line in the log, and for no transaction."""


def daemon(file: Path, clock: CompressedClock, mode: str) -> int:
    def load() -> Settings:
        return Settings.model_validate_json(file.read_text(encoding="utf-8"))

    with Daemon(load(), live(clock), clock) as running:
        if mode == "cramped":
            resource.setrlimit(resource.RLIMIT_FSIZE, (CRAMPED_BYTES, resource.RLIM_INFINITY))
            running.once()
            return 0
        if mode == "run":
            return serve(running, load)
        running.once()
        while running.health().alerts:
            clock.sleep(600)
            running.beat("deliver")
    return 0


if __name__ == "__main__":
    configure()
    settings, start = Path(sys.argv[1]), float(sys.argv[2])
    fork_a_line(lambda mode: daemon(settings, CompressedClock(FACTOR, start), mode))
