"""What servers say about when to come back, read conservatively: always between a minimum and a day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST = 86_400.0
# For a 429 that names no time, or none that can be read.
UNSAID = 300.0
_EPOCH = 1_000_000_000  # a reset above this is a point in time (GitHub's habit), below it seconds from now (Reddit's)
_SECONDS = re.compile(r"\s{0,20}([+-]?)(\d{1,400})(?:\.\d{0,20})?\s{0,20}", re.ASCII)


def retry_after(headers: Mapping[str, str], now: datetime, least: float) -> float | None:
    """Seconds to wait by `Retry-After`, within `[least, LONGEST]`; None when the header is absent.

    A date is compared with the server's own `Date`, so that a wrong clock on either side does no harm.
    """
    value = headers.get("retry-after")
    if value is None:
        return None
    seconds = _number(value)
    if seconds is None:
        moment = _date(value)
        seconds = UNSAID if moment is None else (moment - (_date(headers.get("date", "")) or now)).total_seconds()
    return min(max(seconds, least), LONGEST)


def used_up(headers: Mapping[str, str], now: datetime, least: float) -> float | None:
    """Seconds until the window named by `x-ratelimit-*` opens again, when it is used up; else None."""
    remaining = _number(headers.get("x-ratelimit-remaining", ""))
    if remaining is None or remaining >= 1:
        return None
    reset = _number(headers.get("x-ratelimit-reset", ""))
    if reset is None:
        reset = UNSAID
    elif reset > _EPOCH:
        reset -= now.timestamp()
    return min(max(reset, least), LONGEST)


def _number(text: str) -> float | None:
    found = _SECONDS.fullmatch(text[:500])
    if not found:
        return None
    digits = found[2].lstrip("0") or "0"
    size = float(digits) if len(digits) <= 15 else float(10**15)
    return -size if found[1] == "-" else size


def _date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text[:100])
    except (ValueError, OverflowError, IndexError, TypeError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
