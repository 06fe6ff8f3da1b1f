"""Resolves metric names, listed or of a counted family (`pass@k`, `maj@k`)."""

from __future__ import annotations

import re

from tracker.names.registry import Registry
from tracker.names.spelling import name_key
from tracker.names.types import MetricName

_COUNTED = re.compile(
    r"(pass|maj|majority|cons|consensus|avg|average|mean|best|prm|rm|acc|recall|hit|hits|ndcg|precision|p|r|mrr|map)\s?(@|\^)\s?(\d{1,5})(k?)",
    re.IGNORECASE,
)
_COUNTED_NAMES = {
    "pass": "pass", "maj": "maj", "majority": "maj", "cons": "cons", "consensus": "cons", "avg": "avg", "average": "avg",
    "mean": "avg", "best": "best", "prm": "prm", "rm": "rm", "acc": "acc", "recall": "Recall", "hit": "Hits", "hits": "Hits",
    "ndcg": "nDCG", "precision": "Precision", "p": "Precision", "r": "Recall", "mrr": "MRR", "map": "MAP",
}  # fmt: skip


class MetricResolver:
    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def resolve(self, words: str) -> MetricName | None:
        text = words.strip().strip("()[] :,;")
        if not text or len(text) > 40:
            return None
        counted = _COUNTED.fullmatch(text)
        if counted:
            return self._counted(*counted.groups())
        metric_id = self._registry.metric_aliases.ids.get(name_key(text))
        if metric_id is None:
            return None
        metric = self._registry.metrics[metric_id]
        return MetricName(metric.id, name_key(metric.id), metric.direction, metric.unit, metric.low, metric.high)

    def _counted(self, word: str, sign: str, number: str, thousands: str) -> MetricName:
        k = int(number) * (1000 if thousands else 1)
        name = f"{_COUNTED_NAMES[word.casefold()]}{sign}{k}"
        return MetricName(name, name.casefold(), "higher", "percent", 0.0, 100.0, k)
