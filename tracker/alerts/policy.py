"""How a channel wants to be written to: bursts, rate, patience, quiet hours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tracker.config import ChannelSettings
from tracker.domain.errors import ConfigError

_HOURS = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")
_DURATION = re.compile(r"([1-9][0-9]{0,4})([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_FIRST_WAIT = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(hours=1)
_LONGEST_ASKED_WAIT = timedelta(hours=24)
POLICY_OPTIONS = frozenset({"burst", "per_hour", "every", "attempts", "quiet", "timezone"})


def duration(words: str) -> timedelta:
    """`90m`, `36h`, `2d`, `1w`. Raises `ValueError`."""
    found = _DURATION.fullmatch(words.strip())
    if found is None:
        raise ValueError("must be a number with m, h, d or w, such as 36h or 2d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A part of the day, in the reader's own zone, in which nothing is sent. It may go over midnight."""

    start: time
    end: time
    zone: ZoneInfo

    def hold(self, now: datetime) -> bool:
        local = now.astimezone(self.zone).time()
        if self.start <= self.end:
            return self.start <= local < self.end
        return local >= self.start or local < self.end


@dataclass(frozen=True, slots=True)
class Policy:
    """`burst`: more alerts than this at once become one digest. `per_hour`: messages, digests counted once.
    `every`: one message in this time, with all that came since the last one.
    `attempts`: with waits of 30 s doubling to an hour, 48 attempts take 41 hours, so that a day's outage loses nothing.
    """

    burst: int = 5
    per_hour: int = 30
    every: timedelta | None = None
    attempts: int = 48
    quiet: QuietHours | None = None

    def retry_at(self, now: datetime, attempts: int, asked_seconds: float | None = None) -> datetime | None:
        """When to try again after the given number of failed attempts; `None`: no more."""
        if attempts >= self.attempts:
            return None
        wait = min(_FIRST_WAIT * (1 << min(attempts - 1, 10)), _LONGEST_WAIT)
        if asked_seconds is not None:
            asked = timedelta(seconds=max(0.0, min(asked_seconds, _LONGEST_ASKED_WAIT.total_seconds())))
            wait = max(wait, asked)
        return now + wait


def read_policy(settings: ChannelSettings) -> Policy:
    """The policy in a channel's options. Raises `ConfigError` naming the option."""
    where = f"alerts.channels[{settings.name}].options"
    options = settings.options
    return Policy(
        burst=_number(options, "burst", 5, where, least=1),
        per_hour=_number(options, "per_hour", 30, where, least=1),
        every=_every(options, where),
        attempts=_number(options, "attempts", 48, where, least=1),
        quiet=_quiet(options, where),
    )


def _number(options: Mapping[str, object], key: str, default: int, where: str, *, least: int) -> int:
    value = options.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= 10_000:
        raise ConfigError(
            f"{key}: must be a whole number from {least} to 10000", where=where, hint="see docs/alerts.md"
        )
    return value


def _every(options: Mapping[str, object], where: str) -> timedelta | None:
    words = options.get("every")
    try:
        return None if words is None else duration(str(words))
    except ValueError as error:
        raise ConfigError(f"every: {error}", where=where, hint="see docs/alerts.md") from None


def _quiet(options: Mapping[str, object], where: str) -> QuietHours | None:
    hours, name = options.get("quiet"), options.get("timezone", "UTC")
    if hours is None:
        return None
    found = _HOURS.fullmatch(str(hours))
    if found is None:
        raise ConfigError("quiet: must look like 22:00-07:00", where=where, hint="see docs/alerts.md")
    try:
        zone = ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ConfigError(f"timezone: {name!r} is not known", where=where, hint="such as Europe/Berlin") from None
    return QuietHours(time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4])), zone)
