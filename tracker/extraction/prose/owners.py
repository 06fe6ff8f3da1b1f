"""Whose a number is: the model beside it, behind it, before its bracket, or the subject of its clause."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.extraction.prose import lexicon, lists
from tracker.extraction.prose.antecedents import NOBODY, Subject, Topic, subject
from tracker.extraction.prose.figures import Use
from tracker.extraction.prose.parse import Sentence
from tracker.extraction.prose.pieces import Kind
from tracker.extraction.prose.shifts import Run, Shift

NEAR = 8
"""Pieces between a number and the verb or name that makes it a score; tuned on prose/dev."""
BEFORE_OWN = (
    lexicon.STATIVE_VERBS
    | lexicon.SCORE_NOUNS
    | lexicon.APPROXIMATE
    | lexicon.SCORE_VERBS
    | lexicon.words(
        "( of a an the : = - — on in for an was its score only just even already currently now original previous prior earlier from to baseline still ` about over * that which 的 得 分 仅 为 达 达到 只 有"
    )
    | {'"'}
)
"""What may stand between a model and its number."""
_EACH = lexicon.words("both each all 均 都")
VERSUS = lexicon.words("vs vs. versus against")
_ALL_VOTES = 100
"""`X beats Y 60 to 40`: how the votes were shared out, no scores."""
_ROW_WORDS = lexicon.ON | lexicon.DETERMINERS | lexicon.SCORE_NOUNS | lexicon.words(", and & both also ) % 和")


def _owned_by_another(sentence: Sentence, run: Run) -> bool:
    """`beats its predecessor's 34.5`: the number is a thing's that the sentence only describes."""
    return sentence.pieces[run.first - 1].possessive and sentence.low(run.first - 1) in _RELATED if run.first else False


_RELATED = lexicon.words(
    "predecessor predecessors rival rivals competitor competitors sibling siblings teacher baseline"
)


