"""Values of a tree that are scores."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from tracker.domain.claims import Score
from tracker.domain.scores import parse_score
from tracker.extraction.data.tree import Node

LONGEST_NUMBER = 40
LARGEST_SCORE = Decimal(1_000_000)
"""No benchmark counts so far: what is larger is a time stamp, a count or an identifier."""

_SMALLEST_EXPONENT = -40


def number_of(node: Node) -> Decimal | None:
    """A number of the file, or a text that is a number and nothing else."""
    if node.number is not None:
        return _decimal(node.number)
    if isinstance(node.value, str):
        parsed = parse_score(node.value.strip())
        if parsed is not None and len(parsed.parts) == 1 and parsed.parts[0] is not None:
            return parsed.parts[0].value
    return None


def score_of(node: Node, *, unit: str | None = None, uncertainty: Decimal | None = None) -> Score | None:
    """The score in a value: a number, or a text by the grammar of table cells (`"77.5%"`, `"90.9 ± 0.3"`).

    `None` for what is no number, is two numbers, or is out of all bounds.
    """
    if node.number is not None:
        value = _decimal(node.number)
        if value is None:
            return None
        return Score(str(node.number), value, unit, abs(uncertainty) if uncertainty is not None else None)
    if not isinstance(node.value, str):
        return None
    parsed = parse_score(node.value.strip())
    if parsed is None or len(parsed.parts) != 1 or parsed.parts[0] is None or parsed.ratio is not None:
        return None
    score = parsed.parts[0]
    if abs(score.value) > LARGEST_SCORE:
        return None
    return Score(score.text, score.value, score.unit or unit, score.uncertainty or uncertainty)


def _decimal(lexeme: str) -> Decimal | None:
    if len(lexeme) > LONGEST_NUMBER:
        return None
    try:
        value = Decimal(lexeme)
    except InvalidOperation:
        return None
    if value and value.adjusted() < _SMALLEST_EXPONENT:
        return None
    return value if abs(value) <= LARGEST_SCORE else None
