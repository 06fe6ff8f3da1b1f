"""Rows of a grid to bands: header rows, section rows and data rows.

A band is a run of data rows under one header. Most tables are one band; a table that repeats its header under a new
title row ("… English", "… Chinese") has several. A row of one text over the whole width inside a band is a section: it
says something about the rows below it. A second header row ("5-shot | 5-shot") belongs to the header; a row of words
under it ("Architecture | MoE | Dense") does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from tracker.domain.pages import Cell, Table
from tracker.extraction.tables import lexicon
from tracker.extraction.tables.cells import Kind, Reading, read_cell
from tracker.extraction.tables.labels import Label, Sort


class RowKind(StrEnum):
    BLANK = "blank"
    SPAN = "span"  # one text and nothing else
    WORDS = "words"  # no number outside the first columns
    DATA = "data"


@dataclass(frozen=True, slots=True)
class Row:
    """One data row: its place in the grid and the sections it stands under, the outermost first."""

    number: int
    sections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Band:
    """`header` holds the numbers of the header rows from the top, `titles` the texts that stand over all columns."""

    header: tuple[int, ...]
    rows: tuple[Row, ...]
    titles: tuple[str, ...] = ()
    columns: range | None = None

    def across(self, width: int) -> range:
        """The columns of the band in a grid so wide: all, or its own where tables stand side by side."""
        return range(width) if self.columns is None else self.columns


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table whose cells have been read, and its bands."""

    table: Table
    readings: tuple[tuple[Reading, ...], ...]
    bands: tuple[Band, ...]
    refused: tuple[tuple[int, str], ...] = ()

    def text(self, row: int, col: int) -> str:
        return self.table.grid[row][col].text


def read_readings(table: Table) -> tuple[tuple[Reading, ...], ...]:
    comma = _writes_decimal_commas(table)
    return tuple(tuple(read_cell(cell.text, comma) for cell in row) for row in table.grid)


def _writes_decimal_commas(table: Table) -> bool:
    """Whether `85,3` must be 85.3 here: several such cells, and not one number with a point."""
    commas = points = 0
    for row in table.grid:
        for cell in row:
            head, sign, tail = cell.text.strip().rstrip("% ").partition(",")
            if sign and head.isdigit() and tail.isdigit() and len(head) <= 3:
                commas += 1 if len(tail) <= 2 else -1
            elif cell.text.strip().rstrip("% ").replace(".", "", 1).isdigit() and "." in cell.text:
                points += 1
    return commas >= 3 and points == 0


def row_kind(cells: tuple[Cell, ...], readings: tuple[Reading, ...]) -> RowKind:
    seen: list[Reading] = []
    last: Cell | None = None
    for cell, reading in zip(cells, readings, strict=True):
        if cell is not last:
            seen.append(reading)
        last = cell
    filled = [reading for reading in seen if reading.kind is not Kind.BLANK]
    if not filled:
        return RowKind.BLANK if all(not reading.text.strip() for reading in seen) else RowKind.DATA
    said = [reading for reading in seen if reading.text.strip()]
    if len(filled) == 1 and len(said) == 1 and len(cells) > 1 and filled[0].kind in (Kind.WORDS, Kind.PROSE, Kind.SIGN):
        return RowKind.SPAN
    numbers = [reading for reading in filled if reading.kind in (Kind.SCORE, Kind.QUANTITY)]
    return RowKind.DATA if numbers else RowKind.WORDS


def divide(table: Table, readings: tuple[tuple[Reading, ...], ...], read: Callable[[str], Label]) -> Sheet:
    """Find the bands of a table whose cells have been read."""
    kinds = [row_kind(table.grid[r], readings[r]) for r in range(table.height)]
    divider = _Divider(table, readings, kinds, read)
    bands = [part for band in divider.bands() for part in _side_by_side(table, readings, band)]
    return Sheet(table, readings, tuple(bands))


def _side_by_side(table: Table, readings: tuple[tuple[Reading, ...], ...], band: Band) -> list[Band]:
    """Tables put beside each other in one grid ("Model | MMLU | Model | MMLU"): a band each."""
    if not band.header or table.width < 4:
        return [band]
    heads = [cell.text.strip().casefold() for cell in table.grid[band.header[-1]]]
    for count in (2, 3):
        wide, rest = divmod(table.width, count)
        if rest or wide < 2:
            continue
        blocks = [range(start, start + wide) for start in range(0, table.width, wide)]
        alike = all(heads[block.start + 1 : block.stop] == heads[1:wide] for block in blocks) and all(heads[:wide])
        if alike and all(_names_models(heads[block.start], readings, band, block.start) for block in blocks):
            return [replace(band, columns=block) for block in blocks]
    return [band]


def _names_models(head: str, readings: tuple[tuple[Reading, ...], ...], band: Band, col: int) -> bool:
    kinds = [readings[row.number][col].kind for row in band.rows]
    return "model" in head and 2 * kinds.count(Kind.WORDS) > len(kinds)


