"""Play the story of July 2024 through the real collectors and pipeline, and judge what came out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from tracker.alerts import RuleSet, deliver_pending, open_routes
from tracker.demo.clock import StoryClock
from tracker.demo.expectations import Event, Expectations, Verdict
from tracker.demo.world import JOKE_ID, MOMENTS, World
from tracker.domain.history import Cause, RecordedChange
from tracker.domain.outcomes import Outcome
from tracker.domain.ports import ChannelKit
from tracker.pipeline import Assembly, RunReport, assemble
from tracker.storage import ChangeFilter

Told = TypeVar("Told", Event, Verdict)

TITLES = (
    "A post on r/LocalLLaMA leaks base-model scores, a day early",
    "A news blog writes about it",
    "The post is edited: one number corrected; another post is deleted",
    "The official model card appears",
    "The card is edited without a word",
    "The card's site answers with a bot check",
    "A row leaves the card for good",
    "The card is re-ordered and restyled",
)

_PATIENCE = timedelta(minutes=5)
"""Longer than any Retry-After of the world."""


@dataclass(frozen=True, slots=True)
class RoundStarted:
    number: int
    title: str
    moment: datetime


@dataclass(frozen=True, slots=True)
class Looked:
    """One look at one source, ended."""

    report: RunReport


@dataclass(frozen=True, slots=True)
class Delivered:
    """Alerts that the webhook's receiver accepted in this round."""

    messages: int


@dataclass(frozen=True, slots=True)
class RoundJudged:
    """Whether the round left behind what it must; `problems` say what is missing or too much, in plain words."""

    number: int
    changes: int
    problems: tuple[str, ...]


Scene = RoundStarted | Looked | Delivered | RoundJudged


@dataclass(slots=True)
class Outcomes:
    """What was seen on the way."""

    rounds: list[RoundJudged] = field(default_factory=list)

    @property
    def right(self) -> bool:
        return len(self.rounds) == len(TITLES) and not any(judged.problems for judged in self.rounds)


def play(home: Path, show: Callable[[Scene], None] = lambda _scene: None) -> Outcomes:
    """Eight rounds into a fresh database under `home`. Raises `TrackerError` only for a machine that cannot run it."""
    outcomes = Outcomes()
    clock = StoryClock(MOMENTS[0] - timedelta(minutes=1))
    with World() as world:
        settings = world.settings(home)
        with assemble(
            settings, clock, lambda _, names: RuleSet.from_settings(settings.alerts, names).announce
        ) as parts:
            teller = _Teller(world, parts, clock, outcomes, show)
            for number in range(1, len(TITLES) + 1):
                teller.tell(number)
    return outcomes


class _Teller:
    def __init__(
        self, world: World, parts: Assembly, clock: StoryClock, outcomes: Outcomes, show: Callable[[Scene], None]
    ) -> None:
        self._world = world
        self._parts = parts
        self._clock = clock
        self._outcomes = outcomes
        self._show = show
        self._expected = Expectations(parts.names)
        self._routes = open_routes(parts.settings.alerts, ChannelKit(parts.fetcher, clock, str(parts.settings.home)))

    def tell(self, number: int) -> None:
        self._clock.turn_to(MOMENTS[number - 1])
        self._world.turn(number)
        self._show(RoundStarted(number, TITLES[number - 1], self._clock.now()))
        seen: Counter[tuple[str, Outcome]] = Counter()
        changes: list[RecordedChange] = []
        for report in self._looks():
            seen.update({(report.source, outcome): count for outcome, count in report.outcomes.items()})
            changes += report.changes
            self._show(Looked(report))
        delivery = deliver_pending(self._parts.database.outbox(), self._routes, self._clock)
        if delivery.messages:
            self._show(Delivered(delivery.messages))
        problems = tuple(self._problems(number, changes, seen))
        judged = RoundJudged(number, len(changes), problems)
        self._outcomes.rounds.append(judged)
        self._show(judged)

    def _looks(self) -> Iterator[RunReport]:
        for settings in self._parts.settings.sources:
            source = settings.source()
            for _ in range(2):
                report = self._parts.pipeline.run(source, self._parts.collector(source), Cause.LIVE)
                yield report
                if report.outcome is not Outcome.RATE_LIMITED:
                    break
                self._clock.sleep(_PATIENCE.total_seconds())

    def _problems(
        self, number: int, changes: list[RecordedChange], seen: Counter[tuple[str, Outcome]]
    ) -> Iterator[str]:
        yield from _differences(self._expected.events(number), Counter(map(_event, changes)), number)
        for source, outcome in _OUTCOMES.get(number, ()):
            if not seen[source, outcome]:
                yield f"{source} was never {outcome}"
        if number == 2:
            told = Counter(
                Verdict(row.left, row.relation, row.right, row.benchmark or "")
                for row in self._parts.database.queries().comparisons()
            )
            yield from _differences(self._expected.verdicts(), told, number)
        if number == 3:
            states = {row.name: row.state for row in self._parts.database.queries().documents(source="localllama")}
            if states.get(f"reddit:t3_{JOKE_ID}") != "deleted":
                yield "the deleted post is not marked as deleted"
        if number == len(TITLES):
            yield from self._alert_problems()

    def _alert_problems(self) -> Iterator[str]:
        """Each official edit and withdrawal was told once, signed."""
        inbox = self._world.inbox
        if inbox.refused:
            yield f"the webhook refused {inbox.refused} messages for their signature"
        ids = [delivery.id for delivery in inbox.deliveries]
        if len(ids) != len(set(ids)):
            yield "the webhook received a message twice"
        told = sum(len(delivery.payload["data"]["alerts"]) for delivery in inbox.deliveries)
        official = [
            recorded
            for recorded in self._parts.database.queries().changes(ChangeFilter(source="llama-card"))
            if recorded.change.kind in {"revised", "withdrawn"}
        ]
        if told != len(official):
            yield f"the webhook was told {told} changes instead of {len(official)}"


_OUTCOMES: dict[int, tuple[tuple[str, Outcome], ...]] = {
    1: (("localllama", Outcome.CHANGED), ("llama-draft", Outcome.ROBOTS_DISALLOWED)),
    2: (("weights-desk", Outcome.CHANGED),),
    4: (("llama-card", Outcome.RATE_LIMITED), ("llama-card", Outcome.CHANGED)),
    5: (("llama-card", Outcome.CHANGED),),
    6: (("llama-card", Outcome.CHALLENGE),),
    7: (("llama-card", Outcome.CHANGED),),
    8: (("llama-card", Outcome.CHANGED),),
}
"""What must have been met, by round, whatever else was."""


def _event(recorded: RecordedChange) -> Event:
    change = recorded.change
    setting = change.claim.setting
    return Event(
        change.kind,
        recorded.model,
        recorded.benchmark,
        change.old.score.value if change.old else None,
        change.new.score.value if change.new else None,
        (setting.shots, setting.cot, setting.variant),
    )


def _differences(expected: Counter[Told], told: Counter[Told], number: int) -> Iterator[str]:
    for missing in (expected - told).elements():
        yield f"round {number} should have brought {missing}"
    for extra in (told - expected).elements():
        yield f"round {number} should not have brought {extra}"
