"""The same comparison said twice in one paragraph: a headline and the sentence under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tracker.domain.claims import Claim, Comparison, fold_words


def without_repeats(
    comparisons: Sequence[Comparison], claims: Sequence[Claim], costly: Sequence[Comparison] = ()
) -> tuple[Comparison, ...]:
    """Without the vaguer of two sayings: one without a benchmark beside one with, of models by their shorter names.

    A comparison without a benchmark whose two models have scores on one benchmark in the paragraph is about that one
    ("X outperforms Y: … 65.1% on A compared to Y's 57.5%"). `costly` are comparisons of speed or price: the headline
    over one is about that too.
    """
    named = [_by_scores(comparison, claims) for comparison in comparisons]
    kept = [
        comparison
        for comparison in named
        if not any(_headline_of(comparison, cost) for cost in costly)
        and (comparison.benchmark is not None or not any(_says_more(other, comparison) for other in named))
    ]
    return tuple(kept)


def _headline_of(comparison: Comparison, cost: Comparison) -> bool:
    return (
        comparison.relation == cost.relation
        and (comparison.evidence.end or 0) <= (cost.evidence.start or 0)
        and _same_name(comparison.left, cost.left)
        and _same_name(comparison.right, cost.right)
    )


def _says_more(other: Comparison, comparison: Comparison) -> bool:
    return (
        other is not comparison
        and other.evidence.start != comparison.evidence.start
        and other.relation == comparison.relation
        and other.negated == comparison.negated
        and (other.benchmark is not None or _longer(other, comparison))
        and _same_name(other.left, comparison.left)
        and _same_name(other.right, comparison.right)
    )


def _longer(other: Comparison, comparison: Comparison) -> bool:
    lengths = [(len(_tokens(one.left)), len(_tokens(one.right))) for one in (other, comparison)]
    return lengths[0] != lengths[1] and all(a >= b for a, b in zip(*lengths, strict=True))


def _tokens(name: str) -> frozenset[str]:
    return frozenset(fold_words(name).split())


def _same_name(one: str, other: str) -> bool:
    """Whether one may be short for the other ("Gemma 3" for "Gemma 3 27B")."""
    first, second = _tokens(one), _tokens(other)
    return first <= second or second <= first


def _by_scores(comparison: Comparison, claims: Sequence[Claim]) -> Comparison:
    if comparison.benchmark is not None or comparison.relation not in (">", "<"):
        return comparison
    left = {claim.benchmark: claim for claim in claims if _same_name(claim.model, comparison.left)}
    right = {claim.benchmark: claim for claim in claims if _same_name(claim.model, comparison.right)}
    shared = [benchmark for benchmark in left if benchmark in right and left[benchmark] is not right[benchmark]]
    if len(shared) != 1:
        return comparison
    higher = left[shared[0]].score.value > right[shared[0]].score.value
    return replace(comparison, benchmark=shared[0]) if higher == (comparison.relation == ">") else comparison
