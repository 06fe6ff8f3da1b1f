"""`tracker db …`: back up, restore, copy and upgrade the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli.opening import opened_database, settings
from tracker.cli.output import Format, FormatOption, console, write

if TYPE_CHECKING:
    from tracker.storage import TableCount

app = typer.Typer(help="Back up, restore, copy and upgrade the database.", no_args_is_help=True, rich_markup_mode=None)

_COLUMNS = ("part", "rows", "checksum", "note")
_ARCHIVE = "Also copy the archive's snapshots: a folder or URL, where what is there already is left alone."
_ArchiveOption = Annotated[str | None, typer.Option("--archive", metavar="PLACE", help=_ARCHIVE)]


@app.command("backup")
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it: one SQLite file.")],
    archive: _ArchiveOption = None,
    force: Annotated[bool, typer.Option("--force", help="Replace FILE, once the new one is whole.")] = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Write a backup of the database, of either kind, into one SQLite file, while the daemon goes on; with --archive
    also of the archived bytes. Exit code 4 if anything could not be backed up.
    """
    from tracker.storage import back_up

    chosen = settings()
    with opened_database(chosen) as database, _progress() as show:
        counts = back_up(database, file, show, force=force)
    _report(counts, chosen.archive, archive, form)


@app.command("restore")
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup, or a SQLite database.")],
    archive: Annotated[
        str | None, typer.Option("--archive", metavar="PLACE", help="Also bring back the snapshots that are there.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the database that is there.")] = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Put a backup in the place of the configured database: checked first, migrated if it is older, whole or not at all.
    Stop the daemon before.
    """
    from tracker.daemon.lock import open_lock
    from tracker.storage import restore as put_back

    chosen = settings()
    with open_lock(chosen):
        note = _copy_archive(archive, chosen.archive) if archive else None
        with _progress() as show:
            counts = put_back(file, chosen.database, show, force=force)
    _write([*_rows(counts), *([note] if note else [])], form)


@app.command("copy")
def copy(
    source: Annotated[str, typer.Argument(metavar="FROM", help="sqlite:///FILE or postgresql://…")],
    target: Annotated[str, typer.Argument(metavar="TO", help="An empty database: sqlite:///FILE or postgresql://…")],
    archive: _ArchiveOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Copy a whole database into an empty one, of either kind: one snapshot, every table verified by rows and checksum,
    all or nothing. Archived bytes are in no database: with --archive those of the configured archive are copied too.
    """
    from tracker.storage import copy_database, new_database, open_source

    origin = open_source(source)
    try:
        place = new_database(target)
        try:
            with _progress() as show:
                counts = copy_database(origin, place, show)
        finally:
            place.close()
    finally:
        origin.close()
    _report(counts, settings().archive, archive, form)


@app.command("upgrade")
def upgrade(form: FormatOption = Format.TABLE) -> None:
    """Bring the configured database to this version's schema, in one transaction. Other commands do so too, when they
    open it; an interrupted upgrade is as if it had not begun.
    """
    from tracker.storage import upgrade_database

    url, before, after = upgrade_database(settings().database)
    row = {"database": url, "before": before, "after": after}
    write([row], form, tuple(row))


def _report(counts: Sequence[TableCount], origin: str, archive: str | None, form: Format) -> None:
    if archive:
        last = _copy_archive(origin, archive)
    else:
        note = f"not copied: {origin} (copy it after this, or use --archive)"
        last = {"part": "archive", "rows": 0, "checksum": "", "note": note}
    _write([*_rows(counts), last], form)


def _write(rows: Sequence[dict[str, Any]], form: Format) -> None:
    write(rows, form, _COLUMNS)
    if any(row.get("damaged") for row in rows):
        raise typer.Exit(4)


def _rows(counts: Sequence[TableCount]) -> list[dict[str, Any]]:
    return [{"part": one.table, "rows": one.rows, "checksum": one.checksum, "note": ""} for one in counts]


def _copy_archive(origin: str, place: str) -> dict[str, Any]:
    """After the database: every row of its copy then has its bytes."""
    from tracker.archive import copy_snapshots, open_archive

    with _progress() as show:
        done = copy_snapshots(
            open_archive(origin), open_archive(place), lambda done, total: show("snapshots", done, total)
        )
    for problem in done.damaged:
        typer.echo(f"tracker: {problem}", err=True)
    note = f"{done.present} were there already"
    if done.damaged:
        note += f", {len(done.damaged)} are damaged and were left out"
    return {"part": "archive", "rows": done.copied, "checksum": "", "note": note, "damaged": len(done.damaged)}


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on standard error, for people."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    screen = console(err=True)
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as progress:
        task = progress.add_task("", total=None)
        yield lambda what, done, total: progress.update(task, description=what, completed=done, total=total)
