"""What each round of the story must leave behind, computed from the figures and from nothing the tracker says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from tracker.demo import figures
from tracker.demo.figures import Row
from tracker.domain.history import ChangeKind
from tracker.names import Names

Setting: TypeAlias = tuple[str | None, bool | None, str | None]
"""Shots, chain of thought, variant."""

UNSAID: Setting = (None, None, None)


@dataclass(frozen=True, slots=True)
class Event:
    """A change as the story tells it: canonical names, numbers on both sides, and the setting where the story states one."""

    kind: ChangeKind
    model: str
    benchmark: str
    old: Decimal | None
    new: Decimal | None
    setting: Setting = UNSAID


@dataclass(frozen=True, slots=True)
class Verdict:
    """One comparison of sentence and story: `left relation right` on a benchmark."""

    left: str
    relation: str
    right: str
    benchmark: str


class Expectations:
    """`events(n)`: the changes of round `n`; `verdicts()`: the news article's comparisons."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def events(self, number: int) -> Counter[Event]:
        rounds = {1: self._leak, 3: self._post_edit, 4: self._card, 5: self._card_edit, 7: self._row_leaves}
        return Counter(rounds[number]()) if number in rounds else Counter()

    def verdicts(self) -> Counter[Verdict]:
        left, right = self.model("Llama 3.1 405B"), self.model("GPT-4o")
        pairs = [*((">", words) for words in figures.LEADS), *(("<", words) for words in figures.TRAILS)]
        return Counter(Verdict(left, relation, right, self.benchmark(words)) for relation, words in pairs)

    def model(self, words: str) -> str:
        found = self._names.model(words)
        return found.id if found else words

    def benchmark(self, words: str) -> str:
        found = self._names.benchmark(words)
        return found.id if found else words

    def _leak(self) -> Iterator[Event]:
        benchmark, model, mistyped, _ = figures.MISTYPED
        for row in figures.LEAK:
            for words, score in zip(figures.LEAK_MODELS, row.scores, strict=True):
                said = mistyped if (row.benchmark, words) == (benchmark, model) else score
                yield self._appeared(words, row.benchmark, said, self._base(words))
        for words, benchmark, score in figures.COMMENT:
            yield self._appeared(words, benchmark, score)
        yield self._appeared(*figures.JOKE)

    def _base(self, words: str) -> Setting:
        """The post says that its models are base ones; a closed model beside them comes in one variant only."""
        found = self._names.model(words)
        return UNSAID if found is not None and found.open is False else (None, None, "base")

    def _post_edit(self) -> Iterator[Event]:
        benchmark, model, old, new = figures.MISTYPED
        yield self._event(ChangeKind.REVISED, model, benchmark, old, new, self._base(model))

    def _card(self) -> Iterator[Event]:
        yield from self._table(figures.BASE_MODELS, figures.BASE, "base")
        yield from self._table(figures.INSTRUCT_MODELS, figures.INSTRUCT, "instruct")

    def _table(self, models: Sequence[str], rows: Sequence[Row], variant: str) -> Iterator[Event]:
        for row in rows:
            for words, score in zip(models, row.scores, strict=True):
                if score:
                    yield self._appeared(words, row.benchmark, score, _setting(row, variant))

    def _card_edit(self) -> Iterator[Event]:
        benchmark, model, old, new = figures.EDITED
        row = next(row for row in figures.INSTRUCT if row.benchmark == benchmark)
        yield self._event(ChangeKind.REVISED, model, benchmark, old, new, _setting(row, "instruct"))

    def _row_leaves(self) -> Iterator[Event]:
        row = next(row for row in figures.INSTRUCT if row.benchmark == figures.LEAVES)
        for words, score in zip(figures.INSTRUCT_MODELS, row.scores, strict=True):
            yield self._event(ChangeKind.WITHDRAWN, words, row.benchmark, score, None, _setting(row, "instruct"))

    def _appeared(self, model: str, benchmark: str, score: str, setting: Setting = UNSAID) -> Event:
        return self._event(ChangeKind.APPEARED, model, benchmark, None, score, setting)

    def _event(
        self, kind: ChangeKind, model: str, benchmark: str, old: str | None, new: str | None, setting: Setting = UNSAID
    ) -> Event:
        return Event(kind, self.model(model), self.benchmark(benchmark), _number(old), _number(new), setting)


def _setting(row: Row, variant: str) -> Setting:
    return (row.shots or None, True if row.cot else None, variant)


def _number(words: str | None) -> Decimal | None:
    return None if words is None else Decimal(words)
