"""`tracker backfill wayback`: archived copies of pages."""

from __future__ import annotations

from typing import Annotated

import typer

from tracker.cli.backfill.naming import (
    DryRunOption,
    OrganisationOption,
    SinceOption,
    TierOption,
    UntilOption,
    configured,
    slug,
    tier_of,
    time_option,
)
from tracker.cli.backfill.running import carry_out
from tracker.cli.filters import LimitOption
from tracker.cli.opening import settings
from tracker.cli.output import Format, FormatOption
from tracker.domain.errors import UsageError


def wayback(
    pages: Annotated[list[str], typer.Argument(metavar="URL|SOURCE…", help="Addresses of pages, or configured pages.")],
    since: SinceOption = None,
    until: UntilOption = None,
    limit: LimitOption = None,
    server: Annotated[
        str, typer.Option("--server", help="A web archive with a CDX index.")
    ] = "https://web.archive.org",
    tier: TierOption = "community",
    organisation: OrganisationOption = None,
    dry_run: DryRunOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Copies of pages in a web archive, valid at the time of their capture, in the timeline of the live page. Of
    neighbours with the same content one is read.
    """
    from tracker.domain.sources import Source
    from tracker.domain.urls import canonical_url
    from tracker.pipeline.backfill import Job

    chosen = settings()
    options: dict[str, str | int] = {"server": server}
    if since:
        options["since"] = time_option(since, "--since") or ""
    if until:
        options["until"] = time_option(until, "--until", end=True) or ""
    if limit:
        options["limit"] = limit
    jobs = []
    for words in dict.fromkeys(pages):
        owner = configured(chosen, "page", words, canonical_url)
        address = canonical_url(owner.address if owner else words)
        if not address.startswith(("http://", "https://")):
            raise UsageError(f"there is no page {words!r}", hint="give an address, or a configured page's name")
        name = f"wayback-{slug(address)}"
        source = Source(name, "wayback", address, tier_of(tier), organisation, options=options)
        jobs.append(Job(source, owner))
    carry_out(chosen, jobs, form, dry_run=dry_run)
