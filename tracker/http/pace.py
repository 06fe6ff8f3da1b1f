"""Politeness per host: a minimum delay between requests, and holds that a host has asked for."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Protocol

from tracker.domain.ports import Clock


class Pace(Protocol):
    """One budget per host; several processes can share one by another implementation."""

    def wait(self, host: str, delay: float) -> None:
        """Block until a request to `host` may start, `delay` seconds after the one before."""

    def hold(self, host: str, seconds: float) -> None:
        """Start no request to `host` for that long."""

    def held(self, host: str) -> float:
        """Seconds for which `host` is still held; 0 when it is not."""


class LocalPace:
    """The budget of one process, shared by its threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._free: dict[str, datetime] = {}
        self._holds: dict[str, datetime] = {}
        self._waiting: dict[str, int] = {}

    def wait(self, host: str, delay: float) -> None:
        with self._lock:
            now = self._clock.now()
            queue = self._waiting[host] = self._waiting.get(host, 0) + 1
            # Never longer than the queue explains: the wall clock may have been set back.
            start = min(max(self._free.get(host, now), now), now + timedelta(seconds=delay * queue))
            self._free[host] = start + timedelta(seconds=delay)
        try:
            self._clock.sleep((start - now).total_seconds())
        finally:
            with self._lock:
                self._waiting[host] -= 1
                if not self._waiting[host]:
                    del self._waiting[host]
                self._sweep()

    def hold(self, host: str, seconds: float) -> None:
        with self._lock:
            until = self._clock.now() + timedelta(seconds=seconds)
            self._holds[host] = max(until, self._holds.get(host, until))

    def held(self, host: str) -> float:
        with self._lock:
            until = self._holds.get(host)
            if until is None:
                return 0.0
            left = (until - self._clock.now()).total_seconds()
            if left <= 0:
                del self._holds[host]
            return max(left, 0.0)

    def _sweep(self) -> None:
        """Forget hosts that are free again, so that a long run does not grow."""
        if len(self._free) > 1_000:
            now = self._clock.now()
            self._free = {host: free for host, free in self._free.items() if free > now or host in self._waiting}
