"""What resolution answers with. Every value is frozen; `id` is the canonical display name, `key` what to join on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from tracker.domain.claims import Variant

Direction: TypeAlias = Literal["higher", "lower"]
MentionKind: TypeAlias = Literal["model", "benchmark", "metric", "organisation"]


@dataclass(frozen=True, slots=True)
class BenchmarkName:
    """A benchmark, or a subset of one (`MMLU STEM`: family `MMLU`, subset `STEM`).

    `family` is the benchmark that this one belongs to or varies (`MMLU-Pro`: `MMLU`); a variant is never the same as
    its family. `low` and `high` bound the score in `unit`; `None` is unbounded or unknown. `confidence` is below 1
    where the words are ordinary language in this spelling ("Math", "Race", "drop").
    """

    id: str
    key: str
    family: str | None = None
    subset: str | None = None
    metric: str | None = None
    direction: Direction = "higher"
    unit: str | None = None
    low: float | None = None
    high: float | None = None
    shots: str | None = None
    items: int | None = None
    random_baseline: float | None = None
    known: bool = True
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class ModelName:
    """A model's identity, from the registry or from its spelling alone (`known` false).

    `variant` is said by the words (or the caller), never guessed. `confidence`: 1 listed, 0.95 a listed family with
    parts that are all understood, 0.85 with parts that are not, 0.8 an unlisted name with a size, 0.7 a method or
    agent around a model, 0.4 a name with a version only, 0.3 a baseline ("Human", "Random").
    """

    id: str
    key: str
    family: str | None = None
    version: str | None = None
    size: str | None = None
    variant: Variant | None = None
    quantisation: str | None = None
    date: str | None = None
    effort: str | None = None
    organisation: str | None = None
    status: str | None = None
    released: str | None = None
    open: bool | None = None
    known: bool = False
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class MetricName:
    """A metric. `k` is the number of its family (`pass@10`: 10)."""

    id: str
    key: str
    direction: Direction = "higher"
    unit: str | None = None
    low: float | None = None
    high: float | None = None
    k: int | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in running text: `text[start:end] == words`. `ambiguous`: the words could be several things; `id` is then
    the words as written. `confidence` as in `ModelName` and `BenchmarkName`.
    """

    start: int
    end: int
    words: str
    kind: MentionKind
    id: str
    confidence: float = 1.0
    ambiguous: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings written inside a name ("MMLU (5-shot, CoT, Acc.)"). `None`: not said there."""

    shots: str | None = None
    cot: bool | None = None
    metric: str | None = None
    variant: Variant | None = None

    def __bool__(self) -> bool:
        return self != NO_SETTINGS


NO_SETTINGS = Settings()
