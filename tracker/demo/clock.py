"""The story's clock: it stands in July 2024, ticks with the real one, and waits by moving on."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta


class StoryClock:
    """Rate limits and delays cost no real time; the order of events is real."""

    def __init__(self, start: datetime) -> None:
        self._lock = threading.Lock()
        self._at = start
        self._since = time.monotonic()

    def now(self) -> datetime:
        with self._lock:
            return self._at + timedelta(seconds=time.monotonic() - self._since)

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self._at += timedelta(seconds=max(seconds, 0.0))

    def turn_to(self, moment: datetime) -> None:
        """Set the clock; a story never goes back."""
        with self._lock:
            now = self._at + timedelta(seconds=time.monotonic() - self._since)
            self._at, self._since = max(moment, now), time.monotonic()
