"""The events that rules name in plain words: does a change amount to one, and how is it announced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from tracker.alerts.compose import first_party
from tracker.alerts.measures import move, on_scale
from tracker.alerts.ports import ModelFacts, Registry, Standing, Standings
from tracker.alerts.rules import Event, Rule
from tracker.domain.history import ChangeKind, RecordedChange
from tracker.domain.sources import Tier


@dataclass(slots=True)
class Knowledge:
    """What was known before one change of a batch: the standings before the batch, and the batch's earlier changes."""

    names: Registry
    before: Standings
    models: set[str] = field(default_factory=set)
    standings: dict[str, list[Standing]] = field(default_factory=dict)
    added: dict[str, list[Standing]] = field(default_factory=dict)

    def known(self, model: str) -> bool:
        return model in self.models or self.before.known(model)

    def scores(self, benchmark: str) -> Sequence[Standing]:
        if benchmark not in self.standings:
            self.standings[benchmark] = list(self.before.scores(benchmark))
        return [*self.standings[benchmark], *self.added.get(benchmark, [])]

    def learn(self, recorded: RecordedChange) -> None:
        self.models.add(recorded.model)
        if recorded.change.new is not None:
            standing = Standing(recorded.model, recorded.change.new.score, recorded.tier)
            self.added.setdefault(recorded.benchmark, []).append(standing)


def news(recorded: RecordedChange, rule: Rule, knowledge: Knowledge) -> str | None:
    """What makes a matching change news, as the first words of its subject: `""` for a rule without an event, `None`
    when the rule's event did not happen.
    """
    match rule.event:
        case None:
            return ""
        case Event.LOWERED:
            return _lowered(recorded, knowledge.names) or None
        case Event.LEAK:
            return _leak(recorded, knowledge.names) or None
        case Event.FIRST_SEEN:
            return "New model" if recorded.model and not knowledge.known(recorded.model) else None
        case Event.BEST_OPEN:
            return _best_open(recorded, rule, knowledge) or None
        case Event.WITHDRAWN:
            return "Withdrawn" if recorded.change.kind is ChangeKind.WITHDRAWN else None
        case Event.SILENT:  # told by the daemon's sweep, not by a change
            return None


def _lowered(recorded: RecordedChange, names: Registry) -> str:
    """A first party's own number changed for the worse: down, or up where lower is better."""
    old, new = recorded.change.old, recorded.change.new
    if old is None or new is None or not first_party(recorded, names.model(recorded.model)):
        return ""
    benchmark = names.benchmark(recorded.benchmark)
    moved = move(old.score, new.score, benchmark)
    if moved is None or not moved.points:
        return ""
    lower_is_better = benchmark is not None and benchmark.direction == "lower"
    if (moved.points > 0) != lower_is_better:
        return ""
    return "Vendor worsened its number" if lower_is_better else "Vendor lowered its number"


def _leak(recorded: RecordedChange, names: Registry) -> str:
    """A leak is what a leak source says, or anybody but an official one about a model that was not out at that time."""
    if recorded.tier == Tier.LEAK.value:
        return "Leak"
    if recorded.tier == Tier.OFFICIAL.value:
        return ""
    model = names.model(recorded.model)
    unreleased = model is not None and not _was_out(model, recorded.change.valid_at.date().isoformat())
    return "Leak about an unreleased model" if unreleased else ""


def _was_out(model: ModelFacts, day: str) -> bool:
    """Whether the model was released by that day (ISO 8601), as far as the registry says: a year alone says nothing."""
    if model.released and len(model.released) == len(day):
        return model.released <= day
    return model.status in (None, "released")


def _best_open(recorded: RecordedChange, rule: Rule, knowledge: Knowledge) -> str:
    """An open model passes every other open model that the rule's tiers have a claim of, whatever the setting.

    The best so far raising its own number is no news, nor is the first number that anybody gives on a benchmark.
    """
    benchmark = knowledge.names.benchmark(recorded.benchmark)
    new = recorded.change.new
    if benchmark is None or new is None or not _is_open(knowledge.names, recorded.model):
        return ""
    sign = -1 if benchmark.direction == "lower" else 1
    best: dict[str, Decimal] = {}
    for standing in knowledge.scores(recorded.benchmark):
        comparable = {standing.score.unit, new.score.unit} <= {"percent", "fraction", None, benchmark.unit}
        if comparable and (not rule.tiers or standing.tier in rule.tiers) and _is_open(knowledge.names, standing.model):
            value = sign * on_scale(standing.score, benchmark)
            best[standing.model] = max(value, best.get(standing.model, value))
    if not best:
        return ""
    leader = max(best, key=lambda model: best[model])
    if leader == recorded.model or sign * on_scale(new.score, benchmark) <= best[leader]:
        return ""
    return f"New best open model on {recorded.benchmark} (before: {leader}, {(sign * best[leader]).normalize():f})"


def _is_open(names: Registry, model: str) -> bool:
    facts = names.model(model)
    return facts is not None and facts.open is True
