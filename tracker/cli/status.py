"""`tracker status`: the daemon and its schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.cli.opening import opened_database, settings
from tracker.cli.output import Format, FormatOption, fields_of, write

if TYPE_CHECKING:
    from tracker.config import Settings

_COLUMNS = ("source", "word", "outcome", "checked_at", "next_check_at", "every_seconds", "error_streak", "detail")


def status(form: FormatOption = Format.TABLE) -> None:
    """Whether a daemon runs, how the queue stands, and when each configured source is looked at next."""
    from datetime import UTC, datetime

    import typer

    from tracker.daemon import daemon_of, statuses_of
    from tracker.daemon.live import has_queue
    from tracker.pipeline import source_problem

    chosen = settings()
    running = daemon_of(chosen)
    if form is Format.TABLE:
        typer.echo(f"A daemon runs: {running}." if running else "No daemon runs on this database.")
    enabled = [source for source in chosen.sources if source.enabled]
    problems = {one.name: why for one in enabled if (why := source_problem(one.source()))}
    with opened_database(chosen) as database:
        schedule = database.schedule()
        tallies = database.outbox().tallies()
        rows = statuses_of(enabled, schedule.sources(), schedule.hosts(), problems, datetime.now(UTC))
    if form is Format.TABLE:
        if has_queue(chosen):
            typer.echo(_queue(chosen))
        for tally in tallies:
            what = "given up (tracker alerts waiting)" if tally.state == "dead" else "waiting to be sent"
            typer.echo(
                f"Alerts for {tally.channel}: {tally.count} {what}, the oldest since {tally.oldest:%Y-%m-%d %H:%M}."
            )
    records = [
        {
            **{name: value for name, value in fields_of(row).items() if name != "source"},
            "source": row.source.name,
            "word": row.word,
            "detail": row.skipped or row.detail,
        }
        for row in rows
    ]
    write(records, form, _COLUMNS, empty="No source is configured.")


def _queue(chosen: Settings) -> str:
    """The queue of looks in a line."""
    from tracker.storage.queue import Queue

    queue = Queue(chosen.database, chosen.daemon.stalled_seconds)
    try:
        state = queue.state()
    finally:
        queue.close()
    since = f", the oldest since {state.oldest:%Y-%m-%d %H:%M:%S}" if state.oldest else ""
    stalled = f", {state.stalled} stalled with a dead worker" if state.stalled else ""
    workers = "worker" if state.workers == 1 else "workers"
    advice = "" if state.workers or not state.waiting else "; start `tracker worker`"
    return f"Queue: {state.waiting} waiting{since}, {state.running} running{stalled}; {state.workers or 'no'} {workers}{advice}."
