"""Serve until told to stop: SIGTERM and SIGINT end, SIGHUP reloads."""

from __future__ import annotations

import contextlib
import os
import select
import signal
from collections.abc import Callable, Iterator

from tracker.config import Settings
from tracker.daemon.service import Daemon
from tracker.logs import get_log

_log = get_log(__name__)
_CHECK_SECONDS = 5.0


def serve(daemon: Daemon, load: Callable[[], Settings]) -> int:
    """Run in the main thread until SIGTERM or SIGINT; gives the exit status. `load` reads the configuration anew."""
    with _signals() as reader:
        daemon.start()
        while True:
            ready, _, _ = select.select([reader], [], [], _CHECK_SECONDS)
            daemon.check()
            for number in os.read(reader, 64) if ready else b"":
                if number == signal.SIGHUP:
                    daemon.reload(load)
                else:
                    _log.info("stopping", signal=signal.Signals(number).name)
                    daemon.stop()
                    return 0


@contextlib.contextmanager
def _signals() -> Iterator[int]:
    """A pipe that gets the number of every signal of interest: a handler may interrupt anything, a pipe nothing."""
    reader, writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    caught = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = {number: signal.signal(number, lambda _number, _frame: None) for number in caught}
    waker = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    try:
        yield reader
    finally:
        signal.set_wakeup_fd(waker)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(reader)
        os.close(writer)
