"""What the pipeline hands to storage, and what it gets back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tracker.domain.history import Cause, Condition, Order
from tracker.domain.outcomes import Outcome
from tracker.domain.sources import Authority, DocumentState, Precision


@dataclass(frozen=True, slots=True)
class Observation:
    """A document seen at one moment: an item without its bytes, and whether they may speak for the document.

    `archived`: the bytes are in the archive; otherwise `pointer` says where they stand.
    """

    source: str
    document: str
    snapshot: str
    valid_at: datetime
    authority: Authority
    retrieved_at: datetime
    sequence: int = 0
    precision: Precision = Precision.SECOND
    revision: str | None = None
    state: DocumentState = DocumentState.PRESENT
    condition: Condition = Condition.SOUND
    outcome: Outcome = Outcome.CHANGED
    media_type: str = ""
    context: str = ""
    pointer: str | None = None
    size: int = 0
    archived: bool = True
    url: str = ""
    title: str = ""
    author: str | None = None
    published_at: datetime | None = None

    @property
    def order(self) -> Order:
        return Order(self.valid_at, self.sequence, self.snapshot)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What recording one observation did. `repeated`: it was known already, nothing was written. `suspect` says why
    the reading waits for confirmation. Its changes come with the end of the recording.
    """

    repeated: bool = False
    suspect: str = ""
    flapping: bool = False


@dataclass(frozen=True, slots=True)
class KnownReading:
    """An earlier reading of the same bytes by the same extractor."""

    findings: int
    condition: Condition


@dataclass(frozen=True, slots=True)
class Lookup:
    """What storage knows of an observation before anything is read in its bytes.

    `repeated`: this very observation is recorded and read. `reading`: its bytes are, at another moment.
    `stale`: the document was read by another extractor, and has to be read again first.
    `claims`: the document has, or had, claims. `waiting`: a suspect reading waits for confirmation.
    """

    repeated: bool = False
    reading: KnownReading | None = None
    stale: bool = False
    claims: bool = False
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class Archived:
    """A recorded snapshot that can be read again."""

    id: int
    document: str
    snapshot: str
    media_type: str
    url: str
    title: str
    context: str
    state: DocumentState
    condition: Condition


@dataclass(frozen=True, slots=True)
class RunRecord:
    """How one look at a source went. `outcome` is the best poll's when any was accepted, else the worst's."""

    cause: Cause
    started_at: datetime
    finished_at: datetime
    outcome: Outcome | None = None
    detail: str = ""
    items: int = 0
    changes: int = 0
    outcomes: Mapping[str, int] = field(default_factory=dict)
