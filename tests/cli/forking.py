"""Commands in processes of their own that start quickly: `python -m tests.cli.forking` imports once, then forks one for every
line on standard input.

A line is JSON: `arguments`, `environ` (all of it), `folder`, and the files `out` and `err`. Prints the exit code when the
command has ended.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from typing import Any

WARM = (
    "tracker.alerts",
    "tracker.demo",
    "tracker.pipeline.backfill",
    "praw",
    "prawcore",
    "alembic.command",
    "rich.table",
)
"""What commands import when they run."""


def carry_out(job: dict[str, Any]) -> int:
    from tracker.cli import main

    os.chdir(job["folder"])
    os.environ.clear()
    os.environ.update(job["environ"])
    for number, name in ((0, os.devnull), (1, job["out"]), (2, job["err"])):
        os.dup2(os.open(name, os.O_RDONLY if not number else os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    sys.argv = ["tracker", *job["arguments"]]
    try:
        main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    return 0


def main() -> None:
    for name in WARM:
        importlib.import_module(name)
    answers = os.fdopen(os.dup(1), "w")
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            status = 1
            try:
                status = carry_out(json.loads(line))
            except BaseException:  # noqa: BLE001  # printed where the test looks
                import traceback

                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(status)
        answers.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
        answers.flush()


if __name__ == "__main__":
    main()
