"""Scores that a sentence states: number, benchmark, and whose it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tracker.domain.claims import Setting
from tracker.extraction.prose import lexicon, lists
from tracker.extraction.prose.antecedents import NOBODY, Subject, Topic
from tracker.extraction.prose.figures import Figure
from tracker.extraction.prose.measures import SCORING, Benchmarks, Measures, quantised
from tracker.extraction.prose.modality import modality
from tracker.extraction.prose.owners import NEAR, Owners
from tracker.extraction.prose.pairing import pair, runs
from tracker.extraction.prose.parse import Sentence
from tracker.extraction.prose.pieces import Kind
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


def stated(sentence: Sentence, topic: Topic, rights: Sequence[lists.Row]) -> tuple[Stated, ...]:
    """All scores of a sentence. `rights` are the right sides of its comparisons."""
    if not sentence.figures:
        return ()
    return tuple(_Reader(sentence, topic, rights).read())


_UNREAL = lexicon.words(
    "whether if unless hope hopes hoping wish wishes would imagine want wants please need needs aim aims aimed aiming target targets "
    "targeted targeting 如果 希望"
)
_COSTLY = lexicon.words(
    "length latency price cost costs speed throughput memory time runtime share usage utilization sparsity temperature top_p"
)


_GAIN_NOUNS = lexicon.words(
    "gap gaps difference differences margin margins gain gains improvement improvements reduction lead"
)
_GAIN_LINKS = (
    lexicon.ON
    | lexicon.BE
    | lexicon.words("of and , % points percentage absolute relative about the a just only up to between")
)


class _Reader:
    def __init__(self, sentence: Sentence, topic: Topic, rights: Sequence[lists.Row]) -> None:
        self.sentence = sentence
        self.shifts = shifts(sentence)
        self.runs = runs(sentence, self.shifts)
        taken = frozenset(member for row in rights for member in row.members)
        self.owners = Owners(sentence, topic, taken)
        self.benchmarks = Benchmarks(sentence, topic, self.runs, pair(sentence, self.runs), self.owners)

    def read(self) -> Iterator[Stated]:
        yield from self._shifted()
        moved = {run.first for shift in self.shifts for run in (shift.old, shift.new)}
        before: tuple[Run, Subject] | None = None
        for run in self.runs:
            if run.first in moved or self._doubtful(run):
                continue
            measures = self.benchmarks.of(run)
            if not measures:
                continue
            goes_on = before is not None and self.owners.goes_on(before[0], run)
            who = before[1] if goes_on and before else self.owners.of(run)
            before = (run, who)
            yield from self._told(run, measures, who, self._note(run))

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
        if modality(self.sentence, run.first).negated or self._of_cost(run) or self._of_gain(run):
            return True
        return any(self.sentence.low(i) in _UNREAL for i in range(start, run.first))

    def _of_cost(self, run: Run) -> bool:
        """`the average length of X on A is 1618`."""
        if self.sentence.low(run.first - 1) == "→" and self.sentence.low(run.first - 3) == "$":
            return True  # "$0.22 → 1.24"
        for here in range(run.first - 1, max(-1, run.first - 2 * NEAR), -1):
            if self.sentence.low(here) in SCORING or self.sentence.clauses[here] != self.sentence.clauses[run.first]:
                return False
            if self.sentence.low(here) in _COSTLY:
                return self.sentence.low(here - 1) != "context"  # "43.2% at 32k context length"
        return False

    def _of_gain(self, run: Run) -> bool:
        """`the gap is 1% on A and 9% on B`, `gains of 2.9% on A and 2% on B`: differences, no scores."""
        for here in range(run.first - 1, max(-1, run.first - 2 * NEAR), -1):
            piece = self.sentence.pieces[here]
            if piece.low in _GAIN_NOUNS:
                return True
            if piece.kind in (Kind.BENCHMARK, Kind.NUMBER, Kind.METRIC, Kind.MODEL) or piece.low in _GAIN_LINKS:
                continue
            return False
        return False

    def _note(self, run: Run) -> tuple[str, str]:
        if label := quantised(self.sentence, run):
            return ("quantisation", label)
        if not self.benchmarks.in_other_setting(run):
            return ("", "")
        return ("with", words_in_bracket(self.sentence, self.sentence.bracketed[run.first]))

    def _shifted(self) -> Iterator[Stated]:
        live = [shift for shift in self.shifts if not self._doubtful(shift.old)]
        for i, shift in enumerate(live):
            old = self.benchmarks.of(shift.old)
            new = self.benchmarks.of(shift.new)
            shared = [one for some in (new or old).values() for one in some][:1] or self.benchmarks.nearest(shift)
            if not shared:
                continue
            measures: Measures = {
                figure.first: (shared[0],) for run in (shift.old, shift.new) for figure in run.figures
            }
            if (
                old
                and new
                and {one.place for some in old.values() for one in some}.isdisjoint(
                    one.place for some in new.values() for one in some
                )
            ):
                measures = {**old, **new}  # "from 86% on A to 72% on B"
            now, base = self._from_one_to_other() or (NOBODY, NOBODY)
            now = now or self._part(
                self.owners.of(shift.old, several=len(live)) or self.owners.of(shift.new), i, len(live), shift
            )
            base = base or self._part(self.owners.of_old(shift), i, len(live), shift)
            note = ("", "") if base.names else ("state", "before")
            yield from self._told(shift.old, measures, base or now, note)
            yield from self._told(shift.new, measures, now)

    def _from_one_to_other(self) -> tuple[Subject, Subject] | None:
        """`between X-1 and X-2, A dropped from 78 to 32`: the second model and the first, where there are two."""
        places = self.sentence.of(Kind.MODEL)
        if (
            len(self.shifts) != 1 or len(places) != 2 or self.sentence.low(places[0] - 1) != "between"
        ):  # the two that "between" joins
            return None
        old, new = (Subject((self.sentence.pieces[i].words,), (i,)) for i in places)
        return new, old

    def _part(self, who: Subject, i: int, count: int, shift: Shift) -> Subject:
        """Of as many models as there are changes, the one whose change this is."""
        if len(who.names) == count > 1 and len(shift.new.figures) == 1:
            return Subject(who.names[i : i + 1], who.places[i : i + 1])
        return who
