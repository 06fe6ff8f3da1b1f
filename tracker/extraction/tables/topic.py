"""What the words around a table speak of: evaluation, or speed, memory and cost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tracker.extraction.tables import lexicon
from tracker.extraction.tables.context import benchmarks_in
from tracker.extraction.tables.surroundings import Surroundings
from tracker.names import Names

_NEAR = 240
"""Characters at the end of the paragraph above that introduce the table; what stands before them is about other things."""


@dataclass(frozen=True, slots=True)
class Topic:
    """Whether the words around a table speak of evaluation, whether its own headline does, and whether the nearest
    ones speak of speed, memory or cost. `named`: how many benchmarks the sentences above name.
    """

    evaluates: bool
    headlined: bool
    measures_else: bool
    named: int = 0


def speaks_of_evaluation(around: Surroundings, titles: Iterable[str], names: Names) -> Topic:
    """What the nearest words are about."""
    nearest = [paragraph[-_NEAR:] for paragraph in around.above[:1]]
    near = " \n".join([*titles, around.caption, *around.headings[-1:], *nearest])
    wide = " \n".join([near, *around.headings, *around.above[:3], around.title])
    headline = " \n".join([*titles, around.caption, *around.headings[-1:]])
    return Topic(
        evaluates=lexicon.EVALUATION.search(wide) is not None,
        headlined=lexicon.HEADLINE.search(headline) is not None,
        measures_else=lexicon.NOT_EVALUATION.search(near) is not None,
        named=len({mention.id for paragraph in around.above[:2] for mention in benchmarks_in(paragraph, names)}),
    )
