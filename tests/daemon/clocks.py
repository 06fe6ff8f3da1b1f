"""A clock that runs faster than the wall's."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta


class CompressedClock:
    """`factor` seconds pass in every real one since `start` (seconds of the wall's epoch): processes that are given the
    same start agree on the time.
    """

    def __init__(self, factor: float, start: float) -> None:
        self._factor = factor
        self._start = start

    def now(self) -> datetime:
        return BEGINNING + timedelta(seconds=(time.time() - self._start) * self._factor)

    def sleep(self, seconds: float) -> None:
        if seconds > 0:
            time.sleep(seconds / self._factor)


BEGINNING = datetime(2024, 7, 1, tzinfo=UTC)
