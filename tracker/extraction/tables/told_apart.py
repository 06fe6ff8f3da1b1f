"""Rows that bear the same model's name, and the column that tells them apart.

"LLaVA-1.6 | Vicuna-7B | 41.7" and "LLaVA-1.6 | Mistral-7B | 43.2" are two models: a reader names them by what they are
built on, how they were tuned, or on how much they were trained, whichever column comes first and tells all of them apart.
"""

from __future__ import annotations

import re

from tracker.extraction.tables.levels import Axis, Level, Role
from tracker.extraction.tables.roles import Orientation

_NAMING = frozenset({Role.MODEL, Role.SIZE, Role.VARIANT, Role.QUANTISATION, Role.EFFORT})
_OF_SCORES = frozenset({Role.BENCHMARK, Role.SUBSET, Role.METRIC, Role.SHOTS, Role.COT, Role.CATEGORY, Role.SETTING})
"""Roles of columns that say what was measured: rows of one model are then rows of its scores."""
_TELLS_NOT = re.compile(
    r"date|time|rank|link|url|source|paper|code|licen[cs]e|org|author|team|submi|checkpoint|download|site|logs?\b|日期|链接",
    re.IGNORECASE,
)
"""Heads of columns that say when or by whom something was told, not what it is."""


def told_apart(oriented: Orientation) -> dict[int, str]:
    """By row: what another column says of a model whose name other rows have as well."""
    if oriented.models is not Axis.ROWS or any(level.role in _OF_SCORES for level in oriented.rows):
        return {}
    naming = [level for level in oriented.rows if level.role in _NAMING]
    telling = [level for level in oriented.rows if level.role is Role.ATTRIBUTE and _tells(level)]
    namesakes: dict[tuple[str, ...], list[int]] = {}
    for row in oriented.frame.band.rows:
        name = tuple(level.labels[row.number].text for level in naming if row.number in level.labels)
        namesakes.setdefault(name, []).append(row.number)
    found: dict[int, str] = {}
    for name, rows in namesakes.items():
        if len(rows) > 1 and any(name):
            found.update(_first_telling(telling, rows))
    return found


def _first_telling(levels: list[Level], rows: list[int]) -> dict[int, str]:
    for level in levels:
        said = [level.labels[row].text for row in rows if row in level.labels]
        if len(set(said)) == len(rows) and all(said):
            return dict(zip(rows, said, strict=True))
    return {}


def _tells(level: Level) -> bool:
    return bool(level.head.text) and not _TELLS_NOT.search(level.head.text)
