"""Reads a source's options: right type, or a `SourceError` that names the option."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from tracker.domain.errors import SourceError
from tracker.domain.sources import Source


def whole(source: Source, name: str, default: int, *, least: int = 0) -> int:
    value = source.options.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise _wrong(source, name, f"a whole number from {least}")
    return value


def word(source: Source, name: str, default: str = "") -> str:
    value = source.options.get(name, default)
    if not isinstance(value, str):
        raise _wrong(source, name, "a text")
    return value


def moment(source: Source, name: str, *, end: bool = False) -> datetime | None:
    """A date or an ISO 8601 time; without a zone it is UTC. A date is its midnight, or (`end`) its last moment."""
    value = word(source, name)
    if not value:
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise _wrong(source, name, f"a date: {value[:40]!r}; write 2024-07-23 or 2024-07-23T12:00:00Z") from None
    if end and len(value) == len("2024-07-23"):
        found = found.replace(hour=23, minute=59, second=59)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


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
