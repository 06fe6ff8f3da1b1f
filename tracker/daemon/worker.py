"""A worker: looks at the sources that the clock has queued, on any machine that reaches the database and the archive.

::

    job → the schedule holds another plan by now?  → done already, nothing to do
        → its host asked for a pause since?        → nothing to do: it is due again after the pause
        → look, item by item                       → record the plan of the next look
"""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from random import Random

from tracker.config import Settings
from tracker.daemon.cadence import host_of, is_paused, plan, plan_host
from tracker.daemon.health import HealthServer
from tracker.daemon.looks import Counts, look_at
from tracker.daemon.metrics import Health
from tracker.daemon.notify import ServiceManager
from tracker.daemon.ports import Open, Parts, Run
from tracker.domain.errors import TrackerError
from tracker.domain.jobs import Job
from tracker.domain.outcomes import Outcome
from tracker.domain.ports import Clock
from tracker.domain.schedule import HostState, SourceState
from tracker.logs import get_log

_log = get_log(__name__)
_BEAT_SECONDS = 5.0
_PATIENCE_SECONDS = 60.0
"""Without a beat for so long the worker counts as stuck: it gives no signs of life to the queue either."""


class Worker:
    """`serve` until told to stop; gives the exit status. `queues`: kinds of sources (none: all)."""

    def __init__(
        self,
        settings: Settings,
        open_parts: Open,
        clock: Clock,
        manager: ServiceManager | None = None,
        *,
        queues: Sequence[str] = (),
        concurrency: int | None = None,
        chance: Random | None = None,
    ) -> None:
        self._settings = settings
        self._open_parts = open_parts
        self._clock = clock
        self._manager = manager or ServiceManager({})
        self._queues = tuple(queues)
        self._concurrency = concurrency or settings.schedule.workers
        self._chance = chance or Random()  # noqa: S311  # jitter, not a secret
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._running: set[str] = set()
        self._started_at = clock.now()
        self._beaten = time.monotonic()
        self._parts: Parts
        self.counts = Counts()

    def serve(self, *, once: bool = False) -> int:
        """Until SIGTERM, SIGINT or SIGHUP, which end after the item at hand; `once`: until nothing is left in the
        queue. Raises `StorageError` when the queue cannot be reached any more.
        """
        with ExitStack() as opened:
            self._parts = self._open_parts(self._settings)
            opened.callback(self._parts.close)
            port = self._settings.daemon.health_port
            if port is not None:
                opened.callback(HealthServer(port, self.health).close)
            _log.info("working", queues=",".join(self._queues) or "all", concurrency=self._concurrency)
            self._manager.tell(READY="1", STATUS=f"{self._concurrency} looks at once")
            with ThreadPoolExecutor(self._concurrency, thread_name_prefix="look") as threads:
                asyncio.run(self._work(threads, once=once))
        _log.info("stopped", looks=self.counts.runs, failed=self.counts.failures, changes=self.counts.changes)
        return 0

    def health(self) -> Health:
        """How this worker stands; how the sources stand, the clock tells."""
        stuck = time.monotonic() - self._beaten > _PATIENCE_SECONDS
        with self._lock:
            running = tuple(sorted(self._running))
        return Health(
            now=self._clock.now(),
            started_at=self._started_at,
            counts=self.counts,
            states={},
            skipped={},
            running=running,
            stale=("heartbeat",) if stuck else (),
        )

    def look(self, job: Job) -> None:
        """Carry out one job. Whatever happens is recorded or told; nothing is raised."""
        try:
            self._look(job)
        except TrackerError as error:
            _log.error("look not recorded", source=job.source.name, why=str(error))  # it is due again at once
        except Exception as error:  # noqa: BLE001  # nobody waits for this thread's result
            _log.error("look not recorded", source=job.source.name, error=error)  # our own log

    async def _work(self, threads: ThreadPoolExecutor, *, once: bool) -> None:
        from tracker.storage.workforce import work

        stop = asyncio.Event()
        loop = asyncio.get_running_loop()

        def end(number: signal.Signals) -> None:
            _log.info("stopping", signal=number.name)
            self._manager.tell(STOPPING="1")
            self._stopping.set()
            stop.set()

        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(number, end, number)
        beating = asyncio.create_task(self._beat())
        try:
            await work(
                self._settings.database,
                self.look,
                threads,
                stop=stop,
                queues=self._queues,
                concurrency=self._concurrency,
                patience=self._settings.daemon.stalled_seconds,
                wait=not once,
            )
        finally:
            self._stopping.set()
            beating.cancel()
            with suppress(asyncio.CancelledError):
                await beating

    async def _beat(self) -> None:
        while True:
            self._beaten = time.monotonic()
            self._manager.tell(WATCHDOG="1")
            await asyncio.sleep(_BEAT_SECONDS)

    def _look(self, job: Job) -> None:
        source, schedule = job.source, self._parts.schedule
        known = schedule.source(source.name)
        if (known.next_check_at if known else None) != job.due_at:
            _log.debug("looked at already", source=source.name)
            return
        host = host_of(source)
        if is_paused(schedule.host(host), self._clock.now()):
            _log.debug("its host pauses", source=source.name, host=host)
            return
        with self._lock:
            self._running.add(source.name)
        try:
            why = self._parts.skipped(source)
            if why is None:
                run, took = look_at(self._parts, source, self._stopping.is_set, self._clock)
                with self._lock:
                    self.counts.add(source, run, took)
            else:
                _log.warning("source skipped", source=source.name, why=why)
                run = Run(Outcome.HTTP_ERROR, detail=why, ours=True)
            self._plan(job, known, run)
        finally:
            with self._lock:
                self._running.discard(source.name)

    def _plan(self, job: Job, known: SourceState | None, run: Run) -> None:
        """Record how it went. The host first: whoever sees that the look is done knows of the pause, too."""
        source, schedule, now = job.source, self._parts.schedule, self._clock.now()
        before = schedule.host(host_of(source)) or HostState(host_of(source))
        after = plan_host(before, run, now)
        if after != before:
            schedule.store_host(after)
        state = known or SourceState(source.name, since=now)
        schedule.store([plan(state, source, run, self._settings.schedule, now, self._chance.random())])
