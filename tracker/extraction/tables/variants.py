"""Base or instruct: what a name, its company and the words around a table say about each model of a band."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tracker.domain.claims import Variant
from tracker.extraction.tables.defaults import Defaults, Keys
from tracker.extraction.tables.entities import Entities, Named
from tracker.extraction.tables.levels import Role
from tracker.extraction.tables.roles import Orientation
from tracker.extraction.tables.settings import Said, variant_in, variant_of_name
from tracker.names import Names

_TOKENS = re.compile(r"[^\W_]+")
_SIZES = frozenset({"tiny", "mini", "small", "medium", "large", "xl", "xxl", "xbase", "huge", "giant", "nano"})
_MARKERS = frozenset({"base", "pretrained", "pretrain", "pt", "instruct", "instruction", "inst", "chat", "it", "model"})


class Variants:
    """Says of each model of an oriented band whether it is a base or an instruct one, or nothing."""

    def __init__(self, oriented: Orientation, entities: Entities, defaults: Defaults, names: Names) -> None:
        self._defaults = defaults
        self._names = names
        self._headed = _said_by_head(oriented)
        models = _models(oriented, entities)
        self._sized = _sized(models)
        own = {words: self._own(named) for words, named in models.items()}
        marked = {(_plain(words), variant) for words, variant in own.items() if variant}
        self._twins = {name for name, variant in marked if variant == "base" and (name, "instruct") not in marked}
        said = {variant for _, variant in marked}
        opposite = "instruct" if defaults.supposed == "base" else "base"
        self._supposed = None if opposite in said else defaults.supposed

    def of(self, model: Named, section: Said, benchmark: Keys) -> Variant | None:
        """By the name, its section, its header; as the chat one of a pair of which the other is marked "base"; by what is
        said of the benchmark, by the headings, and last by the paragraph above.
        """
        own = self._own(model) or section.variant or self._headed
        if own:
            return own
        if self._twins and _plain(model.words) in self._twins:
            return "instruct"
        said = self._defaults.variant_of(benchmark) or self._defaults.all.variant or self._supposed
        return None if said and self._is_closed(model) else said

    def _own(self, model: Named) -> Variant | None:
        return None if model.words in self._sized else model.settings.variant or variant_of_name(model.words)

    def _is_closed(self, model: Named) -> bool:
        """Closed models come in one variant, whatever the heading of the comparison says."""
        name = self._names.model(model.words)
        return name is not None and name.open is False


def _sized(models: Iterable[str]) -> frozenset[str]:
    """Models whose "base" is a size: the same name stands beside them as large, small …"""
    stems: dict[tuple[str, ...], set[str]] = {}
    for words in models:
        *stem, last = _TOKENS.findall(words.casefold()) or [""]
        stems.setdefault(tuple(stem), set()).add(last)
    return frozenset(
        words
        for words in models
        if (tokens := _TOKENS.findall(words.casefold()))[-1:] == ["base"] and stems[tuple(tokens[:-1])] & _SIZES
    )


def _plain(words: str) -> tuple[str, ...]:
    """A model's name without the words that tell its variant, its tokens in any order."""
    return tuple(sorted(token for token in _TOKENS.findall(words.casefold()) if token not in _MARKERS))


def _models(oriented: Orientation, entities: Entities) -> dict[str, Named]:
    found: dict[str, Named] = {}
    for row in oriented.frame.band.rows:
        for col in oriented.frame.values:
            named = entities.model(row.number, col)
            if named is not None:
                found.setdefault(named.words, named)
    return found


def _said_by_head(oriented: Orientation) -> Variant | None:
    """`Pre-trained model` over a column of models."""
    heads = (level.head.text for level in oriented.rows if level.role is Role.MODEL)
    return next((variant for head in heads if (variant := variant_in(head))), None)
