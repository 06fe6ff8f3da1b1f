"""`tracker alerts …`: what rules would send, and what waits."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tracker.cli.filters import moment
from tracker.cli.opening import opened_database, settings
from tracker.cli.output import Format, FormatOption, write

app = typer.Typer(help="Try alert rules, and see what waits to be sent.", no_args_is_help=True, rich_markup_mode=None)


@app.command("test")
def try_rule(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="A rule's name.")],
    since: Annotated[str, typer.Option("--since", help="Changes recorded since: 30d, 12h, 2024-07-01.")] = "30d",
    form: FormatOption = Format.TABLE,
) -> None:
    """What a rule would have sent for recorded changes. Nothing is sent."""
    from datetime import UTC, datetime

    from tracker.alerts import RuleSet, rehearse
    from tracker.names import Names

    chosen = settings()
    rules = RuleSet.from_settings(chosen.alerts, Names.load(chosen.names)).only(rule)
    start = moment(since, "--since") or datetime.min.replace(tzinfo=UTC)
    with opened_database(chosen) as database:
        recorded = sorted(database.queries().changes(), key=lambda one: one.recorded_at)
        found: list[dict[str, Any]] = [
            {
                "recorded_at": change.recorded_at,
                "channel": entry.channel,
                "subject": entry.subject,
                "id": entry.id,
                "body": entry.body,
            }
            for change, entry in rehearse(rules, recorded, start)
        ]
    write(found, form, ("recorded_at", "channel", "subject"), empty="The rule would have sent nothing.")
