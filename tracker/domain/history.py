"""Readings in time, and what the decider makes of them: versions and changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from tracker.domain.claims import Claim, ClaimKey
from tracker.domain.sources import Authority, DocumentState, Precision


class Condition(StrEnum):
    """Whether a reading may speak for its document."""

    SOUND = "sound"
    CHALLENGE = "challenge"  # a block page, login or cookie wall: says nothing about the document
    SHELL = "shell"  # an empty shell, a page without its content
    INCOMPLETE = "incomplete"  # the parser or extractor did not see everything: nothing may be withdrawn by it


@dataclass(frozen=True, slots=True)
class Reading:
    """All claims that one extractor version found in one snapshot. Order in time: (`valid_at`, `sequence`, `snapshot`)."""

    document: str
    snapshot: str
    valid_at: datetime
    claims: tuple[Claim, ...]
    authority: Authority
    extractor: str
    sequence: int = 0
    precision: Precision = Precision.SECOND
    revision: str | None = None
    condition: Condition = Condition.SOUND
    state: DocumentState = DocumentState.PRESENT

    @property
    def order(self) -> Order:
        return Order(self.valid_at, self.sequence, self.snapshot)


class Order(NamedTuple):
    """Place of a reading in its document's time; never depends on arrival."""

    valid_at: datetime
    sequence: int
    snapshot: str


class ChangeKind(StrEnum):
    APPEARED = "appeared"
    REVISED = "revised"
    RESCALED = "rescaled"
    RELABELLED = "relabelled"
    WITHDRAWN = "withdrawn"
    REINSTATED = "reinstated"
    REREAD = "reread"


class Cause(StrEnum):
    """Why this database learnt of a change now."""

    LIVE = "live"
    BACKFILL = "backfill"
    REREAD = "reread"


@dataclass(frozen=True, slots=True)
class Version:
    """One row of a claim's history in one document: said from `valid_from` until `valid_to` (open: `None`), proven by
    `snapshot`. `claim` carries the words, the number and the locator in that snapshot.
    """

    document: str
    key: ClaimKey
    claim: Claim
    valid_from: datetime
    valid_to: datetime | None
    snapshot: str
    extractor: str
    revision: str | None = None
    precision: Precision = Precision.SECOND


@dataclass(frozen=True, slots=True)
class Mark:
    """One row of a document's timeline: from `valid_from` on it says `claim`, or (`said` false) no longer says it.

    `series` is the claim's identity within the document: the text of its key when it first appeared. The next mark of
    the series ends this one, so no mark is ever closed. `position` orders marks of one series with equal `valid_from`.
    """

    series: str
    claim: Claim
    said: bool
    valid_from: datetime
    snapshot: str
    extractor: str
    position: int = 0
    revision: str | None = None
    precision: Precision = Precision.SECOND


@dataclass(frozen=True, slots=True)
class Change:
    """An event between two versions. `id` is a pure function of document, kind, keys, values and valid time, so that
    the same change found twice is the same change. `old` and `new` are the claims on its two sides.
    """

    id: str
    kind: ChangeKind
    document: str
    key: ClaimKey
    old: Claim | None
    new: Claim | None
    valid_at: datetime
    snapshot: str
    revision: str | None = None
    rounding: bool = False
    precision: Precision = Precision.SECOND
    series: str = ""
    old_series: str = ""
    """Identity of the claim in its document, after and (relabelled: another one) before the change."""

    @property
    def claim(self) -> Claim:
        """The claim on the later side, or what was withdrawn."""
        claim = self.new if self.new is not None else self.old
        assert claim is not None  # a change has at least one side
        return claim


@dataclass(frozen=True, slots=True)
class RecordedChange:
    """A change as storage returns it: with its time of recording, its cause, and names resolved on read.
    `claim_id` is what `tracker show` takes.
    """

    change: Change
    source: str
    tier: str
    organisation: str | None
    recorded_at: datetime
    cause: Cause
    model: str
    benchmark: str
    url: str = ""
    title: str = ""
    author: str | None = None
    claim_id: str = ""
