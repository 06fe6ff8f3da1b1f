"""`tracker scores`: who reports which score, now or as of any two times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli.filters import (
    AsOfOption,
    BenchmarkOption,
    DocumentOption,
    ExactOption,
    KnownAtOption,
    LimitOption,
    ModelOption,
    SourceOption,
    moment,
)
from tracker.cli.opening import opened_database
from tracker.cli.output import Format, FormatOption, fields_of, write

if TYPE_CHECKING:
    from tracker.storage import ScoreRow

_COLUMNS = ("model", "benchmark", "score", "shots", "cot", "variant", "metric", "said_by", "since", "claim")


def scores(
    model: ModelOption = None,
    benchmark: BenchmarkOption = None,
    source: SourceOption = None,
    document: DocumentOption = None,
    organisation: Annotated[str | None, typer.Option("--organisation", help="The models' maker.")] = None,
    kind: Annotated[str | None, typer.Option("--kind", help="table, prose, data or comparison.")] = None,
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    exact: ExactOption = False,
    limit: LimitOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Scores as their sources report them. `--kind comparison` lists what sentences compare instead."""
    from tracker.storage import ScoreFilter

    wanted = ScoreFilter(
        model=model,
        benchmark=benchmark,
        source=source,
        document=document,
        organisation=organisation,
        kind=None if kind == "comparison" else kind,
        as_of=moment(as_of, "--as-of", end=True),
        known_at=moment(known_at, "--known-at", end=True),
        exact=exact,
        limit=limit,
    )
    with opened_database() as database:
        if kind == "comparison":
            compared = database.queries().comparisons(wanted)
            rows = list(map(fields_of, compared))
            write(rows, form, ("left", "relation", "right", "benchmark", "hedge", "source", "valid_from", "quote"))
            return
        write(map(score_record, database.queries().scores(wanted)), form, _COLUMNS, empty="No scores found.")


def score_record(row: ScoreRow) -> dict[str, Any]:
    """A score as a flat record; what people see first is `score`, `said_by` and `since`."""
    record = fields_of(row)
    return {
        **record,
        "extra": dict(row.extra),
        "party": row.party,
        "score": row.text if row.said else f"({row.text})",
        "said_by": f"{row.source} ({row.tier})",
        "since": row.valid_from,
    }
