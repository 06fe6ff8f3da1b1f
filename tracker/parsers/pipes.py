"""GFM pipe tables, by the rules of the specification's table section."""

from __future__ import annotations

import re

_DELIMITER_ROW = re.compile(r" {0,3}(?=[|:-][|:\- \t])\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_BAR = re.compile(r"(?<!\\)\|")


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
