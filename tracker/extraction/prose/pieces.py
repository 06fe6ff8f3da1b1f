"""Text cut into pieces: the names that the registry found, and words, numbers and marks between them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from tracker.extraction.prose.lexicon import CHINESE_WORDS, CONTRACTED_IS


class Kind(StrEnum):
    MODEL = "model"
    BENCHMARK = "benchmark"
    METRIC = "metric"
    ORGANISATION = "organisation"
    NUMBER = "number"
    WORD = "word"
    MARK = "mark"
    LINK = "link"


class Piece(NamedTuple):
    """`text` stands at `start:end` of its block. `low` is the form to compare with: case, apostrophes and full-width
    signs folded, a possessive ending off. `name` is what a name piece stands for where that is more than its text
    (`72B` after `Qwen2.5-7B`: `Qwen2.5-72B`); a link's is the benchmark that its address names.

    A tuple, as a text has a piece for each of its words: a frozen dataclass takes three times as long to make.
    """

    kind: Kind
    text: str
    low: str
    start: int
    end: int
    possessive: bool = False
    name: str = ""
    confidence: float = 1.0

    @property
    def words(self) -> str:
        return self.name or self.text

    @property
    def value(self) -> Decimal:
        """Of a number; a comma is a decimal one where at most two digits follow."""
        whole, comma, rest = self.text.rpartition(",")
        decimal = comma and len(rest) < 3
        return Decimal(f"{whole}.{rest}" if decimal else self.text.replace(",", ""))


_HAN = "㐀-鿿"
_LETTER = rf"[^\W\d_{_HAN}]"
_INNER = rf"[^\W{_HAN}]"
_CHINESE = "|".join(sorted(CHINESE_WORDS, key=lambda word: (-len(word), word)))
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>()\[\]]+")
_TOKEN = re.compile(
    rf"""
      (?P<plain>[A-Za-z]+(?=[ ,;)\n]))
    | (?P<date>(?:19|20)\d\d[-/.]\d\d?[-/.]\d\d?(?![\w%])|\d\d?/\d\d?/(?:19|20)?\d\d(?![\w%.]))
    | (?P<code>\d+(?:\.\d+){{2,}}|\d+(?:\.\d+)?[-‑]?{_LETTER}{_INNER}*(?:[-‑.]{_INNER}+)*)
    | (?P<number>\d{{1,3}},\d{{1,2}}(?=\s?[%％])|\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?|(?<![\w.])\.\d+)
    | (?P<short>(?:e\.g|i\.e|vs|approx|etc|w/o|w/)(?![\w/])\.?)
    | (?P<word>{_LETTER}{_INNER}*(?:[-‑'’.&@]{_INNER}+)*)
    | (?P<chinese>{_CHINESE}|[{_HAN}])
    | (?P<mark>->|=>|>=|<=|\S)
    """,
    re.VERBOSE,
)
"""Each alternative consumes what it has looked at, so that cutting is linear in the text. The first one is a `word`, told
fast."""
_KINDS = {"number": Kind.NUMBER, "mark": Kind.MARK}
_POSSESSIVE = re.compile(r"['’]s?(?!\w)")

_MARKS = {"，": ",", "、": ",", "：": ":", "；": ";", "（": "(", "）": ")", "％": "%", "？": "?", "！": "!", "～": "~",
          "∼": "~", "≈": "~", "->": "→", "=>": "→", "≥": ">=", "≤": "<=", "“": '"', "”": '"', "–": "—", "−": "-",
          "。": ".", "＞": ">", "＜": "<", "【": "(", "】": ")", "[": "(", "]": ")"}  # fmt: skip


@lru_cache(maxsize=32768)
def fold(text: str) -> str:
    """A word or mark in the form in which the word lists have it."""
    return _MARKS.get(text) or text.replace("’", "'").replace("‘", "'").replace("‑", "-").casefold()


def cut(text: str, names: Sequence[Piece], start: int = 0, end: int | None = None) -> tuple[Piece, ...]:
    """The pieces of `text[start:end]`. `names` are the name pieces of the whole text, left to right."""
    end = len(text) if end is None else end
    inside = [piece for piece in names if start <= piece.start and piece.end <= end]
    pieces: list[Piece] = []
    at = start
    for piece in _with_links(text, inside, start, end):
        pieces.extend(_between(text, at, piece.start))
        pieces.append(piece)
        at = piece.end
        if piece.kind is not Kind.LINK and (match := _POSSESSIVE.match(text, at, end)):
            pieces[-1] = _possessive(piece)
            at = match.end()
    pieces.extend(_between(text, at, end))
    return tuple(pieces)


def _possessive(piece: Piece) -> Piece:
    return Piece(piece.kind, piece.text, piece.low, piece.start, piece.end, True, piece.name, piece.confidence)


def _with_links(text: str, named: Sequence[Piece], start: int, end: int) -> Iterator[Piece]:
    """Names and links, left to right; a name in a link is no name of the sentence."""
    links = [match.span() for match in _LINK.finditer(text, start, end)]
    upcoming = iter([*links, (end, end)])
    left, right = next(upcoming)
    inside: list[Piece] = []
    for piece in [*named, None]:
        while piece is None or piece.start >= right:
            if left < right:
                yield _link(text, left, right, inside)
            inside = []
            if left == end:
                break
            left, right = next(upcoming)
        if piece is None:
            return
        if piece.end > left:
            inside.append(piece)
        else:
            yield piece


def _link(text: str, left: int, right: int, inside: Sequence[Piece]) -> Piece:
    words = text[left:right]
    benchmark = next((piece.text for piece in inside if piece.kind is Kind.BENCHMARK), "")
    return Piece(Kind.LINK, words, fold(words), left, right, name=benchmark)


def _between(text: str, start: int, end: int) -> Iterator[Piece]:
    for match in _TOKEN.finditer(text, start, end):
        words = match[0]
        kind, low, possessive = _token(words, match.lastgroup)
        yield Piece(kind, words, low, match.start(), match.end(), possessive)


@lru_cache(maxsize=32768)
def _token(words: str, group: str | None) -> tuple[Kind, str, bool]:
    """Kind, folded form, and whether it has a possessive ending, which the form leaves out."""
    low = fold(words)
    if group == "word" and low.endswith("'s") and low not in CONTRACTED_IS:
        return Kind.WORD, low[:-2], True
    return _KINDS.get(group or "", Kind.WORD), low, False
