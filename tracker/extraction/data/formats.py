"""What a format is: a detector and a reader for one kind of tree."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tracker.domain.claims import Claim, Setting
from tracker.extraction.data.sheet import Sheet
from tracker.extraction.data.tree import Node


@dataclass(frozen=True, slots=True)
class Format:
    """`accepts` looks at the outermost shape only and is cheap; `read` yields the claims of a tree that it accepted."""

    name: str
    accepts: Callable[[Sheet], bool]
    read: Callable[[Sheet], Iterable[Claim]]


def setting(*, shots: Node | str | None = None, **extra: str) -> Setting:
    """A setting of what a file says; empty words say nothing."""
    number = shots.words if isinstance(shots, Node) else shots
    said = tuple(sorted((name, " ".join(words.split())) for name, words in extra.items() if words.strip()))
    return Setting(shots=number if number and _is_count(number) else None, extra=said)


def _is_count(words: str) -> bool:
    low, _, high = words.partition("-")
    return low.isdecimal() and len(low) <= 4 and (not high or high.isdecimal())
