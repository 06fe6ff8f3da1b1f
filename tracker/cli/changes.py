"""`tracker changes`: what changed, by kind, source, model, benchmark and time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli.filters import (
    BenchmarkOption,
    DocumentOption,
    ExactOption,
    LimitOption,
    ModelOption,
    SourceOption,
    moment,
)
from tracker.cli.opening import opened_database
from tracker.cli.output import Format, FormatOption, write
from tracker.domain.history import Cause, ChangeKind

if TYPE_CHECKING:
    from tracker.domain.history import RecordedChange

_COLUMNS = ("valid_at", "kind", "model", "benchmark", "old", "new", "source", "cause", "claim")


def changes(
    kind: Annotated[list[ChangeKind] | None, typer.Option("--kind", help="A kind of change; may be repeated.")] = None,
    source: SourceOption = None,
    document: DocumentOption = None,
    model: ModelOption = None,
    benchmark: BenchmarkOption = None,
    claim: Annotated[str | None, typer.Option("--claim", help="A claim's id, or its beginning.")] = None,
    cause: Annotated[list[Cause] | None, typer.Option("--cause", help="How we learnt of it; may be repeated.")] = None,
    since: Annotated[str | None, typer.Option("--since", help="Valid from: 2024-07-24, or 30d.")] = None,
    until: Annotated[str | None, typer.Option("--until", help="Valid until, that day included.")] = None,
    exact: ExactOption = False,
    superseded: Annotated[
        bool, typer.Option("--superseded", help="Also changes that a later recording undid.")
    ] = False,
    limit: LimitOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Changes in the order in which their sources made them; with --limit the latest ones."""
    from tracker.storage import ChangeFilter

    wanted = ChangeFilter(
        kinds=tuple(kind or ()),
        source=source,
        document=document,
        model=model,
        benchmark=benchmark,
        claim=claim,
        causes=tuple(cause or ()),
        exact=exact,
        since=moment(since, "--since"),
        until=moment(until, "--until", end=True),
        superseded=superseded,
        limit=limit,
    )
    with opened_database() as database:
        write(map(change_record, database.queries().changes(wanted)), form, _COLUMNS, empty="No changes found.")


def change_record(recorded: RecordedChange) -> dict[str, Any]:
    """A change as a flat record. The words on the old side are given where a relabelling changed them."""
    change = recorded.change
    claim, old = change.claim, change.old
    renamed = change.kind is ChangeKind.RELABELLED and old is not None
    return {
        "id": change.id,
        "kind": change.kind.value,
        "document": change.document,
        "claim": recorded.claim_id,
        "model": recorded.model,
        "model_raw": claim.model,
        "benchmark": recorded.benchmark,
        "benchmark_raw": claim.benchmark,
        "old_model_raw": old.model if renamed and old else None,
        "old_benchmark_raw": old.benchmark if renamed and old else None,
        "metric": claim.metric,
        "shots": claim.setting.shots,
        "cot": claim.setting.cot,
        "variant": claim.setting.variant,
        "old_value": old.score.value if old else None,
        "new_value": change.new.score.value if change.new else None,
        "old": old.score.text if old else None,
        "new": change.new.score.text if change.new else None,
        "rounding": change.rounding,
        "valid_at": change.valid_at,
        "precision": change.precision.value,
        "recorded_at": recorded.recorded_at,
        "cause": recorded.cause.value,
        "source": recorded.source,
        "tier": recorded.tier,
        "revision": change.revision,
        "snapshot": change.snapshot,
        "url": recorded.url,
    }
