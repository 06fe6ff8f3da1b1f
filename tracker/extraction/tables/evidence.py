"""Whether a table reports scores at all: the evidence for and against, weighed once per band."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.extraction.tables import lexicon
from tracker.extraction.tables.context import Found
from tracker.extraction.tables.labels import Label, Sort
from tracker.extraction.tables.levels import Axis, Level, Role
from tracker.extraction.tables.roles import Orientation
from tracker.extraction.tables.topic import Topic

ENOUGH = 2.5
"""Weight from which a band is read. A listed benchmark among the labels is enough alone; the words around a table with
nothing listed in it are not. Tuned on the development documents (no table without scores reached 2.0)."""


_SOURCES = {"subject": 1.0, "unlisted heading": 1.0}


@dataclass(frozen=True, slots=True)
class Verdict:
    """`reason` says why a band is not read; empty when it is."""

    reason: str
    sure: float
    weight: float


def weigh(oriented: Orientation, benchmark: Found | None, model: Found | None, topic: Topic) -> Verdict:
    names = _benchmark_labels(oriented)
    listed = [label for label in names if label.benchmark >= 0.9]
    reason = _without(oriented, model, bool(listed))
    if reason:
        return Verdict(reason, 0.0, 0.0)
    weight = _of_names(names, listed, benchmark) + _of_company(oriented, names, topic)
    headed = benchmark is not None and benchmark.sure >= 0.95
    if not listed and (topic.measures_else or (_measures_speed(oriented) and not (headed or _metric_share(names)))):
        weight -= 2.0
    if weight < ENOUGH:
        return Verdict(f"too little says that these are scores ({weight:g} of {ENOUGH:g})", 0.0, weight)
    return Verdict("", _sureness(oriented, benchmark, model, len(listed), topic), weight)


def _without(oriented: Orientation, model: Found | None, listed: bool) -> str:
    """What a band lacks so plainly that nothing has to be weighed."""
    models = [label for level in oriented.levels(Role.MODEL) for label in level.distinct]
    if not oriented.frame.values:
        return "no column of scores"
    if oriented.models is not None:
        sure = oriented.guessed or any(label.model >= 0.5 for label in models)
        return "" if sure else "nothing that is surely a model"
    if model is None or (model.source == "subject" and not listed):
        return "no models"
    if oriented.benchmarks is None and not any(oriented.levels(Role.SUBSET)):
        return "neither models nor benchmarks"
    telling = [level for level in oriented.rows if level.role not in (Role.ATTRIBUTE, Role.SIZE)]
    return "rows that are no scores" if any(level.share(Sort.NO_SCORE) >= 0.3 for level in telling) else ""


def _of_names(names: list[Label], listed: list[Label], benchmark: Found | None) -> float:
    """The weight of the benchmarks that are named in the band, or around it."""
    weight = 3.0 if len(listed) > 1 else 2.5 * len(listed)
    weight += min(2, sum(0 < label.benchmark < 0.9 for label in names)) * 0.75
    if benchmark is not None and not listed:
        weight += _SOURCES.get(benchmark.source, 2.0) + 0.75 * benchmark.alone
    return weight


def _of_company(oriented: Orientation, names: list[Label], topic: Topic) -> float:
    """The weight of what stands with them: the words around, averages, metrics, several known models."""
    models = [label for level in oriented.levels(Role.MODEL) for label in level.distinct]
    weight = 1.0 * topic.evaluates + 0.75 * topic.headlined + _average_weight(names)
    weight += 0.5 * (sum(label.model >= 0.8 for label in models) >= 3)
    weight += 1.5 * (topic.named > 1 and all(label.benchmark < 0.9 for label in names))
    weight += 0.25 * (topic.headlined and _within_a_hundred(oriented))
    weight += 0.5 * any(label.sort in (Sort.GENERIC, Sort.METRIC) for label in names)
    weight += 2.5 * (_metric_share([label for label in names if label.sort is Sort.NAME]) >= 0.6)
    weight += 2.0 * any(
        level.axis is Axis.COLUMNS and _metric_share(level.distinct) >= 0.5 for level in oriented.levels(Role.METRIC)
    )
    weight += 0.75 * any(lexicon.head_of(level.head.text) == "benchmark" for level in oriented.levels(Role.BENCHMARK))
    weight += 0.75 * any(
        level.share(Sort.LENGTH, Sort.LANGUAGE, Sort.SPLIT, Sort.AVERAGE, Sort.SHOTS) >= 0.8
        for level in (*oriented.levels(Role.SUBSET), *oriented.levels(Role.SHOTS))
        if level.axis is Axis.COLUMNS
    )
    return weight - (0.5 if oriented.models is None else 0.0)


def _sureness(oriented: Orientation, benchmark: Found | None, model: Found | None, listed: int, topic: Topic) -> float:
    sure = 0.98 if listed > 1 or (listed and topic.evaluates) else 0.94 if listed else 0.9
    if benchmark is not None and not listed:
        sure *= 0.97 if benchmark.sure >= 0.9 else 0.93
    if oriented.models is None and model is not None:
        sure *= 0.97 if model.sure >= 0.9 else 0.93
    return sure


def _measures_speed(oriented: Orientation) -> bool:
    """Whether columns of speed, memory or cost stand beside the numbers in question."""
    return any(lexicon.NOT_EVALUATION.search(reason) for reason in oriented.frame.dropped.values())


def _within_a_hundred(oriented: Orientation) -> bool:
    """Whether all numbers could be percentages, over at least two columns."""
    frame = oriented.frame
    cells = [frame.sheet.readings[row.number][col].parsed for row in frame.band.rows for col in frame.values]
    scores = [score for parsed in cells if parsed is not None for score in parsed.parts if score is not None]
    return len(frame.values) >= 2 and all(0 <= score.value <= 100 for score in scores)


def _metric_share(names: list[Label]) -> float:
    """The share of labels that say by which metric scores were measured ("LongTTS-en WER", "Elo"): nothing else is."""
    measured = [label for label in names if label.settings.metric and not lexicon.is_vague_score(label.settings.metric)]
    return len(measured) / len(names) if names else 0.0


def _average_weight(names: list[Label]) -> float:
    """An average over several columns says that they are measured alike, as scores are and properties are not."""
    if not any(label.sort is Sort.AVERAGE for label in names):
        return 0.0
    return 1.0 if sum(label.sort is Sort.NAME for label in names) >= 3 else 0.5


def _benchmark_labels(oriented: Orientation) -> list[Label]:
    levels: list[Level] = [
        *oriented.levels(Role.BENCHMARK),
        *oriented.levels(Role.SUBSET),
        *oriented.levels(Role.METRIC),
    ]
    return [label for level in levels for label in level.distinct]
