"""`tracker backfill dump`: Reddit dump files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tracker.cli.backfill.naming import DryRunOption, slug
from tracker.cli.backfill.running import carry_out
from tracker.cli.opening import settings
from tracker.cli.output import Format, FormatOption
from tracker.domain.errors import UsageError


def dump(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="RS_* posts and RC_* comments: .zst, .gz, .jsonl.")
    ],
    subreddit: Annotated[list[str] | None, typer.Option("--subreddit", help="Only these; may be repeated.")] = None,
    dry_run: DryRunOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Reddit dump files, through the same pipeline as live posts. Give posts and comments together: comments then know
    the titles of their threads.
    """
    from tracker.domain.sources import Source, Tier
    from tracker.pipeline.backfill import Job

    for file in files:
        if not file.is_file():
            raise UsageError("there is no such file", where=str(file), hint="give RS_* and RC_* files of a Reddit dump")
    posts = [file for file in files if file.name.upper().startswith("RS")]
    jobs = []
    for file in [*posts, *(file for file in files if file not in posts)]:
        options: dict[str, str | tuple[str, ...]] = {"subreddits": tuple(subreddit or ())}
        if posts and file not in posts:
            options["posts"] = str(posts[0].resolve())
        name, address = f"dump-{slug(file.name)}", str(file.resolve())
        jobs.append(Job(Source(name, "dump", address, tier=Tier.COMMUNITY, options=options)))
    carry_out(settings(), jobs, form, dry_run=dry_run)
