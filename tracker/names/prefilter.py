"""Whether a text may name a model or benchmark at all, at the speed of one Aho-Corasick pass.

The automaton holds the beginnings ("heads") of all listed names; a hit counts where it stands as a word of its own.
`MentionFinder` finds nothing in a text that this filter turns away; a test holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import ahocorasick_rs

from tracker.names.registry import Registry
from tracker.names.spelling import spread_out

CHUNK = re.compile(r"[A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u04ff]+|\d+(?:\.\d+)*|[\u3400-\u9fff]|[+@*∞]")

# Separators that may stand between the first two parts of a name in running text.
_GAPS = (
    "",
    " ",
    "-",
    "_",
    "\u00a0",
    "\u2010",
    "\u2011",
    "\u2012",
    "\u2013",
    "/",
    ":",
    ".",
    "(",
    " (",
    "-(",
    "'s ",
    "’s ",
)
_WINDOW = 1 << 12  # long texts that name something do so early: no need to look through all of them
_DIGITS = frozenset(b"0123456789")
_LETTERS = frozenset(b"abcdefghijklmnopqrstuvwxyz")
_WORD = _DIGITS | _LETTERS


class Prefilter:
    """`may_mention` is never wrong when it says no."""

    def __init__(self, registry: Registry) -> None:
        heads: dict[bytes, set[bytes] | None] = {}
        words_too = [family for family in registry.families.values() if family.bare == "word"]
        ordinary = registry.ordinary.union(family.id.casefold() for family in words_too)
        for words, exact in _names(registry):
            for head in _heads(words, ordinary, exact=exact):
                self._add(heads, head, exact=exact)
        for words in registry.benchmark_aliases.written.values():
            first, _, rest = spread_out(words).partition(" ")
            for gap in _GAPS if rest else ():
                self._add(heads, f"{first}{gap}{rest.partition(' ')[0]}", exact=False)
        for family in words_too:
            for head in _followed(family.id):
                self._add(heads, head, exact=False)
        sizes = [f"{digit}b".encode() for digit in range(10)]
        self._patterns = [*heads, *sizes]
        self._spellings = [*heads.values(), *[None] * len(sizes)]
        self._longest = max(map(len, self._patterns))
        self._automaton = ahocorasick_rs.BytesAhoCorasick(
            self._patterns, implementation=ahocorasick_rs.Implementation.DFA
        )

    @staticmethod
    def _add(heads: dict[bytes, set[bytes] | None], head: str, *, exact: bool) -> None:
        key = head.lower().encode()
        if not exact:
            heads[key] = None
        elif heads.get(key, set()) is not None:
            spellings = heads.setdefault(key, set())
            assert spellings is not None
            spellings.add(head.encode())

    def may_mention(self, text: str | bytes) -> bool:
        """Bytes are looked through as they are: UTF-8, or with bytes between that belong to no word."""
        raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
        low = raw.lower()
        if len(low) <= _WINDOW:
            return self._hit(raw, low)
        step = _WINDOW - self._longest
        return any(
            self._hit(raw[max(0, at - 8) : at + _WINDOW], low[max(0, at - 8) : at + _WINDOW])
            for at in range(0, len(low), step)
        )

    def _hit(self, raw: bytes, low: bytes) -> bool:
        length = len(low)
        for pattern, start, end in self._automaton.find_matches_as_indexes(low, overlapping=True):
            if end < length and low[end] in _LETTERS and low[end - 1] in _LETTERS:
                continue
            if start and (before := low[start - 1]) in _WORD and not (before in _DIGITS and low[start] in _DIGITS):
                continue
            spellings = self._spellings[pattern]
            if spellings is None or raw[start:end] in spellings:
                return True
        return False


def _names(registry: Registry) -> Iterator[tuple[str, bool]]:
    """Everything that a mention may begin with, and whether only that very casing counts."""
    for key, words in registry.family_aliases.written.items():
        if registry.families[registry.family_aliases.ids[key]].bare != "word":
            yield words, False
    for words in registry.model_aliases.written.values():
        yield words, False
    for words in registry.ambiguous_words.values():
        yield words, False
    for key, words in registry.benchmark_aliases.written.items():
        spellings: Iterable[str] = registry.exact_benchmarks.get(key, ())
        if spellings:
            for spelling in spellings:
                yield spelling, True
        else:
            yield words, False


def _followed(family: str) -> Iterator[str]:
    """A family that is an ordinary word, with what makes it a name: a hyphen or a number behind it."""
    yield from (f"{family}{joint}" for joint in ("-", "_", "\u2010", "\u2011", "\u2012", "\u2013"))
    yield from (f"{family}{gap}{digit}" for gap in _GAPS for digit in range(10))


def _heads(words: str, ordinary: frozenset[str], *, exact: bool) -> Iterator[str]:
    """The shortest beginning that tells the name from ordinary language."""
    chunks = list(CHUNK.finditer(words))
    if not chunks:
        return
    first = words[: chunks[0].end()]
    if len(chunks) == 1:
        yield first
    elif first[-1] >= "\u3400":
        yield re.match(r".[\u3400-\u9fff]*", words)[0]  # type: ignore[index]  # `.` always matches
    elif len(first) < 3 or first.casefold() in ordinary or first[0].isdigit() or exact:
        second = chunks[1][0]
        yield from (f"{first}{gap}{second}" for gap in _GAPS)
    else:
        yield first
