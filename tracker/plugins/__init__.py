"""Built-in and third-party parts, found through the same door: entry points."""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from tracker.domain.errors import PluginError

COLLECTORS = "tracker.collectors"
PARSERS = "tracker.parsers"
CHANNELS = "tracker.channels"


@cache
def _found(group: str) -> dict[str, EntryPoint]:
    return {point.name: point for point in sorted(entry_points(group=group), key=lambda point: point.value)}


def names(group: str) -> tuple[str, ...]:
    """The names registered in a group, sorted; nothing is imported."""
    return tuple(sorted(_found(group)))


def load(group: str, name: str) -> Any:
    """The object behind an entry point. Raises `PluginError` when there is none or its import fails."""
    point = _found(group).get(name)
    if point is None:
        known = ", ".join(names(group)) or "none"
        raise PluginError(f"there is no {name!r} in {group}", hint=f"known: {known}")
    try:
        return point.load()
    except (ImportError, AttributeError) as error:
        raise PluginError(
            f"{name!r} in {group} cannot be loaded: {error}",
            where=point.value,
            hint="reinstall the package that brings it",
        ) from error
