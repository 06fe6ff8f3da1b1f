"""Commands in processes of their own that start quickly: `python -m tests.cli.forking` (see `tests.forking`).

A line is JSON: `arguments`, `environ` (all of it), `folder`, and the files `out` and `err`.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from typing import Any

from tests.forking import fork_a_line

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


if __name__ == "__main__":
    for name in WARM:
        importlib.import_module(name)
    fork_a_line(lambda line: carry_out(json.loads(line)))
