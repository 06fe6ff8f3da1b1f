"""YAML as data: no tags are obeyed, numbers keep their spelling, aliases cannot multiply without bound.

The document is composed into nodes by libyaml and turned into a tree here. Plain scalars mean what the core schema of
YAML 1.2 says: `no` and `12:30` are words, `0125` is a number, a date is words.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from tracker.domain.errors import ParseError, ParseRefused
from tracker.domain.pages import Data, Json, Number, Page
from tracker.parsers.decoding import decode
from tracker.parsers.lexemes import MAX_CHARACTERS, MAX_DEPTH, Warnings, scrub_tree

PARSER = "yaml/1"

MAX_NODES = 1_000_000
"""Fewer than for JSON: a file of a kilobyte can ask for them, and each costs a microsecond."""

_NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TRUTHS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")

_Base: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]  # the C loader exists only where libyaml does
    """Composes nodes and resolves nothing: what a plain scalar means is decided in `_scalar`."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  # the library's own name and shape


def parse(body: bytes, media_type: str = "") -> Page:
    """A `Data` block for every document of the stream; one that is empty gives none."""
    decoded = decode(body, media_type)
    warnings = Warnings(decoded.warnings)
    values = _documents(decoded.text, warnings, first_line=1)
    blocks = tuple(
        Data(value, form="yaml", pointer=f"document[{number}]" if number else "")
        for number, value in enumerate(values)
        if value is not None
    )
    return Page(blocks, parser=PARSER, warnings=warnings.said)


def load_yaml(text: str, warnings: Warnings | None = None, *, first_line: int = 1) -> Json:
    """One YAML document as a tree; `first_line` is the line of the file on which it begins, for messages.

    Raises `ParseError` (with the line) or `ParseRefused`.
    """
    values = _documents(text, Warnings() if warnings is None else warnings, first_line=first_line)
    return values[0] if values else None


def split_front_matter(text: str) -> tuple[str | None, int]:
    """The YAML between the two `---` lines at the very top, and where the body begins (in characters).

    `(None, 0)` when the text does not begin with such a line or the second one is missing.
    """
    start = 1 if text.startswith("\ufeff") else 0
    first = text.find("\n", start)
    if first < 0 or text[start:first].rstrip() != "---":
        return None, 0
    position = first + 1
    while position < len(text):
        end = text.find("\n", position)
        end = len(text) if end < 0 else end
        if text[position:end].rstrip() in ("---", "..."):
            return text[first + 1 : position], min(end + 1, len(text))
        position = end + 1
    return None, 0


def _documents(text: str, warnings: Warnings, *, first_line: int) -> list[Json]:
    if len(text) > MAX_CHARACTERS:
        raise ParseRefused(f"more than {MAX_CHARACTERS:,} characters", hint="exclude the file")
    try:
        nodes = list(yaml.compose_all(text, Loader=_Loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + first_line}" if mark else ""
        raise ParseError(f"not YAML: {error.problem or error.context}", where=where, hint="mend that line") from None
    except yaml.YAMLError as error:
        raise ParseError(f"not YAML: {' '.join(str(error).split())}", hint="the file is damaged") from None
    except RecursionError:
        raise ParseRefused(f"nested deeper than {MAX_DEPTH}", hint="exclude the file") from None
    builder = _Builder(warnings, first_line)
    return [scrub_tree(builder.tree(node, 0)) for node in nodes if node is not None]


class _Builder:
    """Nodes to values, with one budget for the whole stream: an alias costs as much as what it stands for."""

    def __init__(self, warnings: Warnings, first_line: int) -> None:
        self._warnings = warnings
        self._first_line = first_line
        self._left = MAX_NODES

    def tree(self, node: Any, depth: int) -> Json:
        self._left -= 1
        if self._left < 0:
            raise ParseRefused(f"more than {MAX_NODES:,} values", hint="its aliases multiply; exclude the file")
        if depth > MAX_DEPTH:
            raise ParseRefused(f"nested deeper than {MAX_DEPTH}", hint="exclude the file")
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if isinstance(node, yaml.SequenceNode):
            return [self.tree(child, depth + 1) for child in node.value]
        return self._mapping(node, depth)

    def _mapping(self, node: Any, depth: int) -> dict[str, Json]:
        own: dict[str, Json] = {}
        merged: dict[str, Json] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._note(key_node, "a key that is no scalar is skipped")
                continue
            key = str(key_node.value)
            if key == "<<" and not key_node.style:
                self._merge(merged, self.tree(value_node, depth + 1))
                continue
            if key in own:
                self._note(key_node, f"duplicate key {key!r}: its last value counts")
            own[key] = self.tree(value_node, depth + 1)
        return {**merged, **own} if merged else own

    def _merge(self, into: dict[str, Json], value: Json) -> None:
        """`<<`: the keys of other mappings, the earlier one first; the mapping's own keys win over all."""
        for other in value if isinstance(value, list) else [value]:
            if isinstance(other, dict):
                for key, inner in other.items():
                    into.setdefault(key, inner)

    def _scalar(self, node: Any) -> Json:
        text: str = node.value
        if node.style:  # quoted or a block: words, whatever they look like
            return text
        if text in _NULLS:
            return None
        if text in _TRUTHS:
            return _TRUTHS[text]
        if _NUMBER.fullmatch(text):
            return Number(text)
        if _NOT_FINITE.fullmatch(text):
            self._note(node, f"{text} is no number")
            return None
        return text

    def _note(self, node: Any, words: str) -> None:
        self._warnings.note(f"line {node.start_mark.line + self._first_line}: {words}")
