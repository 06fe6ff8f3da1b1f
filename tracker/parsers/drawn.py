"""Tables drawn with characters: rules and bars, box drawing, columns set with spaces, tabs or commas.

They stand in code blocks, in plain text, and in posts whose table markup did not take. A drawing is read only when it
is certain where each cell begins and ends; a row that has another number of cells than its table says so in `written`.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tracker.domain.errors import ParseRefused
from tracker.domain.pages import Dialect, ProseKind
from tracker.parsers.cells import read_cells
from tracker.parsers.outline import Outline

MAX_LINES = 5_000
"""Lines of one block that are looked at; a longer one is a log."""
MAX_LINE = 4_000

_BARS = str.maketrans(dict.fromkeys("│┃║┆┊¦｜", "|"))
_RULE = re.compile("[\\s|+:=_~\\-\u2010-\u2015\u2500-\u257f]{2,}")
_DASHES = re.compile("[=_\\-\u2010-\u2015\u2500\u2501\u2550]{2}|[|:][-\u2014]")
_BAR = re.compile(r"(?<!\\)\|")
_GAP = re.compile(r"\t+| {2,}")
_NUMBER = re.compile(r"[-+~≈±<>]{0,2}\$?\d[\d.,]{0,15}\s?(?:%|[a-zA-Z]{0,3})(?:\s?[±(+/-][\d.,%±()+/ -]{0,40})?")
_MARKS = "*_`\\ "
_MAX_HEADER = 80
_NOTHING = frozenset({"", "-", "--", "—", "–", "n/a", "na", "none", "nan", "tbd"})


@dataclass(frozen=True, slots=True)
class Drawn:
    """A table found in lines `start` to `end` (excluded); `rows` as written, the first `header_rows` above the rule."""

    start: int
    end: int
    rows: tuple[tuple[str, ...], ...]
    header_rows: int
    dialect: Dialect


def read_code(outline: Outline, text: str) -> None:
    """A code block: its text as it stands, then the tables drawn in it."""
    text = text.strip("\n").rstrip()
    if not text.strip():
        return
    outline.paragraph(text, ProseKind.CODE)
    for drawn in find_drawn(text.split("\n")):
        add_drawn(outline, drawn)


def add_drawn(outline: Outline, drawn: Drawn) -> None:
    """Hand a drawn table over; Markdown in its cells is rendered, because such tables are pasted into code."""
    width = max(map(len, drawn.rows))
    try:
        grid, _ = read_cells(drawn.rows, width, header_rows=drawn.header_rows)
    except ParseRefused as error:
        outline.incomplete(f"a drawn table is left out: {error.what}")
        return
    written = tuple(map(len, drawn.rows))
    outline.drawn_table(grid, written, dialect=drawn.dialect, header_rows=drawn.header_rows)


def find_drawn(lines: Sequence[str], *, spaced: bool = True) -> Iterator[Drawn]:
    """The tables in `lines`, in order. `spaced`: columns may be set with spaces or commas (not so in running prose)."""
    if len(lines) > MAX_LINES:
        return
    for start, end in _runs(lines):
        block = [line[:MAX_LINE].rstrip() for line in lines[start:end]]
        drawn = _ruled(block) or _delimited(block, spaced=spaced) or (_aligned(block) if spaced else None)
        if drawn is not None:
            yield Drawn(start + drawn.start, start + drawn.end, drawn.rows, drawn.header_rows, drawn.dialect)


def _runs(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Blocks of at least two lines without a blank one between them."""
    start = None
    for number, line in enumerate((*lines, "")):
        if line.strip():
            start = number if start is None else start
        elif start is not None:
            if number - start >= 2:
                yield start, number
            start = None


def _ruled(lines: Sequence[str]) -> Drawn | None:
    """Bars between cells; rules above, below or between rows."""
    barred = [line.translate(_BARS) for line in lines]
    kinds = ["rule" if _is_rule(line) else "row" if "|" in line else "" for line in barred]
    framed = [line.lstrip().startswith("|") for line in barred]
    if sum(framed) * 2 > kinds.count("row"):  # then a line without a bar in front is a shell's pipe, not a row
        kinds = [kind if kind != "row" or has_frame else "" for kind, has_frame in zip(kinds, framed, strict=True)]
    for start, end in _stretches(kinds):
        groups = _groups(barred[start:end], kinds[start:end])
        rows = [row for group in groups for row in group]
        if not rows:
            continue
        first = next(n for n in range(start, end) if kinds[n] == "row")
        width, share = Counter(map(len, rows)).most_common(1)[0]
        if width < 2 or len(rows) < 2 or len(rows[0]) != width or share * 3 < len(rows) * 2:
            continue
        ruled = "rule" in kinds[first:end]
        if not ruled and not _looks_like_a_table(rows):
            continue
        header = len(groups[0]) if len(groups) > 1 and len(groups[0]) <= 4 else 0
        return Drawn(start, end, tuple(map(tuple, rows)), header, Dialect.DRAWN)
    return None


def _is_rule(line: str) -> bool:
    return _RULE.fullmatch(line) is not None and _DASHES.search(line) is not None


