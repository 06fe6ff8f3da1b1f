"""How two numbers that a document gave for the same claim relate: equal, rounded, rescaled or different."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from functools import lru_cache

_CONTEXT_DIGITS = 28
"""Up to this length a number is shorter than the precision to which `normalize` rounds."""


class Relationship(Enum):
    EQUAL = "equal"
    ROUNDED = "rounded"
    RESCALED = "rescaled"
    DIFFERENT = "different"


@lru_cache(maxsize=16384)
def number_text(value: Decimal) -> str:
    """The number without regard to its spelling: `73.40` and `73.4` are one. Stable, so it can be hashed and stored."""
    text = str(value)
    if "E" in text or len(text) > _CONTEXT_DIGITS:
        return format(value.normalize(), "f") if value else "0"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def relate(old: Decimal, new: Decimal) -> Relationship:
    """`ROUNDED`: digits were only gained or lost (39.82 → 39.8). `RESCALED`: a fraction became per cent or back
    (0.886 → 88.6), the finer side rounded at most.
    """
    if old == new:
        return Relationship.EQUAL
    if _rounds_to(old, new):
        return Relationship.ROUNDED
    small, large = sorted((old, new), key=abs)
    if 0 < abs(small) <= 1 < abs(large):
        scaled = small.scaleb(2)
        if scaled == large or (_significant(scaled) > 1 and _significant(large) > 1 and _rounds_to(scaled, large)):
            return Relationship.RESCALED
    return Relationship.DIFFERENT


def _rounds_to(one: Decimal, other: Decimal) -> bool:
    """Whether the number with fewer decimals is the other one rounded, whichever way its halves go."""
    digits_one, digits_other = _exponent(one), _exponent(other)
    if digits_one == digits_other:
        return False
    half_a_digit = Decimal(5).scaleb(max(digits_one, digits_other) - 1)
    return abs(one - other) <= half_a_digit


def _exponent(value: Decimal) -> int:
    """Place of the last digit that the author wrote (−2: hundredths). Trailing zeros of an integer count as written."""
    exponent = value.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _significant(value: Decimal) -> int:
    return len(value.as_tuple().digits)
