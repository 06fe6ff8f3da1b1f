"""Alerts between the transaction that writes them and the channels that send them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tracker.domain.history import RecordedChange


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """One alert for one channel, written in the transaction of the change that it tells of.

    `id` is a pure function of what is told (rule, channel, event): an entry written twice is the same entry, and a
    receiver may drop what it has seen. `subject` is one line, `body` plain text, both ready to send.
    `change` is the change's id; `None` for events that are no change of a claim (a source went silent).
    """

    id: str
    rule: str
    channel: str
    subject: str
    body: str
    change: str | None = None


@dataclass(frozen=True, slots=True)
class PendingEntry:
    """An entry that no channel has accepted yet. `message` is the digest it was bundled into, so that a retry sends the
    same digest under the same id; `error` is what the last attempt said; `dead` entries are no longer tried.
    """

    entry: OutboxEntry
    created_at: datetime
    attempts: int = 0
    retry_at: datetime | None = None
    message: str | None = None
    change: RecordedChange | None = None
    error: str = ""
    dead: bool = False


@dataclass(frozen=True, slots=True)
class OutboxTally:
    """How many entries of a channel are in a state (`pending`, `dead`), and since when the oldest has been there."""

    channel: str
    state: str
    count: int
    oldest: datetime
