"""The room's one door: a registry and everything that is resolved with it."""

from __future__ import annotations

import re
from functools import cache, cached_property, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.domain.claims import Variant
from tracker.names.benchmarks import BenchmarkResolver
from tracker.names.grammar import ModelGrammar
from tracker.names.metrics import MetricResolver
from tracker.names.models import ModelResolver
from tracker.names.registry import Registry, load_registry
from tracker.names.settings import split_settings
from tracker.names.spelling import name_key
from tracker.names.types import BenchmarkName, Mention, MetricName, ModelName, Settings

if TYPE_CHECKING:
    from tracker.names.mentions import MentionFinder
    from tracker.names.prefilter import Prefilter

_MEMORY = 65536


class Names:
    """Maps the words of sources to canonical models, benchmarks and metrics. Immutable; answers are memoised.

    A string that could be two things resolves to neither; `ambiguous` says which ones it could be.
    """

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.version = registry.version
        self._metrics = MetricResolver(registry)
        self._models = ModelResolver(registry, ModelGrammar(registry))
        self._split_settings = lru_cache(_MEMORY)(partial(split_settings, is_metric=self._is_metric))
        self._benchmarks = BenchmarkResolver(registry, self.split_settings, self._is_model)
        self._model = lru_cache(_MEMORY)(self._resolve_model)
        self._benchmark = lru_cache(_MEMORY)(self._benchmarks.resolve)
        self._metric = lru_cache(_MEMORY)(self._metrics.resolve)

    @classmethod
    def load(cls, folder: Path) -> Names:
        """The registry in a folder. Raises `NamesError` naming file and line."""
        return cls(load_registry(folder))

    @staticmethod
    def bundled() -> Names:
        """The registry that travels with the code, loaded once a process."""
        return _bundled()

    def benchmark(self, words: str) -> BenchmarkName | None:
        """The benchmark that a cell or phrase names, settings around it allowed; `None`: unknown or ambiguous."""
        return self._benchmark(words)

    def model(self, words: str, *, variant: Variant | None = None) -> ModelName | None:
        """The model that a cell or phrase names: listed, or by the structure of the spelling; `None`: no model's name.

        `variant` is what a heading or column says where the words do not.
        """
        return self._model(words, variant)

    def metric(self, words: str) -> MetricName | None:
        return self._metric(words)

    def organisation(self, words: str) -> str | None:
        """The canonical name of an organisation, from its name, an alias or its account on a model hub."""
        return self.registry.organisation_aliases.ids.get(name_key(words))

    def ambiguous(self, words: str) -> tuple[str, ...]:
        """The names that the words could stand for, where they could stand for several; else empty."""
        return self._benchmarks.candidates(words) or self._models.candidates(words)

    def split_settings(self, words: str) -> tuple[str, Settings]:
        """The words without shots, CoT, metric and variant, and those settings."""
        return self._split_settings(words)

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """The names in running text: longest match, left to right, never overlapping."""
        return self._finder.mentions(text)

    def could_mention(self, text: str | bytes) -> bool:
        """Whether the text (bytes: of UTF-8) may name a model or benchmark at all: never wrong when it says no, and very
        fast.
        """
        return self._prefilter.may_mention(text)

    @cached_property
    def _finder(self) -> MentionFinder:
        from tracker.names.mentions import MentionFinder

        return MentionFinder(self.registry, self.model, self.benchmark)

    @cached_property
    def _prefilter(self) -> Prefilter:
        from tracker.names.prefilter import Prefilter

        return Prefilter(self.registry)

    def _resolve_model(self, words: str, variant: Variant | None) -> ModelName | None:
        found = self._models.resolve(words, variant)
        if found is None or found.known:
            return found
        if self._benchmark(words) is not None or self._benchmarks.candidates(words) or self._metric(words) is not None:
            return None
        if found.confidence < 0.8 and found.confidence != 0.7 and self._begins_with_a_benchmark(words):
            return None
        return found

    def _begins_with_a_benchmark(self, words: str) -> bool:
        """`CoVoST 2 en2zh`, `CSAT Math (pass@1)`: a benchmark with words that nobody listed, or with a metric."""
        core, settings = self.split_settings(words)
        parts = re.split(r"[\s\-_]+", core)
        shortened = (" ".join(parts[:count]) for count in range(len(parts), 0, -1))
        return bool(settings.metric or settings.shots) or any(self._benchmark(part) for part in shortened)

    def _is_metric(self, words: str) -> bool:
        return self._metric(words) is not None

    def _is_model(self, words: str) -> bool:
        found = self._models.resolve(words)
        return found is not None and found.confidence >= 0.9


@cache
def _bundled() -> Names:
    from tracker.config.files import bundled

    return Names.load(bundled("config") / "names")
