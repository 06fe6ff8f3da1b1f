"""Which benchmark a number belongs to: the one paired with it, else the nearest that the sentence or the text names.

A number without a benchmark beside it has to be said to be a score.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracker.extraction.prose import lexicon, lists
from tracker.extraction.prose.antecedents import Topic
from tracker.extraction.prose.nameshapes import is_quantisation
from tracker.extraction.prose.owners import BEFORE_OWN, NEAR, VERSUS, Owners
from tracker.extraction.prose.pairing import Paired
from tracker.extraction.prose.parse import Sentence
from tracker.extraction.prose.pieces import Kind
from tracker.extraction.prose.relations import verbs
from tracker.extraction.prose.shifts import Run, Shift

_FAR = 30
"""Pieces from a number to the benchmark behind it ("73.2 pass@1 and surpasses X, Y and Z on A"); tuned on prose/dev."""
_MAY_FOLLOW = lexicon.words(
    "and or with without when which that to from after before compared vs versus than as thus making setting now here "
    "was were achieved obtained reported despite because since even overall respectively too also again this there of by up vs. according within at against during"
)
_ALONE = lexicon.words("only just a an mere measly whopping impressive about around roughly ~ . ! , …")
_OTHER_SETTING = lexicon.words("with using w/ without w/o when for")
SCORING = lexicon.SCORE_VERBS | lexicon.words("score scores accuracy rating result results → scoring")


_BITS = re.compile(r"\d{1,2}-?bits?|b?f16|f32")
_LEAST = 10
"""Less is the loss that a quantisation causes, rather than its score."""
_BEHIND_LABEL = lexicon.words(": - – — | =")


def quantised(sentence: Sentence, run: Run) -> str:
    """The label of a line that gives a quantisation and a percentage and nothing else ("Q4_K_M: 71.0%"); empty for none.
    A number without the sign may be a file's size or its bits.
    """
    label = run.first - 1
    label -= sentence.low(label) in _BEHIND_LABEL
    rest = [i for i in range(len(sentence.pieces)) if i != label and not run.first <= i <= run.last]
    if label < 0 or len(run.figures) != 1 or run.figures[0].unit != "percent" or run.figures[0].value < _LEAST:
        return ""
    if any(sentence.kind(i) is not Kind.MARK for i in rest):
        return ""
    text = sentence.pieces[label].text
    return text if is_quantisation(text) or _BITS.fullmatch(text.casefold()) else ""


@dataclass(frozen=True, slots=True)
class Measured:
    """A benchmark of a number: its place is -1 where an earlier sentence or a heading names it."""

    benchmark: str
    place: int
    tight: bool


Measures = Mapping[int, tuple[Measured, ...]]
"""By the place of a number."""


@dataclass(frozen=True, slots=True)
class Benchmarks:
    """Looks for the benchmarks of a sentence's numbers."""

    sentence: Sentence
    topic: Topic
    runs: Sequence[Run]
    pairs: Sequence[Paired]
    owners: Owners

    def of(self, run: Run) -> Measures:
        found: dict[int, list[Measured]] = {}
        own = {figure.first for figure in run.figures}
        for paired in self.pairs:
            if paired.figure.first in own:
                measured = Measured(self.sentence.pieces[paired.benchmark].words, paired.benchmark, tight=True)
                found.setdefault(paired.figure.first, []).append(measured)
        if found:
            return {place: tuple(some) for place, some in found.items()}
        if quantised(self.sentence, run):
            return self._of_topic(run, labelled=True)
        if not self._looks_like_score(run):
            return {}
        if not self._ends_there(run) or self._placed_elsewhere(run):
            return {}
        row = self._row_before(run) or self._row_after(run)
        if row:
            return self._spread_over(run, row)
        return self._rated(run) or self._of_topic(run)

    def _rated(self, run: Run) -> Measures:
        """Elo points without a board: "dropped from 1417 to 1273 Elo"."""
        rated = [figure for figure in run.figures if figure.unit == "elo"]
        return {figure.first: (Measured("Elo", figure.last, tight=False),) for figure in rated}

    def _ends_there(self, run: Run) -> bool:
        """Whether no other noun follows the number ("60% cost reduction", "100% reproducible")."""
        after = run.last + 1
        word = self.sentence.low(after)
        if self.sentence.kind(after) is Kind.MODEL and self.sentence.low(after + 1) == ":":
            return self.sentence.low(run.first - 1) == ":"  # lines without commas: "X: 70.1 Y: 65.3"
        if self.sentence.kind(after) is not Kind.WORD or word in lexicon.ON or word in lexicon.SCORE_NOUNS:
            return self.sentence.kind(after) is not Kind.MODEL
        return word in _MAY_FOLLOW or word in lexicon.CLAUSE_BREAKS or word.endswith("ly") or word in verbs()

    def _placed_elsewhere(self, run: Run) -> bool:
        """`63.7% vs. 62.1% in our own suite`: the place of the number is said, and it is no benchmark that is known."""
        sentence = self.sentence
        after = run.last + 1
        if sentence.low(after) in VERSUS:
            following = next((figure for figure in sentence.figures if figure.first > run.last), None)
            after = following.last + 1 if following else after
        if sentence.low(after) not in ("in", "on") or sentence.points_to_benchmark(after, after + 5):
            return False
        near = range(after + 1, min(after + 4, len(sentence.pieces)))
        if any(sentence.low(i) in lexicon.OWNERS for i in near):
            return True
        return not any(sentence.kind(i) is Kind.BENCHMARK or sentence.low(i) in lexicon.GENERIC_BENCHMARK for i in near)

    def _spread_over(self, run: Run, row: Sequence[int]) -> Measures:
        named = [Measured(self.sentence.pieces[place].words, place, tight=False) for place in row]
        if len(named) == len(run.figures):
            return {figure.first: (one,) for figure, one in zip(run.figures, named, strict=True)}
        if len(named) == 1:
            return {figure.first: (named[0],) for figure in run.figures}
        return {}

    def _of_topic(self, run: Run, *, labelled: bool = False) -> Measures:
        """The benchmark that the text before has named, or the title; `labelled`: the label before it is known."""
        sentence, topic = self.sentence, self.topic
        if sentence.names_other_set or (self._labelled(run) and not labelled):
            return {}
        pointed = sentence.points_to_benchmark(sentence.clause_start(run.first), sentence.clause_end(run.first))
        said = sentence.low(run.first - 1) == "of" and sentence.low(run.first - 2) in lexicon.SCORE_NOUNS
        if any(figure.plain and figure.metric is None for figure in run.figures) and not (pointed or said):
            return {}
        several = len(run.figures) == len(topic.benchmarks) > 1 and len(sentence.of(Kind.MODEL)) == 1
        if several and not pointed and topic.near:  # "X: A 70.1, B 50.2. Y: 68.0, 45.1"
            both = zip(run.figures, topic.benchmarks, strict=True)
            return {figure.first: (Measured(name, -1, tight=False),) for figure, name in both}
        name = topic.benchmark if pointed or labelled else topic.near_benchmark
        return {figure.first: (Measured(name, -1, tight=False),) for figure in run.figures} if name else {}

    def _labelled(self, run: Run) -> bool:
        """`Math (CoT): 77.0%`: the number is another thing's."""
        if self.sentence.low(run.first - 1) != ":":
            return False
        here = run.first - 2
        here = self.sentence.bracketed[here - 1] - 1 if self.sentence.low(here) == ")" else here
        return self.sentence.kind(here) is Kind.WORD and self.sentence.low(here) not in lexicon.SCORE_NOUNS

    def _row_before(self, run: Run) -> tuple[int, ...]:
        places = self.sentence.of(Kind.BENCHMARK, 0, run.first)
        return lists.ending_at(self.sentence.pieces, places[-1], Kind.BENCHMARK) if places else ()

    def _row_after(self, run: Run) -> tuple[int, ...]:
        end = min(self.sentence.clause_end(run.last), run.last + _FAR)
        places = self.sentence.of(Kind.BENCHMARK, run.last, end)
        row = lists.read(self.sentence.pieces, places[0], Kind.BENCHMARK).members if places else ()
        own = {
            paired.benchmark
            for paired in self.pairs
            if paired.figure.first > run.last
            and not self._opposed(run, paired.figure.first)
            and not self.sentence.of(Kind.MODEL, run.last, paired.figure.first)
        }
        return () if own.intersection(row) else row  # "an 84% average score, excelling in A at 95%"

    def _opposed(self, run: Run, other: int) -> bool:
        """`50.2 to 49.1 on A`: what is said behind the second number holds for both."""
        sentence = self.sentence
        joint = other - 1
        return joint == run.last + 1 and (sentence.low(joint) in VERSUS or sentence.low(joint) == "to")

    def _looks_like_score(self, run: Run) -> bool:
        """Whether a number that stands apart from any benchmark is said to be a score."""
        sentence = self.sentence
        if sentence.low(run.first - 1) == "of" and self._of_something_else(run):
            return False
        if (
            self.owners.before(run) is not None
            or self.in_other_setting(run)
            or self.owners.before_bracket(run) is not None
        ):
            return True
        if sentence.low(run.last + 1) in VERSUS and run.last + 2 in {other.first for other in self.runs}:
            return True
        if self.sentence.low(run.last + 1) == "for" and self.sentence.low(run.last + 2) in lexicon.EFFORTS:
            return True
        if self._is_all(run) or self.owners.behind(run) is not None or self.owners.in_bracket_behind(run) is not None:
            return True
        if sentence.low(run.last + 1) == "according" and sentence.low(run.last + 2) == "to":
            return True
        return self._verb_says_so(run)

    def _is_all(self, run: Run) -> bool:
        """`Only 14.3%.`: a sentence of nothing else says what the one before has left open."""
        words = {self.sentence.low(i) for i in range(len(self.sentence.pieces)) if not run.first <= i <= run.last}
        return run.figures[0].unit == "percent" and words <= _ALONE

    def _verb_says_so(self, run: Run) -> bool:
        sentence = self.sentence
        for here in range(run.first - 1, max(-1, run.first - NEAR - 1), -1):
            word = sentence.low(here)
            if word in SCORING or word in VERSUS:
                return True
            if (word in lexicon.BE or word in ("do", "does", "did")) and self._stands_at(here, run):
                return True
            if word in (",", ";", "and"):
                return False
        return False

    def _of_something_else(self, run: Run) -> bool:
        """`an average sparsity of 87.89%`."""
        piece = self.sentence.pieces[run.first - 2] if run.first > 1 else None
        return (
            piece is not None
            and piece.kind is Kind.WORD
            and piece.low not in lexicon.SCORE_NOUNS | SCORING | lexicon.GENERIC_BENCHMARK
        )

    def _stands_at(self, verb: int, run: Run) -> bool:
        """`is at 74.7%`, `it's around 40%`."""
        between = {self.sentence.low(i) for i in range(verb + 1, run.first)}
        if run.figures[0].unit != "percent" or not between <= BEFORE_OWN:
            return False
        pointing = self.sentence.low(verb - 1) in lexicon.PRONOUNS or self.sentence.low(verb) == "it's"
        return (
            pointing
            or bool(between & lexicon.APPROXIMATE)
            or "at" in between
            or self.sentence.low(verb) not in lexicon.BE
        )

    def in_other_setting(self, run: Run) -> bool:
        """`43.1% (53.8% with test-time scaling)`: a second score of the same model, in brackets behind the first."""
        opened = self.sentence.bracketed[run.first]
        if self.sentence.low(run.first - 1) in VERSUS:
            return False  # "(vs 45.1 for X)"
        if opened < 1 or not any(figure.last == opened - 1 for figure in self.sentence.figures):
            inside = opened >= 1 and any(
                paired.figure.last < opened
                and opened - paired.figure.last <= 8
                and paired.figure.unit == run.figures[0].unit
                for paired in self.pairs
            )
            if not inside:
                return False
        closed = lists.closing(self.sentence.pieces, opened)
        return any(self.sentence.low(i) in _OTHER_SETTING for i in range(opened, closed))

    def nearest(self, shift: Shift) -> list[Measured]:
        row = self._row_before(shift.old) or self._row_after(shift.new)
        if row:
            return [Measured(self.sentence.pieces[row[-1]].words, row[-1], tight=False)]
        loose = self._rated(shift.new) or self._of_topic(shift.new)
        return [one for some in loose.values() for one in some][:1]
