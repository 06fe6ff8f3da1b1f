"""`tracker backfill feed`: a whole feed."""

from __future__ import annotations

from typing import Annotated

import typer

from tracker.cli.backfill.naming import (
    DryRunOption,
    OrganisationOption,
    SinceOption,
    TierOption,
    configured,
    slug,
    tier_of,
    time_option,
)
from tracker.cli.backfill.running import carry_out
from tracker.cli.opening import settings
from tracker.cli.output import Format, FormatOption
from tracker.domain.errors import UsageError


def feed(
    feeds: Annotated[list[str], typer.Argument(metavar="SOURCE|URL…", help="Configured feeds by name, or addresses.")],
    follow: Annotated[
        str | None,
        typer.Option("--follow", help="link: fetch the page of each entry; content: read what the entries say."),
    ] = None,
    since: SinceOption = None,
    tier: TierOption = "community",
    organisation: OrganisationOption = None,
    dry_run: DryRunOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """All entries of a feed, and of its older documents where it links to them. A page is valid from when it is fetched,
    an entry from the time that the feed gives.
    """
    from tracker.domain.sources import Source
    from tracker.domain.urls import canonical_url
    from tracker.pipeline.backfill import Job

    chosen = settings()
    if follow not in {None, "link", "content"}:
        raise UsageError(f"{follow!r} is neither link nor content", where="--follow")
    jobs = []
    for words in feeds:
        owner = configured(chosen, "feed", words, canonical_url)
        if owner is None and not words.startswith(("http://", "https://")):
            raise UsageError(f"there is no feed {words!r}", hint="give a configured feed's name, or an address")
        how = follow or str(owner.options.get("follow", "link") if owner else "link")
        options: dict[str, str | bool] = {"history": True, "follow": how}
        if since:
            options["since"] = time_option(since, "--since") or ""
        address = owner.address if owner else words
        source = Source(f"feed-{slug(address)}", "feed", address, tier_of(tier), organisation, options=options)
        jobs.append(Job(source, owner))
    carry_out(chosen, jobs, form, dry_run=dry_run)
