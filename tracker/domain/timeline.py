"""The decider: a document's readings in time order → its marks and changes.

A left fold, and nothing else: `step` looks at the state and one reading, never at a clock, an arrival order or a
database. Whoever holds the same set of readings gets the same timeline.

::

    for each reading, ordered by (valid_at, sequence, snapshot), equal ones once:
        challenge, gone, removed, deleted post → at most a state of the document
        incomplete                             → may add and revise; never withdraws
        revision (git, edit, deleted file)     → applied at once
        fetched  and a large loss              → suspect: waits for a second, later reading that lost the same
                 and an earlier face again     → damped when the page flaps between faces
                 otherwise                     → applied at once

Applying a reading (`said.apply`) compares what it says with what the document said, key by key: the same number is no
event, another number is a revision, a vanished key is first looked for under other words, then withdrawn.
docs/timelines.md tells the rules with examples; tests/domain/test_timeline.py holds their properties.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tracker.domain.claims import EvidenceKind
from tracker.domain.faces import Face, face_of
from tracker.domain.history import Change, Condition, Mark, Order, Reading, Version
from tracker.domain.said import Said, apply, moves
from tracker.domain.sources import Authority, DocumentState

LARGE_LOSS = 0.5
"""Share of a document's claims whose loss at once is suspect on a fetched page."""

FLAP_RETURNS = 2
"""A page that went back so often to a face it had lately (A B A B) flaps: it is not followed to and fro any more."""

FLAP_WINDOW = timedelta(days=7)
"""A face not seen for longer is forgotten: a correction taken back a month later is news."""

SETTLED_AFTER = timedelta(days=1)
"""A flapping page that kept one face for so long has settled on it; at most one change a day comes of it."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A reading that is kept but not applied yet, and why."""

    reading: Reading
    digest: str
    why: str


@dataclass(frozen=True, slots=True)
class TimelineState:
    """All that the next step needs. `digest`: the face of the last reading that was applied whole.

    `seen_at` is when the document was last seen as itself; `faces`: digests of late faces and when they were last seen.
    """

    said: Said = field(default_factory=Said)
    last: Order | None = None
    seen_at: datetime | None = None
    document: DocumentState = DocumentState.PRESENT
    digest: str | None = None
    suspect: Waiting | None = None
    faces: tuple[tuple[str, datetime], ...] = ()
    returns: int = 0
    flapping: bool = False
    held: Waiting | None = None
    calm_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    state: TimelineState
    marks: tuple[Mark, ...] = ()
    changes: tuple[Change, ...] = ()


def timeline(readings: Iterable[Reading]) -> Step:
    """The whole timeline of one document from any collection of its readings, in any order, with any repetition."""
    ordered = {(reading.order, reading.state): reading for reading in readings}
    state = TimelineState()
    marks: list[Mark] = []
    changes: list[Change] = []
    for place in sorted(ordered):
        taken = step(state, ordered[place])
        state = taken.state
        marks += taken.marks
        changes += taken.changes
    return Step(state, tuple(marks), tuple(changes))


def versions(document: str, marks: Iterable[Mark]) -> tuple[Version, ...]:
    """Marks as intervals: each is ended by the next one of its series. Marks of a series are given in order."""
    by_series: dict[str, list[Mark]] = {}
    for mark in marks:
        by_series.setdefault(mark.series, []).append(mark)
    found = []
    for rows in by_series.values():
        for mark, following in zip(rows, [*rows[1:], None], strict=True):
            if mark.said:
                found.append(_version(document, mark, following.valid_from if following else None))
    return tuple(found)


def _version(document: str, mark: Mark, end: datetime | None) -> Version:
    return Version(
        document,
        mark.claim.key,
        mark.claim,
        mark.valid_from,
        end,
        mark.snapshot,
        mark.extractor,
        mark.revision,
        mark.precision,
    )


def step(state: TimelineState, reading: Reading, face: Face | None = None) -> Step:
    """Take one reading that is later than all before it. `face` is given where it is known already."""
    assert state.last is None or reading.order >= state.last, "an earlier reading needs a fold from the start"
    if reading.condition is Condition.CHALLENGE:
        return Step(replace(state, last=reading.order))
    seen_at = reading.valid_at if reading.state is DocumentState.PRESENT else state.seen_at
    state = replace(state, last=reading.order, document=reading.state, seen_at=seen_at)
    if _is_mere_state(reading):
        return Step(state)
    face = face or face_of(reading.claims)
    if reading.condition is Condition.INCOMPLETE:
        # What waits is decided first: nothing may be written later than a reading that can still be applied.
        return Step(state) if state.suspect or state.held else _applied(state, reading, face)
    if state.digest == face.digest and not state.suspect and not state.flapping:
        return Step(state)
    return (_applied if reading.authority is Authority.REVISION else _fetched)(state, reading, face)


