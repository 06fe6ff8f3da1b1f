"""How one run of one source went, as a value."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from tracker.domain.history import Cause, ChangeKind, RecordedChange
from tracker.domain.outcomes import Outcome
from tracker.domain.sources import Cursor, Item, Miss

_LATEST = 1000
"""So many changes are kept for those who look at a run; all of them are counted, and all are in the database."""


@dataclass(slots=True)
class RunReport:
    """Filled while the run goes on. `finished` is false when it was stopped or its source could not go on.

    `misses` counts what could not be had. `read` and `size` say how far a collector is that knows how much there is, in
    a unit of its own; 0 when it does not.
    """

    source: str
    cause: Cause
    started_at: datetime
    finished_at: datetime | None = None
    items: int = 0
    repeated: int = 0
    suspects: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    kinds: Counter[ChangeKind] = field(default_factory=Counter)
    changes: list[RecordedChange] = field(default_factory=list)
    miss: Miss | None = None
    misses: int = 0
    read: int = 0
    size: int = 0
    error: str = ""
    position: str = ""
    finished: bool = True

    @property
    def changed(self) -> int:
        return sum(self.kinds.values())

    @property
    def outcome(self) -> Outcome | None:
        """The best poll's outcome when any was accepted, else the last one's; `None` when nothing was polled."""
        for accepted in (Outcome.CHANGED, Outcome.UNCHANGED, Outcome.NOT_MODIFIED):
            if self.outcomes[accepted]:
                return accepted
        return self.miss.outcome if self.miss else next(iter(self.outcomes), None)

    @property
    def detail(self) -> str:
        return self.error or (self.miss.detail if self.miss else "")

    @property
    def failed(self) -> bool:
        return bool(self.error) or (self.outcome is not None and not self.outcome.accepted)

    def took(self, changes: tuple[RecordedChange, ...]) -> None:
        self.kinds.update(recorded.change.kind for recorded in changes)
        self.changes = [*self.changes, *changes][-_LATEST:]

    def saw(self, got: Item | Miss) -> None:
        if isinstance(got, Item):
            self.items += 1
            self.position = got.document
        elif not got.outcome.accepted:
            self.miss = got
            self.misses += 1

    def reached(self, cursor: Cursor) -> None:
        read, size = cursor.values.get("read", ""), cursor.values.get("size", "")
        if read.isdecimal() and size.isdecimal():
            self.read, self.size = int(read), int(size)
