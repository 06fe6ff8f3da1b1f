"""What a document says at one moment, and what a reading makes of it: marks and changes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from tracker.domain import relabel
from tracker.domain.claims import Claim, typed_words
from tracker.domain.faces import SLOT, Face, place
from tracker.domain.history import Change, ChangeKind, Mark, Reading
from tracker.domain.numbers import Relationship, number_text, relate


class Marks(MutableMapping[str, Mark]):
    """Marks by key, some of them still packed as they were stored: a reading changes few of a document's many, and only
    what is asked for is unpacked.
    """

    __slots__ = ("_marks", "_unpack")

    def __init__(
        self, marks: Mapping[str, Any] = MappingProxyType({}), unpack: Callable[[Any], Mark] | None = None
    ) -> None:
        self._marks: dict[str, Any] = dict(marks)
        self._unpack = unpack

    def __getitem__(self, key: str) -> Mark:
        mark = self._marks[key]
        if not isinstance(mark, Mark):
            assert self._unpack is not None
            mark = self._marks[key] = self._unpack(mark)
        return mark

    def __setitem__(self, key: str, mark: Mark) -> None:
        self._marks[key] = mark

    def __delitem__(self, key: str) -> None:
        del self._marks[key]

    def __contains__(self, key: object) -> bool:
        return key in self._marks

    def __iter__(self) -> Iterator[str]:
        return iter(self._marks)

    def __len__(self) -> int:
        return len(self._marks)

    def copy(self) -> Marks:
        return Marks(self._marks, self._unpack)

    def as_stored(self) -> Mapping[str, Any]:
        """Each a `Mark`, or still in the form in which it was given."""
        return self._marks


@dataclass(frozen=True, slots=True)
class Said:
    """`marks`: the last mark of every claim by its current key, withdrawn ones included. `numbers`: what is said now,
    `typed`: its models as they are typed. `slotted`: keys that stood with several numbers at once. `moved`: series whose current key is another text.
    """

    marks: Marks = field(default_factory=Marks)
    numbers: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    slotted: frozenset[str] = frozenset()
    moved: frozenset[str] = frozenset()

    def placed(self, face: Face) -> Mapping[str, Claim]:
        return place(face, self.numbers, self.slotted)


@dataclass(frozen=True, slots=True)
class Moves:
    """Keys of what vanished → keys of what appeared in its stead."""

    continued: Mapping[str, str] = field(default_factory=dict)
    """Only the caption or heading that tells it apart is another one: the same claim goes on."""
    renamed: Mapping[str, str] = field(default_factory=dict)
    """The same number under other words."""


def moves(said: Said, now: Mapping[str, Claim]) -> Moves:
    vanished = {key: said.marks[key].claim for key in said.numbers.keys() - now.keys()}
    appeared = {key: now[key] for key in now.keys() - said.numbers.keys()}
    if not vanished or not appeared:
        return Moves()
    continued = _continued(vanished, {key: claim for key, claim in appeared.items() if key not in said.marks})
    taken = set(continued.values())
    renamed = relabel.match(
        {key: claim for key, claim in vanished.items() if key not in continued},
        {key: claim for key, claim in appeared.items() if key not in taken},
    )
    return Moves(continued, renamed)


def _continued(vanished: Mapping[str, Claim], appeared: Mapping[str, Claim]) -> dict[str, str]:
    rivals: dict[str, list[str]] = {}
    for key in appeared:
        rivals.setdefault(_without_context(key), []).append(key)
    ranked = []
    for old, claim in vanished.items():
        for new in rivals.get(_without_context(old), ()):
            equal = claim.score.value == appeared[new].score.value
            likeness = relabel.similarity(claim.key.context, appeared[new].key.context)
            ranked.append((not equal, -likeness, old, new))
    return relabel.one_to_one(ranked)


def _without_context(key: str) -> str:
    """The current key up to the caption and the slot, which `ClaimKey.text` and `place` put last."""
    return key.partition(SLOT)[0].rpartition("\x1f")[0]


class Turn:
    """One reading being applied: collects the marks and changes, and the next `Said`."""

    def __init__(self, said: Said, reading: Reading) -> None:
        self._reading = reading
        self._known = said.marks
        self._marks = said.marks.copy()
        self._numbers = dict(said.numbers)
        self._typed = dict(said.typed)
        self._moved = set(said.moved)
        self.marks: list[Mark] = []
        self.changes: list[Change] = []

    def said(self, slotted: AbstractSet[str]) -> Said:
        return Said(self._marks, self._numbers, self._typed, frozenset(slotted), frozenset(self._moved))

    def say(self, key: str, claim: Claim) -> None:
        """The document says `claim` under a key that it does not say now."""
        before = self._known.get(key)
        mark = self._mark(key, self._series(key), claim, said=True)
        kind = ChangeKind.APPEARED if before is None else ChangeKind.REINSTATED
        self._change(kind, mark, old=before.claim if before else None, new=claim)

    def settle(self, key: str, claim: Claim) -> None:
        """The document goes on to say what stands under a key, perhaps with another number or typed otherwise."""
        if self._numbers[key] != number_text(claim.score.value):
            self._revise(key, claim)
        elif self._typed[key] != typed_words(claim.model):
            self._retype(key, claim)

    def _revise(self, key: str, claim: Claim) -> None:
        before = self._marks[key]
        mark = self._mark(key, before.series, claim, said=True)
        relationship = relate(before.claim.score.value, claim.score.value)
        if relationship is Relationship.DIFFERENT and typed_words(before.claim.model) != typed_words(claim.model):
            # A row typed anew (`Nova-2b`, then `Nova-2B`) with another number: nothing but likeness ties the two, as
            # when a leaderboard was measured anew. Two statements, not an edit of one.
            self._change(ChangeKind.WITHDRAWN, mark, old=before.claim, new=None)
            self._change(ChangeKind.APPEARED, mark, old=None, new=claim)
            return
        kind = ChangeKind.RESCALED if relationship is Relationship.RESCALED else ChangeKind.REVISED
        self._change(kind, mark, old=before.claim, new=claim, rounding=relationship is Relationship.ROUNDED)

    def _retype(self, key: str, claim: Claim) -> None:
        """The same number; only the letters of the model's name are other ones (`Nova-2b`, now `Nova-2B`)."""
        before = self._marks[key]
        mark = self._mark(key, before.series, claim, said=True)
        self._change(ChangeKind.RELABELLED, mark, old=before.claim, new=claim)

    def withdraw(self, key: str) -> None:
        before = self._marks[key]
        mark = self._mark(key, before.series, before.claim, said=False)
        self._change(ChangeKind.WITHDRAWN, mark, old=before.claim, new=None)

    def rename(self, old: str, new: str, claim: Claim) -> None:
        before = self._marks[old]
        self._mark(old, before.series, before.claim, said=False)
        mark = self._mark(new, self._series(new), claim, said=True)
        self._change(ChangeKind.RELABELLED, mark, old=before.claim, new=claim, old_series=before.series)

    def move(self, old: str, new: str) -> None:
        """The same series goes on under another current key; no event by itself."""
        mark = self._marks.pop(old)
        self._marks[new] = mark
        self._numbers[new] = self._numbers.pop(old)
        self._typed[new] = self._typed.pop(old)
        self._moved.discard(mark.series)
        if mark.series != new:
            self._moved.add(mark.series)

    def _series(self, key: str) -> str:
        known = self._marks.get(key)
        if known is not None:
            return known.series
        series, number = key, 2
        while series in self._moved:
            series, number = f"{key}{SLOT}{SLOT}{number}", number + 1
        if series != key:
            self._moved.add(series)
        return series

    def _mark(self, key: str, series: str, claim: Claim, *, said: bool) -> Mark:
        reading, before = self._reading, self._marks.get(key)
        again = before is not None and before.valid_from == reading.valid_at
        mark = Mark(
            series,
            claim,
            said,
            reading.valid_at,
            reading.snapshot,
            reading.extractor,
            before.position + 1 if before is not None and again else 0,
            reading.revision,
            reading.precision,
        )
        self._marks[key] = mark
        if said:
            self._numbers[key] = number_text(claim.score.value)
            self._typed[key] = typed_words(claim.model)
        else:
            del self._numbers[key], self._typed[key]
        self.marks.append(mark)
        return mark

    def _change(
        self,
        kind: ChangeKind,
        mark: Mark,
        *,
        old: Claim | None,
        new: Claim | None,
        rounding: bool = False,
        old_series: str = "",
    ) -> None:
        reading = self._reading
        self.changes.append(
            Change(
                change_id(reading.document, kind, mark, (old, new), old_series),
                kind,
                reading.document,
                mark.claim.key,
                old,
                new,
                reading.valid_at,
                reading.snapshot,
                reading.revision,
                rounding,
                reading.precision,
                mark.series,
                old_series or mark.series,
            )
        )


