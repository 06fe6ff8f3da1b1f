"""robots.txt by RFC 9309: a 4xx allows everything, an unreachable file disallows everything, a copy lives for a day."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from protego import Protego

from tracker.domain.outcomes import Outcome
from tracker.domain.ports import Clock, Fetched

MAX_BYTES = 500 * 1024
_FRESH = timedelta(hours=24)
# An unreachable file is asked for again soon; a stale copy stands in for it meanwhile (RFC 9309, 2.3.1.4).
_RETRY = timedelta(minutes=5)
_STALE = timedelta(days=30)
_MAX_HOSTS = 5_000
LONGEST_CRAWL_DELAY = 60.0
# These say more about why the host cannot be asked than "disallowed" would.
_TELLING = frozenset({Outcome.RATE_LIMITED, Outcome.POLICY_BLOCKED})


@dataclass(frozen=True, slots=True)
class Rules:
    """What one origin's file says. Without `parsed`, everything is allowed unless `refusal` says why nothing is."""

    read_at: datetime
    checked_at: datetime
    parsed: Protego | None = None
    refusal: Outcome | None = None
    detail: str = ""
    retry_after_seconds: float | None = None

    def allows(self, url: str, agent: str) -> bool:
        return self.parsed.can_fetch(url, agent) if self.parsed else self.refusal is None

    def delay(self, agent: str) -> float:
        """The file's own Crawl-delay in seconds, bounded; 0 when it has none."""
        asked = self.parsed.crawl_delay(agent) if self.parsed else None
        return min(max(float(asked or 0), 0.0), LONGEST_CRAWL_DELAY)


class RobotsCache:
    """Rules by origin. `fetch` gets the file itself, unguarded by robots; one thread at a time asks for one origin."""

    def __init__(self, fetch: Callable[[str], Fetched], clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = threading.Lock()
        self._rules: OrderedDict[str, Rules] = OrderedDict()
        self._asking: dict[str, threading.Lock] = {}

    def rules(self, origin: str) -> Rules:
        """`origin` is scheme, host and port, as in `https://example.org`."""
        known = self._known(origin)
        if known is not None:
            return known
        with self._lock:
            asking = self._asking.setdefault(origin, threading.Lock())
        with asking:
            known = self._known(origin)
            if known is None:
                known = self._remember(origin, self._read(origin))
        with self._lock:
            self._asking.pop(origin, None)
        return known

    def _known(self, origin: str) -> Rules | None:
        with self._lock:
            rules = self._rules.get(origin)
            if rules is None:
                return None
            life = _FRESH if rules.refusal is None else _RETRY
            age = self._clock.now() - rules.checked_at
            return rules if timedelta(0) <= age < life else None

    def _remember(self, origin: str, rules: Rules) -> Rules:
        with self._lock:
            previous = self._rules.get(origin)
            if rules.refusal and previous and previous.parsed and rules.read_at - previous.read_at < _STALE:
                rules = replace(previous, checked_at=rules.checked_at, refusal=rules.refusal, detail=rules.detail)
            self._rules[origin] = rules
            self._rules.move_to_end(origin)
            if len(self._rules) > _MAX_HOSTS:
                self._rules.popitem(last=False)
        return rules

    def _read(self, origin: str) -> Rules:
        answer = self._fetch(f"{origin}/robots.txt")
        now = self._clock.now()
        if answer.status == 200 and answer.outcome in (Outcome.CHANGED, Outcome.TOO_LARGE):
            text = answer.body[:MAX_BYTES].decode("utf-8", errors="replace")
            return Rules(now, now, parsed=Protego.parse(text.lstrip("\ufeff")))
        if answer.status is not None and 400 <= answer.status < 500 and answer.outcome is not Outcome.RATE_LIMITED:
            return Rules(now, now)
        return Rules(
            now,
            now,
            refusal=answer.outcome
            if answer.status is None or answer.outcome in _TELLING
            else Outcome.ROBOTS_DISALLOWED,
            detail=f"robots.txt cannot be read, so nothing is allowed: {answer.detail or answer.outcome.value}",
            retry_after_seconds=answer.retry_after_seconds,
        )