def _stretches(kinds: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Longest stretches of bars and rules that hold a row with bars."""
    start = None
    for number, kind in enumerate((*kinds, "")):
        if kind:
            start = number if start is None else start
        elif start is not None:
            if "row" in kinds[start:number]:
                yield start, number
            start = None


def _groups(lines: Sequence[str], kinds: Sequence[str]) -> list[list[list[str]]]:
    """Rows between rules. Where rules part all rows, a line continues the cells above it: in grids whose header has a
    rule of its own (`+===+`), and where all but one of the line's cells are empty.
    """
    groups: list[list[list[str]]] = [[]]
    for line, kind in zip(lines, kinds, strict=True):
        if kind == "rule":
            if groups[-1]:
                groups.append([])
            continue
        text = line.strip().removeprefix("|")
        if text.endswith("|") and not text.endswith("\\|"):
            text = text[:-1]
        groups[-1].append([cell.replace("\\|", "|").strip() for cell in _BAR.split(text)])
    groups = [group for group in groups if group]
    if len(groups) < 3 or any(len(row) != len(group[0]) for group in groups for row in group):
        return groups
    is_grid = any(kind == "rule" and "=" in line for line, kind in zip(lines, kinds, strict=True))
    if is_grid or all(sum(map(bool, row)) <= 1 for group in groups for row in group[1:]):
        return [[[_stack(cells) for cells in zip(*group, strict=True)]] for group in groups]
    return groups


def _stack(cells: Sequence[str]) -> str:
    return "\n".join(cell for cell in cells if cell)


def _delimited(lines: Sequence[str], *, spaced: bool) -> Drawn | None:
    """Tabs, or commas with a header of words."""
    if all("\t" in line.strip("\n") for line in lines):
        rows = [[cell.strip() for cell in line.split("\t")] for line in lines]
        if len(set(map(len, rows))) == 1 and _looks_like_a_table(rows, body=1 if len(rows[0]) > 2 else 2):
            return Drawn(0, len(lines), tuple(map(tuple, rows)), 0, Dialect.DELIMITED)
    if not spaced or len(lines) < 3 or any(line.count(",") < 1 for line in lines):
        return None
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(lines, skipinitialspace=True, strict=True)]
    except csv.Error:
        return None
    if len(rows) != len(lines) or len(set(map(len, rows))) != 1 or not _looks_like_a_table(rows):
        return None
    return Drawn(0, len(lines), tuple(map(tuple, rows)), 0, Dialect.DELIMITED)


def _aligned(lines: Sequence[str]) -> Drawn | None:
    """Columns set with spaces: the same number of fields in every row, or gaps that run through all rows."""
    ruled = [number for number, line in enumerate(lines) if _is_rule(line)]
    rows_at = [number for number in range(len(lines)) if number not in ruled]
    if len(rows_at) < 3:
        return None
    lines_of_rows = [lines[number].expandtabs() for number in rows_at]
    if sum("  " in line.strip() for line in lines_of_rows) * 3 < len(lines_of_rows) * 2:
        return None
    rows = [_GAP.split(line.strip()) for line in lines_of_rows]
    if len(set(map(len, rows))) != 1 or len(rows[0]) < 2:
        found = _by_gaps(lines_of_rows)
        if found is None:
            return None
        rows = found
    if not _looks_like_a_table(rows):
        return None
    header = sum(number < ruled[0] for number in rows_at) if ruled and ruled[0] > 0 else 0
    return Drawn(0, len(lines), tuple(map(tuple, rows)), header if header < len(rows) else 0, Dialect.DRAWN)


def _by_gaps(lines: Sequence[str]) -> list[list[str]] | None:
    width = max(map(len, lines))
    filled = [False] * width
    for line in lines:
        for column, character in enumerate(line):
            if character != " ":
                filled[column] = True
    starts = [c for c in range(width) if filled[c] and (c == 0 or not filled[c - 1])]
    bounds = [starts[0]]
    for start in starts[1:]:
        gap = 1
        while not filled[start - gap - 1]:
            gap += 1
        if gap >= 2:
            bounds.append(start)
    if len(bounds) < 2:
        return None
    rows = [
        [line[left:right].strip() for left, right in zip(bounds, [*bounds[1:], None], strict=True)] for line in lines
    ]
    if any("  " in cell for row in rows for cell in row):
        return None
    return rows


def _looks_like_a_table(rows: Sequence[Sequence[str]], *, body: int = 2) -> bool:
    """A header of words over at least one column of numbers: what a table of scores has and code has not."""
    header, *records = rows
    width = len(header)
    if len(records) < body or width < 2 or not any(header[1:]):
        return False
    if any(len(cell) > _MAX_HEADER or _NUMBER.fullmatch(cell.strip(_MARKS)) for cell in header):
        return False
    return any(_is_numeric([row[column] for row in records if column < len(row)]) for column in range(1, width))


def _is_numeric(cells: Sequence[str]) -> bool:
    said = [cell for cell in cells if cell.casefold() not in _NOTHING]
    return bool(said) and sum(_NUMBER.fullmatch(cell.strip(_MARKS)) is not None for cell in said) * 4 >= len(said) * 3
