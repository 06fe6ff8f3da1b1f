"""Rows of spanned cells to a full grid: the WHATWG algorithm for forming a table.

Works row by row with the cells that still hang down from above, so that a huge span costs nothing until rows exist that
it covers. Two cells may claim one slot (a table model error in the standard): the one that came first keeps it.
A cell reaches no further than its row group: rows that no `<tr>` made (a table model error too) are not formed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from tracker.domain.errors import ParseRefused
from tracker.domain.pages import Cell

MAX_CELLS = 100_000
"""Slots of one grid. The largest real leaderboard seen has 12,000."""
MAX_COLSPAN = 1_000
MAX_ROWSPAN = 65_534

_NUMBER = re.compile(r"[ \t\n\f\r]*\+?([0-9]{1,9})")
_EMPTY = Cell("")


@dataclass(slots=True)
class RawCell:
    """A cell as written. `rowspan` 0 reaches to the end of its row group."""

    text: str
    header: bool = False
    bold: bool = False
    colspan: int = 1
    rowspan: int = 1


@dataclass(slots=True)
class RawRow:
    """One `<tr>`. `group` numbers its row group; spans of 0 end where it changes."""

    cells: list[RawCell] = field(default_factory=list)
    group: int = 0


Grid = tuple[tuple[Cell, ...], ...]


def parse_span(value: str | None, *, rows: bool = False) -> int:
    """A colspan or rowspan attribute by the standard's rules: 1 where it is malformed, clamped where it is huge."""
    found = _NUMBER.match(value or "")
    number = int(found[1]) if found else 1
    if rows:
        return min(number, MAX_ROWSPAN)
    return min(number, MAX_COLSPAN) or 1


def form_grid(rows: Sequence[RawRow]) -> tuple[Grid, tuple[int, ...]]:
    """The grid, and for each of its rows how many cells it had in the source, spans from above included.

    Raises `ParseRefused` when the grid would have more than `MAX_CELLS` slots.
    """
    forming = _Forming()
    for number, row in enumerate(rows):
        if number and row.group != rows[number - 1].group:
            forming.end_group()
        forming.add(row)
    return forming.finish()


@dataclass(slots=True)
class _Hanging:
    """A cell that covers `rows_left` rows below the current one."""

    cell: Cell
    rows_left: int


@dataclass(slots=True)
class _Forming:
    rows: list[dict[int, Cell]] = field(default_factory=list)
    written: list[int] = field(default_factory=list)
    hanging: list[_Hanging] = field(default_factory=list)
    width: int = 0
    slots: int = 0

    def add(self, row: RawRow) -> None:
        slots = self._next_row()
        y = len(self.rows) - 1
        x = 0
        for raw in row.cells:
            while x in slots:
                x += 1
            cell = Cell(raw.text, raw.header, raw.bold, (y, x), raw.rowspan, raw.colspan)
            self._cover(slots, cell)
            if raw.rowspan != 1:
                self.hanging.append(_Hanging(cell, (raw.rowspan or MAX_ROWSPAN) - 1))
            x += raw.colspan
        self.written[-1] += len(row.cells)

    def end_group(self) -> None:
        self.hanging.clear()

    def finish(self) -> tuple[Grid, tuple[int, ...]]:
        for y, slots in enumerate(self.rows):
            if len(slots) < self.width:
                for x in range(self.width):
                    slots.setdefault(x, _EMPTY if (y, x) == (0, 0) else Cell("", origin=(y, x)))
        grid = tuple(tuple(slots[x] for x in range(self.width)) for slots in self.rows) if self.width else ()
        return grid, tuple(self.written[: len(grid)])

    def _next_row(self) -> dict[int, Cell]:
        slots: dict[int, Cell] = {}
        self.rows.append(slots)
        self.written.append(len(self.hanging))
        self._check()
        if self.hanging:
            for hanging in self.hanging:
                self._cover(slots, hanging.cell)
                hanging.rows_left -= 1
            self.hanging = [hanging for hanging in self.hanging if hanging.rows_left]
        return slots

    def _cover(self, slots: dict[int, Cell], cell: Cell) -> None:
        left = cell.origin[1]
        right = left + cell.colspan
        if right > self.width:
            self.width = right
            self._check()
        for x in range(left, right):
            slots.setdefault(x, cell)

    def _check(self) -> None:
        if len(self.rows) * self.width > MAX_CELLS:
            raise ParseRefused(f"a table of more than {MAX_CELLS} cells")
