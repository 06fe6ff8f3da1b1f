"""A daemon over fake parts, as a process of its own: `python -m tests.daemon.program HOME`.

Every look brings items for as long as nobody asks it to stop; it appends a line to HOME/looks when an item begins and
when it ends. HOME/source holds the source's name, or is malformed, which is what SIGHUP reads anew.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from tests.daemon.fakes import FakeParts, settings, source
from tracker.config import Settings
from tracker.daemon import Daemon, Run, serve
from tracker.domain.clocks import SystemClock
from tracker.domain.errors import ConfigError, TrackerError
from tracker.domain.outcomes import Outcome
from tracker.logs import configure


def main(home: Path) -> int:
    configure()

    def write(line: str) -> None:
        with (home / "looks").open("a") as file:
            file.write(line + "\n")

    def answer(looked, stop) -> Run:
        items = 0
        while not stop():
            write(f"begin {looked.name} {items}")
            time.sleep(0.1)
            write(f"end {looked.name} {items}")
            items += 1
        return Run(Outcome.CHANGED, items=items, finished=False)

    def load() -> Settings:
        name = (home / "source").read_text().strip()
        if name == "malformed":
            raise ConfigError("sources.0.name: is malformed", where="the file")
        return settings(source(name), home=home, tick_seconds=0.05, deliver_seconds=0.05)

    try:
        with Daemon(load(), lambda configured: FakeParts(configured, answer=answer), SystemClock()) as daemon:
            return serve(daemon, load)
    except TrackerError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