def _is_mere_state(reading: Reading) -> bool:
    """A deleted post and a page that is gone say nothing about claims; a file erased by a commit does."""
    return reading.state not in {DocumentState.PRESENT, DocumentState.ERASED}


def _applied(state: TimelineState, reading: Reading, face: Face) -> Step:
    complete = reading.condition is not Condition.INCOMPLETE
    turn = apply(state.said, reading, face, complete=complete)
    crowded = state.said.slotted | face.multiple.keys()
    state = replace(
        state,
        said=turn.said(crowded),
        digest=face.digest if complete else None if turn.marks else state.digest,
        suspect=None,
        held=None,
        calm_since=None,
    )
    return Step(state, tuple(turn.marks), tuple(turn.changes))


def _fetched(state: TimelineState, reading: Reading, face: Face) -> Step:
    """A fetched page can lie: hold back what may be a block page in disguise, and what flaps."""
    loss = _large_loss(state.said, reading, face)
    if not loss:
        return _damped(replace(state, suspect=None) if state.suspect else state, reading, face)
    waiting = state.suspect
    if waiting is None or not _confirms(state.said, waiting.reading, reading, face):
        return Step(replace(state, suspect=Waiting(reading, face.digest, loss)))
    first = _applied(state, waiting.reading, face_of(waiting.reading.claims))
    second = _fetched(first.state, reading, face)
    return Step(second.state, first.marks + second.marks, first.changes + second.changes)


def _large_loss(said: Said, reading: Reading, face: Face) -> str:
    """Says what would go at once: `LARGE_LOSS` of the claims, or the last table. Claims under other words are no loss."""
    total = len(said.numbers)
    if not total:
        return ""
    if reading.condition is Condition.SHELL:
        return "an empty shell"
    now = said.placed(face)
    lost = said.numbers.keys() - now.keys()
    if not lost:
        return ""
    tables = set() if face.tables else _in_tables(said)
    if len(lost) < LARGE_LOSS * total and not tables:
        return ""
    moved = moves(said, now)
    lost = lost - moved.continued.keys() - moved.renamed.keys()
    if len(lost) >= LARGE_LOSS * total:
        return f"{len(lost)} of {total} claims are missing"
    return "the last table is missing" if tables and tables <= lost else ""


def _in_tables(said: Said) -> set[str]:
    return {key for key in said.numbers if said.marks[key].claim.evidence.kind is EvidenceKind.TABLE}


def _confirms(said: Said, first: Reading, second: Reading, face: Face) -> bool:
    """A later reading confirms a suspect when most of what the suspect lost is still missing."""
    if second.valid_at <= first.valid_at:
        return False
    lost = said.numbers.keys() - said.placed(face_of(first.claims)).keys()
    return len(lost - said.placed(face).keys()) > len(lost) / 2 or not lost


def _damped(state: TimelineState, reading: Reading, face: Face) -> Step:
    """Follow a page to a new face at once, back to an earlier one only while that is no habit."""
    now = reading.valid_at
    faces = {digest: seen for digest, seen in state.faces if now - seen <= FLAP_WINDOW}
    others = faces.keys() - {state.digest}
    if state.digest is not None:
        faces[state.digest] = now
    if face.digest == state.digest:
        return Step(_calm(replace(state, faces=tuple(faces.items())), now))
    stays = state.held is not None and state.held.digest == face.digest
    back = stays or face.digest in faces
    returns = (state.returns if others else 0) + back
    faces[face.digest] = now
    state = replace(state, faces=tuple(faces.items()), returns=returns, flapping=state.flapping and bool(others))
    if not back or (returns < FLAP_RETURNS and not state.flapping and not stays):
        return _applied(state, reading, face)
    held = state.held if stays and state.held else Waiting(reading, face.digest, "flapping")
    if now - held.reading.valid_at < SETTLED_AFTER:
        return Step(replace(state, held=held, flapping=True, calm_since=None))
    return _applied(_settled(state, face.digest, now), held.reading, face)


def _calm(state: TimelineState, now: datetime) -> TimelineState:
    """A flapping page shows the face that was applied last; after a while it has settled on it."""
    if not state.flapping:
        return state
    since = state.calm_since or now
    if now - since >= SETTLED_AFTER and state.digest is not None:
        return _settled(replace(state, held=None), state.digest, now)
    return replace(state, held=None, calm_since=since)


def _settled(state: TimelineState, digest: str, now: datetime) -> TimelineState:
    return replace(state, flapping=False, returns=0, faces=((digest, now),), calm_since=None)
