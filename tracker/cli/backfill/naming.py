"""Names, tiers and owners of what a backfill reads."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.domain.errors import UsageError

if TYPE_CHECKING:
    from tracker.config import Settings
    from tracker.domain.sources import Source, Tier

SinceOption = Annotated[str | None, typer.Option("--since", help="Only what is from then on: 2024-07-01, or 90d.")]
UntilOption = Annotated[str | None, typer.Option("--until", help="Only what is from before the end of that day.")]
TierOption = Annotated[
    str, typer.Option("--tier", help="official, independent, press, community or leak; a configured source's is kept.")
]
OrganisationOption = Annotated[
    str | None, typer.Option("--organisation", help="Whose it is; a configured source's is kept.")
]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Only say what would be read: how much, of when; nothing is recorded.")
]


def slug(name: str) -> str:
    """A source's name from a file's name or an address."""
    words = re.sub(r"[^a-z0-9]+", "-", name.rsplit("://", 1)[-1].lower()).strip("-")
    if len(words) <= 48:
        return words
    return f"{words[-39:].strip('-')}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def tier_of(words: str) -> Tier:
    from tracker.domain.sources import Tier

    if words not in set(Tier):
        raise UsageError(f"{words!r} is no tier", where="--tier", hint=f"one of: {', '.join(Tier)}")
    return Tier(words)


def time_option(words: str | None, option: str, *, end: bool = False) -> str | None:
    """A time as collectors take it. `90d` is that long ago, to the day: the same command tomorrow is another question."""
    from tracker.cli.filters import moment

    found = moment(words, option, end=end)
    if found is None:
        return None
    if words is not None and re.fullmatch(r"\d{1,5}[dw]", words):
        return found.date().isoformat()
    return found.replace(microsecond=0).isoformat()


def local_folder(folder: Path) -> str:
    if not folder.is_dir():
        raise UsageError("there is no such folder", where=str(folder))
    return str(folder.resolve())


def configured(chosen: Settings, kind: str, words: str, key: Callable[[str], str]) -> Source | None:
    """The configured source of a kind that has this name or address; `key` brings addresses into one spelling."""
    sources = (one.source() for one in chosen.sources if one.kind == kind)
    return next((source for source in sources if words == source.name or key(source.address) == key(words)), None)
