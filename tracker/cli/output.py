"""Rows for people and for programs: a table, JSON, JSON lines or CSV on standard output."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, TextIO

import typer

Row = Mapping[str, Any]

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


FormatOption = Annotated[Format, typer.Option("--format", help="A table for people, or json, jsonl, csv for programs.")]


def fields_of(row: Any) -> dict[str, Any]:
    """A frozen row of storage as a record, its fields in order."""
    return {name: getattr(row, name) for name in row.__slots__}


def write(
    rows: Iterable[Row], form: Format, columns: Sequence[str], *, title: str = "", empty: str = "Nothing found."
) -> None:
    """`columns` are what people see, in order; programs get every field of each row."""
    if form is Format.JSONL:
        for row in rows:
            sys.stdout.write(json.dumps(_plain(row), ensure_ascii=False) + "\n")
    elif form is Format.JSON:
        sys.stdout.write(json.dumps([_plain(row) for row in rows], ensure_ascii=False, indent=2) + "\n")
    elif form is Format.CSV:
        write_csv(rows, sys.stdout)
    else:
        _write_table(list(rows), columns, title, empty)


def write_csv(rows: Iterable[Row], stream: TextIO) -> None:
    """RFC 4180. Words of a page that a spreadsheet would run as a formula get an apostrophe before them."""
    writer = None
    for row in rows:
        if writer is None:
            writer = csv.DictWriter(stream, fieldnames=list(row), extrasaction="ignore", lineterminator="\n")
            writer.writeheader()
        writer.writerow({name: _harmless(value) for name, value in row.items()})


def _harmless(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(_plain(value), ensure_ascii=False)
    return "" if value is None else value


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and value.as_tuple().exponent == 0 else float(value)
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


def _write_table(rows: Sequence[Row], columns: Sequence[str], title: str, empty: str) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    screen = console()
    if not rows:
        screen.print(Text(empty))
        return
    table = Table(box=box.SIMPLE_HEAD, title=title or None, title_justify="left", pad_edge=False)
    for name in columns:
        table.add_column(name.replace("_", " "), overflow="fold", justify="right" if _numeric(rows, name) else "left")
    for row in rows:
        table.add_row(*(Text(_shown(row.get(name))) for name in columns))
    screen.print(table)


def _numeric(rows: Sequence[Row], name: str) -> bool:
    values = [row[name] for row in rows if row.get(name) not in (None, "")]
    return bool(values) and all(
        isinstance(value, int | float | Decimal) and not isinstance(value, bool) for value in values
    )


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if hasattr(value, "strftime"):
        return str(value.strftime("%Y-%m-%d %H:%M"))
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def console(*, err: bool = False) -> Any:
    """A Rich console: colour only on a terminal, and lines as wide as they need when the output is a file."""
    from rich.console import Console

    stream = sys.stderr if err else sys.stdout
    width = None if stream.isatty() else 200
    return Console(file=stream, width=width, highlight=False, soft_wrap=False)
