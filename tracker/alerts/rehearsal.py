"""What a rule would have sent: the changes of the past, played to the rules in their order of recording."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from tracker.alerts.ruleset import RuleSet
from tracker.alerts.standings import FoldedStandings
from tracker.domain.history import RecordedChange
from tracker.domain.outbox import OutboxEntry


def rehearse(
    rules: RuleSet, changes: Iterable[RecordedChange], since: datetime
) -> Iterator[tuple[RecordedChange, OutboxEntry]]:
    """What the rules would have sent for changes recorded from `since` on, given all changes in order of recording:
    the earlier ones only teach what was known by then.
    """
    past = FoldedStandings()
    told: set[str] = set()
    for recorded in changes:
        if recorded.recorded_at >= since:
            for entry in replace(rules, standings=past).announce((recorded,)):
                if entry.id not in told:
                    told.add(entry.id)
                    yield recorded, entry
        past.learn(recorded)
