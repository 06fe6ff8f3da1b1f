"""Which vanished claims live on under other words.

A pair (vanished, appeared) is a candidate when the number is the same and the two agree on the model or on the
benchmark. It is accepted when the words resemble each other, or when several numbers tell the same renaming, and not
more numbers speak against it (a row that gave way to its successor, with one number equal by chance). Pairs are taken
one to one, the best supported first; position in the document plays no part.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import TypeAlias

from tracker.domain.claims import Claim, ClaimKey
from tracker.domain.numbers import number_text

MIN_SIMILARITY = 0.5
"""Dice coefficient of letter pairs. `gpt 4` → `gpt 4 0613` has 0.6, two unrelated model names rarely pass 0.35."""

MIN_SUPPORT = 2
"""A renaming to dissimilar words needs this many equal numbers, and at least half of what the old words had."""

MAX_RIVALS = 50
"""A number that stands more often than this under the same words tells nothing about where one of them went."""


_Rewrite: TypeAlias = tuple[str, str, str]
"""The field that was renamed, its words before and after."""

_Place: TypeAlias = tuple[str, ...]
"""A claim's words in all fields."""


def match(vanished: Mapping[str, Claim], appeared: Mapping[str, Claim]) -> dict[str, str]:
    """Vanished key → the key under which the same number now stands. Keys are opaque identities of the claims."""
    candidates = list(_candidates(vanished, appeared))
    if not candidates:
        return {}
    rewrites = {pair: _rewrite(vanished[pair[0]].key, appeared[pair[1]].key) for pair in candidates}
    support = Counter(rewrites.values())
    denied = _denied(support.keys(), vanished, appeared)
    had = Counter(words for claim in vanished.values() for words in _words(claim.key))
    ranked = []
    for pair, rewrite in rewrites.items():
        field, before, after = rewrite
        likeness = similarity(before, after)
        told = support[rewrite]
        if told < denied[rewrite]:
            continue
        if likeness >= MIN_SIMILARITY or (told >= MIN_SUPPORT and told * 2 >= had[field, before]):
            ranked.append((-told, -likeness, *pair))
    return one_to_one(ranked)


def _denied(
    rewrites: Iterable[_Rewrite], vanished: Mapping[str, Claim], appeared: Mapping[str, Claim]
) -> Counter[_Rewrite]:
    """How many numbers speak against each renaming: under the new words the same thing has another number."""
    now: defaultdict[_Place, set[str]] = defaultdict(set)
    for claim in appeared.values():
        now[tuple(words for _, words in _words(claim.key))].add(number_text(claim.score.value))
    had: defaultdict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in vanished.values():
        for words in _words(claim.key):
            had[words].append(claim)
    denied: Counter[_Rewrite] = Counter()
    for rewrite in rewrites:
        field, before, after = rewrite
        for claim in had[field, before]:
            place = tuple(after if name == field else words for name, words in _words(claim.key))
            numbers = now.get(place)
            if numbers and number_text(claim.score.value) not in numbers:
                denied[rewrite] += 1
    return denied


def one_to_one(ranked: Iterable[tuple[float, float, str, str]]) -> dict[str, str]:
    """Old key → new key, the best pairs first and each key once. `ranked`: two ranks (lower is better), old, new."""
    pairs: dict[str, str] = {}
    taken: set[str] = set()
    for _, _, old, new in sorted(ranked):
        if old not in pairs and new not in taken:
            pairs[old] = new
            taken.add(new)
    return pairs


def _candidates(vanished: Mapping[str, Claim], appeared: Mapping[str, Claim]) -> Iterable[tuple[str, str]]:
    """Pairs with the same number that share the model's or the benchmark's words; looked up, never all against all."""
    places: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    for name, claim in appeared.items():
        number = number_text(claim.score.value)
        for field, words in _words(claim.key):
            if field in _ANCHORS:
                places[number, field, words].append(name)
    for name, claim in vanished.items():
        number = number_text(claim.score.value)
        found: dict[str, None] = {}
        for field, words in _words(claim.key):
            others = places.get((number, field, words), ()) if field in _ANCHORS else ()
            if len(others) <= MAX_RIVALS:
                found.update(dict.fromkeys(others))
        for other in found:
            yield name, other


_ANCHORS = frozenset({"model", "benchmark"})


def _words(key: ClaimKey) -> tuple[tuple[str, str], ...]:
    return ("model", key.model), ("benchmark", key.benchmark), ("setting", _setting(key))


def _rewrite(old: ClaimKey, new: ClaimKey) -> _Rewrite:
    """The field that was renamed, its words before and after; metric and setting count as one field."""
    if old.model != new.model:
        return "model", old.model, new.model
    if old.benchmark != new.benchmark:
        return "benchmark", old.benchmark, new.benchmark
    return "setting", _setting(old), _setting(new)


def _setting(key: ClaimKey) -> str:
    setting = key.setting
    cot = "" if setting.cot is None else f"cot {setting.cot}"
    shots = f"{setting.shots} shot" if setting.shots else ""
    extra = " ".join(f"{name} {words}" for name, words in setting.extra)
    return " ".join(part for part in (key.metric, shots, cot, setting.variant or "", extra) if part)


@lru_cache(maxsize=4096)
def similarity(one: str, other: str) -> float:
    """Dice coefficient of adjacent letter pairs, 0…1. Words that were not there at all resemble any words:
    a setting that the document only now tells is the same claim, told better; so is a name that goes on
    (`agent x` → `agent x + model y`).
    """
    if not one or not other or one == other:
        return 1.0
    left, right = Counter(pairwise(one)), Counter(pairwise(other))
    total = left.total() + right.total()
    dice = 2 * (left & right).total() / total if total else 0.0
    shorter, longer = sorted((one, other), key=len)
    goes_on = longer.startswith(shorter) and longer[len(shorter)] in " ("
    return max(dice, MIN_SIMILARITY) if goes_on else dice