@dataclass(frozen=True, slots=True)
class Owners:
    """Looks for the owners of a sentence's numbers. `taken` are the right sides of its comparisons."""

    sentence: Sentence
    topic: Topic
    taken: frozenset[int]

    def of(self, run: Run, several: int = 1) -> Subject:
        """`several`: of how many changes this is one."""
        sentence = self.sentence
        columns = self.topic.columns
        if len(run.figures) == len(columns) > 1 and not sentence.of(Kind.MODEL):
            return Subject(columns)
        if _owned_by_another(sentence, run):
            return NOBODY
        built = self._by_build(run)
        if built is not None:
            return built
        place = self.before(run)
        if place is not None and not self._is_lefts(run, place):
            return self._named_at(place, run, several)
        against = self._against(run)
        if against is not None:
            return against
        behind = self.behind(run)
        if behind is not None:
            return self._one(behind)
        beside = self.before_bracket(run) if sentence.low(run.last + 1) not in VERSUS else None
        if beside is not None:
            return self._one(beside)
        return subject(sentence, run.first, self.topic, self.taken)

    def _one(self, place: int) -> Subject:
        return Subject((self.sentence.pieces[place].words,), (place,))

    def _named_at(self, place: int, run: Run, several: int) -> Subject:
        """The model right before its number, with those of its row where they are as many as the numbers."""
        places = lists.ending_at(self.sentence.pieces, place, Kind.MODEL)
        if self.sentence.low(run.first - 1) in _EACH:
            places = places[-2:]  # "A and B (both 58), and C and D (both 53)"
        elif len(places) not in (1, several, len(run.figures)):
            places = (place,)
        return Subject(tuple(self.sentence.pieces[i].words for i in places), places)

    def _by_build(self, run: Run) -> Subject | None:
        """Whose a number is where it stands between or before names in a fixed order."""
        bracketed = self.in_bracket_behind(run)
        return self._opposed(run) if bracketed is None else self._one(bracketed)

    def _opposed(self, run: Run) -> Subject | None:
        """`X beats Y 50.2 to 49.1`: the first number is the left side's, the second the right side's; nobody's where
        their order says the opposite of the verb. `None` where the sentence is not so built.
        """
        sentence = self.sentence
        scores = [figure for figure in sentence.figures if figure.use is Use.SCORE]
        for trigger in sentence.triggers:
            here = next(
                (i for i, f in enumerate(scores) if f.first - 1 in self.taken and f.first > trigger.start), None
            )
            if here is None or here + 1 >= len(scores) or run.figures[0] not in scores[here : here + 2]:
                continue
            one, other = scores[here], scores[here + 1]
            if other.first - one.last != 2 or sentence.low(one.last + 1) not in VERSUS | {"to"}:
                continue
            shares = one.value + other.value == _ALL_VOTES
            if trigger.passive or shares or (one.value > other.value) != (trigger.relation == ">"):
                return NOBODY
            if run.figures[0] is other:
                return self._one(one.first - 1)
            return subject(sentence, trigger.start, self.topic, self.taken)
        return None

    def in_bracket_behind(self, run: Run) -> int | None:
        """`72.5% (X), 70.1% (Y)`: the model alone in the bracket behind its number."""
        sentence = self.sentence
        if not self._is_bracketed_model(run.last + 1) or sentence.low(run.last + 4) == "of":
            return None
        gains = any(
            figure.use is Use.MARGIN and self._is_bracketed_model(figure.last + 1) for figure in sentence.figures
        )
        return None if gains else run.last + 2  # "up 5% (X), 4% (Y)": so is each number of the row

    def _is_bracketed_model(self, at: int) -> bool:
        sentence = self.sentence
        return sentence.low(at) == "(" and sentence.kind(at + 1) is Kind.MODEL and sentence.low(at + 2) == ")"

    def _against(self, run: Run) -> Subject | None:
        """Whose a number behind `vs` is: the right side's, unless the number before is that one's, or the one's said
        behind it ("vs 45.1 for X").
        """
        sentence = self.sentence
        if sentence.low(run.first - 1) not in VERSUS and sentence.low(run.first - 2) not in VERSUS:
            return None
        if sentence.low(run.last + 1) == "for" and (behind := self.behind(run)) is not None:
            return self._one(behind)
        other = [i for i in sentence.of(Kind.MODEL, 0, run.first) if i in self.taken]
        if other and self._already(other[-1], run):
            return subject(sentence, run.first, self.topic, self.taken)  # "loses to X at 15% vs 14.9%"
        if other:
            return self._one(other[-1])
        if self.topic.others and len(sentence.of(Kind.MODEL)) == 0:
            return Subject(self.topic.others[:1])
        return None if sentence.triggers else NOBODY

    def _already(self, place: int, run: Run) -> bool:
        """Whether the number before `vs` is the model's at a place."""
        earlier = [figure for figure in self.sentence.figures if figure.last < run.first]
        if not earlier or self.sentence.bracketed[run.first] >= 0:
            return False  # "surpassing X on A (65.3 vs 52.1)"
        return self.before(Run((earlier[-1],))) == place

    def goes_on(self, earlier: Run, run: Run) -> bool:
        """`… 74.8 on A and 73.3 on B`: the second number is the same model's."""
        return all(
            self.sentence.kind(i) in (Kind.BENCHMARK, Kind.METRIC) or self.sentence.low(i) in _ROW_WORDS
            for i in range(earlier.last + 1, run.first)
        )

    def before(self, run: Run) -> int | None:
        """A model that its number follows at once: "GPT-4's 91.6", "X (90.7%)", "X with 32.2", "X 57.3"."""
        sentence = self.sentence
        here = run.first - 1
        other = False  # a benchmark stands between: "X with A at 45.9" says nothing of X where X is a right side
        while here >= max(0, run.first - NEAR):
            if sentence.kind(here) is Kind.MODEL:
                return None if other and here in self.taken and sentence.low(here + 1) == "with" else here
            other = other or sentence.kind(here) is Kind.BENCHMARK
            if sentence.low(here) == ")":
                here = sentence.bracketed[here - 1]
            elif sentence.low(here) in _EACH and here == run.first - 1:
                pass
            elif not (
                sentence.low(here) in BEFORE_OWN
                or sentence.kind(here) in (Kind.METRIC, Kind.BENCHMARK)
                or sentence.low(here).endswith("ly")
            ):
                return None
            here -= 1
        return None

    def _is_lefts(self, run: Run, model: int) -> bool:
        """`surpassing Y (73.2 vs. 67.0)`: the first of the two numbers is the other side's."""
        opened = self.sentence.bracketed[run.first]
        return model in self.taken and model < opened and self.sentence.low(run.last + 1) in VERSUS

    def behind(self, run: Run) -> int | None:
        """`the reported 69% score for X`, where no model stands before the number."""
        sentence = self.sentence
        reach = 4 if sentence.of(Kind.MODEL, 0, run.first) else 12
        for here in range(run.last + 1, min(len(sentence.pieces) - 1, run.last + reach)):
            if sentence.kind(here) is Kind.NUMBER or sentence.low(here) in VERSUS or sentence.low(here) in (",", ";"):
                return None
            if reach == 4 and sentence.low(here) != "for":
                continue
            named = here + 1 + (sentence.low(here + 1) in lexicon.DETERMINERS)
            if sentence.low(here) in ("for", "by", "with", "from") and sentence.kind(named) is Kind.MODEL:
                return named if named not in self.taken else None
        return None

    def before_bracket(self, run: Run) -> int | None:
        """`beaten by X with just 3.6B active parameters (91.7%)`: the model right before the bracket."""
        opened = self.sentence.bracketed[run.first]
        for here in range(opened - 1, max(-1, opened - 9), -1):
            if self.sentence.kind(here) is Kind.MODEL and here in self.taken:
                return here
            if self.sentence.low(here) in (",", ";", ")") or self.sentence.kind(here) in (Kind.BENCHMARK, Kind.NUMBER):
                return None
        return None

    def of_old(self, shift: Shift) -> Subject:
        """Whose the old number is: "from 52.9 of X to 75.5", "… compared to X"."""
        pieces = self.sentence.pieces
        between = self.sentence.of(Kind.MODEL, shift.old.last, shift.new.first)
        if between:
            return Subject(tuple(pieces[i].words for i in between), between)
        for at in range(len(pieces) - 1):
            if pieces[at].low in ("compared", "relative", "over") and pieces[at + 1].low in ("to", "with"):
                row = lists.read(pieces, at + 2, Kind.MODEL)
                if row.members:
                    return Subject(tuple(pieces[i].words for i in row.members), row.members)
        return NOBODY
