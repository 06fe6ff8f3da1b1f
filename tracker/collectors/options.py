"""Reads a source's options: right type, or a `SourceError` that names the option."""

from __future__ import annotations

from collections.abc import Collection

from tracker.domain.errors import SourceError
from tracker.domain.sources import Source


def whole(source: Source, name: str, default: int, *, least: int = 0) -> int:
    value = source.options.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise _wrong(source, name, f"a whole number from {least}")
    return value


def flag(source: Source, name: str, *, default: bool) -> bool:
    value = source.options.get(name, default)
    if not isinstance(value, bool):
        raise _wrong(source, name, "true or false")
    return value


def choice(source: Source, name: str, among: Collection[str]) -> str:
    """One of `among`; the first is the default."""
    value = source.options.get(name, next(iter(among)))
    if not isinstance(value, str) or value not in among:
        raise _wrong(source, name, " or ".join(repr(word) for word in among))
    return value


def words(source: Source, name: str) -> tuple[str, ...]:
    """A list of words; one alone may stand without brackets. None when the option is left out."""
    value = source.options.get(name, ())
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, tuple):
        raise _wrong(source, name, "a list of words")
    return value


def known(source: Source, *names: str) -> None:
    """Refuse options that the collector does not have: a misspelt one would silently do nothing."""
    for name in source.options:
        if name not in names:
            raise _wrong(source, name, f"one of the options of {source.kind!r}: {', '.join(names) or 'none'}")


def _wrong(source: Source, name: str, expected: str) -> SourceError:
    return SourceError(
        f"option {name!r} is not {expected}", where=f"source {source.name}", hint="see docs/configuration.md"
    )
