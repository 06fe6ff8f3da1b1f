"""One document, one key a claim: repetitions go, and what the same words with other numbers stand under joins the key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from tracker.domain.claims import Claim, ClaimKey
from tracker.domain.pages import Page, Table
from tracker.names import Names

_Identity = tuple[str, str, Decimal]


def distinct_claims(tables: Sequence[Claim], prose: Iterable[Claim], names: Names) -> tuple[Claim, ...]:
    """The claims of the tables, and those of the prose that no table of the document states already."""
    stated = {_identity(claim, names) for claim in tables}
    return (*tables, *(claim for claim in prose if _identity(claim, names) not in stated))


def _identity(claim: Claim, names: Names) -> _Identity:
    """Who, what, how much: canonical names, so that prose may call a model by another of its names."""
    model, benchmark = names.model(claim.model), names.benchmark(claim.benchmark)
    return (
        model.key if model else claim.model.casefold(),
        benchmark.key if benchmark else claim.benchmark.casefold(),
        claim.score.value.normalize(),
    )


def tell_apart(claims: Sequence[Claim], page: Page) -> tuple[Claim, ...]:
    """Give claims with the same words and different numbers the caption or heading that tells them apart.

    The same claim said twice with the same number is kept once. What no caption tells apart stays under one key: the
    document contradicts itself, both readings are kept, and the timeline tells them apart by their numbers. Counting
    them here would make their order part of the key.
    """
    groups: dict[ClaimKey, list[Claim]] = defaultdict(list)
    for claim in claims:
        groups[claim.key].append(claim)
    places = _places(page)
    told: dict[int, Claim] = {}
    for group in groups.values():
        for before, after in _told_apart(_once(group), places):
            told[id(before)] = after
    return tuple(told[id(claim)] for claim in claims if id(claim) in told)


def _once(group: Sequence[Claim]) -> list[Claim]:
    found: dict[Decimal, Claim] = {}
    for claim in group:
        found.setdefault(claim.score.value.normalize(), claim)
    return list(found.values())


def _told_apart(group: list[Claim], places: dict[str, tuple[str, ...]]) -> list[tuple[Claim, Claim]]:
    if len(group) == 1:
        return [(group[0], group[0])]
    contexts = [_context(claim, places) for claim in group]
    shared = {words for words in contexts[0] if all(words in other for other in contexts[1:])}
    told = (next((words for words in context if words not in shared), "") for context in contexts)
    return [(claim, replace(claim, context=words)) for claim, words in zip(group, told, strict=True)]


def _places(page: Page) -> dict[str, tuple[str, ...]]:
    """What stands over each table, the nearest first: its caption, then its headings from the inside out."""
    return {
        block.place: tuple(words for words in (block.caption, *reversed(block.headings)) if words)
        for block in page.blocks
        if isinstance(block, Table)
    }


def _context(claim: Claim, places: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    place = claim.evidence.locator.partition("/")[0]
    return places.get(place, ())
