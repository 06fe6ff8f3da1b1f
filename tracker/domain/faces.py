"""The face of a reading: what it says, one claim a key, without regard to order, position, wording or proof.

Two readings with one face say the same, however differently their pages are made. Its digest is cheap to compare.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count

from tracker.domain.claims import Claim, EvidenceKind
from tracker.domain.numbers import number_text

SLOT = "\x1e"
"""Separates a key from the number of its slot, where a document says one thing with several numbers at once."""


@dataclass(frozen=True, slots=True)
class Face:
    """`single`: key text → claim. `multiple`: keys that stand with several numbers, ascending; nothing in the page but
    its order tells those apart, so they are told apart by their numbers.
    """

    single: Mapping[str, Claim]
    multiple: Mapping[str, tuple[Claim, ...]]
    digest: str
    tables: bool


def face_of(claims: Sequence[Claim]) -> Face:
    said: dict[tuple[str, str], Claim] = {}
    for claim in claims:
        name = claim.key.text, number_text(claim.score.value)
        rival = said.get(name)
        if rival is None or _preference(claim) < _preference(rival):
            said[name] = claim
    groups: dict[str, list[Claim]] = {}
    for (key, _), claim in said.items():
        groups.setdefault(key, []).append(claim)
    single = {key: group[0] for key, group in groups.items() if len(group) == 1}
    multiple = {key: _ascending(group) for key, group in groups.items() if len(group) > 1}
    tables = any(claim.evidence.kind is EvidenceKind.TABLE for claim in said.values())
    return Face(single, multiple, digest_of(said), tables)


def digest_of(said: Iterable[tuple[str, str]]) -> str:
    """Hash over (key text, number text) pairs in any order."""
    lines = sorted(f"{key}\x1d{number}" for key, number in said)
    return hashlib.blake2b("\n".join(lines).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


_RANK = {EvidenceKind.DATA: 0, EvidenceKind.TABLE: 1, EvidenceKind.PROSE: 2, EvidenceKind.PICTURE: 3}


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
