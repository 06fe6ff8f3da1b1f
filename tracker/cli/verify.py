"""`tracker verify`: is everything that was recorded still provable?"""

from __future__ import annotations

import typer

from tracker.cli.opening import opened_database, settings
from tracker.cli.output import Format, FormatOption, console, fields_of, write

_COLUMNS = ("kind", "where", "document", "detail")


def verify(form: FormatOption = Format.TABLE) -> None:
    """Check every archived blob against its hash, and every version against its proof: the place in the archived bytes
    must still give the quoted words. Exit code 4 if anything is wrong.
    """
    from rich.progress import Progress, SpinnerColumn, TextColumn

    from tracker.archive import open_archive
    from tracker.pipeline.verify import Verified
    from tracker.pipeline.verify import verify as check

    chosen = settings()
    done = Verified()
    problems = []
    with (
        opened_database(chosen) as database,
        Progress(SpinnerColumn(), TextColumn("{task.fields[state]}"), console=console(err=True)) as progress,
    ):
        task = progress.add_task("", total=None, state="")
        for problem in check(database, open_archive(chosen.archive), done):
            problems.append(fields_of(problem))
            progress.update(task, state=f"{done.blobs:,} blobs, {done.versions:,} versions, {len(problems)} problems")
        progress.update(task, state=f"{done.blobs:,} blobs, {done.versions:,} versions, {len(problems)} problems")
    write(problems, form, _COLUMNS, empty="Everything is as it was recorded.")
    if problems:
        raise typer.Exit(4)
