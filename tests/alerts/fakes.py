"""The alerts room's ports in memory, and changes to tell of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tracker.alerts.ports import Standing
from tracker.alerts.ruleset import RuleSet
from tracker.config import AlertSettings, ChannelSettings, RuleSettings
from tracker.domain.claims import Claim, Evidence, Score, Setting
from tracker.domain.errors import DeliveryError
from tracker.domain.history import Cause, Change, ChangeKind, RecordedChange
from tracker.domain.outbox import OutboxEntry, OutboxTally, PendingEntry
from tracker.domain.ports import Message

NOON = datetime(2024, 7, 24, 12, 0, tzinfo=UTC)


@dataclass
class FakeClock:
    at: datetime = NOON

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass(frozen=True)
class FakeModel:
    id: str
    organisation: str | None = None
    open: bool | None = None
    status: str | None = "released"
    released: str | None = None


@dataclass(frozen=True)
class FakeBenchmark:
    id: str
    direction: str = "higher"
    unit: str | None = "percent"


class FakeNames:
    def __init__(self, *entries: FakeModel | FakeBenchmark) -> None:
        self._models = {entry.id: entry for entry in entries if isinstance(entry, FakeModel)}
        self._benchmarks = {entry.id: entry for entry in entries if isinstance(entry, FakeBenchmark)}

    def model(self, words: str, /) -> FakeModel | None:
        return self._models.get(words)

    def benchmark(self, words: str, /) -> FakeBenchmark | None:
        return self._benchmarks.get(words.upper() if words == "gpqa" else words)


NAMES = FakeNames(
    FakeModel("Llama 3.1 70B Instruct", "Meta", open=True),
    FakeModel("Mistral Large", "Mistral", open=True),
    FakeModel("GPT-4o", "OpenAI", open=False),
    FakeModel("GPT-5", "OpenAI", open=False, status="announced"),
    FakeModel("Llama 4 Scout", "Meta", open=True, released="2025-04-05"),
    FakeModel("Llama 2 70B", "Meta", open=True, released="2023"),
    FakeBenchmark("GPQA"),
    FakeBenchmark("WikiText", "lower", "perplexity"),
    FakeBenchmark("Arena", "higher", "elo"),
)


@dataclass
class FakeStandings:
    models: set[str] = field(default_factory=set)
    claims: dict[str, list[Standing]] = field(default_factory=dict)

    def known(self, model: str) -> bool:
        return model in self.models

    def scores(self, benchmark: str) -> Sequence[Standing]:
        return self.claims.get(benchmark, ())


def score(text: str, unit: str | None = "percent", uncertainty: str | None = None) -> Score:
    return Score(text, Decimal(text), unit, None if uncertainty is None else Decimal(uncertainty))


def change(
    old: str | Score | None = None,
    new: str | Score | None = "46.7",
    *,
    kind: ChangeKind | None = None,
    model: str = "Llama 3.1 70B Instruct",
    benchmark: str = "GPQA",
    source: str = "meta-cards",
    tier: str = "official",
    organisation: str | None = "Meta",
    cause: Cause = Cause.LIVE,
    rounding: bool = False,
    relayed: bool = False,
    at: datetime = NOON,
    document: str = "https://example.org/card",
    url: str = "https://example.org/card",
    title: str = "Model card",
    quote: str = "GPQA | 46.7",
) -> RecordedChange:
    sides = [
        None
        if side is None
        else Claim(
            model,
            benchmark,
            side if isinstance(side, Score) else score(side),
            Evidence.cell("table[0]", 2, 3),
            quote,
            setting=Setting(shots="0"),
            relayed=relayed,
        )
        for side in (old, new)
    ]
    before, after = sides
    if kind is None:
        kind = ChangeKind.APPEARED if before is None else ChangeKind.WITHDRAWN if after is None else ChangeKind.REVISED
    claim = after or before
    assert claim is not None
    words = f"{document}/{kind}/{model}/{benchmark}/{old}/{new}/{at:%d%H%M%S}"
    event = Change(words, kind, document, claim.key, before, after, valid_at=at, snapshot="ab" * 32, rounding=rounding)
    return RecordedChange(event, source, tier, organisation, at, cause, model, benchmark, url, title, "someone")


def rules(*rows: dict[str, object], standings: FakeStandings | None = None, names: FakeNames = NAMES) -> RuleSet:
    """Rules as TOML would give them; each goes to the channel `team` unless it says otherwise."""
    given = [
        RuleSettings.model_validate({"name": f"rule-{at}", "channels": ("team",), **row}) for at, row in enumerate(rows)
    ]
    channels = tuple(ChannelSettings(name=name, kind="terminal") for name in ("team", "mail"))
    return RuleSet.from_settings(AlertSettings(channels=channels, rules=tuple(given)), names, standings)


class FakeOutbox:
    """The outbox's contract in a dictionary."""

    def __init__(self) -> None:
        self.rows: dict[str, PendingEntry] = {}
        self.sent: dict[str, datetime] = {}

    def put(self, entries: Sequence[OutboxEntry], now: datetime, changes: Sequence[RecordedChange] = ()) -> int:
        known = {recorded.change.id: recorded for recorded in changes}
        new = [entry for entry in entries if entry.id not in self.rows]
        for entry in new:
            self.rows[entry.id] = PendingEntry(entry, now, change=known.get(entry.change or ""))
        return len(new)

    def due(self, channel: str, now: datetime, limit: int = 1000) -> Sequence[PendingEntry]:
        waiting = [
            row
            for row in self.rows.values()
            if row.entry.channel == channel
            and row.entry.id not in self.sent
            and not row.dead
            and (row.retry_at is None or row.retry_at <= now)
        ]
        return waiting[:limit]

    def bundle(self, ids: Sequence[str], message: str) -> None:
        self._change(ids, lambda row: replace(row, message=message))

    def delivered(self, ids: Sequence[str], now: datetime) -> None:
        self.sent.update(dict.fromkeys(ids, now))

    def failed(self, ids: Sequence[str], error: str, now: datetime, retry_at: datetime | None) -> None:
        self._change(
            ids,
            lambda row: replace(row, attempts=row.attempts + 1, error=error, retry_at=retry_at, dead=retry_at is None),
        )

    def wake(self, channel: str, now: datetime) -> None:
        ids = [key for key, row in self.rows.items() if row.entry.channel == channel]
        self._change(ids, lambda row: replace(row, retry_at=None))

    def messages_since(self, channel: str, since: datetime) -> int:
        rows = [self.rows[key] for key, at in self.sent.items() if at >= since]
        return len({row.message or row.entry.id for row in rows if row.entry.channel == channel})

    def tallies(self) -> Sequence[OutboxTally]:
        open_rows = [row for row in self.rows.values() if row.entry.id not in self.sent]
        counted = Counter((row.entry.channel, "dead" if row.dead else "pending") for row in open_rows)
        return [OutboxTally(channel, state, count, NOON) for (channel, state), count in counted.items()]

    def _change(self, ids: Sequence[str], how: Callable[[PendingEntry], PendingEntry]) -> None:
        for key in ids:
            self.rows[key] = how(self.rows[key])


class FakeChannel:
    """Keeps what it accepted; `refuse` says how often it refuses first, `down` that it always does."""

    def __init__(self, refuse: int = 0) -> None:
        self.messages: list[Message] = []
        self.refuse = refuse
        self.down = False
        self.tries = 0

    def deliver(self, message: Message) -> None:
        self.tries += 1
        if self.down or self.tries <= self.refuse:
            raise DeliveryError("the receiver is down", where="fake")
        self.messages.append(message)
