"""How each source stands: what `tracker status` and `tracker sources` show, with or without a running daemon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tracker.alerts import SourceSilence
from tracker.config import SourceSettings
from tracker.daemon.cadence import host_of, is_paused
from tracker.domain.outcomes import Outcome
from tracker.domain.schedule import HostState, SourceState
from tracker.domain.sources import Source


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """One configured source. `skipped`: why it is not looked at, in plain words. `host_pause`: until when its host
    waits. `every_seconds` is the interval as the adaptive cadence has it now.
    """

    source: Source
    skipped: str | None
    outcome: Outcome | None
    detail: str
    checked_at: datetime | None
    answered_at: datetime | None
    changed_at: datetime | None
    next_check_at: datetime | None
    error_streak: int
    every_seconds: float
    host_pause: datetime | None

    @property
    def word(self) -> str:
        """`skipped`, `new`, `failing` or `ok`."""
        if self.skipped is not None:
            return "skipped"
        if self.checked_at is None:
            return "new"
        return "failing" if self.error_streak else "ok"


def statuses_of(
    configured: Sequence[SourceSettings],
    states: Mapping[str, SourceState],
    hosts: Mapping[str, HostState],
    skipped: Mapping[str, str],
    now: datetime,
) -> tuple[SourceStatus, ...]:
    """In the order of the configuration. `skipped`: why, by name, for sources that cannot be looked at."""
    return tuple(
        _status(each.source(), states.get(each.name), hosts, skipped.get(each.name), now) for each in configured
    )


def _status(
    source: Source, state: SourceState | None, hosts: Mapping[str, HostState], skipped: str | None, now: datetime
) -> SourceStatus:
    state = state or SourceState(source.name, since=now)
    host = hosts.get(host_of(source))
    return SourceStatus(
        source=source,
        skipped=skipped,
        outcome=state.outcome,
        detail=state.detail,
        checked_at=state.checked_at,
        answered_at=state.answered_at,
        changed_at=state.changed_at,
        next_check_at=None if skipped else state.next_check_at,
        error_streak=state.error_streak,
        every_seconds=source.interval_seconds * state.factor,
        host_pause=host.not_before if host is not None and is_paused(host, now) else None,
    )


def silences_of(sources: Sequence[Source], states: Mapping[str, SourceState]) -> list[SourceSilence]:
    """What rules about silent sources need to know; a source that was never looked at is not silent."""
    return [
        SourceSilence(
            source.name,
            source.tier.value,
            source.organisation,
            source.interval_seconds,
            state.answered_at,
            state.since,
            state.detail,
        )
        for source in sources
        if (state := states.get(source.name)) is not None
    ]
