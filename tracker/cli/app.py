"""The application: commands registered by file, errors turned into one line and an exit code at one place."""

from __future__ import annotations

import os
import sys

import typer

from tracker.cli import (
    alerts,
    backfill,
    changes,
    collect,
    db,
    demo,
    extract,
    history,
    init,
    reread,
    run,
    scores,
    show,
    sources,
    status,
    verify,
    worker,
)
from tracker.domain.errors import TrackerError

app = typer.Typer(
    name="tracker",
    help="Scoretrail: who reported which benchmark score for which model, when, and how the number changed.",
    rich_markup_mode=None,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.command("demo")(demo.demo)
app.command("init")(init.init)
app.command("run")(run.run)
app.command("worker")(worker.worker)
app.command("collect")(collect.collect)
app.add_typer(backfill.app, name="backfill")
app.command("extract")(extract.extract)
app.command("scores")(scores.scores)
app.command("history")(history.history)
app.command("changes")(changes.changes)
app.command("show")(show.show)
app.command("sources")(sources.sources)
app.command("status")(status.status)
app.command("verify")(verify.verify)
app.command("reread")(reread.reread)
app.add_typer(alerts.app, name="alerts")
app.add_typer(db.app, name="db")


def main() -> None:
    """Run one command and end the process with its exit code."""
    try:
        app()
    except TrackerError as error:
        typer.echo(f"tracker: {error}", err=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        typer.echo("tracker: interrupted; what was recorded stays, and the same command goes on from there", err=True)
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output has what it wanted (`| head`); closing quietly is what it expects.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
