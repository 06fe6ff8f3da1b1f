"""Which texts and sentences may state anything at all, told before they are cut into pieces."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from typing import Any

import ahocorasick_rs

from tracker.extraction.linear import LinearSearch
from tracker.extraction.prose import facts, guessed_benchmarks, guessed_models, lexicon
from tracker.extraction.prose.pieces import Piece
from tracker.extraction.prose.relations import rows

_DIGIT = re.compile(r"[0-9]")
_NUMBER = re.compile(r"\d")
_SCORE = re.compile(r"[0-9]\s?[%％]|[0-9]\.[0-9]|\b[0-9]{2,4} (?:on|elo|points)\b", re.IGNORECASE)
_SIGNS = (">", "<", "≥", "=", "≈")
_COMMON = frozenset(("with", "over"))
_FACTS = ("context", "param", "train", *facts.STATUS)


@cache
def _words() -> Any:
    """One telling word of every comparing phrase (its longest), and the words of facts."""
    telling = {max(row.head, key=len) for some in rows().values() for row in some}
    shortest: list[str] = []
    for word in sorted({*telling, *_SIGNS, *_FACTS, *lexicon.POINTED_RIGHT}, key=lambda word: (len(word), word)):
        if not any(short in word for short in shortest):
            shortest.append(word)
    return ahocorasick_rs.AhoCorasick(shortest, implementation=ahocorasick_rs.Implementation.DFA)


@cache
def _whole_words() -> LinearSearch:
    """The words without which no rule can find a comparison, a fact or the name of an unlisted model: the rarest word of
    every comparing phrase, its verbs, and what facts are told with.
    """
    heads = {
        max(row.head, key=lambda word: (word not in _COMMON, len(word))) for some in rows().values() for row in some
    }
    words = heads | guessed_models.TELLING | facts.TELLING | lexicon.POINTED_RIGHT
    parts = {max(re.split(r"[-'’]", word), key=len) for word in words}
    return LinearSearch(_standing_alone(sorted(parts)) + "|" + "|".join(map(re.escape, _SIGNS)))


@cache
def _benchmark_words() -> LinearSearch:
    """What tells the name of an unlisted benchmark that stands behind no score: its ending, or the noun behind it."""
    return LinearSearch("|".join([*guessed_benchmarks.ENDINGS, _standing_alone(sorted(guessed_benchmarks.TELLING))]))


def _standing_alone(words: Sequence[str]) -> str:
    """A pattern for words: Latin ones with something between them and any letter before, or word character behind."""
    latin = "|".join(re.escape(word) for word in words if word.isascii())
    others = "".join(f"|{re.escape(word)}" for word in words if not word.isascii())
    return f"(?:^|[^a-z])(?:{latin})(?:[^a-z0-9_]|$){others}"


def may_state(text: str) -> bool:
    """Whether a text without any name may state something about what was named before it."""
    return _SCORE.search(text) is not None or bool(_words().find_matches_as_indexes(text.lower()))


class Signals:
    """The places of a text's comparing words and numbers; digits inside names are no numbers."""

    def __init__(self, text: str, names: Sequence[Piece]) -> None:
        lowered = text.lower()
        same = len(lowered) == len(text)  # a few letters change their length ("İ"): then nothing is told apart
        self.places = (
            [start for _, start, _ in _words().find_matches_as_indexes(lowered)] if same else [*range(len(text))]
        )
        self.text = text
        self.bare = _without(text, names)

    def __contains__(self, span: tuple[int, int]) -> bool:
        """Whether the span of a sentence holds any."""
        start, end = span
        return _DIGIT.search(self.bare, start, end) is not None or self._compares(start, end)

    def score_like(self, span: tuple[int, int]) -> bool:
        """Whether a sentence without names holds a comparing word, or a number written like a score."""
        start, end = span
        return _SCORE.search(self.bare, start, end) is not None or self._compares(start, end)

    def states(self, span: tuple[int, int]) -> bool:
        """Whether the sentence holds a number, or one of those words as a whole: what no rule can do without."""
        start, end = span
        return _NUMBER.search(self.bare, start, end) is not None or _whole_words()(self.text[start:end])

    def may_name(self, span: tuple[int, int]) -> bool:
        """Whether a sentence may name a benchmark that no registry lists, other than right behind a score."""
        start, end = span
        return _benchmark_words()(self.text[start:end])

    def _compares(self, start: int, end: int) -> bool:
        at = bisect_left(self.places, start)
        return at < len(self.places) and self.places[at] < end


def _without(text: str, names: Sequence[Piece]) -> str:
    parts: list[str] = []
    at = 0
    for piece in names:
        parts.append(text[at : piece.start])
        parts.append(" " * (piece.end - piece.start))
        at = piece.end
    return "".join([*parts, text[at:]])
