"""Scores that a sentence states: number, benchmark, and whose it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tracker.domain.claims import Setting
from tracker.extraction.prose import lexicon, lists
from tracker.extraction.prose.antecedents import NOBODY, Subject, Topic, subject
from tracker.extraction.prose.figures import Figure
from tracker.extraction.prose.modality import modality
from tracker.extraction.prose.pairing import pair, runs
from tracker.extraction.prose.parse import Sentence
from tracker.extraction.prose.pieces import Kind
from tracker.extraction.prose.relations import verbs
from tracker.extraction.prose.settings import words_in_bracket
from tracker.extraction.prose.shifts import Run, Shift, shifts


@dataclass(frozen=True, slots=True)
class Stated:
    """One score. `places` are the pieces that say it, `place` the benchmark's (-1: in another sentence); `sure` is how
    directly they say it. `note` tells two scores of one model on one benchmark apart ("with test-time scaling", before).
    """

    model: str
    benchmark: str
    figure: Figure
    places: tuple[int, ...]
    sure: float
    place: int = -1
    note: tuple[str, str] = ("", "")

    def with_setting(self, setting: Setting) -> Setting:
        return replace(setting, extra=tuple(sorted((*setting.extra, self.note)))) if self.note[1] else setting


@dataclass(frozen=True, slots=True)
class Measured:
    """A benchmark of a number: its place is -1 where an earlier sentence or a heading names it."""

    benchmark: str
    place: int
    tight: bool


Measures = Mapping[int, tuple[Measured, ...]]
"""By the place of a number."""


def stated(sentence: Sentence, topic: Topic, rights: Sequence[lists.Row]) -> tuple[Stated, ...]:
    """All scores of a sentence. `rights` are the right sides of its comparisons."""
    if not sentence.figures:
        return ()
    return tuple(_Reader(sentence, topic, rights).read())


_NEAR = 8
"""Pieces between a number and the verb or name that makes it a score; tuned on prose/dev."""
_FAR = 30
"""Pieces from a number to the benchmark behind it ("73.2 pass@1 and surpasses X, Y and Z on A"); tuned on prose/dev."""
_BEFORE_OWN = (
    lexicon.STATIVE_VERBS
    | lexicon.SCORE_NOUNS
    | lexicon.APPROXIMATE
    | lexicon.SCORE_VERBS
    | lexicon.words(
        '( of a an the : = - — on in for an was its score only just even already currently now from to still ` about over " * 的 得 分'
    )
)
_VERSUS = lexicon.words("vs vs. versus against")
_MAY_FOLLOW = lexicon.words(
    "and or with without when which that to from after before compared vs versus than as thus making making setting now here "
    "despite because since even overall respectively too also again this there of by up vs. according within at against during"
)
_ROW_WORDS = lexicon.ON | lexicon.DETERMINERS | lexicon.SCORE_NOUNS | lexicon.words(", and & both also ) % 和")
_OTHER_SETTING = lexicon.words("with using w/ without w/o when for")
_UNREAL = lexicon.words(
    "whether if unless hope hopes hoping wish wishes would imagine want wants please need needs 如果 希望"
)
_COSTLY = lexicon.words(
    "length latency price cost costs speed throughput memory time runtime share usage utilization sparsity"
)
_SCORING = lexicon.SCORE_VERBS | lexicon.words("score scores accuracy rating result results → scoring")


class _Reader:
    def __init__(self, sentence: Sentence, topic: Topic, rights: Sequence[lists.Row]) -> None:
        self.sentence = sentence
        self.topic = topic
        self.rights = rights
        self.taken = frozenset(member for row in rights for member in row.members)
        self.shifts = shifts(sentence)
        self.runs = runs(sentence, self.shifts)
        self.pairs = pair(sentence, self.runs)

    def read(self) -> Iterator[Stated]:
        yield from self._shifted()
        moved = {run.first for shift in self.shifts for run in (shift.old, shift.new)}
        before: tuple[Run, Subject] | None = None
        for run in self.runs:
            if run.first in moved or self._doubtful(run):
                continue
            measures = self._measures(run)
            if not measures:
                continue
            goes_on = before is not None and self._goes_on(before[0], run)
            who = before[1] if goes_on and before else self._who(run)
            before = (run, who)
            yield from self._told(run, measures, who, self._note(run))

    def _goes_on(self, before: Run, run: Run) -> bool:
        """`… 74.8 on A and 73.3 on B`: the second number is the same model's."""
        return all(
            self.sentence.kind(i) in (Kind.BENCHMARK, Kind.METRIC) or self.sentence.low(i) in _ROW_WORDS
            for i in range(before.last + 1, run.first)
        )

    def _told(self, run: Run, measures: Measures, who: Subject, note: tuple[str, str] = ("", "")) -> Iterator[Stated]:
        for figure, names in self._shared_out(run, who):
            for owner, place in names:
                for measured in measures.get(figure.first, ()):
                    places = tuple(p for p in (place, measured.place, figure.first, figure.last) if p >= 0)
                    sure = 0.95 if measured.tight and place >= 0 else 0.8
                    yield Stated(owner, measured.benchmark, figure, places, sure, measured.place, note)

    def _shared_out(self, run: Run, who: Subject) -> Iterator[tuple[Figure, list[tuple[str, int]]]]:
        """Whose each number is: of one model all, of as many models as numbers one each."""
        places = [*who.places, *[-1] * (len(who.names) - len(who.places))]
        owners = list(zip(who.names, places, strict=True))
        if len(owners) == len(run.figures) > 1:
            yield from ((figure, [owner]) for figure, owner in zip(run.figures, owners, strict=True))
        elif len(owners) == 1 or len(run.figures) == 1:
            yield from ((figure, owners) for figure in run.figures)

    def _doubtful(self, run: Run) -> bool:
        start = self.sentence.clause_start(run.first)
        if self.sentence.asks(run.first) or self.sentence.wishes:
            return True
        if modality(self.sentence, run.first).negated or self._of_cost(run):
            return True
        return any(self.sentence.low(i) in _UNREAL for i in range(start, run.first))

    def _of_cost(self, run: Run) -> bool:
        """`the average length of X on A is 1618`."""
        for here in range(run.first - 1, max(-1, run.first - 2 * _NEAR), -1):
            if self.sentence.low(here) in _SCORING or self.sentence.clauses[here] != self.sentence.clauses[run.first]:
                return False
            if self.sentence.low(here) in _COSTLY:
                return True
        return False

    # which benchmark

    def _measures(self, run: Run) -> Measures:
        found: dict[int, list[Measured]] = {}
        own = {figure.first for figure in run.figures}
        for paired in self.pairs:
            if paired.figure.first in own:
                measured = Measured(self.sentence.pieces[paired.benchmark].words, paired.benchmark, tight=True)
                found.setdefault(paired.figure.first, []).append(measured)
        if found:
            return {place: tuple(some) for place, some in found.items()}
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
        if self.sentence.kind(after) is not Kind.WORD or word in lexicon.ON or word in lexicon.SCORE_NOUNS:
            return self.sentence.kind(after) is not Kind.MODEL
        return word in _MAY_FOLLOW or word in lexicon.CLAUSE_BREAKS or word.endswith("ly") or word in verbs()

    def _placed_elsewhere(self, run: Run) -> bool:
        """`63.7% vs. 62.1% in our own suite`: the place of the number is said, and it is no benchmark that is known."""
        sentence = self.sentence
        after = run.last + 1
        if sentence.low(after) in _VERSUS:
            following = next((figure for figure in sentence.figures if figure.first > run.last), None)
            after = following.last + 1 if following else after
        if sentence.low(after) not in ("in", "on") or sentence.points_to_benchmark(after, after + 5):
            return False
        near = range(after + 1, min(after + 4, len(sentence.pieces)))
        return not any(sentence.kind(i) is Kind.BENCHMARK or sentence.low(i) in lexicon.GENERIC_BENCHMARK for i in near)

    def _spread_over(self, run: Run, row: Sequence[int]) -> Measures:
        named = [Measured(self.sentence.pieces[place].words, place, tight=False) for place in row]
        if len(named) == len(run.figures):
            return {figure.first: (one,) for figure, one in zip(run.figures, named, strict=True)}
        if len(named) == 1:
            return {figure.first: (named[0],) for figure in run.figures}
        return {}

    def _of_topic(self, run: Run) -> Measures:
        """The benchmark that the text before has named, or the title."""
        sentence, topic = self.sentence, self.topic
        if sentence.names_other_set or self._labelled(run):
            return {}
        pointed = sentence.points_to_benchmark(sentence.clause_start(run.first), sentence.clause_end(run.first))
        if any(figure.plain for figure in run.figures) and not pointed:
            return {}
        name = topic.benchmark if pointed else topic.near_benchmark
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
        return lists.read(self.sentence.pieces, places[0], Kind.BENCHMARK).members if places else ()

    def _looks_like_score(self, run: Run) -> bool:
        """Whether a number that stands apart from any benchmark is said to be a score."""
        sentence = self.sentence
        if sentence.low(run.first - 1) == "of" and self._of_something_else(run):
            return False
        if (
            self._model_before(run) is not None
            or self._in_other_setting(run)
            or self._model_beside_bracket(run) is not None
        ):
            return True
        if sentence.low(run.last + 1) in _VERSUS and run.last + 2 in {other.first for other in self.runs}:
            return True
        if sentence.low(run.last + 1) == "according" and sentence.low(run.last + 2) == "to":
            return True
        for here in range(run.first - 1, max(-1, run.first - _NEAR - 1), -1):
            word = sentence.low(here)
            if word in _SCORING or word in _VERSUS:
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
            and piece.low not in lexicon.SCORE_NOUNS | _SCORING | lexicon.GENERIC_BENCHMARK
        )

    def _stands_at(self, verb: int, run: Run) -> bool:
        """`is at 74.7%`, `it's around 40%`."""
        between = {self.sentence.low(i) for i in range(verb + 1, run.first)}
        if run.figures[0].unit != "percent" or not between <= _BEFORE_OWN:
            return False
        pointing = self.sentence.low(verb - 1) in lexicon.PRONOUNS or self.sentence.low(verb) == "it's"
        return (
            pointing
            or bool(between & lexicon.APPROXIMATE)
            or "at" in between
            or self.sentence.low(verb) not in lexicon.BE
        )

    def _in_other_setting(self, run: Run) -> bool:
        """`43.1% (53.8% with test-time scaling)`: a second score of the same model, in brackets behind the first."""
        opened = self.sentence.bracketed[run.first]
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

    def _note(self, run: Run) -> tuple[str, str]:
        if not self._in_other_setting(run):
            return ("", "")
        return ("with", words_in_bracket(self.sentence, self.sentence.bracketed[run.first]))

    # whose

    def _who(self, run: Run, several: int = 1) -> Subject:
        """`several`: of how many changes this is one."""
        sentence = self.sentence
        before = self._model_before(run)
        if before is not None and not self._is_lefts(run, before):
            places = lists.ending_at(sentence.pieces, before, Kind.MODEL)
            if len(places) not in (1, several, len(run.figures)):
                places = (before,)
            return Subject(tuple(sentence.pieces[i].words for i in places), places)
        if sentence.low(run.first - 1) in _VERSUS or sentence.low(run.first - 2) in _VERSUS:
            other = [i for i in sentence.of(Kind.MODEL, 0, run.first) if i in self.taken]
            if other:
                return Subject((sentence.pieces[other[-1]].words,), (other[-1],))
            if self.topic.others and len(sentence.of(Kind.MODEL)) == 0:
                return Subject(self.topic.others[:1])
            if not sentence.triggers:
                return NOBODY
        behind = self._model_behind(run)
        if behind is not None:
            return Subject((sentence.pieces[behind].words,), (behind,))
        beside = self._model_beside_bracket(run) if sentence.low(run.last + 1) not in _VERSUS else None
        if beside is not None:
            return Subject((sentence.pieces[beside].words,), (beside,))
        return subject(sentence, run.first, self.topic, self.taken)

    def _is_lefts(self, run: Run, model: int) -> bool:
        """`surpassing Y (73.2 vs. 67.0)`: the first of the two numbers is the other side's."""
        opened = self.sentence.bracketed[run.first]
        return model in self.taken and model < opened and self.sentence.low(run.last + 1) in _VERSUS

    def _model_before(self, run: Run) -> int | None:
        """A model that its number follows at once: "GPT-4's 91.6", "X (90.7%)", "X with 32.2", "X 57.3"."""
        sentence = self.sentence
        here = run.first - 1
        other = False  # a benchmark stands between: "X with A at 45.9" says nothing of X where X is a right side
        while here >= max(0, run.first - _NEAR):
            if sentence.kind(here) is Kind.MODEL:
                return None if other and here in self.taken and sentence.low(here + 1) == "with" else here
            other = other or sentence.kind(here) is Kind.BENCHMARK
            if sentence.low(here) == ")":
                here = sentence.bracketed[here - 1]
            elif not (
                sentence.low(here) in _BEFORE_OWN
                or sentence.kind(here) in (Kind.METRIC, Kind.BENCHMARK)
                or sentence.low(here).endswith("ly")
            ):
                return None
            here -= 1
        return None

    def _model_behind(self, run: Run) -> int | None:
        """`the reported 69% score for X`, where no model stands before the number."""
        sentence = self.sentence
        reach = 4 if sentence.of(Kind.MODEL, 0, run.first) else 12
        for here in range(run.last + 1, min(len(sentence.pieces) - 1, run.last + reach)):
            if sentence.kind(here) is Kind.NUMBER or sentence.low(here) in _VERSUS or sentence.low(here) in (",", ";"):
                return None
            if reach == 4 and sentence.low(here) != "for":
                continue
            if sentence.low(here) in ("for", "by", "with", "from") and sentence.kind(here + 1) is Kind.MODEL:
                return here + 1 if here + 1 not in self.taken else None
        return None

    def _model_beside_bracket(self, run: Run) -> int | None:
        """`beaten by X with just 3.6B active parameters (91.7%)`: the model right before the bracket."""
        opened = self.sentence.bracketed[run.first]
        for here in range(opened - 1, max(-1, opened - 9), -1):
            if self.sentence.kind(here) is Kind.MODEL and here in self.taken:
                return here
            if self.sentence.low(here) in (",", ";", ")") or self.sentence.kind(here) in (Kind.BENCHMARK, Kind.NUMBER):
                return None
        return None

    # from one number to another

    def _shifted(self) -> Iterator[Stated]:
        live = [shift for shift in self.shifts if not self._doubtful(shift.old)]
        for i, shift in enumerate(live):
            old = self._measures(shift.old)
            new = self._measures(shift.new)
            shared = [one for some in (new or old).values() for one in some][:1] or self._nearest(shift)
            if not shared:
                continue
            measures = {figure.first: tuple(shared) for run in (shift.old, shift.new) for figure in run.figures}
            now = self._part(self._who(shift.old, several=len(live)), i, len(live), shift)
            base = self._part(self._base(shift), i, len(live), shift)
            note = ("", "") if base.names else ("state", "before")
            yield from self._told(shift.old, measures, base or now, note)
            yield from self._told(shift.new, measures, now)

    def _nearest(self, shift: Shift) -> list[Measured]:
        row = self._row_before(shift.old) or self._row_after(shift.new)
        if row:
            return [Measured(self.sentence.pieces[row[-1]].words, row[-1], tight=False)]
        loose = self._rated(shift.new) or self._of_topic(shift.new)
        return [one for some in loose.values() for one in some][:1]

    def _part(self, who: Subject, i: int, count: int, shift: Shift) -> Subject:
        """Of as many models as there are changes, the one whose change this is."""
        if len(who.names) == count > 1 and len(shift.new.figures) == 1:
            return Subject(who.names[i : i + 1], who.places[i : i + 1])
        return who

    def _base(self, shift: Shift) -> Subject:
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
        return Subject(())
