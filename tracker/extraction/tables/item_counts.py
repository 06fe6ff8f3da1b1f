"""Headers that say how many items each part has ("Easy (45) | Medium (91) | Hard (44)"): the counts are no names."""

from __future__ import annotations

import re
from collections.abc import Callable

from tracker.extraction.tables.labels import Label, Sort

_COUNTED = re.compile(r"([^\W\d_].{0,60}?)\s?[(（](\d{1,3})[)）]")
_ENOUGH = 3


def without_item_counts(labels: dict[int, Label], read: Callable[[str], Label]) -> dict[int, Label]:
    """The labels without their counts, where all that are named have one. A lone number in brackets may be a version."""
    named = [label for label in labels.values() if label.sort is Sort.NAME and label.model < 0.5]
    counted = [label for label in named if _COUNTED.fullmatch(label.text)]
    if len(counted) < _ENOUGH or len(counted) < 0.8 * len(named):
        return labels
    return {
        line: read(match[1]) if label.sort is Sort.NAME and (match := _COUNTED.fullmatch(label.text)) else label
        for line, label in labels.items()
    }
