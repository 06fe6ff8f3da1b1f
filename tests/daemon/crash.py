"""Real daemons to be killed: `python -m tests.daemon.crash SETTINGS.json START`.

Imports once, then forks a daemon for every line on standard input: `run` serves until it is killed; `once` looks at what
is due, delivers until nothing is waiting, and ends. Prints the child's process number, and its wait status when it has
ended. The clock has run fast since START, so that hourly sources are due all the time.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.daemon.clocks import CompressedClock
from tracker.config import Settings
from tracker.daemon import Daemon, serve
from tracker.daemon.live import live
from tracker.logs import configure

FACTOR = 20_000
"""An hour passes in 0.18 s."""


def daemon(file: Path, clock: CompressedClock, mode: str) -> int:
    def load() -> Settings:
        return Settings.model_validate_json(file.read_text(encoding="utf-8"))

    with Daemon(load(), live(clock), clock) as running:
        if mode == "run":
            return serve(running, load)
        running.once()
        while running.health().alerts:
            clock.sleep(600)
            running.beat("deliver")
    return 0


def main(file: Path, start: float) -> None:
    configure()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            status = 1
            try:
                status = daemon(file, CompressedClock(FACTOR, start), line.strip())
            finally:
                sys.stderr.flush()
                os._exit(status)
        print(child, flush=True)  # noqa: T201  # what the parent reads
        print(os.waitpid(child, 0)[1], flush=True)  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
