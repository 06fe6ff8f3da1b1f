"""What a whole page is about: the benchmark of a leaderboard, the model of a card."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cached_property

from tracker.domain.pages import Page, Prose
from tracker.extraction.tables.context import benchmarks_in, distinct
from tracker.names import Names


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
    """The model that a whole page is about: the one named most, by far, in its headings and paragraphs."""
    counts: Counter[str] = Counter()
    words: dict[str, str] = {}
    for text in texts:
        for mention in names.mentions(text):
            if mention.kind == "model" and mention.confidence >= 0.8:
                counts[mention.id] += 1
                words.setdefault(mention.id, mention.words)
    if not counts:
        return ""
    (first, most), *rest = counts.most_common(2)
    return words[first] if most >= 4 and most >= 2 * (rest[0][1] if rest else 0) else ""


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
