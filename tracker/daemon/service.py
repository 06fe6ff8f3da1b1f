"""The daemon: one lock, the opened parts, and a clock with four fixed beats.

::

    tick     every few seconds   start the looks that are due (runner), or queue them for workers (dispatcher)
    deliver  every few seconds   send what the outbox holds
    sweep    hourly              tell of sources that went silent, forget what need not be kept
    digest   daily               say in the log how things went

What is due, and what is waiting to be sent, stands in the database; the scheduler is only a clock and remembers nothing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

from apscheduler.schedulers.background import BackgroundScheduler

from tracker.alerts import deliver_pending
from tracker.config import Settings
from tracker.daemon.dispatcher import Dispatcher
from tracker.daemon.health import HealthServer
from tracker.daemon.lock import open_lock, take
from tracker.daemon.looks import Counts, Looks
from tracker.daemon.metrics import Health
from tracker.daemon.notify import ServiceManager
from tracker.daemon.ports import Open, Parts
from tracker.daemon.runner import Runner
from tracker.daemon.status import silences_of
from tracker.domain.errors import ConfigError, DatabaseBusy, StorageError, TrackerError
from tracker.domain.ports import Clock
from tracker.domain.schedule import SourceState
from tracker.logs import get_log

_log = get_log(__name__)
_TOLERATED_DRIFT = timedelta(seconds=10)
_WATCHED = ("tick", "deliver")
_PATIENCE_SECONDS = 120.0
"""A beat may take its time (a slow mail server) before the daemon counts as stuck."""


class Daemon:
    """Entered, it holds the lock and has everything open; `start` sets the clock going, `once` does a single round.

    Raises `DatabaseBusy` when another daemon has the database, `ConfigError` for a configuration that cannot work.
    """

    def __init__(
        self,
        settings: Settings,
        open_parts: Open,
        clock: Clock,
        manager: ServiceManager | None = None,
        *,
        standby: bool = False,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._open_parts = open_parts
        self._clock = clock
        self._manager = manager or ServiceManager({})
        self._standby = standby
        self._monotonic = monotonic
        self._beats: Mapping[str, threading.Lock] = {name: threading.Lock() for name in _BEATS}
        self._stopping = threading.Event()
        self._scheduler: Any = None
        self._lock = open_lock(settings)
        self._parts: Parts
        self._runner: Looks
        self._health: HealthServer | None = None
        self._started_at = clock.now()
        self._reference = (clock.now(), monotonic())
        self._ended: dict[str, tuple[datetime, float]] = {}

    def __enter__(self) -> Self:
        with ExitStack() as undo:
            take(self._lock, self._clock, self._stand_by if self._standby else None)
            undo.push(self._lock)
            self._parts = self._open_parts(self._settings)
            undo.callback(self._parts.close)
            self._runner = self._looks(self._parts)
            undo.pop_all()
        self._introduce()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._runner.close()
        self._parts.close()
        self._lock.__exit__(kind, error, trace)
        _log.info("stopped")

    def _stand_by(self, busy: DatabaseBusy) -> None:
        _log.info("standing by", why=busy.what)
        self._manager.tell(READY="1", STATUS=f"standing by: {busy.what}", WATCHDOG="1")

    @property
    def skipped(self) -> Mapping[str, str]:
        """Sources that are not looked at, and why, in plain words."""
        return self._runner.skipped

    @property
    def counts(self) -> Counts:
        return self._runner.counts

    @property
    def states(self) -> Mapping[str, SourceState]:
        return self._runner.states

    @property
    def settings(self) -> Settings:
        return self._settings

    @property
    def health_port(self) -> int | None:
        """Where /healthz and /metrics are served, while they are."""
        return self._health.port if self._health is not None else None

    def health(self) -> Health:
        """How things stand at this moment."""
        steady = self._monotonic()
        stale = [
            name
            for name, (_, ended) in self._ended.items()
            if name in _WATCHED and steady - ended > max(_PATIENCE_SECONDS, 20 * self._every(name))
        ]
        return Health(
            now=self._clock.now(),
            started_at=self._started_at,
            counts=self._runner.counts,
            states=self._runner.states,
            skipped=self._runner.skipped,
            running=self._runner.running,
            alerts=self._parts.alerts.tallies(),
            beats={name: at for name, (at, _) in self._ended.items()},
            stale=stale,
            queue=self._parts.queue.state() if self._parts.queue is not None else None,
        )

    def _looks(self, parts: Parts, counts: Counts | None = None) -> Looks:
        """Looks are made here, or queued for workers."""
        if parts.queue is None:
            return Runner(parts, self._clock, counts=counts)
        return Dispatcher(parts, parts.queue, self._clock, counts=counts)

    def _every(self, name: str) -> float:
        return float(getattr(self._settings.schedule, f"{name}_seconds"))

    def start(self) -> None:
        """Set the clock going."""
        self._serve_health(self._settings)
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        now = datetime.now(self._scheduler.timezone)
        for name in _BEATS:
            seconds = self._every(name)
            first = now if name != "digest" else now + timedelta(seconds=seconds)
            self._ended[name] = (self._clock.now(), self._monotonic())
            self._scheduler.add_job(
                self.beat, "interval", (name,), seconds=seconds, id=name, name=name, next_run_time=first
            )
        self._scheduler.start()
        self._manager.tell(READY="1", STATUS=f"{len(self._runner.sources)} sources")

    def stop(self) -> None:
        """End after the items and the message at hand; returns when nothing runs any more. May be called twice."""
        if not self._stopping.is_set():
            self._stopping.set()
            self._manager.tell(STOPPING="1")
            self._runner.stop()
        self._halt()
        self._runner.drain()

    def _serve_health(self, settings: Settings) -> None:
        """Serve on the configured port. A port that stays the same is left alone; one that is taken changes nothing."""
        port = settings.daemon.health_port
        if self._health is not None and port == self._settings.daemon.health_port:
            return
        server = HealthServer(port, self.health) if port is not None else None
        if self._health is not None:
            self._health.close()
        self._health = server

    def _halt(self) -> None:
        """Stop the clock, once the beats at hand have ended, and whatever else `start` began."""
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=True)
            self._scheduler = None
        if self._health is not None:
            self._health.close()
            self._health = None

    def once(self) -> Counts:
        """Look at every source that is due, send what is waiting, and be done: for cron."""
        self._runner.run_due()
        for name in ("sweep", "deliver"):
            self.beat(name)
        return self._runner.counts

    def beat(self, name: str) -> None:
        """One beat. An error is told and ends this beat, not the daemon."""
        with self._beats[name]:
            if self._stopping.is_set():
                return
            try:
                _BEATS[name](self)
            except TrackerError as error:
                _log.error("beat failed", beat=name, why=str(error))  # expected: the words say it all
            except Exception as error:  # noqa: BLE001  # a defect in one beat must not end the others
                _log.error("beat failed", beat=name, error=error)  # our own log takes the error

    def reload(self, load: Callable[[], Settings]) -> bool:
        """Take over a changed configuration, or refuse a bad one and go on with the old."""
        self._manager.tell(RELOADING="1", MONOTONIC_USEC=str(int(self._monotonic() * 1e6)))
        try:
            settings = load()
            if (settings.database, settings.archive) != (self._settings.database, self._settings.archive):
                raise ConfigError("the database or the archive is another one", where="reload", hint="restart instead")
            parts = self._open_parts(settings)
            with ExitStack() as undo:
                undo.callback(parts.close)
                self._serve_health(settings)
                undo.pop_all()
        except TrackerError as error:
            _log.error("configuration refused", why=str(error))  # expected: the words say it all
            return False
        else:
            self._take_over(settings, parts)
            return True
        finally:
            self._manager.tell(READY="1", STATUS=f"{len(self._runner.sources)} sources")

    def _take_over(self, settings: Settings, parts: Parts) -> None:
        """Between beats: nothing runs while the parts change. Looks end after their item and go on from their cursor."""
        self._runner.stop()
        with ExitStack() as held:
            for lock in self._beats.values():
                held.enter_context(lock)
            self._runner.close()
            old, self._settings, self._parts = self._parts, settings, parts
            self._runner = self._looks(parts, self._runner.counts)
            old.close()
        self._introduce()
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=True)
            self.start()

    def check(self) -> None:
        """Called now and then by whoever waits. Raises `StorageError` when the lock is no longer ours: another daemon
        may have taken over.
        """
        self._check_clock()
        if not self._lock.held():
            raise StorageError(
                "the lock on the database was lost", where=self._lock.where, hint="is the server reachable? start again"
            )

    def _check_clock(self) -> None:
        """A wall clock that was set leaves the scheduler waiting for a time that
        may be a year away, so every beat is made due at once.
        """
        wall, steady = self._clock.now(), self._monotonic()
        drift = (wall - self._reference[0]) - timedelta(seconds=steady - self._reference[1])
        self._reference = (wall, steady)
        if abs(drift) > _TOLERATED_DRIFT:
            _log.warning("the clock was set", by_seconds=round(drift.total_seconds()))
            if self._scheduler is not None:
                for job in self._scheduler.get_jobs():
                    job.modify(next_run_time=datetime.now(self._scheduler.timezone))

    def _introduce(self) -> None:
        _log.info(
            "running",
            sources=len(self._runner.sources),
            database=self._lock.where,
            channels=len(self._parts.routes),
        )
        for name, why in self._runner.skipped.items():
            _log.warning("source skipped", source=name, why=why)

    def _tick(self) -> None:
        self._runner.tick()
        self._manager.tell(WATCHDOG="1")

    def _deliver(self) -> None:
        deliver_pending(self._parts.alerts, self._parts.routes, self._clock, stop=self._stopping.is_set)

    def _sweep(self) -> None:
        now = self._clock.now()
        silences = silences_of(self._runner.sources, self._runner.states)
        told = self._parts.alerts.put(self._parts.rules.silent(silences, now), now)
        if told:
            _log.warning("sources went silent", alerts=told)
        self._parts.tidy()

    def _digest(self) -> None:
        counts = self._runner.counts
        failing = sum(state.error_streak > 0 for state in self._runner.states.values())
        _log.info(
            "so far",
            looks=counts.runs,
            failed=counts.failures,
            items=counts.items,
            changes=counts.changes,
            overruns=counts.overruns,
            failing_sources=failing,
        )


_BEATS: Mapping[str, Callable[[Daemon], None]] = {
    "tick": Daemon._tick,  # noqa: SLF001  # the table belongs to the class
    "deliver": Daemon._deliver,  # noqa: SLF001
    "sweep": Daemon._sweep,  # noqa: SLF001
    "digest": Daemon._digest,  # noqa: SLF001
}
