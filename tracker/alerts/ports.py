"""What alerts need of other rooms, as small as they use it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tracker.domain.claims import Score
from tracker.domain.outbox import PendingEntry


class BenchmarkFacts(Protocol):
    """A benchmark as the registry knows it."""

    @property
    def id(self) -> str: ...
    @property
    def direction(self) -> str: ...
    @property
    def unit(self) -> str | None: ...


class ModelFacts(Protocol):
    """A model as the registry knows it; what it does not say is `None`. `released`: `2024-07-23`, or less of a date."""

    @property
    def id(self) -> str: ...
    @property
    def organisation(self) -> str | None: ...
    @property
    def open(self) -> bool | None: ...
    @property
    def status(self) -> str | None: ...
    @property
    def released(self) -> str | None: ...


class Registry(Protocol):
    """`tracker.names.Names`, as far as rules ask it."""

    def benchmark(self, words: str, /) -> BenchmarkFacts | None: ...

    def model(self, words: str, /) -> ModelFacts | None: ...


@dataclass(frozen=True, slots=True)
class Standing:
    """One claim that is being made on a benchmark: the canonical model, its number, and the tier of who says so."""

    model: str
    score: Score
    tier: str


class Standings(Protocol):
    """What was known before the changes at hand: for "first seen" and "new best"."""

    def known(self, model: str) -> bool:
        """Whether any source has ever reported a score of this canonical model."""
        ...

    def scores(self, benchmark: str) -> Sequence[Standing]:
        """Every claim that is being made on this canonical benchmark."""
        ...


class Outbox(Protocol):
    """Stored alerts. Every call is one short transaction."""

    def due(self, channel: str, now: datetime, limit: int = 1000) -> Sequence[PendingEntry]:
        """Neither delivered nor dead, and not put off beyond `now`; oldest first."""
        ...

    def bundle(self, ids: Sequence[str], message: str) -> None: ...

    def delivered(self, ids: Sequence[str], now: datetime) -> None: ...

    def failed(self, ids: Sequence[str], error: str, now: datetime, retry_at: datetime | None) -> None:
        """One more attempt that failed; without `retry_at` the entries are dead letters."""
        ...

    def wake(self, channel: str, now: datetime) -> None:
        """The channel is back: what was put off is due."""
        ...

    def messages_since(self, channel: str, since: datetime) -> int:
        """How many messages (a digest is one) the channel has accepted since then."""
        ...
