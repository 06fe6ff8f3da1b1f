"""Look at what is due: a pool of threads that wait for networks, one look a source and host at a time."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from datetime import datetime
from random import Random

from tracker.daemon.cadence import Due, due, host_of, is_paused, missed, plan, plan_host, spread
from tracker.daemon.looks import Counts, look_at, usable
from tracker.daemon.ports import Parts, Run
from tracker.domain.errors import TrackerError
from tracker.domain.ports import Clock
from tracker.domain.schedule import HostState, SourceState
from tracker.domain.sources import Source
from tracker.logs import get_log

_log = get_log(__name__)
_PUT_OFF = 500
"""Plans that are written together at most; every tick writes what there is."""


class Runner:
    """Starts looks and records when the next ones are. What it knows of the schedule is written through to its store:
    there is one daemon a database.
    """

    def __init__(
        self, parts: Parts, clock: Clock, *, chance: Random | None = None, counts: Counts | None = None
    ) -> None:
        self._parts = parts
        self._clock = clock
        self._chance = chance or Random()  # noqa: S311  # jitter, not a secret
        self._states = dict(parts.schedule.sources())
        self._hosts = dict(parts.schedule.hosts())
        self._unsaved: dict[str, SourceState] = {}
        self._pool = ThreadPoolExecutor(parts.settings.schedule.workers, thread_name_prefix="look")
        self._lock = threading.RLock()
        self._running: dict[str, Future[None]] = {}
        self._ready: dict[str, deque[Source]] = {}
        self._open: deque[str] = deque()
        self._stopping = threading.Event()
        self._last_tick: datetime | None = None
        self.counts = counts or Counts()
        self.skipped: dict[str, str] = {}
        self.sources = tuple(usable(parts, self.skipped))
        self._host = {source.name: host_of(source) for source in self.sources}

    def tick(self) -> None:
        """Start what is due as far as threads and hosts are free; the rest starts as they become free."""
        now = self._clock.now()
        self.settle()
        with self._lock:
            ready = self._due(now)
            if self._missed(now):
                self._store(spread(ready, self._states, now))
                ready = self._due(now)
            self._queue(ready)
            self._fill()

    def run_due(self) -> int:
        """Look at everything that is due, each source once, and wait for the end; gives how many were looked at."""
        before = self.counts.runs
        with self._lock:
            self._queue(self._due(self._clock.now()))
            self._fill()
        self.drain()
        return self.counts.runs - before

    def stop(self) -> None:
        """Ask running looks to end after the item at hand, and start no more."""
        with self._lock:
            self._stopping.set()

    def drain(self) -> None:
        """Wait until nothing runs and nothing that is ready can start."""
        while self._wait_for_one():
            pass
        self.settle()

    def settle(self) -> None:
        """Write what was put off: plans of looks that found nothing new. A crash before it only has them looked at
        again; every other plan is written at once.
        """
        try:
            with self._lock:
                self._parts.schedule.store(list(self._unsaved.values()))
                self._unsaved.clear()
            self._parts.settle()
        except Exception as error:  # noqa: BLE001  # a full disk, say: it is tried again, and what was put off may be lost
            _log.error("plans not written yet", plans=len(self._unsaved), why=str(error))  # our own log

    def close(self) -> None:
        self.stop()
        self._pool.shutdown(wait=True)
        self.settle()

    @property
    def running(self) -> tuple[str, ...]:
        with self._lock:
            return tuple(self._running)

    @property
    def states(self) -> Mapping[str, SourceState]:
        with self._lock:
            return dict(self._states)

    def _due(self, now: datetime) -> list[Due]:
        found = due(self.sources, self._states, self._hosts, self._parts.settings.schedule, now)
        return [each for each in found if each.source.name not in self._running]

    def _missed(self, now: datetime) -> bool:
        """Whether the clock stood still, or jumped, since the last tick. The first tick of a process counts too."""
        before, self._last_tick = self._last_tick, now
        return missed(before, now, self._parts.settings.schedule)

    def _queue(self, ready: Sequence[Due]) -> None:
        """Line the ready sources up, a queue a host. Called with the lock held, like `_fill`."""
        self._ready = {}
        for each in ready:
            self._ready.setdefault(self._host[each.source.name], deque()).append(each.source)
        busy = {self._host[name] for name in self._running}
        self._open = deque(host for host in self._ready if host not in busy)

    def _fill(self) -> None:
        """Start as many looks as threads are free, at most one a host."""
        free = self._parts.settings.schedule.workers - len(self._running)
        while free > 0 and self._open and not self._stopping.is_set():
            host = self._open.popleft()
            queue = self._ready[host]
            if is_paused(self._hosts.get(host), self._clock.now()):
                queue.clear()  # the host asked for it after its sources were found due
            if queue:
                source = queue.popleft()
                self._running[source.name] = self._pool.submit(self._look, source, host)
                free -= 1

    def _look(self, source: Source, host: str) -> None:
        try:
            self._look_and_plan(source, host)
        except TrackerError as error:
            _log.error("look not recorded", source=source.name, why=str(error))
        except Exception as error:  # noqa: BLE001  # nobody waits for this thread's result
            _log.error("look not recorded", source=source.name, error=error)  # our own log
        finally:
            with self._lock:
                self._running.pop(source.name, None)
                self._open.append(host)
                self._ready.setdefault(host, deque())
                self._fill()

    def _look_and_plan(self, source: Source, host: str) -> None:
        run, took = look_at(self._parts, source, self._stopping.is_set, self._clock)
        now = self._clock.now()
        with self._lock:
            self.counts.add(source, run, took)
        state = self._record(source, host, run, now)
        if len(self._unsaved) >= _PUT_OFF:
            self.settle()
        _log.debug("next look", source=source.name, at=state.next_check_at, error_streak=state.error_streak)

    def _record(self, source: Source, host: str, run: Run, now: datetime) -> SourceState:
        with self._lock:
            known = self._states.get(source.name) or SourceState(source.name, since=now)
            state = plan(known, source, run, self._parts.settings.schedule, now, self._chance.random())
            if run.answered and not run.changes and not known.error_streak and run.finished:
                self._states[source.name] = self._unsaved[source.name] = state
            else:
                self._store([state])
            before = self._hosts.get(host, HostState(host))
            after = plan_host(before, run, now)
            if after != before:
                self._hosts[host] = after
                self._parts.schedule.store_host(after)
        return state

    def _store(self, states: Sequence[SourceState]) -> None:
        for state in states:
            self._states[state.source] = state
            self._unsaved.pop(state.source, None)
        if states:
            self._parts.schedule.store(states)

    def _wait_for_one(self) -> bool:
        """Wait until one of the running looks has ended; false when none runs."""
        with self._lock:
            futures = list(self._running.values())
        if not futures:
            return False
        wait_for(futures, return_when=FIRST_COMPLETED)
        return True
