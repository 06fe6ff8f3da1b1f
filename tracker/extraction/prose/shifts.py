"""Changes from one score to another: "from 61.4 to 66.9", "48.3/60.7 → 64.4/71.8"."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.extraction.prose import lexicon
from tracker.extraction.prose.figures import Figure, Use
from tracker.extraction.prose.parse import Sentence
from tracker.extraction.prose.pieces import Kind


@dataclass(frozen=True, slots=True)
class Run:
    """Scores in a row ("43.6, 61.8, and 72.9"; "48.3/60.7"); most hold one."""

    figures: tuple[Figure, ...]

    @property
    def first(self) -> int:
        return self.figures[0].first

    @property
    def last(self) -> int:
        return self.figures[-1].last


@dataclass(frozen=True, slots=True)
class Shift:
    old: Run
    new: Run


_ARROWS = lexicon.words("to → into 提升到 到 至")
_BETWEEN = _ARROWS | lexicon.words(
    'of all the way up down a an impressive excellent remarkable outstanding strong new record score in on ` * " ( ) 了 points point'
)
_LONGEST = 12


def shifts(sentence: Sentence) -> tuple[Shift, ...]:
    scores = [figure for figure in sentence.figures if figure.use is Use.SCORE]
    result: list[Shift] = [shift] if (shift := _gained(sentence, scores)) else []
    for i in range(len(scores) - 1 if not result else 0):
        follows = bool(result) and result[-1].new.figures[-1] is scores[i - 1] if i else False
        if _leads_to(sentence, scores[i], scores[i + 1], started=follows):
            old = _slashed(sentence, scores, i, -1)
            new = _slashed(sentence, scores, i + 1, 1)
            result.append(Shift(old, new))
    return tuple(result)


def _gained(sentence: Sentence, scores: list[Figure]) -> Shift | None:
    """`70.4 vs 54.8 → +15.6`: new against old of one model, where the difference says so and no other one is named."""
    margins = [figure for figure in sentence.figures if figure.use is Use.MARGIN]
    if len(scores) != 2 or len(margins) != 1 or sentence.of(Kind.MODEL):
        return None
    new, old = scores
    versus = old.first - new.last == 2 and sentence.low(new.last + 1) in ("vs", "vs.", "versus")
    if not versus or new.value - old.value != margins[0].value:
        return None
    return Shift(Run((old,)), Run((new,)))


def _leads_to(sentence: Sentence, old: Figure, new: Figure, *, started: bool) -> bool:
    """`started`: a change stands right before, so that `from` may be left out ("from 1 to 2 and 3 to 4")."""
    between = range(old.last + 1, new.first)
    if not 0 < len(between) <= _LONGEST or not any(sentence.low(i) in _ARROWS for i in between):
        return False
    arrow = any(sentence.low(i) == "→" for i in between)
    started = started or any(sentence.low(i) in ("from", "从", "由") for i in range(max(0, old.first - 4), old.first))
    return (arrow or started) and all(
        sentence.low(i) in _BETWEEN or sentence.kind(i) in (Kind.MODEL, Kind.METRIC)
        for i in between
        if sentence.low(i) != "/"
    )


def _slashed(sentence: Sentence, scores: list[Figure], at: int, step: int) -> Run:
    """The numbers that slashes join to the one at `at`."""
    members = [scores[at]]
    here = at + step
    while 0 <= here < len(scores):
        left, right = sorted((members[-1], scores[here]), key=lambda figure: figure.first)
        if right.first - left.last != 2 or sentence.low(left.last + 1) != "/":
            break
        members.append(scores[here])
        here += step
    return Run(tuple(sorted(members, key=lambda figure: figure.first)))
