"""Carry out a backfill's jobs, or say what they would read, and print a row a job."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from tracker.cli.collect import report_record
from tracker.cli.opening import opened_kit, opened_parts
from tracker.cli.output import Format, console, write

if TYPE_CHECKING:
    from tracker.config import Settings
    from tracker.domain.sources import Cursor
    from tracker.pipeline import RunReport
    from tracker.pipeline.backfill import Job, Survey

_COLUMNS = ("source", "items", "repeated", "appeared", "revised", "other_changes", "unreadable", "missed", "detail")
_SURVEYED = ("source", "items", "documents", "size", "first", "last", "missed", "detail")


def carry_out(chosen: Settings, jobs: Sequence[Job], form: Format, *, dry_run: bool) -> None:
    """Exit code 5 when something could not be read."""
    from tracker.logs import configure

    configure("WARNING")
    records = _survey(chosen, jobs) if dry_run else _run(chosen, jobs)
    write(records, form, _SURVEYED if dry_run else _COLUMNS)
    if any(record["failed"] for record in records):
        raise typer.Exit(5)


def _run(chosen: Settings, jobs: Sequence[Job]) -> list[dict[str, Any]]:
    from tracker.pipeline.backfill import run_backfill

    records = []
    with opened_parts(chosen) as parts, _progress() as progress:
        for job in jobs:
            task = progress.add_task(job.source.name, total=None, state="")

            def show(report: RunReport, task: Any = task) -> None:
                state = f"{report.items:,} items, {report.changed:,} changes"
                progress.update(task, state=state, completed=report.read, total=report.size or None, refresh=False)

            records.append(_record(run_backfill(parts, job, show)))
    return records


def _survey(chosen: Settings, jobs: Sequence[Job]) -> list[dict[str, Any]]:
    from tracker.pipeline import open_collector
    from tracker.pipeline.backfill import survey

    records = []
    cursors = _cursors(chosen, jobs)
    with opened_kit(chosen) as kit, _progress() as progress:
        for job in jobs:
            task = progress.add_task(job.source.name, total=None, state="")

            def show(found: Survey, task: Any = task) -> None:
                progress.update(task, state=f"{found.items:,} items", refresh=False)

            collector = open_collector(job.source, kit)
            records.append(_surveyed(survey(collector, job.source, cursors.get(job.source.name), show)))
    return records


def _cursors(chosen: Settings, jobs: Sequence[Job]) -> dict[str, Cursor]:
    """Where the jobs would go on; from the beginning when there is no database, or one that has to be migrated first."""
    from tracker.domain.errors import DatabaseOlder
    from tracker.storage import open_database

    file = chosen.database.removeprefix("sqlite:///")
    if file != chosen.database and not os.path.exists(file):  # noqa: PTH110  # a text that may be no path at all
        return {}
    try:
        database = open_database(chosen.database, migrate=False)
    except DatabaseOlder:
        return {}
    try:
        queries = database.queries()
        found = {job.source.name: queries.cursor(job.source.name) for job in jobs}
    finally:
        database.close()
    return {name: cursor for name, cursor in found.items() if cursor is not None}


def _progress() -> Any:
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        TextColumn("{task.fields[state]}"),
        TimeElapsedColumn(),
        console=console(err=True),
    )


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
        "missed": report.misses,
        "failed": report.failed or report.misses > 0,
    }


def _surveyed(found: Survey) -> dict[str, Any]:
    return {
        "source": found.source,
        "items": found.items,
        "documents": len(found.documents),
        "size": found.size,
        "unsized": found.unsized,
        "first": found.first,
        "last": found.last,
        "missed": found.misses,
        "detail": found.error,
        "failed": found.misses > 0,
    }
