"""A band's labels, level by level: each label column, and each header row, is one level.

A level gives a label to every line of its axis (to data rows, or to columns with numbers). Blank labels take what they
continue: downwards in a label column, rightwards in a super-header.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from tracker.extraction.tables import lexicon
from tracker.extraction.tables.bands import Band, Sheet
from tracker.extraction.tables.bylines import without_bylines
from tracker.extraction.tables.cells import Kind
from tracker.extraction.tables.item_counts import without_item_counts
from tracker.extraction.tables.labels import BLANK, Label, Sort


class Axis(StrEnum):
    ROWS = "rows"
    COLUMNS = "columns"


class Role(StrEnum):
    """What a level tells about the scores in its lines."""

    MODEL = "model"
    BENCHMARK = "benchmark"
    METRIC = "metric"
    SHOTS = "shots"
    COT = "cot"
    VARIANT = "variant"
    SIZE = "size"
    QUANTISATION = "quantisation"
    EFFORT = "effort"
    SUBSET = "subset"
    CATEGORY = "category"
    SETTING = "setting"
    ATTRIBUTE = "attribute"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Level:
    """`place` is the label column's or the header row's number; `labels` maps rows or columns to what they say.

    `head` is what the level says its entries are (the column's header, or the corner cell of the header row).
    """

    axis: Axis
    place: int
    head: Label
    labels: dict[int, Label]
    role: Role | None = None
    model: float = 0.0
    benchmark: float = 0.0

    @property
    def distinct(self) -> list[Label]:
        return list({label.text: label for label in self.labels.values() if not label.is_blank}.values())

    def share(self, *sorts: Sort) -> float:
        labels = self.distinct
        return sum(label.sort in sorts for label in labels) / len(labels) if labels else 0.0


@dataclass(frozen=True, slots=True)
class Frame:
    """A band with its levels. `values` are the columns whose numbers may be scores, `dropped` the others and why."""

    sheet: Sheet
    band: Band
    values: tuple[int, ...]
    rows: tuple[Level, ...]
    columns: tuple[Level, ...]
    titles: tuple[str, ...]
    dropped: dict[int, str]
    spreads: dict[int, int]  # column of uncertainties → the value column it belongs to


_CODE = re.compile(r"[A-Z]{2,4}")
Read = Callable[[str], Label]


def frame(sheet: Sheet, band: Band, read: Read, *, fully: bool = True) -> Frame:
    """Tell label columns from columns with numbers, and read the labels of both axes; where there are no numbers that
    may be scores, only if `fully`.
    """
    return _Framer(sheet, band, read).frame(fully=fully)


class _Framer:
    def __init__(self, sheet: Sheet, band: Band, read: Read) -> None:
        self.sheet = sheet
        self.band = band
        self.read = read
        self.columns = band.across(sheet.table.width)
        self.first = self.columns.start
        self.dropped: dict[int, str] = {}
        self.spreads: dict[int, int] = {}

    def frame(self, *, fully: bool) -> Frame:
        values, labels = self._split_columns()
        worth = fully or bool(values)
        columns, titles = self._header_levels(values) if worth else ([], [])
        rows = [self._label_level(col) for col in labels] if worth else []
        return Frame(
            self.sheet,
            self.band,
            tuple(values),
            tuple(level for level in rows if level.labels),
            tuple(columns),
            (*self.band.titles, *titles),
            self.dropped,
            self.spreads,
        )

    def header_text(self, col: int) -> str:
        """The header of a column, its levels joined from the top."""
        texts: list[str] = []
        for row in self.band.header:
            text = self.sheet.text(row, col).strip()
            if text and (not texts or texts[-1] != text):
                texts.append(text)
        return "\n".join(texts)

    def _split_columns(self) -> tuple[list[int], list[int]]:
        values: list[int] = []
        labels: list[int] = []
        for col in self.columns:
            kinds = [self.sheet.readings[row.number][col].kind for row in self.band.rows]
            scores = kinds.count(Kind.SCORE)
            words = kinds.count(Kind.WORDS) + kinds.count(Kind.PROSE)
            lowest = [self.sheet.text(row, col) for row in self.band.header[-1:]]
            head = self.read(lowest[0]) if lowest and lowest[0].strip() else self.read(self.header_text(col))
            whole = self.read(self.header_text(col).replace("\n", " "))
            if not scores or (words > scores and words >= 2):
                if words or kinds.count(Kind.QUANTITY):
                    labels.append(col)
            elif self._labels_numbers(col, head, first=not values):
                labels.append(col)
            elif reason := self._drop(col, head, whole, values):
                self.dropped[col] = reason
            else:
                values.append(col)
        return values, labels

    def _labels_numbers(self, col: int, head: Label, *, first: bool) -> bool:
        """Numbers that label a row: its shots, a context length in the first column."""
        kind = lexicon.head_of(head.text)
        if kind == "shots" or (head.sort is Sort.SHOTS and head.settings.shots is None):
            return True
        if not (first and col == self.first):
            return False
        texts = {self.sheet.text(row.number, col).strip() for row in self.band.rows}
        return (
            head.sort is not Sort.NAME and len(texts) > 1 and all(self.read(text).sort is Sort.LENGTH for text in texts)
        )

    def _drop(self, col: int, head: Label, whole: Label, values: list[int]) -> str:
        if head.benchmark >= 0.9 or self._is_code(col):
            return ""
        if lexicon.is_spread(head.text) or (not head.text and self._is_arrow_or_spread(col)):
            if values:
                self.spreads[col] = values[-1]
            return "a spread"
        if head.sort is Sort.NO_SCORE or (whole.sort is Sort.NO_SCORE and head.sort is not Sort.NAME):
            return f"no score: {head.text or whole.text}"
        if lexicon.head_of(head.text) in ("size", "quantisation"):
            return f"an attribute: {head.text}"
        if col == self.first and (self._is_counting(col) if not head.text else self._is_ranking(col)):
            return "row numbers"
        return ""

    def _is_code(self, col: int) -> bool:
        """Whether a header is one of a row of short codes for tasks that nobody listed: among "AA, AC, CI, EN", CI is no
        confidence interval.
        """
        if not self.band.header:
            return False
        heads = [self.sheet.text(self.band.header[-1], other).strip() for other in self.columns]
        codes = [_CODE.fullmatch(head) is not None and self.read(head).benchmark < 0.9 for head in heads]
        return codes[col - self.first] and sum(codes) >= max(6, 0.6 * (len(codes) - 1))

    def _is_arrow_or_spread(self, col: int) -> bool:
        raw = self.header_text(col).strip()
        return raw in ("±", "+/-", "↑", "↓", "") and raw != ""

    def _is_counting(self, col: int) -> bool:
        texts = [self.sheet.text(row.number, col).strip().rstrip(".") for row in self.band.rows]
        return len(texts) > 1 and texts[:3] in (["1", "2", "3"][: len(texts)], ["0", "1", "2"][: len(texts)])

    def _is_ranking(self, col: int) -> bool:
        """Places in a list, equal ones among them ("1, 1, 3, 4"), before a column of words."""
        texts = [self.sheet.text(row.number, col).strip().rstrip(".") for row in self.band.rows]
        if len(texts) < 3 or len(self.columns) < 3 or not all(text.isdigit() and len(text) <= 4 for text in texts):
            return False
        places = [int(text) for text in texts]
        beside = [self.sheet.readings[row.number][col + 1].kind for row in self.band.rows]
        named = sum(kind in (Kind.WORDS, Kind.PROSE) for kind in beside) >= 0.8 * len(beside)
        return named and places[0] == 1 and places == sorted(places) and places[-1] <= len(places)

    def _header_levels(self, values: list[int]) -> tuple[list[Level], list[str]]:
        levels: list[Level] = []
        titles: list[str] = []
        grid = self.sheet.table.grid
        for order, row in enumerate(self.band.header):
            last = order == len(self.band.header) - 1
            cells = {col: grid[row][col] for col in values}
            labels = {col: self._fresh(order, col) for col in values}
            texts = {label.text for label in labels.values()}
            wide = len({id(cell) for cell in cells.values()}) == 1 and len(values) > 1
            if wide and not last:
                titles.extend(text for text in texts if text)
                continue
            if values and not last:
                labels = self._spread(order, values)
            corner = self.read(grid[row][self.first].text) if self.first not in values else BLANK
            levels.append(Level(Axis.COLUMNS, row, corner, without_item_counts(labels, self.read)))
        return levels, titles

    def _fresh(self, order: int, col: int) -> Label:
        """What a header row says of a column, unless the cell spans down from the row above."""
        grid = self.sheet.table.grid
        cell = grid[self.band.header[order]][col]
        repeated = order > 0 and grid[self.band.header[order - 1]][col] is cell
        if repeated:
            return BLANK
        label = self.read(cell.text)
        return replace(label, sort=Sort.NAME) if label.sort is Sort.NO_SCORE and self._is_code(col) else label

    def _spread(self, order: int, values: list[int]) -> dict[int, Label]:
        """A super-header's labels over all the columns that they stand for, dropped columns among them: to the right, or
        over their block where each stands in the middle of one.
        """
        columns = range(min(values), self.columns.stop)
        labels = {col: self._fresh(order, col) for col in columns}
        below = [self.sheet.text(self.band.header[order + 1], col).strip() for col in columns]
        block = _period(below)
        if block and not labels[columns[0]].text:
            blocks = [columns[start : start + block] for start in range(0, len(columns), block)]
            named = [[label for col in cols if not (label := labels[col]).is_blank] for cols in blocks]
            if all(len(own) == 1 for own in named):
                labels = {col: own[0] for cols, own in zip(blocks, named, strict=True) for col in cols}
        own = {col: label for col, label in labels.items() if col in self.dropped and label.sort is Sort.NO_SCORE}
        carried = _carry({**labels, **dict.fromkeys(own, BLANK)}, columns)
        return {col: carried[col] for col in values}

    def _label_level(self, col: int) -> Level:
        rows = self.band.rows
        texts = {row.number: self.sheet.text(row.number, col) for row in rows}
        name_of = without_bylines(texts.values(), self.read) if any("\n" in text for text in texts.values()) else str
        own = {number: self.read(name_of(text)) for number, text in texts.items()}
        head = self.read(self.header_text(col))
        return Level(Axis.ROWS, col, head, own)


def _period(texts: list[str]) -> int:
    """The length of the run of texts that the whole list repeats ("func | value | func | value"); 0: it repeats none."""
    for length in range(2, len(texts) // 2 + 1):
        run = texts[:length]
        if len(texts) % length == 0 and len(set(run)) == length and texts == run * (len(texts) // length):
            return length
    return 0


def _carry(labels: dict[int, Label], lines: Iterable[int]) -> dict[int, Label]:
    """Blank labels continue the one before."""
    carried: dict[int, Label] = {}
    last = BLANK
    for line in lines:
        label = labels[line]
        if not label.is_blank:
            last = label
        carried[line] = last
    return carried


def carry_down(levels: tuple[Level, ...]) -> tuple[Level, ...]:
    """Fill blank labels in label columns, where another label of the row tells it from the row above. A dash is no blank:
    it says that there is nothing.
    """
    if len(levels) < 2:
        return levels
    filled: list[Level] = []
    for level in levels:
        others = [other for other in levels if other is not level]
        last = BLANK
        labels: dict[int, Label] = {}
        for line, label in level.labels.items():
            if label.is_blank and not label.written and any(not other.labels[line].is_blank for other in others):
                labels[line] = last
            else:
                labels[line] = label
                last = label
        filled.append(replace(level, labels=labels))
    return tuple(filled)
