"""`tracker backfill reddit`: a subreddit's listings."""

from __future__ import annotations

from typing import Annotated

import typer

from tracker.cli.backfill.naming import DryRunOption, SinceOption, configured, slug, time_option
from tracker.cli.backfill.running import carry_out
from tracker.cli.opening import settings
from tracker.cli.output import Format, FormatOption
from tracker.domain.errors import UsageError

_LISTINGS = ("new", "top:all", "top:year")


def reddit(
    subreddits: Annotated[
        list[str], typer.Argument(metavar="SUBREDDIT|SOURCE…", help="r/LocalLLaMA, or a configured source's name.")
    ],
    listing: Annotated[
        list[str] | None,
        typer.Option("--listing", help="new, hot, rising, top:year, controversial:all …; may be repeated."),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="So many posts of each listing.")] = 1000,
    comments: Annotated[bool, typer.Option("--comments/--no-comments", help="Of posts that carry a table.")] = True,
    since: SinceOption = None,
    dry_run: DryRunOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """A subreddit's newest and best posts, as far back as Reddit's API goes (about 1,000 of each listing), with the comments
    of those that carry a table. Needs credentials; what is older is in dumps.
    """
    from tracker.domain.sources import Source
    from tracker.pipeline.backfill import Job

    chosen = settings()
    jobs = []
    for words in subreddits:
        owner = configured(chosen, "reddit", words, _subreddit)
        if owner is None and not words.removeprefix("/").startswith(("r/", "https://")):
            raise UsageError(f"there is no source {words!r}", hint="write r/LocalLLaMA, or a configured source's name")
        address = owner.address if owner else words
        options: dict[str, str | int | bool | tuple[str, ...]] = {
            "listings": tuple(listing or _LISTINGS),
            "posts": limit,
            "comments": comments,
        }
        if since:
            options["since"] = time_option(since, "--since") or ""
        source = Source(f"reddit-history-{slug(_subreddit(address))}", "reddit", address, options=options)
        jobs.append(Job(source, owner))
    carry_out(chosen, jobs, form, dry_run=dry_run)


def _subreddit(address: str) -> str:
    return address.rstrip("/").rsplit("/", 1)[-1].lower()
