"""An HTML table while its elements are being read."""

from __future__ import annotations

from dataclasses import dataclass, field

from tracker.domain.errors import ParseRefused
from tracker.domain.pages import Dialect
from tracker.parsers.grids import RawCell, RawRow, form_grid
from tracker.parsers.outline import Outline, Place
from tracker.parsers.words import Words


@dataclass(slots=True)
class OpenTable:
    """Rows in the order of the grid: those of `<tfoot>` come last, wherever it stands.

    `outer` is the inline content that the table interrupts. `cell` is the open one, if any.
    """

    place: Place
    outer: Words
    label: str = ""
    caption: str = ""
    cell: RawCell | None = None
    _rows: list[RawRow] = field(default_factory=list)
    _feet: list[RawRow] = field(default_factory=list)
    _section: str = ""
    _group: int = 0
    _head_rows: int = 0

    def start_section(self, tag: str) -> None:
        self._section = tag
        self._group += 1

    def start_row(self) -> None:
        rows = self._feet if self._section == "tfoot" else self._rows
        rows.append(RawRow(group=self._group))
        if self._section == "thead":
            self._head_rows += 1

    def add(self, cell: RawCell) -> None:
        rows = self._feet if self._section == "tfoot" else self._rows
        rows[-1].cells.append(cell)  # tree construction has put every cell into a row

    def close(self, outline: Outline) -> None:
        """Form the grid and hand it over. A table beyond the bounds is left out with a warning."""
        try:
            grid, written = form_grid([*self._rows, *self._feet])
        except ParseRefused as error:
            outline.refuse_table(self.place, error)
            return
        outline.close_table(
            self.place,
            grid,
            written,
            dialect=Dialect.HTML,
            header_rows=min(self._header_rows(), len(grid)),
            caption=self.caption or self.label,
        )

    def _header_rows(self) -> int:
        """Rows of `<thead>`; without one, the leading rows that hold header cells only."""
        if self._head_rows:
            return self._head_rows
        count = 0
        for row in self._rows:
            if not row.cells or not all(cell.header for cell in row.cells):
                break
            count += 1
        return count if count < len(self._rows) else 0
