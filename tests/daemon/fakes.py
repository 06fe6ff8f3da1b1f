"""The daemon's ports in memory."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.alerts.fakes import NOON, FakeClock, FakeOutbox, rules
from tracker.alerts import Route, RuleSet
from tracker.config import DaemonSettings, ScheduleSettings, Settings, SourceSettings
from tracker.daemon.ports import Run
from tracker.domain.jobs import Job, QueueState, Rescued
from tracker.domain.outcomes import Outcome
from tracker.domain.schedule import HostState, SourceState
from tracker.domain.sources import Source

__all__ = ["NOON", "FakeClock", "FakeParts", "FakeQueue", "FakeSchedule", "settings", "source"]


def source(name: str = "a", address: str = "", **fields: object) -> SourceSettings:
    values = {"name": name, "kind": "page", "address": address or f"https://{name}.example/x", **fields}
    return SourceSettings.model_validate(values)


def settings(
    *sources: SourceSettings, home: Path = Path("nowhere"), health_port: int | None = None, **schedule: object
) -> Settings:
    beats = ScheduleSettings.model_validate({"jitter": 0, **schedule})
    return Settings(home=home, sources=sources, schedule=beats, daemon=DaemonSettings(health_port=health_port))


@dataclass
class FakeSchedule:
    rows: dict[str, SourceState] = field(default_factory=dict)
    host_rows: dict[str, HostState] = field(default_factory=dict)

    def sources(self) -> Mapping[str, SourceState]:
        return dict(self.rows)

    def hosts(self) -> Mapping[str, HostState]:
        return dict(self.host_rows)

    def source(self, name: str) -> SourceState | None:
        return self.rows.get(name)

    def host(self, name: str) -> HostState | None:
        return self.host_rows.get(name)

    def store(self, states: Sequence[SourceState]) -> None:
        self.rows.update({state.source: state for state in states})

    def store_host(self, state: HostState) -> None:
        self.host_rows[state.host] = state


@dataclass
class FakeQueue:
    """Jobs in a list; a test moves them on by hand."""

    waiting: list[Job] = field(default_factory=list)
    taken: list[Job] = field(default_factory=list)
    dead: list[Rescued] = field(default_factory=list)
    workers: int = 1

    def known(self) -> Mapping[str, str]:
        return {job.source.name: job.lock for job in (*self.waiting, *self.taken)}

    def put(self, jobs: Sequence[Job]) -> int:
        fresh = [job for job in jobs if job.source.name not in {one.source.name for one in self.waiting}]
        self.waiting += fresh
        return len(fresh)

    def rescue(self) -> Sequence[Rescued]:
        dead, self.dead = self.dead, []
        return dead

    def state(self) -> QueueState:
        return QueueState(len(self.waiting), len(self.taken), len(self.dead), self.workers)

    def close(self) -> None:
        pass


class FakeParts:
    """`answer(source, stop)` plays the look; by default every look finds the page unchanged."""

    def __init__(
        self,
        configured: Settings,
        *,
        schedule: FakeSchedule | None = None,
        answer: Callable[[Source, Callable[[], bool]], Run] | None = None,
        skip: Mapping[str, str] | None = None,
        routes: Mapping[str, Route] | None = None,
        ruleset: RuleSet | None = None,
        queue: FakeQueue | None = None,
    ) -> None:
        self.queue = queue
        self.settings = configured
        self.schedule = schedule or FakeSchedule()
        self.alerts = FakeOutbox()
        self.routes = routes or {}
        self.rules = ruleset or rules()
        self.looks: list[str] = []
        self.closed = False
        self.settled = 0
        self.tidied = 0
        self._answer = answer or (lambda _source, _stop: Run(Outcome.UNCHANGED))
        self._skip = skip or {}
        self._lock = threading.Lock()

    def skipped(self, source: Source) -> str | None:
        return self._skip.get(source.name)

    def run(self, source: Source, stop: Callable[[], bool]) -> Run:
        with self._lock:
            self.looks.append(source.name)
        return self._answer(source, stop)

    def settle(self) -> None:
        self.settled += 1

    def tidy(self) -> None:
        self.tidied += 1

    def close(self) -> None:
        self.closed = True
