"""CSV, TSV and their kin: one table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from tracker.domain.errors import ParseError, ParseRefused
from tracker.domain.pages import Cell, Dialect, Page, Table
from tracker.parsers.decoding import decode
from tracker.parsers.lexemes import Warnings

PARSER = "csv/1"

MAX_CELLS = 300_000
"""The largest board seen, 4,500 models by 30 columns, has 135,000."""
MAX_COLUMNS = 2_000
MAX_FIELD_CHARACTERS = 1_000_000

_DELIMITERS = (",", "\t", ";", "|")
_SAMPLE_LINES = 50


def parse(body: bytes, media_type: str = "") -> Page:
    """The first row is the header. Short rows are filled up; `Table.written` tells how long they were."""
    decoded = decode(body, media_type)
    text, warnings = decoded.text, Warnings(decoded.warnings)
    rows = list(_bounded(_rows(text, _delimiter(text, media_type))))
    if not rows:
        raise ParseError("the file is empty", hint="nothing to read")
    width = max(len(row) for row in rows)
    if width * len(rows) > MAX_CELLS:
        raise ParseRefused(f"more than {MAX_CELLS:,} cells", hint="it is no table of scores; exclude the file")
    for number, row in enumerate(rows):
        if len(row) != len(rows[0]):
            warnings.note(f"row {number} has {len(row)} fields, the header {len(rows[0])}")
    return Page((_table(rows, width),), parser=PARSER, warnings=warnings.said)


def _table(rows: list[list[str]], width: int) -> Table:
    grid = tuple(
        tuple(
            Cell(_fold(row[col]) if col < len(row) else "", header=number == 0, origin=(number, col))
            for col in range(width)
        )
        for number, row in enumerate(rows)
    )
    written = tuple(len(row) for row in rows)
    return Table(grid, index=0, dialect=Dialect.DELIMITED, header_rows=1, written=written)


def _fold(field: str) -> str:
    """White space folded, line breaks kept: what a cell's text is in every dialect."""
    return "\n".join(folded for line in field.splitlines() if (folded := " ".join(line.split())))


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(MAX_FIELD_CHARACTERS)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True):
            if any(field.strip() for field in row):
                yield row
    except csv.Error as error:
        raise ParseRefused(f"not {delimiter!r}-separated values: {error}", hint="exclude the file") from None


def _bounded(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    cells = 0
    for row in rows:
        cells += len(row)
        if len(row) > MAX_COLUMNS or cells > MAX_CELLS:
            raise ParseRefused(
                f"more than {MAX_COLUMNS:,} columns or {MAX_CELLS:,} cells",
                hint="it is no table of scores; exclude the file",
            )
        yield row


def _delimiter(text: str, media_type: str) -> str:
    """The separator that cuts the first lines most evenly: into the same number of fields, and into the most."""
    if media_type.partition(";")[0].strip().lower() == "text/tab-separated-values":
        return "\t"
    sample = "\n".join(text.split("\n", _SAMPLE_LINES)[:_SAMPLE_LINES])
    best, best_score = ",", (0.0, 0)
    for delimiter in _DELIMITERS:
        widths = [len(row) for row in _rows(sample, delimiter)]
        if not widths or widths[0] < 2:
            continue
        even = sum(width == widths[0] for width in widths) / len(widths)
        if (even, widths[0]) > best_score:
            best, best_score = delimiter, (even, widths[0])
    return best
