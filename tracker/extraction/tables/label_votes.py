"""Votes between 0 and 1 for a label naming a model, and for its naming a benchmark."""

from __future__ import annotations

import re

from tracker.extraction.tables.labels import Sort
from tracker.names import BenchmarkName, ModelName

_BENCHMARKISH = re.compile(
    r"[\w.+\-]{0,40}(?:[Bb]ench(?:[Mm]ark)?|BENCH|[Ee]val|EVAL|QA|VQA|[Aa]rena|Gym|Vista|Verse|MMLU|GSM|AIME|HMMT|IMO|Codeforces|LiveCode|SWE|BrowseComp|MATH|Exam|Math)"
    r"(?:[\s\-_+.]?[\w+.]{0,16}){0,3}",
)
_GENERIC_MODEL = re.compile(
    r"(?:random(?: (?:guess(?:ing)?|chance|baseline))?|human(?:s| experts?| performance| \w+)?|chance|majority(?: \w+)?|baseline)",
    re.IGNORECASE,
)


def model_vote(words: str, sort: Sort, model: ModelName | None, benchmark: BenchmarkName | None) -> float:
    if sort is Sort.OURS:
        return 0.5
    if sort is not Sort.NAME:
        return 0.0
    if _GENERIC_MODEL.fullmatch(words):
        return 0.5
    if model is None:
        return 0.0
    if benchmark is not None and not model.known and benchmark.confidence >= 0.9:
        return 0.0
    return 1.0 if model.known else min(model.confidence, 0.9) if model.confidence >= 0.5 else 0.25


def benchmark_vote(core: str, sort: Sort, model: ModelName | None, benchmark: BenchmarkName | None) -> float:
    if benchmark is not None:
        if sort in (Sort.NO_SCORE, Sort.GENERIC, Sort.AVERAGE):
            return 0.0
        return benchmark.confidence
    if sort is not Sort.NAME:
        return 0.0
    if model is not None and model.confidence >= 0.8:
        return 0.0
    return 0.6 if _BENCHMARKISH.fullmatch(core) else 0.0
