"""The closed list of ways in which one poll of one address can end."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """Exactly one per poll. Only `CHANGED` can lead to a version."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    NOT_MODIFIED = "not_modified"
    POLICY_BLOCKED = "policy_blocked"
    ROBOTS_DISALLOWED = "robots_disallowed"
    RATE_LIMITED = "rate_limited"
    HTTP_ERROR = "http_error"
    CHALLENGE = "challenge"
    GONE = "gone"
    MOVED = "moved"
    TRUNCATED = "truncated"
    TOO_LARGE = "too_large"
    UNDECODABLE = "undecodable"
    PARSE_FAILED = "parse_failed"
    PARSE_REFUSED = "parse_refused"
    SUSPICIOUS_LOSS = "suspicious_loss"

    @property
    def accepted(self) -> bool:
        """Whether the body (or its absence by 304) may be trusted and its validators kept."""
        return self in _ACCEPTED


_ACCEPTED = frozenset({Outcome.CHANGED, Outcome.UNCHANGED, Outcome.NOT_MODIFIED})
