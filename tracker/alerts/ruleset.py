"""All rules together: which alerts a batch of changes, or a silent source, gives rise to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from tracker.alerts import compose
from tracker.alerts.events import Knowledge, news
from tracker.alerts.ports import Registry, Standings
from tracker.alerts.rules import Event, Rule, read_rule
from tracker.alerts.standings import FoldedStandings
from tracker.config import AlertSettings
from tracker.domain.errors import ConfigError, UsageError
from tracker.domain.history import RecordedChange
from tracker.domain.outbox import OutboxEntry

DEFAULT_SILENCE = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class SourceSilence:
    """A source as the sweep sees it. `answered_at` is its last accepted poll; `since` when it was first looked at."""

    source: str
    tier: str
    organisation: str | None
    interval_seconds: int
    answered_at: datetime | None
    since: datetime
    detail: str = ""


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The configured rules. `announce` is what the pipeline calls inside the transaction of the changes."""

    rules: tuple[Rule, ...]
    names: Registry
    standings: Standings

    @classmethod
    def from_settings(cls, settings: AlertSettings, names: Registry, standings: Standings | None = None) -> RuleSet:
        """Raises `ConfigError` naming the rule and the key."""
        channels = [channel.name for channel in settings.channels]
        for kind, given in (("channels", channels), ("rules", [rule.name for rule in settings.rules])):
            doubled = sorted({name for name in given if given.count(name) > 1})
            if doubled:
                raise ConfigError(f"{kind}: two are called {doubled[0]!r}", where="alerts", hint="rename one")
        rules = tuple(read_rule(rule, frozenset(channels), names) for rule in settings.rules)
        return cls(rules, names, standings or FoldedStandings())

    def only(self, name: str) -> RuleSet:
        """A set of this one rule. Raises `UsageError` when there is none of that name."""
        found = tuple(rule for rule in self.rules if rule.name == name)
        if not found:
            known = ", ".join(rule.name for rule in self.rules) or "none is configured"
            raise UsageError(f"there is no alert rule {name!r}", hint=f"known: {known}")
        return replace(self, rules=found)

    def announce(self, changes: Sequence[RecordedChange]) -> Sequence[OutboxEntry]:
        """The alerts of a batch: at most one a channel and change, naming every rule that asked for it."""
        if not self.rules:
            return ()
        knowledge = Knowledge(self.names, self.standings)
        entries: dict[str, OutboxEntry] = {}
        for recorded in changes:
            for entry in self._alerts(recorded, knowledge):
                entries.setdefault(entry.id, entry)
            knowledge.learn(recorded)
        return tuple(entries.values())

    def _alerts(self, recorded: RecordedChange, knowledge: Knowledge) -> Iterable[OutboxEntry]:
        asked: dict[str, list[tuple[Rule, str]]] = {}
        for rule in self.rules:
            if rule.event is not Event.SILENT and rule.wants(recorded, self.names):
                lead = news(recorded, rule, knowledge)
                if lead is not None:
                    for channel in rule.channels:
                        asked.setdefault(channel, []).append((rule, lead))
        for channel, matches in asked.items():
            yield self._entry(channel, recorded, matches)

    def _entry(self, channel: str, recorded: RecordedChange, matches: Sequence[tuple[Rule, str]]) -> OutboxEntry:
        """Events give the subject its lead; without any it is a plain change."""
        lead = "; ".join(dict.fromkeys(lead for _, lead in matches if lead))
        rules = [rule.name for rule, _ in matches]
        first_seen = all(rule.event is Event.FIRST_SEEN for rule, lead in matches if lead) and bool(lead)
        text = compose.body(
            recorded,
            rules,
            lead=lead,
            benchmark=self.names.benchmark(recorded.benchmark),
            model=self.names.model(recorded.model),
        )
        return OutboxEntry(
            id=_identity(channel, *_told(recorded, first_seen=first_seen)),
            rule=", ".join(rules),
            channel=channel,
            subject=compose.subject(recorded, lead),
            body=text,
            change=recorded.change.id,
        )

    def silent(self, sources: Iterable[SourceSilence], now: datetime) -> Sequence[OutboxEntry]:
        """Alerts about sources without an accepted answer for `silent_for` (and at least three of their intervals).
        A silence is told once: its id holds the last answer.
        """
        entries: list[OutboxEntry] = []
        for source in sources:
            for rule in self.rules:
                if rule.event is Event.SILENT and rule.wants_source(source.source, source.tier, source.organisation):
                    patience = max(rule.silent_for or DEFAULT_SILENCE, timedelta(seconds=3 * source.interval_seconds))
                    if now - (source.answered_at or source.since) >= patience:
                        entries += self._silences(rule, source)
        return tuple({entry.id: entry for entry in reversed(entries)}.values())

    def _silences(self, rule: Rule, source: SourceSilence) -> Iterable[OutboxEntry]:
        subject, text = compose.silence(source.source, source.answered_at, source.detail)
        last = source.answered_at or source.since
        for channel in rule.channels:
            identity = _identity(channel, "silent", source.source, last.isoformat())
            yield OutboxEntry(identity, rule.name, channel, subject, f"{text}\nRule: {rule.name}")


def _told(recorded: RecordedChange, *, first_seen: bool) -> tuple[str, ...]:
    """What an alert's identity is made of. A model is first seen once. Otherwise the same step of the same number in
    the same document is told once a day, so that a page which flips between two states cannot flood a channel.
    """
    if first_seen:
        return ("model", recorded.model)
    change = recorded.change
    sides = [side.score.text if side is not None else "" for side in (change.old, change.new)]
    day = change.valid_at.date().isoformat()
    return (change.kind.value, change.document, change.key.text, *sides, day)


def _identity(*parts: str) -> str:
    return sha256("\x1e".join(parts).encode()).hexdigest()[:32]
