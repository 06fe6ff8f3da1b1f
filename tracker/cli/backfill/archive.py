"""`tracker backfill archive`: saved pages in a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tracker.cli.backfill.naming import (
    DryRunOption,
    OrganisationOption,
    SinceOption,
    TierOption,
    local_folder,
    slug,
    tier_of,
    time_option,
)
from tracker.cli.backfill.running import carry_out
from tracker.cli.opening import settings
from tracker.cli.output import Format, FormatOption
from tracker.domain.errors import SourceError, UsageError


def archive(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder of saved pages, with a manifest.")],
    manifest: Annotated[
        str, typer.Option("--manifest", help="A file in it; by default manifest.jsonl or manifest.csv.")
    ] = "",
    since: SinceOption = None,
    tier: TierOption = "community",
    organisation: OrganisationOption = None,
    dry_run: DryRunOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Pages that somebody saved, valid from the times that a manifest gives. Rows that name a configured source fill that
    source's documents.
    """
    from tracker.collectors.archive import sources_of
    from tracker.domain.sources import Source
    from tracker.pipeline.backfill import Job

    chosen = settings()
    address = local_folder(folder)
    try:
        named = sources_of(Path(address), manifest)
    except SourceError as error:
        raise UsageError(error.what, where=error.where, hint=error.hint) from None
    known = {one.name: one.source() for one in chosen.sources}
    jobs = []
    for name in named or [""]:
        options = {"only": name, **({"manifest": manifest} if manifest else {})}
        if since:
            options["since"] = time_option(since, "--since") or ""
        title = f"archive-{slug(f'{address}/{name}')}"
        source = Source(title, "archive", address, tier_of(tier), organisation, options=options)
        jobs.append(Job(source, known.get(name)))
    carry_out(chosen, jobs, form, dry_run=dry_run)
