"""Where several machines look: the clock only puts what is due into the queue, and sees to the jobs of dead workers.

::

    tick: jobs of dead workers → back into the queue
          what is in the queue      (first: a worker writes its plan before its job ends)
          what the schedule says
          due, and not in the queue → into the queue, a few a host
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from tracker.daemon.cadence import Due, due, host_of, missed, plan, spread
from tracker.daemon.looks import Counts, usable
from tracker.daemon.ports import Parts, Queue, Run
from tracker.domain.jobs import Job, Rescued
from tracker.domain.outcomes import Outcome
from tracker.domain.ports import Clock
from tracker.domain.schedule import SourceState
from tracker.domain.sources import Source
from tracker.logs import get_log

_log = get_log(__name__)
_JOBS_A_HOST = 16
"""Jobs of one host in the queue at once. They are run one after the other, a request every couple of seconds, so that no
host runs dry between two ticks; many more would only make fetching the others' slow."""
_JOBS = 2_000
"""Jobs in the queue at once: putting so many takes the clock 0.3 s; the rest follows with the next ticks."""
_COMPLAINT = timedelta(minutes=5)


def lock_of(source: Source) -> str:
    """What no two looks may use at once: a host gets one look at a time over all machines; a source without one is
    looked at once at a time.
    """
    host = host_of(source)
    return f"source {source.name}" if host.endswith(":") else f"host {host}"


class Dispatcher:
    """Implements `Looks`. There is one a database: the daemon's lock sees to that."""

    def __init__(self, parts: Parts, queue: Queue, clock: Clock, counts: Counts | None = None) -> None:
        self._parts = parts
        self._queue = queue
        self._clock = clock
        self._states: Mapping[str, SourceState] = parts.schedule.sources()
        self._stopping = threading.Event()
        self._last_tick: datetime | None = None
        self._complained: datetime | None = None
        self.counts = counts or Counts()
        self.skipped: dict[str, str] = {}
        self.sources = tuple(usable(parts, self.skipped))

    @property
    def running(self) -> tuple[str, ...]:
        """Nothing: workers look."""
        return ()

    @property
    def states(self) -> Mapping[str, SourceState]:
        """As of the last tick."""
        return self._states

    def tick(self) -> None:
        if self._stopping.is_set():
            return
        now = self._clock.now()
        for each in self._queue.rescue():
            self._tell(each, now)
        queued = self._queue.known()
        self._learn(self._parts.schedule.sources())
        ready = self._due(queued, now)
        before, self._last_tick = self._last_tick, now
        if missed(before, now, self._parts.settings.schedule):
            later = spread(ready, self._states, now)
            self._parts.schedule.store(later)
            self._states = {**self._states, **{state.source: state for state in later}}
            ready = self._due(queued, now)
        self._put(ready, queued)
        self._look_for_workers(now)

    def run_due(self) -> int:
        """Queue everything that is due, for whoever looks."""
        queued = self._queue.known()
        self._learn(self._parts.schedule.sources())
        return self._put(self._due(queued, self._clock.now()), queued)

    def stop(self) -> None:
        self._stopping.set()

    def drain(self) -> None:
        """Nothing runs here."""

    def close(self) -> None:
        self.stop()

    def _due(self, queued: Mapping[str, str], now: datetime) -> list[Due]:
        hosts = self._parts.schedule.hosts()
        found = due(self.sources, self._states, hosts, self._parts.settings.schedule, now)
        return [each for each in found if each.source.name not in queued]

    def _put(self, ready: Sequence[Due], queued: Mapping[str, str]) -> int:
        load = Counter(queued.values())
        jobs: list[Job] = []
        for each in ready:
            lock = lock_of(each.source)
            if load[lock] < _JOBS_A_HOST and len(queued) + len(jobs) < _JOBS:
                load[lock] += 1
                state = self._states.get(each.source.name)
                jobs.append(Job(each.source, lock, state.next_check_at if state else None))
        put = self._queue.put(jobs) if jobs else 0
        if put:
            _log.debug("queued", looks=put)
        return put

    def _learn(self, states: Mapping[str, SourceState]) -> None:
        """Count what workers have done since the last time; what they brought is in their own counts."""
        for name, state in states.items():
            known = self._states.get(name)
            if state.checked_at is not None and (known is None or known.checked_at != state.checked_at):
                self.counts.runs += 1
                self.counts.failures += state.error_streak > 0
        self._states = states

    def _tell(self, rescued: Rescued, now: datetime) -> None:
        source = rescued.job.source
        if not rescued.given_up:
            _log.warning("worker died", source=source.name, attempt=rescued.attempts, then="queued again")
            return
        _log.error("worker died", source=source.name, attempt=rescued.attempts, then="given up")
        known = self._parts.schedule.source(source.name) or SourceState(source.name, since=now)
        run = Run(Outcome.PARSE_FAILED, detail=f"{rescued.attempts} workers died while they looked at it")
        self._parts.schedule.store([plan(known, source, run, self._parts.settings.schedule, now, 0.5)])

    def _look_for_workers(self, now: datetime) -> None:
        state = self._queue.state()
        if state.workers or not state.waiting:
            self._complained = None
        elif self._complained is None or now - self._complained >= _COMPLAINT:
            self._complained = now
            _log.warning("no worker is running", waiting=state.waiting, hint="start `tracker worker`")
