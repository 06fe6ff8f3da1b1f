"""Deliver what the outbox holds: at least once, under a stable id, each channel on its own.

::

    for every channel:
        quiet hours, or the hour's messages used up?  → wait
        due entries → digests already begun | one new digest for a burst | single messages
        remember a new digest's id, send, mark delivered           (a crash between the last two repeats the same id)
        refused?  → back off that message, leave the channel alone until the next pass; dead letter after N attempts
        accepted? → whatever was put off on this channel is due again: it is back
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from tracker.alerts import compose
from tracker.alerts.policy import Policy
from tracker.alerts.ports import Outbox
from tracker.domain.errors import DeliveryError
from tracker.domain.outbox import PendingEntry
from tracker.domain.ports import Channel, Clock, Message
from tracker.logs import get_log
from tracker.logs.setup import redact

_log = get_log(__name__)


@dataclass(frozen=True, slots=True)
class Route:
    """A channel and how it wants to be written to."""

    channel: Channel
    policy: Policy = field(default_factory=Policy)


@dataclass(frozen=True, slots=True)
class ChannelReport:
    """One pass over one channel. `held` says why nothing was tried: `quiet`, `rate`, or `""`."""

    messages: int = 0
    alerts: int = 0
    failed: int = 0
    dead: int = 0
    held: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """One pass over all channels, by name."""

    channels: Mapping[str, ChannelReport]

    @property
    def messages(self) -> int:
        return sum(report.messages for report in self.channels.values())

    @property
    def alerts(self) -> int:
        return sum(report.alerts for report in self.channels.values())

    @property
    def failed(self) -> int:
        return sum(report.failed for report in self.channels.values())


@dataclass(frozen=True, slots=True)
class _Parcel:
    """What goes out as one message. A `fresh` digest's id has to be remembered before it is sent."""

    id: str
    pending: tuple[PendingEntry, ...]
    fresh: bool = False

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(pending.entry.id for pending in self.pending)

    @property
    def attempts(self) -> int:
        return max(pending.attempts for pending in self.pending)


def deliver_pending(
    outbox: Outbox, routes: Mapping[str, Route], clock: Clock, *, stop: Callable[[], bool] = lambda: False
) -> DeliveryReport:
    """One pass. `stop` is asked before every message, so that a daemon can end after the one at hand."""
    reports: dict[str, ChannelReport] = {}
    for name, route in routes.items():
        if stop():
            break
        reports[name] = _Lane(name, route, outbox, clock, stop).run()
    return DeliveryReport(reports)


@dataclass(frozen=True, slots=True)
class _Lane:
    """One channel's part of a pass."""

    name: str
    route: Route
    outbox: Outbox
    clock: Clock
    stop: Callable[[], bool]

    def run(self) -> ChannelReport:
        now, policy = self.clock.now(), self.route.policy
        due = self.outbox.due(self.name, now)
        if not due:
            return ChannelReport()
        if policy.quiet is not None and policy.quiet.hold(now):
            return ChannelReport(held="quiet")
        allowed = self._allowed(policy, now)
        if allowed <= 0:
            return ChannelReport(held="rate")
        messages = alerts = 0
        for parcel in _parcels(due, min(policy.burst, allowed)):
            if self.stop() or messages >= allowed:
                break
            if parcel.fresh:
                self.outbox.bundle(parcel.ids, parcel.id)
            error = self._send(parcel)
            if error is not None:
                dead = self._put_off(parcel, error)
                return ChannelReport(messages, alerts, failed=1, dead=len(parcel.pending) if dead else 0)
            self.outbox.delivered(parcel.ids, self.clock.now())
            messages, alerts = messages + 1, alerts + len(parcel.pending)
        if messages:
            self.outbox.wake(self.name, self.clock.now())
        return ChannelReport(messages, alerts)

    def _allowed(self, policy: Policy, now: datetime) -> int:
        """How many messages the channel may get now."""
        if policy.every is not None:
            return 1 - self.outbox.messages_since(self.name, now - policy.every)
        return policy.per_hour - self.outbox.messages_since(self.name, now - timedelta(hours=1))

    def _send(self, parcel: _Parcel) -> DeliveryError | None:
        """Deliver one message; what the channel says against it comes back as a value."""
        log = _log.bind(channel=self.name, message=parcel.id, alerts=len(parcel.pending))
        try:
            self.route.channel.deliver(_message(parcel))
        except DeliveryError as error:
            log.warning("alert not accepted", why=str(error))
            return error
        except Exception as error:  # noqa: BLE001  # a faulty channel of a third party must not stop the other channels
            log.error("channel failed", error=error)  # noqa: TRY400  # our own log takes the error
            return DeliveryError(f"the channel failed: {type(error).__name__}", where=self.name)
        log.info("alert sent")
        return None

    def _put_off(self, parcel: _Parcel, error: DeliveryError) -> bool:
        """Back off; true when that was the last attempt."""
        now, attempts = self.clock.now(), parcel.attempts + 1
        retry_at = self.route.policy.retry_at(now, attempts, error.retry_after_seconds)
        self.outbox.failed(parcel.ids, redact(str(error))[:500], now, retry_at)
        if retry_at is None:
            _log.error("alert given up", channel=self.name, message=parcel.id, attempts=attempts)
        return retry_at is None


def _parcels(due: Sequence[PendingEntry], burst: int) -> Iterator[_Parcel]:
    begun: dict[str, list[PendingEntry]] = {}
    loose: list[PendingEntry] = []
    for pending in due:
        if pending.message is None:
            loose.append(pending)
        else:
            begun.setdefault(pending.message, []).append(pending)
    for message, members in begun.items():
        yield _Parcel(message, tuple(members))
    if len(loose) > burst:
        joined = "\x1e".join(pending.entry.id for pending in loose)
        yield _Parcel(sha256(joined.encode()).hexdigest()[:32], tuple(loose), fresh=True)
    else:
        for pending in loose:
            yield _Parcel(pending.entry.id, (pending,))


def _message(parcel: _Parcel) -> Message:
    entries = tuple(pending.entry for pending in parcel.pending)
    changes = tuple(pending.change for pending in parcel.pending if pending.change is not None)
    if len(entries) == 1:
        only = entries[0]
        return Message(parcel.id, only.subject, only.body, changes, only.rule, entries)
    rules = ", ".join(dict.fromkeys(entry.rule for entry in entries))
    subject, body = compose.digest(entries, changes)
    return Message(parcel.id, subject, body, changes, rules, entries)
