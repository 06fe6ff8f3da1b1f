"""Cells of Markdown to a grid."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.domain.errors import ParseRefused
from tracker.domain.pages import Cell
from tracker.parsers.grids import MAX_CELLS, Grid
from tracker.parsers.inline import SPECIAL, render

Pictures = list[tuple[str, str]]


def read_cells(
    rows: Sequence[Sequence[str]], width: int, references: frozenset[str] = frozenset(), *, header_rows: int = 0
) -> tuple[Grid, Pictures]:
    """The grid of unspanned cells that hold Markdown, rows padded and cut to `width`; and the pictures in them.

    Raises `ParseRefused` beyond `MAX_CELLS`.
    """
    if len(rows) * width > MAX_CELLS:
        raise ParseRefused(f"a table of {len(rows)} × {width} cells, more than {MAX_CELLS}")
    pictures: Pictures = []
    grid: list[tuple[Cell, ...]] = []
    for y, sources in enumerate(rows):
        header = y < header_rows
        cells: list[Cell] = []
        for x in range(width):
            source = sources[x] if x < len(sources) else ""
            if SPECIAL.search(source) is None:
                cells.append(Cell(" ".join(source.split()), header, False, (y, x)))
                continue
            inline = render(source.strip(), references)
            pictures.extend(inline.pictures)
            cells.append(Cell(inline.text, header, inline.bold, (y, x)))
        grid.append(tuple(cells))
    return tuple(grid), pictures
