"""How the daemon is doing, as values, and as Prometheus text."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tracker.daemon.looks import Counts
from tracker.domain.jobs import QueueState
from tracker.domain.outbox import OutboxTally
from tracker.domain.schedule import SourceState


@dataclass(frozen=True, slots=True)
class Health:
    """A moment of the daemon. `beats`: when each beat last came to its end; `stale`: beats that are overdue."""

    now: datetime
    started_at: datetime
    counts: Counts
    states: Mapping[str, SourceState]
    skipped: Mapping[str, str]
    running: Sequence[str] = ()
    alerts: Sequence[OutboxTally] = ()
    beats: Mapping[str, datetime] = field(default_factory=dict)
    stale: Sequence[str] = ()
    queue: QueueState | None = None

    @property
    def sound(self) -> bool:
        return not self.stale


def render(health: Health) -> str:
    """Prometheus' text format, version 0.0.4."""
    return "".join(_lines(health))


def _lines(health: Health) -> Iterator[str]:
    counts = health.counts
    yield from _metric("up", "gauge", "Whether every beat is on time.", [("", int(health.sound))])
    yield from _metric("start_time_seconds", "gauge", "When the daemon started.", [("", _time(health.started_at))])
    yield from _metric("looks_total", "counter", "Looks at sources.", [("", counts.runs)])
    yield from _metric("look_failures_total", "counter", "Looks without an answer.", [("", counts.failures)])
    yield from _metric("look_overruns_total", "counter", "Looks longer than the interval.", [("", counts.overruns)])
    yield from _metric("items_total", "counter", "Items brought by collectors.", [("", counts.items)])
    yield from _metric("changes_total", "counter", "Changes recorded.", [("", counts.changes)])
    yield from _metric("looks_running", "gauge", "Looks at work now.", [("", len(health.running))])
    yield from _metric("sources_skipped", "gauge", "Sources that cannot be looked at.", [("", len(health.skipped))])
    states = sorted(health.states.items())
    yield from _metric(
        "source_error_streak",
        "gauge",
        "Looks without an answer in a row.",
        [(_label("source", name), state.error_streak) for name, state in states],
    )
    for name, words, pick in (
        ("source_answered_timestamp_seconds", "Last accepted answer.", "answered_at"),
        ("source_changed_timestamp_seconds", "Last change.", "changed_at"),
        ("source_next_check_timestamp_seconds", "Next look.", "next_check_at"),
    ):
        times = [(_label("source", source), getattr(state, pick)) for source, state in states]
        yield from _metric(name, "gauge", words, [(label, _time(at)) for label, at in times if at is not None])
    yield from _metric(
        "alerts",
        "gauge",
        "Alerts that are not delivered: waiting (pending) or given up (dead).",
        [
            (f"{_label('channel', tally.channel)},{_label('state', tally.state)}", tally.count)
            for tally in health.alerts
        ],
    )
    yield from _metric(
        "beat_timestamp_seconds",
        "gauge",
        "When a beat last came to its end.",
        [(_label("beat", name), _time(at)) for name, at in sorted(health.beats.items())],
    )
    if health.queue is not None:
        yield from _queue(health.queue)
    yield from _process()


def _queue(queue: QueueState) -> Iterator[str]:
    jobs = [(_label("state", name), getattr(queue, name)) for name in ("waiting", "running", "stalled")]
    yield from _metric("queue_jobs", "gauge", "Looks in the queue; stalled ones have a dead worker.", jobs)
    yield from _metric("queue_workers", "gauge", "Workers that gave a sign of life.", [("", queue.workers)])
    if queue.oldest is not None:
        words = "Since when the first of the waiting looks waits."
        yield from _metric("queue_oldest_timestamp_seconds", "gauge", words, [("", _time(queue.oldest))])


def _process() -> Iterator[str]:
    """Memory and file handles, where the system tells."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        handles = len(os.listdir("/proc/self/fd"))  # noqa: PTH208  # names are enough
    except (OSError, ValueError, IndexError):
        return
    yield "# TYPE process_resident_memory_bytes gauge\n"
    yield f"process_resident_memory_bytes {pages * os.sysconf('SC_PAGE_SIZE')}\n"
    yield "# TYPE process_open_fds gauge\n"
    yield f"process_open_fds {handles}\n"


def _metric(name: str, kind: str, words: str, values: Sequence[tuple[str, float]]) -> Iterator[str]:
    full = f"scoretrail_{name}"
    yield f"# HELP {full} {words}\n# TYPE {full} {kind}\n"
    for labels, value in values:
        yield f"{full}{{{labels}}} {value}\n" if labels else f"{full} {value}\n"


def _label(name: str, value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'{name}="{escaped}"'


def _time(at: datetime) -> float:
    return round(at.timestamp(), 3)
