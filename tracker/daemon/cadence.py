"""When a source is looked at next: pure functions of its state, how the look went, the bounds, and chance.

A source that changes is looked at more often, a stable one less, a failing one less and less; a host that asks for a pause
gets it, over restarts too. Wall clocks jump: whatever is planned further away than anything could be is due now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from tracker.config import ScheduleSettings
from tracker.daemon.ports import Run
from tracker.domain.outcomes import Outcome
from tracker.domain.schedule import HostState, SourceState
from tracker.domain.sources import Source

_LONGEST_PAUSE = timedelta(hours=24)
_OUR_PAUSE = timedelta(minutes=5)
"""After a failure on our side: somebody may be making room on the disk."""
_FIRST_HOST_PAUSE = timedelta(seconds=30)
_LONGEST_HOST_PAUSE = timedelta(hours=1)
_HOST_PATIENCE = 3
"""A host's errors in a row, over all of its sources, before they all wait: one bad page is not a bad host."""
_FASTER, _SLOWER = 0.5, 1.25
"""A change halves the wait; seven stable looks bring it back to where it was."""
_STABLE_LOOKS = 2
_SPREAD_SECONDS = 2.0
_PAUSE_BEATS = 12
"""Beats of the clock without a tick after which whatever is due was missed (a laptop slept, a clock was set)."""


def host_of(source: Source) -> str:
    """The host whose patience a source uses up; sources without one share that of their kind."""
    try:
        host = urlsplit(source.address).hostname
    except ValueError:
        host = None
    return host or f"{source.kind}:"


def plan(
    state: SourceState, source: Source, run: Run, bounds: ScheduleSettings, now: datetime, chance: float
) -> SourceState:
    """The source's state after a look. `chance` is from 0 to 1, and becomes the jitter."""
    if run.ours:
        again = now + min(timedelta(seconds=source.interval_seconds), _OUR_PAUSE)
        return replace(state, detail=run.detail[:500], next_check_at=again)
    looked = replace(state, outcome=run.outcome, detail=run.detail[:500], checked_at=now)
    if run.answered:
        looked = _answered(looked, run, bounds, now)
        wait = source.interval_seconds * looked.factor if run.finished else 0.0
    else:
        looked = replace(looked, error_streak=state.error_streak + 1)
        wait = _back_off(source, looked)
    wait *= 1 + bounds.jitter * (2 * chance - 1)
    asked = min(max(run.retry_after_seconds or 0.0, 0.0), _LONGEST_PAUSE.total_seconds())
    return replace(looked, next_check_at=now + timedelta(seconds=max(wait, asked)))


def _answered(state: SourceState, run: Run, bounds: ScheduleSettings, now: datetime) -> SourceState:
    state = replace(state, error_streak=0, answered_at=now)
    if run.changes:
        factor = max(bounds.fastest_factor, state.factor * _FASTER)
        return replace(state, factor=factor, unchanged_streak=0, changed_at=now)
    streak = state.unchanged_streak + 1
    factor = min(bounds.slowest_factor, state.factor * _SLOWER) if streak >= _STABLE_LOOKS else state.factor
    return replace(state, factor=factor, unchanged_streak=streak)


def _back_off(source: Source, state: SourceState) -> float:
    """Seconds: the interval, doubled for every failed look after the first, up to a day (or the interval, if longer)."""
    longest = max(_LONGEST_PAUSE.total_seconds(), source.interval_seconds)
    return min(source.interval_seconds * 2.0 ** min(state.error_streak - 1, 20), longest)


def plan_host(state: HostState, run: Run, now: datetime) -> HostState:
    """The host's state after a look at one of its sources."""
    if run.answered:
        return replace(state, not_before=None, error_streak=0) if state.error_streak or state.not_before else state
    if run.ours:
        return state
    if run.outcome not in (Outcome.RATE_LIMITED, Outcome.HTTP_ERROR) and not run.retry_after_seconds:
        return state
    streak = state.error_streak + 1
    pause = timedelta()
    if run.outcome is Outcome.RATE_LIMITED or streak >= _HOST_PATIENCE:
        pause = min(_FIRST_HOST_PAUSE * (1 << min(streak - 1, 10)), _LONGEST_HOST_PAUSE)
    if run.retry_after_seconds:
        pause = max(pause, min(timedelta(seconds=min(run.retry_after_seconds, 1e6)), _LONGEST_PAUSE))
    return HostState(state.host, now + pause if pause else state.not_before, streak)


def is_paused(host: HostState | None, now: datetime) -> bool:
    """Whether a host's pause goes on."""
    if host is None or host.not_before is None:
        return False
    return now < host.not_before and not _beyond(host.not_before, now, _LONGEST_PAUSE)


@dataclass(frozen=True, slots=True)
class Due:
    """A source to look at now, and how late that is."""

    source: Source
    late: timedelta


def due(
    sources: Sequence[Source],
    states: Mapping[str, SourceState],
    hosts: Mapping[str, HostState],
    bounds: ScheduleSettings,
    now: datetime,
) -> list[Due]:
    """The sources to look at, the latest first. A source without a state is new, and due."""
    found = []
    for source in sources:
        state = states.get(source.name)
        planned = state.next_check_at if state else None
        if planned is not None and _beyond(planned, now, _longest_wait(source, bounds)):
            planned = None
        if is_paused(hosts.get(host_of(source)), now):
            continue
        if planned is None or planned <= now:
            found.append(Due(source, now - planned if planned is not None else timedelta.max))
    return sorted(found, key=lambda each: each.late, reverse=True)


def _longest_wait(source: Source, bounds: ScheduleSettings) -> timedelta:
    slowest = source.interval_seconds * bounds.slowest_factor * (1 + bounds.jitter)
    return max(timedelta(seconds=slowest), _LONGEST_PAUSE * (1 + bounds.jitter))


def _beyond(planned: datetime, now: datetime, longest: timedelta) -> bool:
    """Whether a plan lies further ahead than any plan made now could: the clock was set back since."""
    return planned - now > longest


def missed(before: datetime | None, now: datetime, bounds: ScheduleSettings) -> bool:
    """Whether the clock stood still, or jumped, since the tick before. The first tick of a process counts too."""
    return before is None or not timedelta() <= now - before <= _PAUSE_BEATS * timedelta(seconds=bounds.tick_seconds)


def spread(overdue: Sequence[Due], states: Mapping[str, SourceState], now: datetime) -> list[SourceState]:
    """After a pause (sleep, an outage of hours, a clock set forward): one catch-up a source, a couple of seconds apart
    and within the source's own interval, instead of all at once. Gives the states that are to be stored.
    """
    later = []
    for position, each in enumerate(overdue):
        state = states.get(each.source.name)
        delay = min(position * _SPREAD_SECONDS, float(each.source.interval_seconds))
        if state is not None and delay:
            later.append(replace(state, next_check_at=now + timedelta(seconds=delay)))
    return later