def apply(said: Said, reading: Reading, face: Face, *, complete: bool) -> Turn:
    """Compare what the document said with what it says now, key by key; events come in the order of their keys."""
    turn = Turn(said, reading)
    now = said.placed(face)
    numbers = said.numbers
    moved = moves(said, now) if complete else Moves()
    for old, new in moved.continued.items():
        turn.move(old, new)
        turn.settle(new, now[new])
    for old, new in sorted(moved.renamed.items()):
        turn.rename(old, new, now[new])
    settled = {*moved.continued.values(), *moved.renamed.values()}
    for key in sorted(_differing(said, now, face) - settled):
        if key in numbers:
            turn.settle(key, now[key])
        else:
            turn.say(key, now[key])
    if complete:
        for key in sorted(numbers.keys() - now.keys() - moved.continued.keys() - moved.renamed.keys()):
            turn.withdraw(key)
    return turn


def _differing(said: Said, now: Mapping[str, Claim], face: Face) -> set[str]:
    """Keys that are new, have another number, or whose model is typed otherwise."""
    numbers, typed = said.numbers.get, said.typed.get
    if now is face.single:
        spelt = face.typed
        return {key for key, number in face.numbers.items() if numbers(key) != number or typed(key) != spelt[key]}
    return {
        key
        for key, claim in now.items()
        if numbers(key) != number_text(claim.score.value) or typed(key) != typed_words(claim.model)
    }


def change_id(
    document: str, kind: ChangeKind, mark: Mark, sides: tuple[Claim | None, Claim | None], old_series: str
) -> str:
    """Pure function of document, kind, keys, values and valid time: the same change found twice has one id."""
    old, new = sides
    parts = (
        document,
        kind.value,
        mark.series,
        old_series,
        "" if old is None else number_text(old.score.value),
        "" if new is None else number_text(new.score.value),
        mark.valid_from.isoformat(),
        str(mark.position),
    )
    return hashlib.blake2b("\x1d".join(parts).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