class _Divider:
    def __init__(
        self,
        table: Table,
        readings: tuple[tuple[Reading, ...], ...],
        kinds: list[RowKind],
        read: Callable[[str], Label],
    ) -> None:
        self.table = table
        self.readings = readings
        self.kinds = kinds
        self.read = read
        self.at = 0

    def bands(self) -> list[Band]:
        found: list[Band] = []
        header: tuple[int, ...] = ()
        while self.at < self.table.height:
            titles, own = self._header(first=not found)
            header = own or header
            rows = self._body()
            if rows:
                found.append(Band(header, rows, titles))
            elif not own and not titles:
                self.at += 1
        return found

    def _header(self, *, first: bool) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """Title rows and header rows from here on."""
        titles: list[str] = []
        header: list[int] = []
        while self.at < self.table.height:
            kind = self.kinds[self.at]
            marked = first and self.at < self.table.header_rows
            if kind is RowKind.BLANK:
                if header and not marked:
                    break
            elif kind is RowKind.SPAN and not (header and not marked):
                titles.append(self._only_text(self.at))
            elif marked or self._continues(header, first=first):
                header.append(self.at)
            else:
                break
            self.at += 1
        if not header and titles and not first:
            self.at -= len(titles)  # they are sections of the band before
            titles = []
        return tuple(titles), tuple(header)

    def _continues(self, header: list[int], *, first: bool) -> bool:
        row = self.at
        if not header:
            return self.kinds[row] is RowKind.WORDS and (first or self._repeats_header(row))
        return self._is_second_header(row, header)

    def _is_second_header(self, row: int, header: list[int]) -> bool:
        """Whether a row under the header still says what the columns are."""
        cells = self.table.grid[row]
        above = self.table.grid[header[-1]]
        if all(cell is upper for cell, upper in zip(cells, above, strict=True)):
            return True
        label = self.read(cells[0].text)
        fresh = [cell for cell, upper in zip(cells, above, strict=True) if cell is not upper and cell.text.strip()]
        if not fresh:
            return False
        carried = cells[0] is above[0]
        head = lexicon.head_of(label.text)
        if self.kinds[row] is RowKind.DATA and not (carried or head in ("shots", "metric")):
            # numbers under a spanning header ("Sequence length": 256, 512) are labels only where the markup spans
            return False
        body = fresh if carried or label.is_blank else fresh[1:]
        labels = [self.read(cell.text) for cell in body]
        if not labels:
            return False
        settings = sum(lab.sort in _SETTING_SORTS for lab in labels)
        if settings >= 0.6 * len(labels):
            return True
        if head in ("shots", "metric") and not label.is_blank:
            return True
        if self.kinds[row] is RowKind.WORDS and head in _NAMING_HEADS and self._completes(row, header[-1]):
            return True
        if self.kinds[row] is RowKind.DATA:
            return carried and any(cell.colspan > 1 for cell in above)
        if carried or label.is_blank:
            return carried or cells[0].header or self._completes(row, header[-1])
        return all(cell.header for cell in cells) and self.kinds[row] is RowKind.WORDS

    def _completes(self, row: int, above: int) -> bool:
        """Whether a row says more under a super-header: one that spans columns, leaves their headers blank, or is written
        out over each of them.
        """
        uppers = self.table.grid[above]
        written = Counter(upper.text for upper in uppers if upper.colspan == 1)
        for cell, upper in zip(self.table.grid[row], uppers, strict=True):
            open_above = upper.colspan > 1 or not upper.text.strip() or written[upper.text] > 1
            if cell is not upper and cell.text.strip() and open_above:
                return True
        return False

    def _repeats_header(self, row: int) -> bool:
        """A row of words inside the body that begins a new band."""
        cells = self.table.grid[row]
        label = self.read(cells[0].text)
        if lexicon.head_of(label.text) in _NAMING_HEADS:
            return True
        return all(cell.header for cell in cells if cell.text.strip())

    def _body(self) -> tuple[Row, ...]:
        rows: list[Row] = []
        sections: tuple[str, ...] = ()
        fresh = False
        while self.at < self.table.height:
            kind = self.kinds[self.at]
            if kind is RowKind.SPAN:
                if self._begins_band():
                    break
                text = self._only_text(self.at)
                sections = (*sections, text) if fresh else (text,)
                fresh = True
            elif kind is RowKind.WORDS and rows and self._repeats_header(self.at):
                break
            elif kind is not RowKind.BLANK:
                rows.append(Row(self.at, sections))
                fresh = False
            self.at += 1
        return tuple(rows)

    def _begins_band(self) -> bool:
        """Whether a title row here stands over a header of its own."""
        at = self.at + 1
        while at < self.table.height and self.kinds[at] in (RowKind.SPAN, RowKind.BLANK):
            at += 1
        return at < self.table.height and self.kinds[at] is RowKind.WORDS and self._repeats_header(at)

    def _only_text(self, row: int) -> str:
        return next(cell.text for cell in self.table.grid[row] if cell.text.strip())


_NAMING_HEADS = ("model", "benchmark", "method")
_SETTING_SORTS = frozenset(
    {
        Sort.SHOTS,
        Sort.COT,
        Sort.METRIC,
        Sort.VARIANT,
        Sort.SIZE,
        Sort.QUANTISATION,
        Sort.EFFORT,
        Sort.GENERIC,
        Sort.SPLIT,
    }
)
