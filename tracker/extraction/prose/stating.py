"""What was read in a sentence, as claims, comparisons and facts with their proof."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.domain.claims import Claim, Comparison, Evidence, Fact, Score
from tracker.domain.pages import Prose
from tracker.extraction.prose import settings
from tracker.extraction.prose.comparisons import Compared
from tracker.extraction.prose.facts import Told
from tracker.extraction.prose.parse import Sentence
from tracker.extraction.prose.scores import Stated


def claim(one: Stated, sentence: Sentence, block: Prose) -> Claim:
    evidence, quote = _place(one.places, sentence, block)
    return Claim(
        one.model,
        one.benchmark,
        Score(one.figure.text, one.figure.value, one.figure.unit),
        evidence,
        quote,
        metric=settings.metric(sentence, one.figure, one.place),
        setting=one.with_setting(settings.setting(sentence, one.figure, one.model)),
        confidence=one.sure,
    )


def comparison(two: Compared, sentence: Sentence, block: Prose) -> Comparison:
    evidence, quote = _place(two.places, sentence, block)
    return Comparison(
        two.left,
        two.relation,
        two.right,
        two.benchmark or None,
        evidence,
        quote,
        margin=two.margin,
        margin_unit=two.margin_unit,
        hedge=two.modality.hedge,
        negated=two.modality.negated,
        confidence=two.sure,
    )


def fact(told: Told, sentence: Sentence, block: Prose) -> Fact:
    evidence, quote = _place(told.places, sentence, block)
    return Fact(told.model, told.what, told.value, evidence, quote, hedge=told.hedge)


def _place(places: Sequence[int], sentence: Sentence, block: Prose) -> tuple[Evidence, str]:
    """From the first to the last piece that says it; offsets in `Page.text`."""
    start, end = sentence.pieces[min(places)].start, sentence.pieces[max(places)].end
    return Evidence.span(block.start + start, block.start + end), block.text[start:end]
