"""`tracker status`: the daemon and its schedule."""

from __future__ import annotations

from tracker.cli.opening import opened_database, settings
from tracker.cli.output import Format, FormatOption, fields_of, write

_COLUMNS = ("source", "word", "outcome", "checked_at", "next_check_at", "every_seconds", "error_streak", "detail")


def status(form: FormatOption = Format.TABLE) -> None:
    """Whether a daemon runs, and when each configured source is looked at next."""
    from datetime import UTC, datetime

    import typer

    from tracker.daemon import daemon_of, statuses_of
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
