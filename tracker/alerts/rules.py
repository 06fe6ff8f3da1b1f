"""One alert rule: its keys in TOML, what they mean, and whether a change matches it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Annotated, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from tracker.alerts.measures import move
from tracker.alerts.policy import duration
from tracker.alerts.ports import Registry
from tracker.config import RuleSettings
from tracker.domain.claims import fold_words
from tracker.domain.errors import ConfigError
from tracker.domain.history import Cause, ChangeKind, RecordedChange
from tracker.domain.sources import Tier


class Event(StrEnum):
    """What `when` may say."""

    LOWERED = "a vendor lowered its number"
    LEAK = "a leak mentions a model"
    BEST_OPEN = "a new best open model"
    FIRST_SEEN = "a model is first seen"
    SILENT = "a source went silent"
    WITHDRAWN = "a claim was withdrawn"


_USUAL_KINDS = frozenset({ChangeKind.APPEARED, ChangeKind.REVISED, ChangeKind.WITHDRAWN, ChangeKind.REINSTATED})
_EVENT_KINDS = {
    Event.LOWERED: frozenset({ChangeKind.REVISED}),
    Event.LEAK: frozenset({ChangeKind.APPEARED, ChangeKind.REVISED}),
    Event.BEST_OPEN: frozenset({ChangeKind.APPEARED, ChangeKind.REVISED, ChangeKind.REINSTATED}),
    Event.FIRST_SEEN: frozenset({ChangeKind.APPEARED}),
    Event.SILENT: frozenset[ChangeKind](),
    Event.WITHDRAWN: frozenset({ChangeKind.WITHDRAWN}),
}


class _Named(Protocol):
    @property
    def id(self) -> str: ...


_Resolve = Callable[[str], _Named | None]
_Positive = Annotated[Decimal, Field(gt=0)]


class _Keys(BaseModel):
    """The keys of a rule besides its name and channels."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    when: Event | None = None
    kinds: tuple[ChangeKind, ...] = ()
    models: tuple[str, ...] = ()
    makers: tuple[str, ...] = ()
    benchmarks: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    tiers: tuple[Tier, ...] = ()
    sources: tuple[str, ...] = ()
    moved_by: _Positive | None = None
    moved_by_percent: _Positive | None = None
    moved_by_errors: _Positive | None = None
    include: tuple[Literal["backfill", "reread", "rounding"], ...] = ()
    silent_for: Annotated[str, Field(min_length=2)] | None = None

    @field_validator("silent_for")
    @classmethod
    def _is_duration(cls, words: str | None) -> str | None:
        if words is not None:
            duration(words)
        return words


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule ready to match. Patterns are folded words with `*` for anything; an empty tuple asks nothing."""

    name: str
    channels: tuple[str, ...]
    event: Event | None
    kinds: frozenset[ChangeKind]
    models: tuple[str, ...]
    makers: tuple[str, ...]
    benchmarks: tuple[str, ...]
    organisations: tuple[str, ...]
    tiers: frozenset[str]
    sources: tuple[str, ...]
    moved_by: Decimal | None
    moved_by_percent: Decimal | None
    moved_by_errors: Decimal | None
    include: frozenset[str]
    silent_for: timedelta | None

    def wants(self, recorded: RecordedChange, names: Registry) -> bool:
        """Whether the change passes everything but the event: kind, cause, names, source, distance."""
        change = recorded.change
        return (
            change.kind in self.kinds
            and (recorded.cause is Cause.LIVE or recorded.cause.value in self.include)
            and (not change.rounding or "rounding" in self.include)
            and self.wants_source(recorded.source, recorded.tier, recorded.organisation)
            and _matches(self.models, recorded.model)
            and _matches(self.benchmarks, recorded.benchmark)
            and self._made_by(recorded, names)
            and self._far_enough(recorded, names)
        )

    def wants_source(self, source: str, tier: str, organisation: str | None) -> bool:
        """Whether the rule watches over this source."""
        return (
            (not self.tiers or tier in self.tiers)
            and _matches(self.sources, source)
            and _matches(self.organisations, organisation or "")
        )

    def _made_by(self, recorded: RecordedChange, names: Registry) -> bool:
        if not self.makers:
            return True
        model = names.model(recorded.model)
        return model is not None and _matches(self.makers, model.organisation or "")

    def _far_enough(self, recorded: RecordedChange, names: Registry) -> bool:
        """Every distance that the rule asks for must be known and reached."""
        asked = (self.moved_by, self.moved_by_percent, self.moved_by_errors)
        if not any(asked):
            return True
        old, new = recorded.change.old, recorded.change.new
        if old is None or new is None:
            return False
        moved = move(old.score, new.score, names.benchmark(recorded.benchmark))
        if moved is None:
            return False
        reached = (moved.points, moved.percent, moved.errors)
        return all(
            least is None or (distance is not None and abs(distance) >= least)
            for least, distance in zip(asked, reached, strict=True)
        )


def _matches(patterns: tuple[str, ...], words: str) -> bool:
    folded = fold_words(words)
    return not patterns or any(fnmatchcase(folded, pattern) for pattern in patterns)


def read_rule(settings: RuleSettings, channels: frozenset[str], names: Registry) -> Rule:
    """Give a rule's keys their meaning. Raises `ConfigError` naming the rule, the key and what is allowed."""
    where = f"alerts.rules[{settings.name}]"
    try:
        keys = _Keys.model_validate(settings.model_extra or {})
    except ValidationError as error:
        raise ConfigError(_explain(error), where=where, hint="see docs/alerts.md for every key") from None
    _check_channels(settings, channels, where)
    _check_event(keys, where)
    kinds = frozenset(keys.kinds) or (_EVENT_KINDS[keys.when] if keys.when else _USUAL_KINDS)
    return Rule(
        name=settings.name,
        channels=tuple(dict.fromkeys(settings.channels)),
        event=keys.when,
        kinds=kinds & _EVENT_KINDS[keys.when] if keys.when else kinds,
        models=tuple(_pattern(words, names.model) for words in keys.models),
        makers=tuple(map(_fold_pattern, keys.makers)),
        benchmarks=tuple(_pattern(words, names.benchmark) for words in keys.benchmarks),
        organisations=tuple(map(_fold_pattern, keys.organisations)),
        tiers=frozenset(tier.value for tier in keys.tiers),
        sources=tuple(map(_fold_pattern, keys.sources)),
        moved_by=keys.moved_by,
        moved_by_percent=keys.moved_by_percent,
        moved_by_errors=keys.moved_by_errors,
        include=frozenset(keys.include) | ({"reread"} if ChangeKind.REREAD in keys.kinds else frozenset()),
        silent_for=duration(keys.silent_for) if keys.silent_for else None,
    )


