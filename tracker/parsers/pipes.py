"""GFM pipe tables, by the rules of the specification's table section."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tracker.domain.errors import ParseRefused
from tracker.domain.pages import Cell
from tracker.parsers.grids import MAX_CELLS, Grid
from tracker.parsers.inline import SPECIAL, render

_DELIMITER_ROW = re.compile(r" {0,3}(?=[|:-][|:\- \t])\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_BAR = re.compile(r"(?<!\\)\|")

Pictures = list[tuple[str, str]]


def width_of(header: str, delimiters: str) -> int:
    """How many columns the table has that these two lines begin; 0 when they begin none."""
    if not _DELIMITER_ROW.match(delimiters) or header.startswith("    ") or delimiters.lstrip(" ").startswith("- "):
        return 0
    width = len(split_row(header))
    return width if width == len(split_row(delimiters)) else 0


def split_row(line: str) -> list[str]:
    """The cells of a row as written; a bar that a backslash escapes is part of its cell."""
    line = line.strip()
    cells = line.split("|")
    if "\\|" in line:
        cells = [cell.replace("\\|", "|") for cell in _BAR.split(line)]
    if cells and not cells[0]:
        del cells[0]
    if cells and not cells[-1]:
        del cells[-1]
    return cells


def read_grid(rows: Sequence[str], width: int, references: frozenset[str]) -> tuple[Grid, tuple[int, ...], Pictures]:
    """The grid of a header and its body rows: short rows padded, long ones cut, as the specification says.

    Also how many cells each row had as written, and the pictures in cells. Raises `ParseRefused` beyond `MAX_CELLS`.
    """
    if len(rows) * width > MAX_CELLS:
        raise ParseRefused(f"a table of {len(rows)} × {width} cells, more than {MAX_CELLS}")
    pictures: Pictures = []
    written: list[int] = []
    grid: list[tuple[Cell, ...]] = []
    for y, row in enumerate(rows):
        sources = split_row(row)
        written.append(len(sources))
        cells: list[Cell] = []
        for x in range(width):
            source = sources[x] if x < len(sources) else ""
            if SPECIAL.search(source) is None:
                cells.append(Cell(" ".join(source.split()), y == 0, False, (y, x)))
                continue
            inline = render(source.strip(), references)
            pictures.extend(inline.pictures)
            cells.append(Cell(inline.text, y == 0, inline.bold, (y, x)))
        grid.append(tuple(cells))
    return tuple(grid), tuple(written), pictures
