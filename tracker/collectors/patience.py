"""Asks again after what passes: for backfills, which have time. A live poll does not wait; its next turn comes anyway."""

from __future__ import annotations

from tracker.domain.outcomes import Outcome
from tracker.domain.ports import Clock, Fetched, Fetcher
from tracker.logs import get_log

_log = get_log(__name__)

TRIES = 4
LONGEST_WAIT = 900.0
"""Seconds. Who asks for more is left alone: the backfill ends there, and goes on when it is started again."""

_WORTH_TELLING = 15.0
_FIRST_WAIT = 5.0
_BACK_OFF = 3.0


class Patience:
    """Fetches like the fetcher it is made of, several times where waiting can help."""

    def __init__(self, fetcher: Fetcher, clock: Clock) -> None:
        self._fetcher = fetcher
        self._clock = clock

    def fetch(self, url: str, *, accept: str = "*/*", delay: float = 0.0) -> Fetched:
        """The first answer that is not a passing failure, else the last one. Waits as long as the server asked, else
        5, 15 and 45 seconds.
        """
        wait = _FIRST_WAIT
        for _ in range(TRIES - 1):
            fetched = self._fetcher.fetch(url, accept=accept, delay=delay)
            asked = fetched.retry_after_seconds
            if not passes(fetched) or (asked or 0) > LONGEST_WAIT:
                return fetched
            seconds = max(asked or 0.0, wait)
            wait_out(self._clock, seconds, fetched.detail)
            wait *= _BACK_OFF
        return self._fetcher.fetch(url, accept=accept, delay=delay)


def wait_out(clock: Clock, seconds: float, why: str) -> None:
    """Sleep, and say so when it is long enough for somebody to wonder."""
    if seconds >= _WORTH_TELLING:
        _log.warning("waiting before asking again", seconds=round(seconds), why=why)
    clock.sleep(seconds)


def passes(fetched: Fetched) -> bool:
    """Whether the same request may well succeed a little later: no answer, a broken one, an overloaded server."""
    if fetched.outcome is Outcome.HTTP_ERROR:
        return fetched.status is None or fetched.status >= 500
    return fetched.outcome in {Outcome.RATE_LIMITED, Outcome.TRUNCATED}
