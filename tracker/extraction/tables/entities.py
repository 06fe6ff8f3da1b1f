"""Labels to names: which words, joined, are the model and the benchmark of one cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tracker.extraction.tables import lexicon
from tracker.extraction.tables.labels import Label, Sort
from tracker.extraction.tables.levels import Axis, Level, Role
from tracker.extraction.tables.roles import Orientation, labels_at
from tracker.extraction.tables.settings import variant_in
from tracker.extraction.tables.told_apart import told_apart
from tracker.names import Names, Settings

_CONTINUES = re.compile(r"^(?:\+|w/o?\s|with(?:out)?\s|↳|└─?|⤷|->|→|−\s|-\s|&\s)")
_OF_MODEL = frozenset({Role.MODEL, Role.SIZE, Role.VARIANT, Role.QUANTISATION, Role.EFFORT, Role.SETTING})
_OF_BENCHMARK = frozenset({Role.BENCHMARK, Role.SUBSET})
_CHECKPOINT = re.compile(
    r"(?:step|iter(?:ation)?|epoch)s? ?\d[\d.,]{0,9}[kKmM]?|\d[\d.,]{0,9} ?[kKmMbBtT]? ?(?:tokens?|steps?|epochs?|iters?)",
    re.IGNORECASE,
)
_WRITTEN_SIZE = re.compile(r"(?<![\w.])\d{1,4}(?:\.\d{1,3})?[bBmM](?!\w)")
_AVERAGE_OF = re.compile(r"([^()（）]{2,16}?)\s?[(（]\s?([^()（）]{2,24}?)\s?[)）]")
_OWN_BENCHMARK = re.compile(r"\b(?:benchmark|dataset)\b", re.IGNORECASE)
"""A label that says that it is a benchmark of its own is no part of the one around the table."""
_PARTS = re.compile(r"[A-Za-z]+|\d+(?:\.\d+)?[A-Za-z]*")


@dataclass(frozen=True, slots=True)
class Named:
    """Joined words and the settings that stood in them. `sure`: how certain it is that they name what they should.

    `labels` are the labels that the words come from, the innermost first.
    """

    words: str
    settings: Settings
    sure: float
    marks: tuple[str, ...] = ()
    labels: tuple[Label, ...] = ()


class _Lines:
    """Remembers what is named, a row or column at a time where no label across it tells its cells apart."""

    def __init__(self, levels: Sequence[Level], roles: frozenset[Role]) -> None:
        axes = {level.axis for level in levels if level.role in roles}
        self._by_row = Axis.ROWS in axes
        self._by_column = Axis.COLUMNS in axes
        self._named: dict[tuple[int, int], Named | None] = {}

    def named(self, row: int, col: int, name: Callable[[int, int], Named | None]) -> Named | None:
        key = (row if self._by_row else -1, col if self._by_column else -1)
        if key not in self._named:
            self._named[key] = name(row, col)
        return self._named[key]


class Entities:
    """Names the model and the benchmark of each cell of an oriented band."""

    def __init__(
        self, oriented: Orientation, names: Names, *, model: str, benchmark: str, metric: str | None = None
    ) -> None:
        """`model`, `benchmark` and its `metric` are those named around the table."""
        self.around_benchmark = benchmark
        self.context_metric = metric
        self.oriented = oriented
        self.names = names
        self.context_model = model
        self.context_benchmark = benchmark if oriented.benchmarks is None else ""
        self.levels = (*oriented.rows, *oriented.columns)
        self._by_role: dict[Role, list[Level]] = {}
        for level in self.levels:
            if level.role is not None:
                self._by_role.setdefault(level.role, []).append(level)
        self._percent = [level for level in self.levels if any(label.percent for label in level.labels.values())]
        self._continued = self._continuations()
        self._repeating = self._model_labels_repeat()
        self._sized = any(level.head.text.casefold() in ("size", "model size") for level in oriented.levels(Role.SIZE))
        self._telling = told_apart(oriented)
        self._models = _Lines(self.levels, _OF_MODEL | {Role.ATTRIBUTE} if self._telling else _OF_MODEL)
        self._benchmarks = _Lines(self.levels, _OF_BENCHMARK)

    def labels(self, role: Role, row: int, col: int) -> list[Label]:
        """The labels with a role that hold for one cell, the outermost first."""
        return labels_at(self._by_role.get(role, ()), role, row, col)

    def says_percent(self, row: int, col: int) -> bool:
        """Whether a label of the cell says that its numbers are percentages."""
        labels = (level.labels.get(row if level.axis is Axis.ROWS else col) for level in self._percent)
        return any(label is not None and label.percent for label in labels)

    def model(self, row: int, col: int) -> Named | None:
        return self._models.named(row, col, self._model)

    def benchmark(self, row: int, col: int) -> Named | None:
        return self._benchmarks.named(row, col, self._benchmark)

    def _model(self, row: int, col: int) -> Named | None:
        parts = self.labels(Role.MODEL, row, col)
        traits = [
            label
            for role in (Role.SIZE, Role.VARIANT, Role.QUANTISATION, Role.EFFORT)
            for label in self.labels(role, row, col)
        ]
        settings = _merged([*parts, *traits])
        if settings.variant is None:
            said = (variant_in(trait.text) for trait in traits if trait.sort is Sort.VARIANT)
            settings = replace(settings, variant=next(said, None))
        marks = tuple(mark for label in parts for mark in label.marks)
        if not parts:
            return self._context_named(row, col, traits, settings)
        words = self._join([replace(part, text=self._of_checkpoint(part)) for part in parts])
        base = self._continued.get(row)
        if base and _CONTINUES.match(words):
            words = f"{base} {words}"
        if parts[-1].sort is Sort.OURS and self.context_model:
            words = self.context_model
        for trait in traits:
            if self._wanted(words, trait):
                words = f"{words} {trait.text}"
        if (telling := self._telling.get(row)) and not _contains(words, telling):
            words = f"{words} {telling}"
        sure = max(label.model for label in parts)
        return Named(words, settings, sure, marks)

    def _context_named(self, row: int, col: int, traits: list[Label], settings: Settings) -> Named | None:
        """Rows or columns that are quantisations or settings of the model named around the table. Where the table names
        its models itself, a row without one has none.
        """
        if not self.context_model or (self.oriented.models is not None and not traits):
            return None
        ways = [label for label in self.labels(Role.SETTING, row, col) if label.sort is Sort.NAME]
        words = self.context_model
        for label in [*traits, *ways]:
            if label.sort is Sort.NO_SCORE:
                continue
            if label.text.casefold() not in words.casefold():
                words = f"{words} ({label.text})" if label.sort is not Sort.SIZE else f"{words} {label.text}"
        return Named(words, settings, 0.85)

    def _of_checkpoint(self, label: Label) -> str:
        """A checkpoint ("500B tokens", "step 2000") of the model that the corner or the words around the table name."""
        if not _CHECKPOINT.fullmatch(label.text):
            return label.text
        corners = (level.head for level in self.oriented.levels(Role.MODEL))
        whose = next((head.text for head in corners if head.model >= 0.8), self.context_model)
        return f"{whose} ({label.text})" if whose else label.text

    def _join(self, parts: Sequence[Label]) -> str:
        """Family from a super-header and size below it; a label that is a whole name needs no family."""
        words = parts[-1].text
        for upper in reversed(parts[:-1]):
            if not _contains(words, upper.text) and not self._is_whole(parts[-1], upper):
                words = f"{upper.text} {words}"
        return words

    def _is_whole(self, label: Label, upper: Label) -> bool:
        if label.sort is not Sort.NAME or label.model_name is None:
            return False
        joined = self.names.model(f"{upper.text} {label.text}")
        if joined is not None and joined.known:
            return False
        return label.model_name.known or label.model >= 0.7

    def _wanted(self, words: str, trait: Label) -> bool:
        """Whether a trait from another column belongs into the name."""
        if _contains(words, trait.text):
            return False
        if trait.sort is Sort.VARIANT:
            return self._repeating or self.oriented.models is Axis.COLUMNS
        if trait.sort is not Sort.SIZE:
            return trait.sort in (Sort.QUANTISATION, Sort.EFFORT)
        if self._sized:
            return not _WRITTEN_SIZE.search(words)
        name = self.names.model(words)
        if name is not None and name.size is not None:
            return False
        if self.oriented.models is Axis.COLUMNS:
            return True  # a row of sizes under the families
        joined = self.names.model(f"{words} {trait.text}")
        listed = joined is not None and joined.known and not (name is not None and name.known)
        return self._repeating or listed

    def _model_labels_repeat(self) -> bool:
        """Rows that share a model's name and are told apart by another column need that column in the name."""
        for level in self.oriented.rows:
            if level.role is Role.MODEL:
                texts = [label.text for label in level.labels.values()]
                return len(set(texts)) < len(texts)
        return False

    def _continuations(self) -> dict[int, str]:
        """For rows such as "+ distillation": the model of the row that they continue."""
        found: dict[int, str] = {}
        for level in self.oriented.rows:
            if level.role is not Role.MODEL:
                continue
            base = ""
            for row, label in level.labels.items():
                if _CONTINUES.match(label.text):
                    if base:
                        found[row] = base
                elif not label.is_blank:
                    base = label.text
        return found

    def _benchmark(self, row: int, col: int) -> Named | None:
        names = self.labels(Role.BENCHMARK, row, col)
        subsets = self.labels(Role.SUBSET, row, col)
        settings = _merged([*names, *subsets])
        named = self._listed(names, subsets, settings) if names else self._from_context(subsets, settings)
        return named and replace(named, labels=tuple(reversed([*names, *subsets])))

    def _listed(self, names: list[Label], subsets: list[Label], settings: Settings) -> Named | None:
        label = names[-1]
        if label.sort is Sort.NO_SCORE:
            return None
        if label.sort is Sort.AVERAGE:
            return Named(self._whole() or "Average", settings, 0.9, label.marks)
        if label.sort in (Sort.METRIC, Sort.GENERIC, Sort.SHOTS):
            return self._from_context([label], settings)
        words, sure = label.core, label.benchmark
        for subset in subsets:
            if subset.benchmark >= 0.9 and subset.sort is Sort.NAME:
                words, sure = subset.core, subset.benchmark  # a benchmark of its own under a category
            elif subset.sort not in (Sort.AVERAGE, Sort.GENERIC, Sort.METRIC) and not _contains(words, subset.core):
                words = f"{words} {subset.core}"
        return Named(words, settings, sure or 0.5, label.marks)

    def _whole(self) -> str:
        """The benchmark around the table whose parts the labels are: the average over them is its score. They are when
        the registry says so of all it knows, or when it knows few of them.
        """
        if not self.around_benchmark:
            return ""
        labels = [label for level in self.oriented.levels(Role.BENCHMARK) for label in level.distinct]
        named = [label for label in labels if label.sort is Sort.NAME]
        listed = [label.benchmark_name for label in named if label.benchmark_name is not None]
        whole = self.names.benchmark(self.around_benchmark)
        parts = whole is not None and bool(listed) and all(name.family == whole.id for name in listed)
        return self.around_benchmark if parts or len(listed) < 0.5 * len(named) else ""

    def _from_context(self, subsets: list[Label], settings: Settings) -> Named | None:
        """The benchmark named around the table, and the part of it that the label names."""
        said = [label for label in subsets if label.sort not in (Sort.AVERAGE, Sort.GENERIC, Sort.METRIC, Sort.SHOTS)]
        marks = tuple(mark for label in subsets for mark in label.marks)
        if any(label.sort is Sort.NO_SCORE for label in subsets):
            return None
        metric = next((label.text for label in subsets if label.sort in (Sort.GENERIC, Sort.METRIC)), None)
        if metric and settings.metric is None:
            settings = Settings(settings.shots, settings.cot, metric, settings.variant)
        words = self.context_benchmark
        for label in said:
            if not words or _OWN_BENCHMARK.search(label.core):
                words = label.core
            elif not _contains(words, part := self._part(words, label.core)):
                words = f"{words} {part}"
        if self.context_benchmark and settings.metric is None:
            settings = replace(settings, metric=self.context_metric)
        if not words and metric and not lexicon.is_generic_score(metric):
            return Named(metric, replace(settings, metric=None), 0.4, marks)
        if not words:
            average = any(label.sort is Sort.AVERAGE for label in subsets)
            return Named("Average", settings, 0.5, marks) if average else None
        return Named(words, settings, 0.8 if self.context_benchmark else 0.4, marks)

    def _part(self, whole: str, words: str) -> str:
        """The listed part of a benchmark that an average is over ("Avg (Hard)" of C-Eval is its Hard); else the words."""
        average = _AVERAGE_OF.fullmatch(words)
        if average is None or not lexicon.is_average(average[1]):
            return words
        part = self.names.benchmark(f"{whole} {average[2]}")
        return average[2] if part is not None and part.subset is not None else words


def _contains(words: str, part: str) -> bool:
    """Whether all tokens of the part already stand in the words."""
    have = {token.casefold() for token in _PARTS.findall(words)}
    wanted = [token.casefold() for token in _PARTS.findall(part)]
    return bool(wanted) and all(token in have for token in wanted)


def _merged(labels: Sequence[Label]) -> Settings:
    """Settings of several labels; the innermost (last) one is heard first."""
    merged = Settings()
    for label in reversed(labels):
        said = label.settings
        merged = Settings(
            shots=merged.shots if merged.shots is not None else said.shots,
            cot=merged.cot if merged.cot is not None else said.cot,
            metric=merged.metric or said.metric,
            variant=merged.variant or said.variant,
        )
    return merged
