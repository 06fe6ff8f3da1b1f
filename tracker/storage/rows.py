"""What queries answer with: frozen rows, names resolved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal, TypeAlias

from tracker.domain.history import Cause, ChangeKind

Party: TypeAlias = Literal["first", "third", "relayed"]
"""Who speaks: the model's own maker, somebody else, or somebody who repeats a report."""


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One claim as its document said it from `valid_from` until `valid_to` (`None`: still, or as far as asked).

    `claim` is the claim's id. `model` and `benchmark` are canonical, `…_raw` the document's words. `said` is false for
    the row of a history that withdraws the claim; its number is then what was withdrawn. `recorded_at` and
    `superseded_at` say when this database knew it.
    """

    claim: str
    document: str
    source: str
    tier: str
    organisation: str | None
    url: str
    title: str
    author: str | None
    model: str
    model_raw: str
    model_organisation: str | None
    benchmark: str
    benchmark_raw: str
    metric: str | None
    metric_raw: str | None
    direction: str | None
    shots: str | None
    cot: bool | None
    variant: str | None
    extra: tuple[tuple[str, str], ...]
    context: str
    text: str
    value: Decimal
    unit: str | None
    uncertainty: Decimal | None
    kind: str
    locator: str
    quote: str
    relayed: bool
    confidence: float
    said: bool
    valid_from: datetime
    valid_to: datetime | None
    precision: str
    recorded_at: datetime
    superseded_at: datetime | None
    snapshot: str
    revision: str | None
    extractor: str
    document_state: str
    seen_at: datetime | None

    @property
    def party(self) -> Party:
        if self.relayed:
            return "relayed"
        mine = self.organisation is not None and self.model_organisation is not None
        same = mine and (self.organisation or "").casefold() == (self.model_organisation or "").casefold()
        return "first" if same else "third"


@dataclass(frozen=True, slots=True)
class SaidRow:
    """A number as it stood at a time, and since when."""

    text: str
    value: Decimal
    unit: str | None
    valid_from: datetime


@dataclass(frozen=True, slots=True)
class Proof:
    """Where the words of a claim stand: enough to read them again in the archived bytes."""

    score: ScoreRow
    media_type: str
    context: str
    pointer: str | None
    archived: bool
    retrieved_at: datetime


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    document: str
    source: str
    tier: str
    url: str
    title: str
    left: str
    left_raw: str
    relation: str
    right: str
    right_raw: str
    benchmark: str | None
    benchmark_raw: str | None
    margin: Decimal | None
    margin_unit: str | None
    hedge: str | None
    negated: bool
    quote: str
    locator: str
    confidence: float
    valid_from: datetime
    recorded_at: datetime
    snapshot: str


@dataclass(frozen=True, slots=True)
class FactRow:
    document: str
    source: str
    tier: str
    url: str
    model: str
    model_raw: str
    what: str
    value: str
    hedge: str | None
    quote: str
    locator: str
    confidence: float
    valid_from: datetime
    recorded_at: datetime
    snapshot: str


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    name: str
    source: str
    url: str
    title: str
    author: str | None
    published_at: datetime | None
    state: str
    seen_at: datetime | None
    last_valid_at: datetime | None
    snapshots: int
    claims: int
    suspect_since: datetime | None
    suspect_why: str | None
    flapping: bool


@dataclass(frozen=True, slots=True)
class MissRow:
    source: str
    document: str
    outcome: str
    detail: str
    url: str
    first_at: datetime
    last_at: datetime
    count: int
    evidence: str | None


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """A source as its polls left it. `claims`: series that its documents say now. `suspects` wait for confirmation."""

    name: str
    kind: str
    address: str
    tier: str
    organisation: str | None
    documents: int
    claims: int
    suspects: int
    flapping: int
    gone: int
    last_outcome: str | None
    last_detail: str
    last_run_at: datetime | None
    last_success_at: datetime | None
    last_change_at: datetime | None
    next_check_at: datetime | None
    error_streak: int


@dataclass(frozen=True, slots=True)
class ScoreFilter:
    """Which scores. `model` and `benchmark` match anywhere in the canonical name or the document's words, without
    regard to case; with `exact` the canonical name must be equal. `kind`: `table`, `prose`, `data`, `picture`.

    `as_of`: what documents said at that valid time; `known_at`: what this database knew at that recorded time.
    """

    model: str | None = None
    benchmark: str | None = None
    source: str | None = None
    document: str | None = None
    organisation: str | None = None
    kind: str | None = None
    claim: str | None = None
    exact: bool = False
    as_of: datetime | None = None
    known_at: datetime | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class ChangeFilter:
    """Which changes. `since` and `until` bound the valid time, `recorded_since` the time of recording. With `limit`
    the latest are chosen; the answer is always in valid order. `superseded` shows those that a later recording undid.
    """

    kinds: tuple[ChangeKind, ...] = ()
    source: str | None = None
    document: str | None = None
    model: str | None = None
    benchmark: str | None = None
    claim: str | None = None
    causes: tuple[Cause, ...] = ()
    exact: bool = False
    since: datetime | None = None
    until: datetime | None = None
    recorded_since: datetime | None = None
    superseded: bool = False
    limit: int | None = None
