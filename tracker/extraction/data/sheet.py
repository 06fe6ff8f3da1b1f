"""One tree of a page with all that its formats need to read it, and how they write down what they read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from tracker.domain.claims import Claim, Evidence, Setting
from tracker.domain.pages import Data
from tracker.extraction.data.address import Address, benchmark_words, model_words
from tracker.extraction.data.scores import score_of
from tracker.extraction.data.tree import Node
from tracker.names import Names

_LONGEST_NAME = 200
_LONGEST_QUOTE = 120


@dataclass(frozen=True)
class Sheet:
    data: Data
    address: Address
    title: str
    names: Names

    @cached_property
    def root(self) -> Node:
        return Node(self.data.value)

    @cached_property
    def benchmark(self) -> tuple[str, bool]:
        """The benchmark that the address or the title names, and whether it is a known one."""
        return benchmark_words(self.address, self.title, self.names)

    @cached_property
    def model(self) -> str:
        """The model that the address names."""
        return model_words(self.address, self.names)

    def claim(
        self,
        value: Node,
        *,
        model: str,
        benchmark: str,
        metric: str | None = None,
        setting: Setting | None = None,
        unit: str | None = None,
        uncertainty: Decimal | None = None,
        relayed: bool = False,
        confidence: float = 1.0,
    ) -> Iterator[Claim]:
        """The claim that a value makes; none when it is no score or nobody says whose and on what."""
        score = score_of(value, unit=unit, uncertainty=uncertainty)
        model, benchmark = " ".join(model.split()), " ".join(benchmark.split())
        if score is None or not (0 < len(model) <= _LONGEST_NAME and 0 < len(benchmark) <= _LONGEST_NAME):
            return
        yield Claim(
            model=model,
            benchmark=benchmark,
            score=score,
            evidence=Evidence.record(self.data.pointer, value.path),
            quote=f"{value.key}: {value.value}"[-_LONGEST_QUOTE:],
            metric=" ".join(metric.split()) or None if metric else None,
            setting=setting or Setting(),
            relayed=relayed,
            confidence=confidence,
        )

    def fraction(self, metric: str, value: Node) -> str | None:
        """`fraction` where a metric that people give in percent stands between 0 and 1, for formats that define it so."""
        known = self.names.metric(metric)
        score = score_of(value)
        if known is None or known.unit != "percent" or score is None:
            return None
        return "fraction" if 0 <= score.value <= 1 else None
