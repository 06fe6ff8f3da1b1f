"""Looks at sources as jobs of a queue that several machines share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tracker.domain.sources import Source


@dataclass(frozen=True, slots=True)
class Job:
    """One look at a source. `lock` names what no two jobs may use at once: the source's host, or the source itself.

    `due_at` is the plan that this job carries out (`None`: a source that was never looked at). Once the schedule holds
    another plan, the look has been done, whatever became of the job.
    """

    source: Source
    lock: str
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rescued:
    """A job whose worker died in the middle of it: queued again, or given up after so many attempts."""

    job: Job
    attempts: int
    given_up: bool


@dataclass(frozen=True, slots=True)
class QueueState:
    """How many jobs wait, run on a living worker, or are stalled with a dead one; how many workers are alive; since when
    the first of the waiting ones has been waiting.
    """

    waiting: int = 0
    running: int = 0
    stalled: int = 0
    workers: int = 0
    oldest: datetime | None = None
