"""`tracker collect`: look at sources once, now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli.opening import opened_parts, settings
from tracker.cli.output import Format, FormatOption, write
from tracker.domain.errors import UsageError

if TYPE_CHECKING:
    from tracker.config import Settings, SourceSettings
    from tracker.pipeline import Assembly, RunReport

_COLUMNS = ("source", "outcome", "items", "changes", "suspects", "detail")


def collect(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[SOURCE…]", help="Sources by name; default: all.")
    ] = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Look at every source once, whatever its schedule, and record what it says. Exit code 5 if one failed."""
    from tracker.logs import configure

    configure("WARNING")
    chosen = settings()
    picked = _picked(chosen, names or [])
    reports = []
    with opened_parts(chosen) as parts:
        for one in picked:
            typer.echo(f"looking at {one.name} …", err=True)
            reports.append(_look(parts, one))
    write(reports, form, _COLUMNS, empty="No source is configured.")
    if any(report["failed"] for report in reports):
        raise typer.Exit(5)


def _picked(chosen: Settings, names: list[str]) -> list[SourceSettings]:
    known = {source.name: source for source in chosen.sources}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise UsageError(f"there is no source {unknown[0]!r}", hint=f"known: {', '.join(sorted(known)) or 'none'}")
    return [known[name] for name in names] if names else [source for source in chosen.sources if source.enabled]


def _look(parts: Assembly, one: SourceSettings) -> dict[str, Any]:
    from tracker.domain.history import Cause
    from tracker.pipeline import source_problem

    source = one.source()
    problem = source_problem(source)
    if problem is not None:
        return {
            "source": one.name,
            "outcome": "skipped",
            "items": 0,
            "changes": 0,
            "suspects": 0,
            "detail": problem,
            "failed": False,
        }
    report = parts.pipeline.run(source, parts.collector(source), Cause.LIVE)
    return report_record(report)


def report_record(report: RunReport) -> dict[str, Any]:
    """A run as a flat record."""
    return {
        "source": report.source,
        "outcome": str(report.outcome or "nothing"),
        "items": report.items,
        "repeated": report.repeated,
        "changes": report.changed,
        "suspects": report.suspects,
        "detail": report.detail,
        "outcomes": {str(outcome): count for outcome, count in sorted(report.outcomes.items())},
        "kinds": {str(kind): count for kind, count in sorted(report.kinds.items())},
        "finished": report.finished,
        "failed": report.failed,
    }
