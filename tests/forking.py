"""Processes that start quickly, because what they import is there already: each is forked from a process that imported it.

The parent writes a line a process to standard input, and reads two numbers: the process's own, and its wait status when it
has ended.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable


def fork_a_line(carry_out: Callable[[str], int]) -> None:
    """Fork for every line; `carry_out` gives the exit code."""
    answers = os.fdopen(os.dup(1), "w")
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            status = 1
            try:
                status = carry_out(line.strip())
            except BaseException:  # noqa: BLE001  # printed where the parent looks
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(status)
        answers.write(f"{child}\n")
        answers.flush()
        answers.write(f"{os.waitpid(child, 0)[1]}\n")
        answers.flush()
