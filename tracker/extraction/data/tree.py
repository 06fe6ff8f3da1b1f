"""A place in a tree of data: the value and its JSON pointer (RFC 6901)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tracker.domain.pages import Json, Number


@dataclass(frozen=True, slots=True)
class Node:
    """`key` is the name or number under which the value stands. A node that is not there has the value `None`."""

    value: Json
    path: str = ""
    key: str = ""

    def at(self, *keys: str) -> Node:
        """The value under a path of names; missing wherever one of them is."""
        node = self
        for key in keys:
            value = node.value.get(key) if isinstance(node.value, Mapping) else None
            node = node._below(value, key)
        return node

    def first(self, *keys: str) -> Node:
        """The value of the first of these names that is there and says something."""
        for key in keys:
            node = self.at(key)
            if node.value not in (None, "", [], {}):
                return node
        return Node(None)

    @property
    def fields(self) -> Iterator[Node]:
        """The values of a mapping, in its order; none of anything else."""
        if isinstance(self.value, Mapping):
            for key, value in self.value.items():
                yield self._below(value, key)

    @property
    def elements(self) -> Iterator[Node]:
        """The values of a list; none of anything else."""
        if isinstance(self.value, list):
            for number, value in enumerate(self.value):
                yield self._below(value, str(number))

    @property
    def is_mapping(self) -> bool:
        return isinstance(self.value, Mapping)

    @property
    def is_list(self) -> bool:
        return isinstance(self.value, list)

    @property
    def number(self) -> Number | None:
        return self.value if isinstance(self.value, Number) else None

    @property
    def words(self) -> str:
        """A text, or a number's spelling, with white space folded; empty for anything else."""
        return " ".join(self.value.split()) if isinstance(self.value, str) else ""

    def _below(self, value: Json, key: str) -> Node:
        return Node(value, f"{self.path}/{key.replace('~', '~0').replace('/', '~1')}", key)
