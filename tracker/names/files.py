"""Reads the registry's tab-separated files. Every complaint names the file and the line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from tracker.domain.errors import NamesError
from tracker.names.spelling import name_key


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file: its cells by column name, and where it stands."""

    file: str
    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def fail(self, what: str, hint: str = "correct the line") -> NoReturn:
        raise NamesError(what, where=f"{self.file}:{self.line}", hint=hint)

    def number(self, column: str) -> float | None:
        text = self.cells[column]
        if not text:
            return None
        try:
            return float(text)
        except ValueError:
            self.fail(f"{column} is {text!r}, which is no number")

    def count(self, column: str) -> int | None:
        text = self.cells[column]
        if not text:
            return None
        if not (text.isascii() and text.isdigit()):
            self.fail(f"{column} is {text!r}, which is no whole number")
        return int(text)

    def choice(self, column: str, allowed: tuple[str, ...], default: str) -> str:
        text = self.cells[column] or default
        if text not in allowed:
            self.fail(f"{column} is {text!r}", f"use one of {', '.join(repr(word) for word in allowed)}")
        return text


def read_rows(path: Path) -> Iterator[Row]:
    """The data lines of a file: first line column names, then lines sorted by their first two cells (without regard to
    case, then by code point), `#` comments on top.

    Raises `NamesError` for a missing file, bad UTF-8, a wrong number of cells, or a line out of order or twice.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise NamesError("the file is missing", where=str(path), hint="restore config/names") from None
    except UnicodeDecodeError as error:
        raise NamesError(f"the file is not UTF-8 ({error.reason})", where=str(path)) from None
    columns: list[str] = []
    before: tuple[tuple[str, str], ...] | None = None
    name = path.name
    for line, written in enumerate(text.split("\n"), start=1):
        if not written or written[0] == "#":
            continue
        cells = written.split("\t")
        if not columns:
            columns = cells
            continue
        missing = len(columns) - len(cells)
        row = Row(name, line, dict(zip(columns, cells + [""] * missing, strict=False)))
        if missing < 0:
            row.fail(f"{len(cells)} cells under {len(columns)} columns", "separate cells with one tab")
        if not cells[0] or any(cell != cell.strip() for cell in cells):
            row.fail(f"{columns[0]} is empty" if not cells[0] else "a cell begins or ends with a space")
        place = tuple((cell.casefold(), cell) for cell in cells[:2])
        if before is not None and place <= before:
            row.fail(
                f"{cells[0]!r} is {'there twice' if place == before else 'out of order'}",
                "keep the lines sorted and unique",
            )
        before = place
        yield row


class Folder:
    """The files of one folder, each read once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._rows: dict[str, tuple[Row, ...]] = {}

    def rows(self, name: str) -> tuple[Row, ...]:
        if name not in self._rows:
            self._rows[name] = tuple(read_rows(self.path / name))
        return self._rows[name]


class Aliases:
    """Words → id, one meaning each. Remembers where each was said, to name both places when two disagree."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.ids: dict[str, str] = {}
        self.written: dict[str, str] = {}
        self._places: dict[str, str] = {}

    def add(self, row: Row, words: str, target: str) -> None:
        key = name_key(words)
        if not key:
            row.fail(f"{words!r} has no letters or digits")
        known = self.ids.get(key)
        if known is not None and known != target:
            row.fail(
                f"{words!r} would be the {self.kind} {target!r} and, by {self._places[key]}, {known!r}",
                "an alias may mean one thing; list it in ambiguous.tsv instead",
            )
        if known == target and self._places[key].startswith(row.file):
            row.fail(
                f"{words!r} is already an alias of {target!r} by {self._places[key]}",
                "remove the line: case, space and hyphen make no difference",
            )
        self.ids[key] = target
        self.written.setdefault(key, words)
        self._places.setdefault(key, f"{row.file}:{row.line}")
