"""Which number belongs to which benchmark: "88.6 on MMLU", "MMLU: 88.6", "43.6 and 61.8 on A and B"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tracker.extraction.prose import lexicon, lists
from tracker.extraction.prose.figures import Figure, Use
from tracker.extraction.prose.parse import Sentence
from tracker.extraction.prose.pieces import Kind
from tracker.extraction.prose.shifts import Run, Shift


@dataclass(frozen=True, slots=True)
class Paired:
    """One number and the place of its benchmark. `tight`: the two stand together by their wording."""

    figure: Figure
    benchmark: int
    tight: bool


_ROW_JOINTS = lexicon.words(", and & / or respectively 、 和")
_AFTER_NUMBER = lexicon.SCORE_NOUNS | lexicon.words(
    "out % overall zero-shot 0-shot 5-shot few-shot pass at 1 k only alone flat 的 分"
)
_LEAST = 10
"""A smaller whole number right before a benchmark counts something ("9 MathQA datasets", "3 AIME problems")."""
_SHORT = 7
"""Pieces between a benchmark and its number ("MMLU score of just under about"); tuned on prose/dev."""


def runs(sentence: Sentence, moved: Sequence[Shift] = ()) -> tuple[Run, ...]:
    """The scores of a sentence in rows; those of a change stand in rows of their own."""
    apart = [run for shift in moved for run in (shift.old, shift.new)]
    changing = {figure.first for run in apart for figure in run.figures}
    result: list[list[Figure]] = []
    for figure in sentence.figures:
        if figure.use is not Use.SCORE or figure.first in changing:
            continue
        between = {sentence.low(i) for i in range(result[-1][-1].last + 1, figure.first)} if result else set()
        if result and between and between <= _ROW_JOINTS | {"`", "*", '"'}:
            result[-1].append(figure)
        else:
            result.append([figure])
    return tuple(sorted([*apart, *(Run(tuple(row)) for row in result)], key=lambda run: run.first))


def pair(sentence: Sentence, found: tuple[Run, ...]) -> tuple[Paired, ...]:
    """Numbers and benchmarks that stand together, each number once, from left to right."""
    return tuple(_Pairer(sentence, found).pairs())


class _Pairer:
    def __init__(self, sentence: Sentence, found: tuple[Run, ...]) -> None:
        self.sentence = sentence
        self.runs = {run.first: run for run in found}
        self.done: set[int] = set()
        self.used: set[int] = set()

    def pairs(self) -> Iterator[Paired]:
        at = 0
        while at < len(self.sentence.pieces):
            if at in self.runs and at not in self.done:
                run = self.runs[at]
                row = self._benchmarks_after(run)
                if row is not None and not self._claimed_by_next(row, run):
                    yield from self._zip(run, row)
                    self.done.add(run.first)
                    self.used.update(row.members)
                    at = run.last
            elif self.sentence.kind(at) is Kind.BENCHMARK and at not in self.used:
                row = lists.Row((at,), at + 1)
                if self._run_after(at + 1) is None:
                    row = lists.read(self.sentence.pieces, at, Kind.BENCHMARK)
                after = self._run_after(row.members[-1] + 1)
                if after is not None:
                    yield from self._zip(after, row)
                    self.done.add(after.first)
                    at = after.last
                else:
                    at = row.members[-1]
            at += 1

    def _zip(self, run: Run, row: lists.Row) -> Iterator[Paired]:
        if len(run.figures) == len(row.members):
            for figure, place in zip(run.figures, row.members, strict=True):
                yield Paired(figure, place, tight=True)
        elif len(row.members) == 1 or len(run.figures) == 1:
            for figure in run.figures:
                for place in row.members:
                    yield Paired(figure, place, tight=True)

    def _run_after(self, at: int) -> Run | None:
        """The numbers behind a benchmark, over `score of`, `:`, `(`."""
        sentence = self.sentence
        here = at
        opened = False
        while here < min(len(sentence.pieces), at + _SHORT):
            if here in self.runs:
                return self.runs[here] if here not in self.done else None
            word = sentence.low(here)
            if word == "(":
                if opened:
                    return None
                if here + 1 not in self.runs and not (
                    here + 2 in self.runs and sentence.low(here + 1) in lexicon.APPROXIMATE
                ):
                    here = lists.closing(sentence.pieces, here) + 1
                    continue
                opened = True
            elif not self._links(here):
                return None
            here += 1
        return None

    def _links(self, at: int) -> bool:
        word = self.sentence.low(at)
        if self.sentence.kind(at) is Kind.METRIC or word in lexicon.LINKS or word in lexicon.LINK_FILLERS:
            return True
        return word in lexicon.SCORE_NOUNS or word in ("`", '"', "*", "|")

    def _benchmarks_after(self, run: Run) -> lists.Row | None:
        """The benchmarks behind numbers: `on A and B`, `(A)`, or A itself."""
        sentence = self.sentence
        here = self._behind_bracket(run)
        while here < len(sentence.pieces) and (
            self._describes(here) or sentence.kind(here) is Kind.METRIC or sentence.low(here) in ("`", '"', "*")
        ):
            here += 1
        if sentence.low(here) == "(" and sentence.kind(here + 1) is not Kind.BENCHMARK:
            closed = lists.closing(sentence.pieces, here)
            here = closed + 1 if closed - here <= _SHORT + 3 else here
        word = sentence.low(here)
        if sentence.kind(here) is Kind.BENCHMARK:
            row = lists.read(sentence.pieces, here, Kind.BENCHMARK)
            counted = sentence.low(row.members[-1] + 1) in lexicon.QUANTITIES or run.figures[-1].value < _LEAST
            return None if run.figures[-1].plain and counted else row
        if word in ("for", "by", "from") and sentence.kind(here + 1) is Kind.MODEL:  # "69% for X on A"
            here += 2
            word = sentence.low(here)
        if word in lexicon.ON or word == "of" or (word == "(" and sentence.kind(here + 1) is Kind.BENCHMARK):
            row = lists.read(sentence.pieces, here + 1, Kind.BENCHMARK)
            return row if row.members else None
        return None

    def _behind_bracket(self, run: Run) -> int:
        """The place behind a number, and behind the bracket in which only a margin follows it: "(47.2%, +3.4%) on A"."""
        sentence = self.sentence
        opened = sentence.bracketed[run.first]
        if opened < 0 or sentence.low(run.last + 1) != ",":
            return run.last + 1
        closed = lists.closing(sentence.pieces, opened)
        rest = [figure for figure in sentence.figures if run.last < figure.first < closed]
        margins = bool(rest) and all(figure.use is Use.MARGIN for figure in rest)
        return closed + 1 if margins and closed - run.last <= _SHORT else run.last + 1

    def _describes(self, at: int) -> bool:
        """Whether the word says more of a number before it ("29.8% single-call accuracy on")."""
        word = self.sentence.low(at)
        return word in _AFTER_NUMBER or (self.sentence.kind(at) is Kind.WORD and "-" in word)

    def _claimed_by_next(self, row: lists.Row, run: Run) -> bool:
        """Whether the benchmark right behind a number has a number of its own: "70.3, MMLU 74.2"."""
        direct = row.members[0] == run.last + 1
        return direct and self._run_after(row.members[-1] + 1) is not None