def _check_channels(settings: RuleSettings, channels: frozenset[str], where: str) -> None:
    if not settings.channels:
        raise ConfigError("channels: a rule needs at least one", where=where, hint="name one of [[alerts.channels]]")
    for channel in settings.channels:
        if channel not in channels:
            known = ", ".join(sorted(channels)) or "none is configured"
            raise ConfigError(f"channels: there is no channel {channel!r}", where=where, hint=f"known: {known}")


def _check_event(keys: _Keys, where: str) -> None:
    if keys.when is Event.SILENT:
        claims = ("kinds", "models", "makers", "benchmarks", "moved_by", "moved_by_percent", "moved_by_errors")
        for key in claims:
            if getattr(keys, key):
                raise ConfigError(
                    f"{key}: means nothing when {keys.when.value!r}", where=where, hint="take the key out"
                )
    elif keys.silent_for:
        raise ConfigError(
            f"silent_for: only means something when {Event.SILENT.value!r}", where=where, hint="take the key out"
        )
    if keys.when and keys.kinds and not set(keys.kinds) & _EVENT_KINDS[keys.when]:
        kinds = ", ".join(sorted(_EVENT_KINDS[keys.when]))
        raise ConfigError(f"kinds: {keys.when.value!r} can only be {kinds}", where=where, hint="take the key out")


def _pattern(words: str, resolve: _Resolve) -> str:
    """A pattern as written, or the canonical name that the words resolve to."""
    if "*" in words or "?" in words:
        return _fold_pattern(words)
    found = resolve(words)
    return _fold_pattern(found.id if found is not None else words)


def _fold_pattern(words: str) -> str:
    """Folded, with `[` taken literally: only `*` and `?` are special."""
    return fold_words(words.replace("*", "\ue000")).replace("[", "[[]").replace("\ue000", "*")


def _explain(error: ValidationError) -> str:
    lines = []
    for problem in error.errors(include_url=False, include_input=False):
        place = ".".join(str(part) for part in problem["loc"])
        reason = "there is no such key" if problem["type"] == "extra_forbidden" else problem["msg"]
        lines.append(f"{place}: {reason}")
    return "; ".join(lines)
