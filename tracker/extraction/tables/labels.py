"""What a header or a row's label names: a model, a benchmark, a metric, a setting, or none of them.

A label carries votes, not a verdict: whether "Math" is a benchmark or a category, and "Falcon" a model or a word, is
decided by the company it keeps in its row or column (see `roles`). `label_reader` reads it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from tracker.names import BenchmarkName, ModelName, Settings


class Sort(StrEnum):
    """What a label is by itself."""

    BLANK = "blank"
    SHOTS = "shots"
    COT = "cot"
    METRIC = "metric"
    VARIANT = "variant"
    SIZE = "size"
    QUANTISATION = "quantisation"
    EFFORT = "effort"
    LENGTH = "length"
    LANGUAGE = "language"
    SPLIT = "split"
    AVERAGE = "average"
    GENERIC = "generic"
    NO_SCORE = "no score"
    NUMBER = "number"
    OURS = "ours"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Label:
    """`text` is the label on one line without marks, `core` what is left of it without settings.

    `model` and `benchmark` are votes between 0 and 1 for what the label names. `written` is the cell's text without
    marks; `stack` holds its lines where each may be a name of its own.
    """

    text: str
    core: str
    sort: Sort
    settings: Settings = field(default_factory=Settings)
    marks: tuple[str, ...] = ()
    percent: bool = False
    model: float = 0.0
    benchmark: float = 0.0
    model_name: ModelName | None = None
    benchmark_name: BenchmarkName | None = None
    written: str = ""
    stack: tuple[Label, ...] = ()

    @property
    def is_blank(self) -> bool:
        return self.sort is Sort.BLANK

    @property
    def is_stacked(self) -> bool:
        """Whether the lines are benchmarks, one over the other: at least half of them are listed."""
        return bool(self.stack) and sum(line.benchmark >= 0.9 for line in self.stack) >= 0.5 * len(self.stack)


BLANK = Label("", "", Sort.BLANK)
