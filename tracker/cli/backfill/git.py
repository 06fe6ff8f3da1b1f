"""`tracker backfill git`: a repository's history."""

from __future__ import annotations

from pathlib import Path
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


def git(
    repository: Annotated[str, typer.Argument(metavar="REPO", help="A local clone, or an https address.")],
    path: Annotated[list[str] | None, typer.Option("--path", help="Only files that match; may be repeated.")] = None,
    since: SinceOption = None,
    tier: TierOption = "official",
    organisation: OrganisationOption = None,
    dry_run: DryRunOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Every revision of score files and model cards in a repository's history, valid at the time of its commit."""
    from tracker.domain.sources import Source
    from tracker.pipeline.backfill import Job

    chosen = settings()
    local = Path(repository).expanduser()
    address = str(local.resolve()) if local.exists() else repository
    options: dict[str, str | tuple[str, ...]] = {}
    if path:
        options["paths"] = tuple(path)
    if since:
        options["since"] = time_option(since, "--since") or ""
    source = Source(
        f"git-{slug(address.removesuffix('.git'))}",
        "git",
        address,
        tier=tier_of(tier),
        organisation=organisation,
        options=options,
    )
    owner = configured(chosen, "git", address, lambda spelt: spelt.removesuffix(".git"))
    carry_out(chosen, [Job(source, owner)], form, dry_run=dry_run)
