"""What the daemon drives, as small as it uses it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tracker.alerts import RuleSet
from tracker.alerts.delivery import Route
from tracker.alerts.ports import Outbox
from tracker.config import Settings
from tracker.domain.jobs import Job, QueueState, Rescued
from tracker.domain.outbox import OutboxEntry, OutboxTally
from tracker.domain.outcomes import Outcome
from tracker.domain.schedule import HostState, SourceState
from tracker.domain.sources import Source


class Schedule(Protocol):
    """The stored schedule. Every call is one short transaction."""

    def sources(self) -> Mapping[str, SourceState]: ...

    def hosts(self) -> Mapping[str, HostState]: ...

    def store(self, states: Sequence[SourceState]) -> None: ...

    def store_host(self, state: HostState) -> None: ...


class StoredPlans(Schedule, Protocol):
    """The schedule as workers use it, who know of one source at a time."""

    def source(self, name: str) -> SourceState | None: ...

    def host(self, name: str) -> HostState | None: ...


class Queue(Protocol):
    """Looks that several machines share (`tracker.storage.queue`)."""

    def known(self) -> Mapping[str, str]:
        """The lock of every source that waits in the queue or is being looked at, by the source's name."""
        ...

    def put(self, jobs: Sequence[Job]) -> int:
        """Queue looks; a source that is queued already stays as it is. Gives how many are new."""
        ...

    def rescue(self) -> Sequence[Rescued]:
        """Put the jobs of dead workers back, or give them up. Only the one clock may do it."""
        ...

    def state(self) -> QueueState: ...


class AlertStore(Outbox, Protocol):
    def put(self, entries: Sequence[OutboxEntry], now: datetime) -> int:
        """Add alerts that no change gave rise to; those already there stay as they are. Gives how many are new."""
        ...

    def tallies(self) -> Sequence[OutboxTally]:
        """What is waiting and what was given up, by channel."""
        ...


@dataclass(frozen=True, slots=True)
class Run:
    """How one look at one source ended. `outcome` is the best poll's when any was accepted. `finished` is false when it
    was stopped on the way; `ours` is true when it failed on our side (a full disk): nobody else is to blame for it.
    """

    outcome: Outcome
    items: int = 0
    changes: int = 0
    detail: str = ""
    retry_after_seconds: float | None = None
    finished: bool = True
    ours: bool = False

    @property
    def answered(self) -> bool:
        return self.outcome.accepted


class Parts(Protocol):
    """Everything opened for one configuration; closed and opened anew when the configuration is reloaded."""

    @property
    def settings(self) -> Settings: ...
    @property
    def schedule(self) -> StoredPlans: ...
    @property
    def alerts(self) -> AlertStore: ...
    @property
    def routes(self) -> Mapping[str, Route]: ...
    @property
    def rules(self) -> RuleSet: ...
    @property
    def queue(self) -> Queue | None:
        """Where looks go that other processes make; `None` where this process makes them."""
        ...

    def skipped(self, source: Source) -> str | None:
        """Why this source cannot be looked at (missing credentials, a missing extra), in plain words."""
        ...

    def run(self, source: Source, stop: Callable[[], bool]) -> Run:
        """Look at a source once and record what it says. `stop` is asked between items. Raises only for defects."""
        ...

    def settle(self) -> None:
        """Write down what may be written later than it happened, because its loss would do no harm."""
        ...

    def tidy(self) -> None:
        """Forget what need not be kept."""
        ...

    def close(self) -> None: ...


Open = Callable[[Settings], Parts]
"""Opens the parts of a configuration. Raises `ConfigError` for one that cannot work."""
