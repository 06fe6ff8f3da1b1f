"""Options that several commands share, and times as people write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from tracker.domain.errors import UsageError

ModelOption = Annotated[str | None, typer.Option("--model", help="Part of a model's name.")]
BenchmarkOption = Annotated[str | None, typer.Option("--benchmark", help="Part of a benchmark's name.")]
SourceOption = Annotated[str | None, typer.Option("--source", help="A source's name.")]
DocumentOption = Annotated[str | None, typer.Option("--document", help="A document's id.")]
ExactOption = Annotated[bool, typer.Option("--exact", help="Names must be the canonical ones, whole.")]
AsOfOption = Annotated[
    str | None, typer.Option("--as-of", help="What sources said then: 2024-07-24, or a full ISO 8601 time.")
]
KnownAtOption = Annotated[str | None, typer.Option("--known-at", help="What this database knew then.")]
LimitOption = Annotated[int | None, typer.Option("--limit", min=1, help="So many at the most.")]

_AGO = re.compile(r"(\d{1,5})([hdw])")
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}


def moment(words: str | None, option: str, *, end: bool = False) -> datetime | None:
    """A date (its end for upper bounds: an as-of date includes its day), an ISO 8601 time, or `30d`, `12h`, `2w` ago.
    Times without a zone are UTC.
    """
    if words is None:
        return None
    ago = _AGO.fullmatch(words)
    if ago:
        return datetime.now(UTC) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    try:
        found = datetime.fromisoformat(words)
    except ValueError:
        raise UsageError(
            f"{words!r} is no time", where=option, hint="write 2024-07-24, 2024-07-24T15:00Z or 30d"
        ) from None
    if end and len(words) == len("2024-07-24"):
        found = found.replace(hour=23, minute=59, second=59, microsecond=999_999)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
