"""`tracker extract`: what stands in these documents, without a database."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from tracker.cli.output import Format, FormatOption, write
from tracker.domain.errors import FetchError, ParseError, UsageError

_CLAIM_COLUMNS = ("model", "benchmark", "value", "unit", "metric", "shots", "cot", "variant", "confidence", "document")
_COLUMNS = {
    "claim": _CLAIM_COLUMNS,
    "comparison": ("left", "relation", "right", "benchmark", "margin", "hedge", "negated", "quote"),
    "fact": ("model", "what", "value", "hedge", "quote"),
}


class Kind(StrEnum):
    CLAIM = "claim"
    COMPARISON = "comparison"
    FACT = "fact"


def extract(
    places: Annotated[list[str], typer.Argument(metavar="PATH|URL…", help="Files, folders, or http(s) addresses.")],
    kind: Annotated[list[Kind] | None, typer.Option("--kind", help="What to print; may be repeated.")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Say how each table was read, step by step.")] = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Print the claims in documents: one line a claim with its proof. Needs no database.

    Documents that cannot be read are named on standard error and skipped; the exit code is then 5.
    """
    kinds = tuple(kind or [Kind.CLAIM])
    failures: list[str] = []
    if explain:
        _explain(places, failures)
    else:
        columns = _COLUMNS[kinds[0]] if len(kinds) == 1 else ("document", "quote")
        write(_records(places, kinds, failures), form, columns, empty="No claims found.")
    for failure in failures:
        typer.echo(f"tracker: {failure}", err=True)
    if failures:
        raise typer.Exit(5)


def _records(places: list[str], kinds: tuple[Kind, ...], failures: list[str]) -> Iterator[dict[str, Any]]:
    from tracker.extraction import extract as read
    from tracker.extraction.render import claim_record, comparison_record, fact_record
    from tracker.names import Names

    names = Names.bundled()
    for document, page in _pages(places, failures):
        found = read(page, names)
        if Kind.CLAIM in kinds:
            yield from (claim_record(document, claim, names) for claim in found.claims)
        if Kind.COMPARISON in kinds:
            yield from (comparison_record(document, comparison, names) for comparison in found.comparisons)
        if Kind.FACT in kinds:
            yield from (fact_record(document, fact, names) for fact in found.facts)


def _explain(places: list[str], failures: list[str]) -> None:
    from tracker.extraction.tables import explain_tables
    from tracker.names import Names

    names = Names.bundled()
    for document, page in _pages(places, failures):
        typer.echo(f"== {document}: {len(page.tables)} tables, parser {page.parser}")
        for warning in page.warnings:
            typer.echo(f"   warning: {warning}")
        for explanation in explain_tables(page, names):
            typer.echo(str(explanation))


def _pages(places: list[str], failures: list[str]) -> Iterator[tuple[str, Any]]:
    from tracker.parsers import parse

    for document, body, media_type in _bodies(places, failures):
        try:
            yield document, parse(body, media_type, document)
        except ParseError as error:
            failures.append(f"{document}: {error.what}")


def _bodies(places: list[str], failures: list[str]) -> Iterator[tuple[str, bytes, str]]:
    for place in places:
        if place.startswith(("http://", "https://")):
            try:
                yield place, *_download(place)
            except FetchError as error:
                failures.append(str(error))
            continue
        path = Path(place)
        if not path.exists():
            raise UsageError("there is no such file or folder", where=place, hint="give paths or http(s) addresses")
        for file in sorted(item for item in path.rglob("*") if item.is_file()) if path.is_dir() else [path]:
            try:
                yield str(file), file.read_bytes(), ""
            except OSError as error:
                failures.append(f"{file}: cannot be read: {error.strerror}")


def _download(url: str) -> tuple[bytes, str]:
    import os

    from tracker.config import load_settings
    from tracker.domain.clocks import SystemClock
    from tracker.http import PoliteClient

    with PoliteClient(load_settings(os.environ).http, SystemClock()) as client:
        fetched = client.fetch(url)
    if not fetched.outcome.accepted:
        raise FetchError(f"{fetched.outcome}: {fetched.detail}", outcome=fetched.outcome, where=url)
    return fetched.body, fetched.media_type
