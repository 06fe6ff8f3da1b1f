"""In what a cell's number is measured: the metric that its labels write, and the unit of the score."""

from __future__ import annotations

from tracker.domain.claims import Score
from tracker.extraction.tables.labels import Label, Sort
from tracker.extraction.tables.levels import Frame
from tracker.names import BenchmarkName, Names


def metric_in(labels: list[Label]) -> str | None:
    """The innermost metric as it is written, without the settings that stand with it ("5-shot, top-1")."""
    if not labels:
        return None
    label = labels[-1]
    if label.settings.shots is None and label.settings.cot is None:
        return label.written
    return label.settings.metric or (label.core if label.sort is Sort.NAME else None)


def unit_of(names: Names, name: BenchmarkName | None, metric: str | None) -> str | None:
    """The unit of a benchmark's scores; perplexities and error rates have their own, whatever the benchmark's is."""
    measured = names.metric(metric) if metric else None
    if measured is not None and measured.direction == "lower":
        return measured.unit
    return name.unit if name else None


def with_spread(score: Score, frame: Frame, row: int, col: int) -> Score:
    """The score with the standard error or deviation that a column beside it tells ("Value | ± | Stderr")."""
    beside = [spread for spread, value in frame.spreads.items() if value == col]
    for spread in beside if score.uncertainty is None else ():
        parsed = frame.sheet.readings[row][spread].parsed
        width = parsed.parts[0] if parsed is not None and len(parsed.parts) == 1 else None
        if width is not None and width.value >= 0:
            return Score(score.text, score.value, score.unit, width.value)
    return score


def with_unit(score: Score, unit: str | None, percent: bool) -> Score:
    if score.unit is not None:
        return score
    if percent:
        return Score(score.text, score.value, "percent", score.uncertainty)
    if unit is None or (unit == "percent" and abs(score.value) <= 1):
        return score
    return Score(score.text, score.value, unit, score.uncertainty)
