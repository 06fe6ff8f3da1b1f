"""How far a number moved, on one scale. What a document does not say is not guessed: no measure, no alert."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext

from tracker.alerts.ports import BenchmarkFacts
from tracker.domain.claims import Score

_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Move:
    """`points`: new minus old, in percentage points for shares and in the benchmark's own unit otherwise.
    `percent`: the same relative to the old number (`None` from zero). `errors`: in standard errors (`None`: no ± given).
    """

    points: Decimal
    percent: Decimal | None
    errors: Decimal | None


def on_scale(score: Score, benchmark: BenchmarkFacts | None) -> Decimal:
    """The number with shares as percent. A bare number up to 1 with two decimals or more, on a benchmark that is known
    to be measured in percent, is a share (`.921`); a bare `1` or `0.7` there may be either and stays as it is.
    """
    return score.value * _HUNDRED if _is_share(score, benchmark) else score.value


def _is_share(score: Score, benchmark: BenchmarkFacts | None) -> bool:
    if score.unit is not None:
        return score.unit == "fraction"
    if benchmark is None or benchmark.unit != "percent":
        return False
    exponent = score.value.as_tuple().exponent
    return abs(score.value) <= 1 and isinstance(exponent, int) and exponent <= -2


def move(old: Score, new: Score, benchmark: BenchmarkFacts | None) -> Move | None:
    """How far the number moved; `None` when the two cannot stand on one scale (points against percent)."""
    shares = {"percent", "fraction", None}
    if old.unit != new.unit and not {old.unit, new.unit} <= shares:
        return None
    before, after = on_scale(old, benchmark), on_scale(new, benchmark)
    with localcontext(prec=12):
        points = after - before
        percent = points / abs(before) * _HUNDRED if before else None
        error = _standard_error(old, new, benchmark)
        return Move(points, percent, abs(points) / error if error else None)


def _standard_error(old: Score, new: Score, benchmark: BenchmarkFacts | None) -> Decimal | None:
    """Of the difference. The published ± is taken as one standard error; where one side gives none, the other's alone."""
    squares = [
        (score.uncertainty * (_HUNDRED if _is_share(score, benchmark) else 1)) ** 2
        for score in (old, new)
        if score.uncertainty
    ]
    return sum(squares, Decimal()).sqrt() if squares else None
