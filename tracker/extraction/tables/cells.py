"""What stands in one cell, before anything is known about its row and column."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from tracker.domain.scores import ParsedCell, is_blank, parse_score


class Kind(StrEnum):
    BLANK = "blank"
    SCORE = "score"  # parses as a score; whether it is one depends on its column
    QUANTITY = "quantity"  # a number that is no score: with a unit, a date, a version, a range
    SIGN = "sign"  # a tick, a cross, an emoji
    WORDS = "words"
    PROSE = "prose"  # too long to be a name


LONGEST_NAME = 96
"""Names of models with method and setting in brackets reach 80 characters; sentences start about there."""

_QUANTITY = re.compile(
    r"[~≈<>≤≥+±$€£¥\-−]{0,2}\s?[\d.,]{1,16}\s?(?:[-–~×x/]\s?[\d.,]{1,12}\s?)?"
    r"(?:%|[kKmMbBtT]\+?|[kmgtKMGT]i?[bB]|ms|s|sec|seconds?|min|mins|minutes|h|hrs?|hours?|days?|[x×]|fps|tok(?:ens)?/s|t/s|tps|it/s|tokens?|"
    r"billions?|millions?|trillions?|steps?|epochs?|gpus?|W|kW|kWh|MHz|GHz|nm|bits?|bpw|layers|pp\d*|tg\d*|usd|USD|/[\w ]{1,12})?",
)
_DATE = re.compile(
    r"\d{4}[-/.]\d{1,2}(?:[-/.]\d{1,2})?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{1,2}\.\d{1,2}\.\d{1,2}"
    r"|(?:\d{1,2}(?:st|nd|rd|th)?\s)?(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]{0,6}\.?,?\s?(?:\d{1,2},?\s)?(?:'?\d{2,4})",
    re.IGNORECASE,
)
_LONGEST_REMEMBERED = 64
_LETTERS = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class Reading:
    """A cell's text with what the score grammar made of it."""

    text: str
    kind: Kind
    parsed: ParsedCell | None = None


def read_cell(text: str, decimal_comma: bool = False) -> Reading:
    """Short cells are remembered: the same numbers and names stand in many tables, and in each snapshot of one."""
    return _read_short(text, decimal_comma) if len(text) <= _LONGEST_REMEMBERED else _read(text, decimal_comma)


def _read(text: str, decimal_comma: bool) -> Reading:
    if is_blank(text):
        return Reading(text, Kind.BLANK)
    parsed = parse_score(text, decimal_comma=decimal_comma)
    if parsed is not None:
        return Reading(text, Kind.SCORE, parsed)
    stripped = text.strip()
    if not _LETTERS.search(stripped):
        return Reading(text, Kind.QUANTITY if any(c.isdigit() for c in stripped) else Kind.SIGN)
    if _QUANTITY.fullmatch(stripped) or _DATE.fullmatch(stripped):
        return Reading(text, Kind.QUANTITY)
    return Reading(text, Kind.PROSE if len(stripped) > LONGEST_NAME else Kind.WORDS)


_read_short = lru_cache(16384)(_read)
