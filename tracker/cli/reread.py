"""`tracker reread`: run the current extractor over archived snapshots."""

from __future__ import annotations

from typing import Annotated

import typer

from tracker.cli.filters import SourceOption
from tracker.cli.opening import opened_parts
from tracker.cli.output import Format, FormatOption, console, write


def reread(
    source: SourceOption = None,
    apply: Annotated[bool, typer.Option("--apply", help="Record it; without, only say what would change.")] = False,
    processes: Annotated[int, typer.Option("--processes", min=1, max=64, help="Processes that read.")] = 2,
    form: FormatOption = Format.TABLE,
) -> None:
    """Read again what another version of the extractor (or of the names registry) read. Nothing of it counts as a change
    by a source. Interrupted with --apply, the same command goes on where it was.
    """
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from tracker.logs import configure
    from tracker.pipeline.reread import RereadReport
    from tracker.pipeline.reread import reread as read_again

    configure("ERROR")
    columns = (TextColumn("reading again"), BarColumn(), MofNCompleteColumn(), TextColumn("documents"))
    with opened_parts() as parts, Progress(*columns, console=console(err=True)) as progress:
        task = progress.add_task("", total=None)

        def show(report: RereadReport) -> None:
            progress.update(task, total=report.total, completed=report.documents)

        report = read_again(parts, source=source, apply=apply, processes=processes, progress=show)
    rows = [{"kind": kind.value, "changes": count} for kind, count in sorted(report.kinds.items())]
    write(rows, form, ("kind", "changes"), empty=f"{report.documents} documents read again: nothing changes.")
    for document, why in report.failed.items():
        typer.echo(f"tracker: {document}: {why}", err=True)
    if rows and not apply and form is Format.TABLE:
        typer.echo("Nothing was recorded; --apply records it.")
    if report.failed:
        raise typer.Exit(5)
