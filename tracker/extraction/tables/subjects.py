"""What a whole page is about: the benchmark of a leaderboard, the model of a card."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cached_property

from tracker.domain.pages import Page, Prose
from tracker.extraction.tables.context import benchmarks_in, distinct
from tracker.names import Names

_STEM = re.compile(r"[A-Za-z][\w.]{1,20}(?:[ -][\w.]{1,12})??[ -]\d{1,4}(?:\.\d{1,2})?[bB](?![\w])")
"""A model's name up to its size."""
_OFTEN = 4
"""Mentions from which a page may be about a model."""


class Subjects:
    """What a whole page is about. Every name of the page is looked for, when a table of scores first asks."""

    def __init__(self, page: Page, names: Names) -> None:
        self._page = page
        self._names = names

    @property
    def benchmark(self) -> str:
        return self._of_benchmarks[0]

    @property
    def only_benchmark(self) -> str:
        """The only one that the page names, however seldom."""
        return self._of_benchmarks[1]

    @cached_property
    def model(self) -> str:
        return _model(self._texts, self._names)

    @cached_property
    def _of_benchmarks(self) -> tuple[str, str]:
        return _benchmarks(self._page.title, self._texts, self._names)

    @cached_property
    def _texts(self) -> list[str]:
        return [block.text for block in self._page.blocks if isinstance(block, Prose)]


def _model(texts: Iterable[str], names: Names) -> str:
    """The model that a whole page is about: the one named most, by far, in its headings and paragraphs; or what its
    variants have in common ("Skywork-13B" of -Base, -Chat and -Math).
    """
    counts: Counter[str] = Counter()
    words: dict[str, str] = {}
    for text in texts:
        for mention in names.mentions(text):
            if mention.kind == "model" and mention.confidence >= 0.8:
                counts[mention.id] += 1
                words.setdefault(mention.id, mention.words)
    first = _most(counts)
    if first:
        return words[first]
    stems: Counter[str] = Counter()
    for name, count in counts.items():
        if stem := _STEM.match(words[name]):
            stems[stem[0]] += count
    return _most(stems)


def _most(counts: Counter[str]) -> str:
    (first, most), (_, second) = [*counts.most_common(2), ("", 0), ("", 0)][:2]
    return first if most >= _OFTEN and most >= 2 * second else ""


def _benchmarks(title: str, texts: Iterable[str], names: Names) -> tuple[str, str]:
    """The benchmark that a whole page is about: the one in its title, or named in most of its paragraphs; and the one
    that is at least the only benchmark which the page ever names.
    """
    in_title = distinct(benchmarks_in(title, names))
    if len(in_title) == 1:
        return in_title[0].words, in_title[0].words
    counts: Counter[str] = Counter()
    words: dict[str, str] = {}
    for text in texts:
        for mention in benchmarks_in(text, names):
            counts[mention.id] += 1
            words.setdefault(mention.id, mention.words)
    if not counts:
        return "", ""
    (first, most), *_ = counts.most_common(1)
    subject = words[first] if most >= max(5, 0.6 * counts.total()) else ""
    return subject, words[first] if most == counts.total() >= 2 else subject
