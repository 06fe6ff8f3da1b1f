"""JSON, and JSON Lines."""

from __future__ import annotations

from tracker.domain.errors import ParseError, ParseRefused
from tracker.domain.pages import Data, Json, Page
from tracker.parsers.decoding import decode
from tracker.parsers.lexemes import Warnings, load_json

PARSER = "json/1"

_LINES_TYPES = ("application/jsonl", "application/x-ndjson", "application/ndjson", "application/json-lines")


def parse(body: bytes, media_type: str = "") -> Page:
    """One tree. A text of several lines that are each JSON is read as a list of records, whatever it was called."""
    decoded = decode(body, media_type)
    text = decoded.text
    if not text.strip():
        raise ParseError("the file is empty", hint="nothing to read")
    warnings = Warnings(decoded.warnings)
    if media_type.partition(";")[0].strip().lower() in _LINES_TYPES:
        return _page(*_read_lines(text, warnings), warnings)
    try:
        return _page(load_json(text, warnings), True, warnings)
    except ParseRefused:
        raise
    except ParseError:
        warnings = Warnings(decoded.warnings)
        records, complete = _read_lines(text, warnings)
        if len(records) < 2:
            raise
        return _page(records, complete, warnings)


def _read_lines(text: str, warnings: Warnings) -> tuple[list[Json], bool]:
    """The records of JSON Lines, and whether every line was one. A line that is none is noted and skipped."""
    records: list[Json] = []
    complete = True
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            records.append(load_json(line, warnings))
        except ParseError as error:
            warnings.note(f"line {number}: {error.what}")
            complete = False
    return records, complete


def _page(value: Json, complete: bool, warnings: Warnings) -> Page:
    return Page((Data(value, form="json"),), parser=PARSER, complete=complete, warnings=warnings.said)
