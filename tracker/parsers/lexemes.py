"""Trees of data whose numbers keep their spelling, read from hostile text within bounds.

A score of `0.70` is not a score of `0.7`: every number of a JSON or YAML document becomes a `Number`, the lexeme as it
stands in the file. What JSON does not know (`NaN`, `Infinity`) becomes null and is noted: one such number must not cost
a result file its hundred others.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

from tracker.domain.errors import ParseError, ParseRefused
from tracker.domain.pages import Json, Number
from tracker.parsers.decoding import scrub

MAX_CHARACTERS = 64_000_000
MAX_DEPTH = 100
MAX_NODES = 4_000_000
"""Values in a tree, aliases counted as often as they stand. The largest result file that was seen has 200,000."""

MAX_WARNINGS = 20


class Warnings:
    """Notes on one document, bounded: the first of them, and a count of the rest."""

    def __init__(self, notes: Iterable[str] = ()) -> None:
        self._notes: list[str] = []
        self._unsaid = 0
        for words in notes:
            self.note(words)

    def note(self, words: str) -> None:
        if len(self._notes) < MAX_WARNINGS:
            self._notes.append(words)
        else:
            self._unsaid += 1

    @property
    def said(self) -> tuple[str, ...]:
        if self._unsaid:
            return (*self._notes, f"and {self._unsaid} more")
        return tuple(self._notes)


def load_json(text: str, warnings: Warnings | None = None) -> Json:
    """One JSON text as a tree. Of a duplicate key the last value counts, and it is noted.

    Raises `ParseError` for what is no JSON (with its line), `ParseRefused` for what exceeds a bound.
    """
    warnings = Warnings() if warnings is None else warnings
    _check_size(text)

    def build(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        built = dict(pairs)
        if len(built) != len(pairs):
            warnings.note(f"duplicate key {_first_duplicate(pairs)!r}: its last value counts")
        return built

    def refuse(lexeme: str) -> None:
        warnings.note(f"{lexeme} is no number")

    try:
        value = json.loads(text, parse_float=Number, parse_int=Number, parse_constant=refuse, object_pairs_hook=build)
    except json.JSONDecodeError as error:
        raise ParseError(f"not JSON: {error.msg}", where=f"line {error.lineno}", hint="mend the file") from None
    except RecursionError:
        _refuse_depth()
    check_tree(value)
    return scrub_tree(value) if "\\u" in text else value


def check_tree(tree: Json) -> None:
    """Raise `ParseRefused` when a tree is deeper or larger than the bounds; shared parts count wherever they stand."""
    level: list[Any] = [tree]
    seen = depth = 0
    while level:
        seen += len(level)
        depth += 1
        if seen > MAX_NODES:
            raise ParseRefused(f"more than {MAX_NODES:,} values", hint="it is no table of scores; exclude the file")
        if depth > MAX_DEPTH:
            _refuse_depth()
        below: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                below.extend(value.values())
            elif isinstance(value, list):
                below.extend(value)
            if len(below) > MAX_NODES:
                break
        level = below


def scrub_tree(tree: Json) -> Json:
    """The tree without control characters and lone surrogates, which escapes can bring into its texts. Its depth has
    been checked.
    """
    if isinstance(tree, str):
        return tree if isinstance(tree, Number) else scrub(tree)
    if isinstance(tree, Mapping):
        return {scrub(key): scrub_tree(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [scrub_tree(value) for value in tree]
    return tree


def _check_size(text: str) -> None:
    if len(text) > MAX_CHARACTERS:
        raise ParseRefused(f"more than {MAX_CHARACTERS:,} characters", hint="exclude the file")


def _refuse_depth() -> NoReturn:
    raise ParseRefused(f"nested deeper than {MAX_DEPTH}", hint="it is no table of scores; exclude the file")


def _first_duplicate(pairs: list[tuple[str, Any]]) -> str:
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            return key
        seen.add(key)
    raise AssertionError("no key is there twice")
