"""The face of a reading: what it says, one claim a key, without regard to order, position, wording or proof.

Two readings with one face say the same, however differently their pages are made. Its digest is cheap to compare.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count

from tracker.domain.claims import Claim, EvidenceKind, typed_words
from tracker.domain.numbers import number_text

SLOT = "\x1e"
"""Separates a key from the number of its slot, where a document says one thing with several numbers at once."""


@dataclass(frozen=True, slots=True)
class Face:
    """`single`: key text → claim, `numbers`: its number, `typed`: its model as it is typed. `multiple`: keys that stand
    with several numbers, ascending; nothing in the page but its order tells those apart, so their numbers do.
    """

    single: Mapping[str, Claim]
    numbers: Mapping[str, str]
    typed: Mapping[str, str]
    multiple: Mapping[str, tuple[Claim, ...]]
    digest: str
    tables: bool


def face_of(claims: Sequence[Claim]) -> Face:
    single: dict[str, Claim] = {}
    numbers: dict[str, str] = {}
    crowded: dict[str, dict[str, Claim]] = {}
    for claim in claims:
        key, number = claim.keyed[1], number_text(claim.score.value)
        known = numbers.get(key)
        if known is None:
            single[key], numbers[key] = claim, number
            continue
        if known == number and key not in crowded:
            single[key] = _surer(claim, single[key])
            continue
        slots = crowded.setdefault(key, {known: single[key]})
        slots[number] = _surer(claim, slots[number]) if number in slots else claim
    tables = any(claim.evidence.kind is EvidenceKind.TABLE for claim in claims)
    for key in crowded:
        del single[key], numbers[key]
    typed = {key: typed_words(claim.model) for key, claim in single.items()}
    lines = [f"{key}\x1d{number}\x1d{typed[key]}" for key, number in numbers.items()]
    for key, slots in crowded.items():
        lines += [f"{key}\x1d{number}\x1d{typed_words(claim.model)}" for number, claim in slots.items()]
    multiple = {key: _ascending(slots.values()) for key, slots in crowded.items()}
    return Face(single, numbers, typed, multiple, _digest(lines), tables)


def _digest(lines: Iterable[str]) -> str:
    """Hash over lines in any order."""
    return hashlib.blake2b("\n".join(sorted(lines)).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


_RANK = {EvidenceKind.DATA: 0, EvidenceKind.TABLE: 1, EvidenceKind.PROSE: 2, EvidenceKind.PICTURE: 3}


def _surer(claim: Claim, rival: Claim) -> Claim:
    return claim if _preference(claim) < _preference(rival) else rival


def _preference(claim: Claim) -> tuple[float, int, int, str, str, str]:
    """Of several places that say the same, the surest one is the proof, then the first on the page."""
    locator = claim.evidence.locator
    return -claim.confidence, _RANK[claim.evidence.kind], len(locator), locator, claim.score.text, claim.quote


def _ascending(group: Iterable[Claim]) -> tuple[Claim, ...]:
    return tuple(sorted(group, key=lambda claim: claim.score.value))


def place(face: Face, numbers: Mapping[str, str], slotted: Iterable[str]) -> Mapping[str, Claim]:
    """Give every claim its current key. A key with several numbers has slots: an unchanged number keeps its slot,
    the other numbers take the slots that are left, both ascending. `numbers` is what the document said before.
    """
    crowded = {**face.multiple, **{key: (face.single[key],) for key in slotted if key in face.single}}
    if not crowded:
        return face.single
    slots: dict[str, list[str]] = {}
    for name in numbers:
        key = name.partition(SLOT)[0]
        if key in crowded:
            slots.setdefault(key, []).append(name)
    placed = {key: claim for key, claim in face.single.items() if key not in crowded}
    for key, claims in crowded.items():
        placed.update(_slots(key, claims, sorted(slots.get(key, ()), key=_slot_number), numbers))
    return placed


def _slots(
    key: str, claims: Sequence[Claim], said: Sequence[str], numbers: Mapping[str, str]
) -> Iterable[tuple[str, Claim]]:
    """`said`: the slots that hold a number now, in order."""
    waiting = {number_text(claim.score.value): claim for claim in claims}
    left = []
    for slot in said:
        claim = waiting.pop(numbers[slot], None)
        if claim is None:
            left.append(slot)
        else:
            yield slot, claim
    taken = set(said)
    free = (name for number in count(1) if (name := _slot_name(key, number)) not in taken)
    yield from zip(chain(left, free), waiting.values(), strict=False)


def _slot_name(key: str, number: int) -> str:
    return key if number == 1 else f"{key}{SLOT}{number}"


def _slot_number(name: str) -> int:
    return int(name.partition(SLOT)[2] or 1)
