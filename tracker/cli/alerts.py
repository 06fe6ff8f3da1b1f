"""`tracker alerts …`: what rules would send, and what waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli.filters import moment
from tracker.cli.opening import opened_database, settings
from tracker.cli.output import Format, FormatOption, write

if TYPE_CHECKING:
    from datetime import datetime

    from tracker.domain.outbox import OutboxEntry

app = typer.Typer(help="Try alert rules, and see what waits to be sent.", no_args_is_help=True, rich_markup_mode=None)


@app.command("test")
def try_rule(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="A rule's name.")],
    since: Annotated[str, typer.Option("--since", help="Changes recorded since: 30d, 12h, 2024-07-01.")] = "30d",
    form: FormatOption = Format.TABLE,
) -> None:
    """What a rule would have sent for recorded changes, or of sources that are silent now. Nothing is sent."""
    from datetime import UTC, datetime

    from tracker.alerts import RuleSet, rehearse
    from tracker.daemon.status import silences_of
    from tracker.names import Names

    chosen = settings()
    rules = RuleSet.from_settings(chosen.alerts, Names.load(chosen.names)).only(rule)
    start = moment(since, "--since") or datetime.min.replace(tzinfo=UTC)
    with opened_database(chosen) as database:
        recorded = sorted(database.queries().changes(), key=lambda one: one.recorded_at)
        found = [_would_send(change.recorded_at, entry) for change, entry in rehearse(rules, recorded, start)]
        now = datetime.now(UTC)
        watched = [source.source() for source in chosen.sources if source.enabled]
        silences = rules.silent(silences_of(watched, database.schedule().sources()), now)
        found += [_would_send(now, entry) for entry in silences]
    write(found, form, ("recorded_at", "channel", "subject"), empty="The rule would have sent nothing.")


def _would_send(at: datetime, entry: OutboxEntry) -> dict[str, Any]:
    return {
        "recorded_at": at,
        "channel": entry.channel,
        "subject": entry.subject,
        "id": entry.id,
        "body": entry.body,
    }


@app.command("waiting")
def waiting(form: FormatOption = Format.TABLE) -> None:
    """Alerts that no channel has accepted yet: those that wait for another attempt, and dead letters."""
    with opened_database() as database:
        rows = [
            {
                "channel": one.entry.channel,
                "state": "dead" if one.dead else "waiting",
                "attempts": one.attempts,
                "created_at": one.created_at,
                "retry_at": one.retry_at,
                "subject": one.entry.subject,
                "error": one.error,
                "id": one.entry.id,
            }
            for one in database.outbox().waiting()
        ]
    columns = ("channel", "state", "attempts", "created_at", "retry_at", "subject", "error")
    write(rows, form, columns, empty="Nothing waits: every alert was delivered.")


@app.command("revive")
def revive(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID…]", help="Dead letters by id; default: all.")] = None,
) -> None:
    """Try dead letters again, with all attempts before them."""
    with opened_database() as database:
        count = database.outbox().revive(ids or None)
    typer.echo(f"{count} dead letters wait to be sent again.")
