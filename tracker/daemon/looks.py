"""One look at one source, whoever makes it: a thread of the daemon, or a worker on another machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from tracker.daemon.ports import Parts, Run
from tracker.domain.errors import ArchiveError, StorageError, TrackerError
from tracker.domain.outcomes import Outcome
from tracker.domain.ports import Clock
from tracker.domain.schedule import SourceState
from tracker.domain.sources import Source
from tracker.logs import get_log

_log = get_log(__name__)


@dataclass(slots=True)
class Counts:
    """Since the start of this process."""

    runs: int = 0
    failures: int = 0
    items: int = 0
    changes: int = 0
    overruns: int = 0
    """Looks that took longer than their source's interval."""

    def add(self, source: Source, run: Run, took: timedelta) -> None:
        self.runs += 1
        self.failures += not run.answered
        self.items += run.items
        self.changes += run.changes
        if took.total_seconds() > source.interval_seconds:
            self.overruns += 1
            _log.warning("look took longer than the interval", source=source.name, seconds=round(took.total_seconds()))


class Looks(Protocol):
    """What the daemon's clock drives: looks made here (`Runner`), or put into a queue for workers (`Dispatcher`)."""

    counts: Counts
    skipped: dict[str, str]
    sources: tuple[Source, ...]

    @property
    def running(self) -> tuple[str, ...]: ...
    @property
    def states(self) -> Mapping[str, SourceState]: ...

    def tick(self) -> None:
        """Start what is due."""
        ...

    def run_due(self) -> int:
        """Start everything that is due, each source once; wait for the end of what runs here. Gives how many."""
        ...

    def stop(self) -> None:
        """Ask running looks to end after the item at hand, and start no more."""
        ...

    def drain(self) -> None:
        """Wait until nothing runs here."""
        ...

    def close(self) -> None: ...


def usable(parts: Parts, skipped: dict[str, str]) -> Iterator[Source]:
    """The configured sources that can be looked at; the others go into `skipped`, with the reason."""
    for configured in parts.settings.sources:
        source = configured.source()
        why = None if configured.enabled else "it is switched off (enabled = false)"
        why = why or parts.skipped(source)
        if why is None:
            yield source
        else:
            skipped[source.name] = why


def look_at(parts: Parts, source: Source, stop: Callable[[], bool], clock: Clock) -> tuple[Run, timedelta]:
    """Look once; gives how it went and how long it took. Every failure is told in the log and becomes a `Run`."""
    log = _log.bind(source=source.name)
    began = clock.now()
    try:
        run = parts.run(source, stop)
    except (StorageError, ArchiveError) as error:
        log.error("nothing can be recorded", why=str(error))  # noqa: TRY400  # expected: the words say it all
        run = Run(Outcome.HTTP_ERROR, detail=str(error), ours=True)
    except TrackerError as error:
        log.error("source failed", why=str(error))  # noqa: TRY400  # expected: the words say it all
        run = Run(Outcome.HTTP_ERROR, detail=str(error))
    except Exception as error:  # noqa: BLE001  # a defect stops this unit of work, loudly, and nothing else
        log.error("source failed", error=error)  # noqa: TRY400  # our own log takes the error
        run = Run(Outcome.PARSE_FAILED, detail=f"{type(error).__name__}: {error}")
    return run, clock.now() - began
