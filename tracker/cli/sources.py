"""`tracker sources`: the health of every source."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tracker.cli.opening import opened_database, settings
from tracker.cli.output import Format, FormatOption, fields_of, write

_COLUMNS = (
    "name",
    "tier",
    "last_outcome",
    "last_run",
    "last_change",
    "documents",
    "claims",
    "suspects",
    "error_streak",
    "detail",
)


def sources(
    waiting: Annotated[
        bool, typer.Option("--waiting", help="List documents whose suspect reading waits for confirmation.")
    ] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Also configured sources that were never looked at.")
    ] = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """How each source does: its last outcome and change, what it holds, what is suspect and why."""
    chosen = settings()
    with opened_database(chosen) as database:
        queries = database.queries()
        if waiting:
            rows = list(map(fields_of, queries.documents(waiting=True)))
            write(
                rows,
                form,
                ("name", "source", "suspect_since", "suspect_why", "flapping", "claims"),
                empty="Nothing waits.",
            )
            return
        known = list(map(fields_of, queries.sources()))
    seen = {row["name"] for row in known}
    fresh: list[dict[str, Any]] = [
        {
            "name": source.name,
            "kind": source.kind,
            "address": source.address,
            "tier": source.tier.value,
            "last_outcome": "never looked at",
        }
        for source in chosen.sources
        if source.enabled and source.name not in seen
    ]
    write(
        [_shown(row) for row in [*known, *(fresh if everything else [])]],
        form,
        _COLUMNS,
        empty="No source was looked at.",
    )
    if fresh and not everything and form is Format.TABLE:
        typer.echo(
            f"{len(fresh)} configured sources were never looked at (--all lists them; tracker collect looks at them)."
        )


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {
        **row,
        "last_run": row.get("last_run_at"),
        "last_change": row.get("last_change_at"),
        "detail": row.get("last_detail", ""),
    }
