"""When a source is looked at next, and how the last looks went. The schedule is data; a scheduler is only a clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tracker.domain.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class SourceState:
    """A row a source. `next_check_at`: `None` is "at once". `factor` stretches the source's interval (adaptive cadence).

    `answered_at` is the last accepted poll, `changed_at` the last one that brought a change; `since` when the source
    was first scheduled. Streaks count runs without an accepted poll, and accepted runs without a change.
    """

    source: str
    since: datetime
    next_check_at: datetime | None = None
    factor: float = 1.0
    error_streak: int = 0
    unchanged_streak: int = 0
    outcome: Outcome | None = None
    detail: str = ""
    checked_at: datetime | None = None
    answered_at: datetime | None = None
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HostState:
    """A host that asked for, or earned, a pause: none of its sources is looked at before `not_before`."""

    host: str
    not_before: datetime | None = None
    error_streak: int = 0
