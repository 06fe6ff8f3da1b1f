"""Commands of `tracker` to be killed: `python -m tests.crash.forge` (see `tests.forking`).

Each line on standard input is a JSON object: `argv`, variables of the environment, and `statement`, the number of the
writing statement (or commit) at which the child kills itself, 0 for never. `migrate SCRIPTS URL` runs migrations that no
`tracker` has yet.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

import tracker.alerts
import tracker.cli.app
import tracker.collectors.dump
import tracker.daemon.live
import tracker.parsers.json
import tracker.parsers.markdown
import tracker.pipeline.verify
import tracker.storage.migrations
from tests.forking import fork_a_line
from tracker.config import bundled
from tracker.names import Names

_READS = ("select", "pragma", "begin", "set ", "savepoint", "release")


def kill_at(number: int) -> None:
    """`kill -9` ourselves before the statement of that number is executed, a commit counting as one."""
    left = [number]

    def count(*_: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def statement(_connection: Any, _cursor: Any, words: str, *_: Any) -> None:
        if not words.lstrip().lower().startswith(_READS):
            count()

    event.listen(Engine, "before_cursor_execute", statement)
    event.listen(Engine, "commit", count)


def run(argv: list[str]) -> None:
    if argv[0] != "migrate":
        sys.argv = ["tracker", *argv]
        tracker.cli.app.main()
        return
    database = tracker.storage.migrations.new_database(argv[2])
    with database.migrating() as connection:
        tracker.storage.migrations.upgrade(connection, scripts=Path(argv[1]))
    database.close()


def carry_out(line: str) -> int:
    asked = json.loads(line)
    if asked["statement"]:
        kill_at(asked["statement"])
    os.environ.update(asked["environ"])
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    try:
        run(asked["argv"])
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


if __name__ == "__main__":
    Names.load(bundled("config") / "names")  # what it imports is then there
    fork_a_line(carry_out)
