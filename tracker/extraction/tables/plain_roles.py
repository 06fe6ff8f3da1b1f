"""Roles that a level has by itself: settings, sizes, variants, parts and attributes, by their header or their labels."""

from __future__ import annotations

import re
from dataclasses import replace

from tracker.extraction.tables import lexicon
from tracker.extraction.tables.labels import Sort
from tracker.extraction.tables.levels import Axis, Level, Role

MODEL_ENOUGH = 0.4
"""Share of votes from which a level may name models. Tuned on the development documents: between 0.2 and 0.5 nothing
changes."""

_SORT_ROLES: tuple[tuple[Sort, Role], ...] = (
    (Sort.SHOTS, Role.SHOTS),
    (Sort.COT, Role.COT),
    (Sort.METRIC, Role.METRIC),
    (Sort.VARIANT, Role.VARIANT),
    (Sort.SIZE, Role.SIZE),
    (Sort.QUANTISATION, Role.QUANTISATION),
    (Sort.EFFORT, Role.EFFORT),
    (Sort.LANGUAGE, Role.SUBSET),
    (Sort.LENGTH, Role.SUBSET),
    (Sort.SPLIT, Role.SUBSET),
)
HEAD_ROLES = {
    "shots": Role.SHOTS,
    "metric": Role.METRIC,
    "cot": Role.COT,
    "subset": Role.SUBSET,
    "setting": Role.SETTING,
    "quantisation": Role.QUANTISATION,
    "size": Role.SIZE,
    "category": Role.CATEGORY,
}
_PARAMETERS = re.compile(r"(?:\d{1,2}x)?\d{1,4}(?:\.\d{1,3})?\s?[BM]")


def with_plain_role(level: Level, siblings: tuple[Level, ...]) -> Level:
    """Roles that need no comparison: settings by their head or by their labels."""
    if level.axis is Axis.ROWS and (role := _role_of_column(level, siblings)) is not None:
        return replace(level, role=role)
    for sort, role in _SORT_ROLES:
        if level.share(sort) >= 0.6:
            return replace(level, role=role)
    if level.share(Sort.LANGUAGE, Sort.LENGTH, Sort.SPLIT, Sort.AVERAGE) >= 0.7 and level.share(Sort.AVERAGE) < 1:
        return replace(level, role=Role.SUBSET)
    return level


def _role_of_column(level: Level, siblings: tuple[Level, ...]) -> Role | None:
    head = lexicon.head_of(level.head.text)
    unsure = max(level.model, level.benchmark)
    if head in ("shots", "metric", "cot", "quantisation") and unsure < 0.5:
        return HEAD_ROLES[head]
    if level is _sizes_of_models(siblings):
        return Role.SIZE
    if level.share(Sort.VARIANT) >= 0.6 and _after_models(level, siblings):
        return Role.VARIANT
    version_of = level.model >= 0.5 and lexicon.fold_header(level.head.text) == "version"  # what they were made from
    attribute = lexicon.is_attribute(level.head.text) or version_of
    if attribute and level.benchmark < 0.5 and _after_models(level, siblings):
        return Role.ATTRIBUTE
    if len(siblings) > 1 and head in ("subset", "setting", "size", "category") and unsure < 0.6:
        return HEAD_ROLES[head]
    if len(siblings) > 1 and level.head.sort is Sort.NO_SCORE and unsure < 0.5:
        return Role.ATTRIBUTE
    return None


_OTHER_SIZES = re.compile(r"token|data|mem|ram|disk|file|activ|corpus|train|context", re.IGNORECASE)


def _sizes_of_models(siblings: tuple[Level, ...]) -> Level | None:
    """The first column beside the models that holds nothing but sizes such as 7B, whatever its header calls them."""
    for level in siblings:
        filled = [label for label in level.distinct if label.sort is not Sort.NO_SCORE]
        sizes = sum(_PARAMETERS.fullmatch(label.text) is not None for label in filled)
        if filled and sizes >= 0.8 * len(filled) and not _OTHER_SIZES.search(level.head.text):
            beside = any(other.place < level.place and other.model >= MODEL_ENOUGH for other in siblings)
            return level if beside else None
    return None


def without_limits(level: Level, rows: tuple[Level, ...]) -> Level:
    """Lengths beside models, under columns of lengths: how long their context is, not at what length they were scored."""
    beside = any(other.place < level.place and other.model >= MODEL_ENOUGH for other in rows)
    limit = level.role is Role.SUBSET and level.share(Sort.LENGTH) >= 0.5 and beside
    return replace(level, role=Role.ATTRIBUTE) if limit else level


def _after_models(level: Level, siblings: tuple[Level, ...]) -> bool:
    """An attribute (its licence, its backbone) stands beside what it is one of; alone, it is what the rows are about."""
    if level.model < 0.5:
        return len(siblings) > 1
    return any(other.place < level.place and other.model >= MODEL_ENOUGH for other in siblings)


def behind_scores(level: Level) -> Level:
    """A column of words behind the scores labels nothing, unless it says how they were obtained."""
    head = lexicon.head_of(level.head.text)
    return replace(level, role=HEAD_ROLES[head] if head in ("shots", "metric", "cot", "setting") else Role.ATTRIBUTE)
