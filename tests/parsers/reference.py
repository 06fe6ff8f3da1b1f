"""The slow, straightforward way to the same grids: markdown-it-py renders, bs4 over lxml builds the tree, and the WHATWG
algorithm paints slots one by one. The parsers are held against it.
"""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, NavigableString, Tag
from bs4.element import PreformattedString
from markdown_it import MarkdownIt

Texts = list[list[str]]

_NOTE = re.compile(r"\[\^(\w+)\](?!:)")  # footnotes, which CommonMark does not have
_SECTIONS = ["thead", "tbody", "tfoot"]
_ROWS = ["tr", "td", "th"]

_BLOCKS = {
    *("address", "article", "aside", "blockquote", "button", "center", "dd", "details", "dialog", "div", "dl", "dt"),
    *("fieldset", "figcaption", "figure", "footer", "form", "header", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li"),
    *("main", "menu", "nav", "ol", "p", "pre", "section", "summary", "ul"),
}
_UNREAD = {"script", "style", "template", "noscript", "svg", "select", "textarea", "del", "s", "iframe"}


def markdown_grids(text: str) -> list[Texts]:
    """The grids of all tables in Markdown, in the order in which a browser counts them."""
    md = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return html_grids(md.render(_NOTE.sub(r"<sup>\1</sup>", text)))


def html_grids(text: str) -> list[Texts]:
    soup = BeautifulSoup(text, "lxml")
    return [_paint(table) for table in soup.find_all("table")]


def _rows(table: Tag) -> list[tuple[list[Tag], int]]:
    """The cells of each row with the number of its row group; cells that stand outside a row make one (lxml leaves them)."""
    rows: list[tuple[list[Tag], int]] = []
    feet: list[tuple[list[Tag], int]] = []
    loose: list[Tag] | None = None
    for number, section in enumerate(table.find_all([*_SECTIONS, *_ROWS], recursive=False)):
        into = feet if section.name == "tfoot" else rows
        is_section = section.name in _SECTIONS
        if is_section:
            loose = None
        group = number if is_section else -1
        for child in section.find_all(_ROWS, recursive=False) if is_section else [section]:
            if child.name == "tr":
                loose = None
                into.append((child.find_all(["td", "th"], recursive=False), group))
            elif loose is not None:
                loose.append(child)
            else:
                loose = [child]
                into.append((loose, group))
    return rows + feet


def _paint(table: Tag) -> Texts:
    rows = _rows(table)
    slots: dict[tuple[int, int], str] = {}
    width = 0
    for y, (cells, group) in enumerate(rows):
        left = 1  # rows of the group from here on
        while y + left < len(rows) and rows[y + left][1] == group:
            left += 1
        x = 0
        for cell in cells:
            while (y, x) in slots:
                x += 1
            across = min(_span(cell.get("colspan"), 1), 1000) or 1
            down = min(_span(cell.get("rowspan"), 1) or left, left)
            words = cell_text(cell)
            for dy in range(down):
                for dx in range(across):
                    slots.setdefault((y + dy, x + dx), words)
            x += across
            width = max(width, x)
    return [[slots.get((r, c), "") for c in range(width)] for r in range(len(rows))] if width else []


def _span(value: object, default: int) -> int:
    digits = ""
    for character in str(value or "").lstrip(" \t\n\f\r").removeprefix("+"):
        if not ("0" <= character <= "9"):
            break
        digits += character
    return int(digits[:9]) if digits else default


def cell_text(cell: Tag) -> str:
    lines = "".join(_pieces(cell)).split("\n")
    return "\n".join(words for line in lines if (words := " ".join(line.split())))


def _pieces(node: Tag):
    for child in node.children:
        if isinstance(child, PreformattedString):
            continue
        if isinstance(child, NavigableString):
            yield child.replace("\n", " ")
        elif isinstance(child, Tag) and child.name not in _UNREAD:
            if child.name in ("br", "table"):
                yield "\n"
            elif child.name in ("sup", "sub"):
                inner = " ".join("".join(_pieces(child)).split())
                if inner:
                    yield f"{'^' if child.name == 'sup' else '_'}{{{inner}}}" if len(inner) <= 40 else inner
            elif child.name in _BLOCKS:
                yield "\n"
                yield from _pieces(child)
                yield "\n"
            else:
                yield from _pieces(child)
