"""Resolves benchmark names: the listed ones, their subsets, and settings written around them."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property

from tracker.names.registry import Benchmark, Registry
from tracker.names.spelling import clean, mixed_script, name_key
from tracker.names.types import BenchmarkName, Settings

_LONGEST_NAME = 120
_BRACKET = re.compile(r"\(([^()]{0,80})\)")
# Subsets that need no list: a window of dates, a context length, a difficulty level, a version, a number of choices.
_OPEN_SUBSET = re.compile(
    r"\d{4,6}\s?[-–~]\s?\d{4,6}"  # 2407-2409
    r"|\d{2}[./]\d{2,4}\s?[-–~]\s?\d{2}[./]\d{2,4}"  # 08/24-02/25
    r"|\d{1,4}[kKM](?:\s?[-–~]\s?\d{1,4}[kKM])?"  # 8K, 4K-128K
    r"|\d{1,3}\s?[-–~]\s?\d{1,4}[kKM]"  # 4-128K
    r"|[vV]?\d{1,2}(?:\.\d{1,2}){0,2}"  # v5, v2.0
    r"|20[12]\d(?:[-/.]\d{1,2}){0,2}|'?2\d"  # 2024
    r"|\d{2}/\d{1,2}\s?[-–~]\s?\d{2}/\d{1,2}"  # 24/8~25/5
    r"|[A-Z][a-z]{2,8}\.? ?'?\d{2,4}\s?(?:[-–~]|to)\s?[A-Z][a-z]{2,8}\.? ?'?\d{2,4}"  # Aug 24 - May 25
    r"|(?:[lL]evel|[lL]v)[\s\-.]?[1-5]"
    r"|(?:r|R|part|Part)[\s\-]?[1-3]"
)
_JUDGED_BY = re.compile(
    r"^(?:(?:evaluated|judged|graded|scored|judge)\s?(?:by|:|=)?|by|win rate vs\.?|vs\.?)\s", re.IGNORECASE
)
# Ways of running a benchmark that make no part of it.
_SETTING_WORDS = re.compile(
    r"(?:w/|w/o|with|without|no)\s?(?:tools?|python|search|browsing|code|thinking|extended thinking|reasoning|subs)"
    r"|agentless(?: coding)?|agentic(?: coding)?|thinking|non-thinking|greedy|openhands|swe-agent|mini-swe-agent|moatless"
    r"|single attempt|multiple attempts|single patch|parallel|official|reproduced|our|ours|reported",
    re.IGNORECASE,
)
_LANGUAGE_PAIR = re.compile(r"([a-zA-Z]{2,3})\s?[\-→>]{1,2}\s?([a-zA-Z]{2,3})")  # EN-FR
_TOKEN = re.compile(r"[^\s\-_/:,()\[\]]+")


class BenchmarkResolver:
    """`resolve` answers for words that are a benchmark's name and nothing else."""

    def __init__(
        self,
        registry: Registry,
        split_settings: Callable[[str], tuple[str, Settings]],
        is_model: Callable[[str], bool],
    ) -> None:
        self._registry = registry
        self._ids = registry.benchmark_aliases.ids
        self._any_subsets = registry.subsets.get("*", {})
        self._split_settings = split_settings
        self._is_model = is_model

    def resolve(self, words: str) -> BenchmarkName | None:
        if not words or len(words) > _LONGEST_NAME or "\n" in words.strip():
            return None
        found = self._whole(clean(words))
        if found is not None:
            return found
        core, _settings = self._split_settings(words)
        return self._whole(core) or self._inside_brackets(core)

    def candidates(self, words: str) -> tuple[str, ...]:
        """What ambiguous words could be; empty where they are not ambiguous."""
        core, _settings = self._split_settings(words)
        ambiguous = self._registry.ambiguous
        return ambiguous.get(f"benchmark:{name_key(words)}") or ambiguous.get(f"benchmark:{name_key(core)}") or ()

    def _whole(self, text: str) -> BenchmarkName | None:
        if not text or mixed_script(text):
            return None
        key = name_key(text)
        benchmark_id = self._ids.get(key)
        if benchmark_id is not None:
            return self._named(self._registry.benchmarks[benchmark_id], text, key)
        return self._subset(text)

    def _named(self, benchmark: Benchmark, words: str, key: str, subset: str | None = None) -> BenchmarkName:
        name = f"{benchmark.id} {subset}" if subset else benchmark.id
        exact = self._registry.exact_benchmarks.get(key)
        return BenchmarkName(
            id=name,
            key=name_key(name),
            family=benchmark.id if subset else benchmark.family,
            subset=subset,
            metric=benchmark.metric,
            direction=benchmark.direction,
            unit=benchmark.unit,
            low=benchmark.low,
            high=benchmark.high,
            shots=benchmark.shots,
            items=None if subset else benchmark.items,
            random_baseline=benchmark.random_baseline,
            confidence=0.6 if exact is not None and words not in exact else 1.0,
        )

    def _subset(self, text: str) -> BenchmarkName | None:
        """A listed benchmark followed (or, for languages and splits, preceded) by words for a part of it."""
        tokens = list(_TOKEN.finditer(text))
        if len(tokens) < 2:
            return None
        begins = name_key(tokens[0][0]) in self._beginnings
        for count in range(len(tokens) - 1, 0, -1) if begins else ():
            head, tail = text[: tokens[count - 1].end()], text[tokens[count].start() :]
            benchmark = self._benchmark(head)
            if benchmark is not None:
                subset = self._subset_of(benchmark, tail)
                if subset is not None:
                    return self._named(benchmark, head, name_key(head), subset)
        ends = name_key(tokens[-1][0]) in self._endings
        for count in range(1, len(tokens)) if ends else ():
            head, tail = text[: tokens[count - 1].end()], text[tokens[count].start() :]
            benchmark = self._benchmark(tail)
            if benchmark is not None:
                key = name_key(head)
                subset = self._listed_subset(benchmark, key)
                if subset is not None:
                    return self._named(benchmark, tail, name_key(tail), subset)
        return None

    @cached_property
    def _beginnings(self) -> frozenset[str]:
        """All that the key of a listed benchmark begins with."""
        return frozenset(key[:length] for key in self._ids for length in range(len(key) + 1))

    @cached_property
    def _endings(self) -> frozenset[str]:
        return frozenset(key[length:] for key in self._ids for length in range(len(key) + 1))

    def _benchmark(self, words: str) -> Benchmark | None:
        key = name_key(words.rstrip(" :,-/"))
        benchmark_id = self._ids.get(key)
        return None if benchmark_id is None else self._registry.benchmarks[benchmark_id]

    def _subset_of(self, benchmark: Benchmark, words: str) -> str | None:
        plain = words.strip(" ()[]:-,/")
        key = name_key(plain)
        listed = self._listed_subset(benchmark, key)
        if listed is not None:
            return listed
        if _OPEN_SUBSET.fullmatch(plain):
            return _spell_open(plain)
        pair = _LANGUAGE_PAIR.fullmatch(plain)
        if pair and all(name_key(code) in self._any_subsets for code in pair.groups()):
            return f"{pair[1]}-{pair[2]}"
        parts = [part for part in re.split(r"[\s()\[\],/]+", plain) if part]
        if 1 < len(parts) <= 3:
            subsets = [self._subset_of(benchmark, part) for part in parts]
            if all(subsets):
                return " ".join(dict.fromkeys(filter(None, subsets)))
        return None

    def _listed_subset(self, benchmark: Benchmark, key: str) -> str | None:
        """A part of this benchmark, of the one that it is a variant of, or of any benchmark."""
        of_family = self._registry.subsets.get(benchmark.family or "", {})
        return (
            self._registry.subsets.get(benchmark.id, of_family).get(key)
            or of_family.get(key)
            or self._any_subsets.get(key)
        )

    def _inside_brackets(self, text: str) -> BenchmarkName | None:
        """A bracket that names a judge ("ArenaHard (GPT-4-1106)") or repeats the name is no part of it."""
        for bracket in _BRACKET.finditer(text):
            outside = f"{text[: bracket.start()]} {text[bracket.end() :]}".strip()
            if not outside:
                continue
            found = self._whole(outside)
            inner = _JUDGED_BY.sub("", bracket[1].strip())
            if found is not None and (
                _SETTING_WORDS.fullmatch(inner) or self._is_model(inner) or self._same(inner, found)
            ):
                return found
        return None

    def _same(self, words: str, found: BenchmarkName) -> bool:
        other = self._whole(words)
        return other is not None and other.id == found.id


def _spell_open(words: str) -> str:
    text = re.sub(r"\s?[-–~]\s?", "-", words)
    if re.fullmatch(r"[vV]\d.*", text):
        return text.lower()
    if re.fullmatch(r"(?:[lL]evel|[lL]v)\D?[1-5]", text):
        return f"Level {text[-1]}"
    return text.upper() if re.fullmatch(r"[\d\-kKM]+", text) else text
