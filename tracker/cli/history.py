"""`tracker history`: every version of claims, oldest first."""

from __future__ import annotations

from typing import Annotated

import typer

from tracker.cli.filters import (
    AsOfOption,
    BenchmarkOption,
    DocumentOption,
    ExactOption,
    KnownAtOption,
    ModelOption,
    SourceOption,
    moment,
)
from tracker.cli.opening import opened_database
from tracker.cli.output import Format, FormatOption, write
from tracker.cli.scores import score_record
from tracker.domain.errors import UsageError

_COLUMNS = ("model", "benchmark", "score", "said", "valid_from", "valid_to", "said_by", "shots", "variant", "claim")


def history(
    claim: Annotated[str | None, typer.Argument(metavar="[CLAIM]", help="A claim's id, or its beginning.")] = None,
    model: ModelOption = None,
    benchmark: BenchmarkOption = None,
    source: SourceOption = None,
    document: DocumentOption = None,
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    exact: ExactOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """How claims came to say what they say: each number with the time from and until which its source said it.

    A number in parentheses was withdrawn at that time.
    """
    from tracker.storage import ScoreFilter

    if not any((claim, model, benchmark, source, document)):
        raise UsageError("say which claims", where="tracker history", hint="give a claim's id, --model or --benchmark")
    wanted = ScoreFilter(
        model=model,
        benchmark=benchmark,
        source=source,
        document=document,
        claim=claim,
        exact=exact,
        as_of=moment(as_of, "--as-of", end=True),
        known_at=moment(known_at, "--known-at", end=True),
    )
    with opened_database() as database:
        write(map(score_record, database.queries().history(wanted)), form, _COLUMNS, empty="No such claim.")
