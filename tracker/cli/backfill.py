"""`tracker backfill …`: fill the past from dumps and repositories; resumable, and idempotent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli.collect import report_record
from tracker.cli.opening import opened_parts
from tracker.cli.output import Format, FormatOption, console, write
from tracker.domain.errors import UsageError

if TYPE_CHECKING:
    from tracker.domain.sources import Source
    from tracker.pipeline import RunReport

app = typer.Typer(help="Fill the past from dumps and repositories.", no_args_is_help=True, rich_markup_mode=None)

_COLUMNS = ("source", "items", "repeated", "appeared", "revised", "other_changes", "unreadable", "detail")
_BATCH = 500
"""Items a transaction. On the Reddit dump 100 cost 20 % more time, 2,000 none less."""


@app.callback()
def backfill() -> None:
    """Fill the past. A backfill that was interrupted goes on where it was; one that is repeated changes nothing."""


@app.command("dump")
def dump(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="RS_* posts and RC_* comments: .zst, .gz, .jsonl.")
    ],
    subreddit: Annotated[list[str] | None, typer.Option("--subreddit", help="Only these; may be repeated.")] = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Reddit dump files, through the same pipeline as live posts. Give posts and comments together: comments then know
    the titles of their threads.
    """
    from tracker.domain.sources import Source, Tier

    for file in files:
        if not file.is_file():
            raise UsageError("there is no such file", where=str(file), hint="give RS_* and RC_* files of a Reddit dump")
    posts = [file for file in files if file.name.upper().startswith("RS")]
    sources = []
    for file in [*posts, *(file for file in files if file not in posts)]:
        options: dict[str, Any] = {"subreddits": tuple(subreddit or ())}
        if posts and file not in posts:
            options["posts"] = str(posts[0].resolve())
        sources.append(
            Source(f"dump-{_slug(file.name)}", "dump", str(file.resolve()), tier=Tier.COMMUNITY, options=options)
        )
    _run(sources, form)


@app.command("git")
def git(
    repository: Annotated[str, typer.Argument(metavar="REPO", help="A local clone, or an https address.")],
    path: Annotated[list[str] | None, typer.Option("--path", help="Only files that match; may be repeated.")] = None,
    since: Annotated[str | None, typer.Option("--since", help="Only commits from then on: 2024-07-01.")] = None,
    tier: Annotated[str, typer.Option("--tier", help="official, independent, press, community or leak.")] = "official",
    organisation: Annotated[str | None, typer.Option("--organisation", help="Whose repository it is.")] = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Every revision of score files and model cards in a repository's history, valid at the time of its commit."""
    from tracker.domain.sources import Source, Tier

    if tier not in set(Tier):
        raise UsageError(f"{tier!r} is no tier", where="--tier", hint=f"one of: {', '.join(Tier)}")
    local = Path(repository).expanduser()
    address = str(local.resolve()) if local.exists() else repository
    options: dict[str, Any] = {}
    if path:
        options["paths"] = tuple(path)
    if since:
        options["since"] = since
    name = f"git-{_slug(address.removesuffix('.git'))}"
    _run([Source(name, "git", address, tier=Tier(tier), organisation=organisation, options=options)], form)


def _run(sources: list[Source], form: Format) -> None:
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from tracker.domain.history import Cause
    from tracker.logs import configure

    configure("ERROR")
    records = []
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TextColumn("{task.fields[state]}"),
        TimeElapsedColumn(),
    )
    with opened_parts() as parts, Progress(*columns, console=console(err=True)) as progress:
        for source in sources:
            task = progress.add_task(source.name, total=None, state="")

            def show(report: RunReport, task: Any = task) -> None:
                state = f"{report.items:,} items, {report.changed:,} changes"
                progress.update(task, state=state, refresh=False)

            report = parts.pipeline.run(source, parts.collector(source), Cause.BACKFILL, batch=_BATCH, progress=show)
            records.append(_record(report))
    write(records, form, _COLUMNS)
    if any(record["failed"] for record in records):
        raise typer.Exit(5)


def _record(report: RunReport) -> dict[str, Any]:
    from tracker.domain.history import ChangeKind
    from tracker.domain.outcomes import Outcome

    known = (ChangeKind.APPEARED, ChangeKind.REVISED)
    unreadable = (
        Outcome.PARSE_FAILED,
        Outcome.PARSE_REFUSED,
        Outcome.UNDECODABLE,
        Outcome.TOO_LARGE,
        Outcome.TRUNCATED,
    )
    return {
        **report_record(report),
        "appeared": report.kinds[ChangeKind.APPEARED],
        "revised": report.kinds[ChangeKind.REVISED],
        "other_changes": sum(count for kind, count in report.kinds.items() if kind not in known),
        "unreadable": sum(report.outcomes[outcome] for outcome in unreadable),
    }


def _slug(name: str) -> str:
    """A source's name from a file's name or an address."""
    import hashlib
    import re

    words = re.sub(r"[^a-z0-9]+", "-", name.rsplit("://", 1)[-1].lower()).strip("-")
    if len(words) <= 48:
        return words
    return f"{words[-39:].strip('-')}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
