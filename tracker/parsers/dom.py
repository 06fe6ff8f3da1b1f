"""Reads an HTML tree into an outline: prose, headings, pictures and tables in document order.

The tree is lexbor's (the WHATWG tree construction). It is walked without recursion, because pages may nest as deep as
`MAX_NESTING`. A table that stands in a cell of another one is a table of its own; the outer cell does not hold its text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from tracker.domain.errors import ParseRefused
from tracker.domain.pages import Dialect, ProseKind
from tracker.parsers.drawn import read_code
from tracker.parsers.grids import RawCell, RawRow, form_grid, parse_span
from tracker.parsers.outline import SUMMARY_LEVEL, Outline, Place
from tracker.parsers.words import Words, fold

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BOLD = frozenset({"b", "strong"})
_ITALIC = frozenset({"i", "em", "cite", "dfn"})
_SCRIPTS = {"sup": "^", "sub": "_"}
_BLOCKS = frozenset(
    "address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure footer "
    "form header hgroup hr html legend li main menu nav ol optgroup p pre search section ul".split()
)
_LEFT_OUT = frozenset(
    "script style template noscript head title meta link svg annotation annotation-xml iframe object "
    "select datalist textarea canvas audio video map area embed applet noframes del s strike".split()
)
_INLINE = frozenset({"a", "code", "font", "u", "small", "big", "mark", "kbd", "tt", "nobr"})
_SECTIONS = frozenset({"thead", "tbody", "tfoot"})
_HIDING = re.compile(r"display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden", re.IGNORECASE)
_REVEALED = re.compile(r"tab|pane|panel|accordion|collaps|slide|carousel", re.IGNORECASE)


@dataclass(slots=True)
class _OpenTable:
    place: Place
    outer_words: Words
    rows: list[RawRow] = field(default_factory=list)
    feet: list[RawRow] = field(default_factory=list)
    group: int = 0
    section: str = ""
    head_rows: int = 0
    cell: RawCell | None = None
    caption: str = ""

    def row(self) -> RawRow:
        rows = self.feet if self.section == "tfoot" else self.rows
        if not rows:
            self.start_row()
        return rows[-1]

    def start_row(self) -> None:
        rows = self.feet if self.section == "tfoot" else self.rows
        rows.append(RawRow(group=self.group))
        if self.section == "thead":
            self.head_rows += 1

    def header_rows(self) -> int:
        """Rows of `<thead>`; without one, the leading rows that hold header cells only."""
        if self.head_rows:
            return self.head_rows
        count = 0
        for row in self.rows:
            if not row.cells or not all(cell.header for cell in row.cells):
                break
            count += 1
        return count if count < len(self.rows) else 0


class DomReader:
    """One walk over one tree. `open_details` of the `<details>` that the tree leaves open stay open in the outline."""

    def __init__(self, outline: Outline, *, open_details: int = 0) -> None:
        self._outline = outline
        self._words = Words()
        self._tables: list[_OpenTable] = []
        self._items = 0
        self._quotes = 0
        self._figures: list[int] = []
        self._open_details = open_details
        self._details = 0

    def read(self, root: LexborNode) -> None:
        stack: list[tuple[LexborNode, str]] = []
        node = root.child
        while node is not None:
            tag = node.tag or ""
            child = None
            if tag == "-text":
                self._text(node.text_content or "")
            elif tag[0:1] not in ("-", "!") and self._enter(tag, node):
                child = node.child
                if child is not None:
                    stack.append((node, tag))
                    node = child
                    continue
                self._leave(tag)
            following = node.next
            while following is None and stack:
                node, tag = stack.pop()
                self._leave(tag)
                following = node.next
            node = following
        self._flush()

    # what an element means

    def _text(self, text: str) -> None:
        self._words.add(text.replace("\n", " ") if "\n" in text else text)

    def _enter(self, tag: str, node: LexborNode) -> bool:
        """Whether to go on into the element's children."""
        if tag in ("td", "th"):
            return self._enter_cell(tag, node)
        if tag == "tr":
            if self._tables:
                self._tables[-1].start_row()
            return True
        if tag in _LEFT_OUT:
            if tag not in ("script", "style", "head"):
                self._outline.skip_tables(len(node.css("table")))
            return False
        if tag == "br":
            self._words.line_break()
            return False
        if tag in _BOLD:
            self._words.bold_depth += 1
            return True
        if tag in _ITALIC:
            self._words.italic_depth += 1
            return True
        if tag in _SCRIPTS:
            self._words.open_script(_SCRIPTS[tag])
            return True
        if tag == "img":
            self._picture(node)
            return False
        if tag in _INLINE:
            return True
        return self._enter_block(tag, node)

    def _enter_block(self, tag: str, node: LexborNode) -> bool:
        if tag not in ("html", "body") and _is_hidden(node):
            self._outline.skip_tables(len(node.css("table")) + (tag == "table"))
            return False
        if tag == "table":
            self._open_table()
        elif tag in _SECTIONS:
            if self._tables:
                self._tables[-1].section = tag
                self._tables[-1].group += 1
        elif tag in _HEADINGS:
            self._boundary()
        elif tag in ("caption", "figcaption", "summary", "dt"):
            self._boundary()
            if tag == "caption" and self._tables:
                self._words = Words()
        elif tag in _BLOCKS:
            self._boundary()
            if tag == "pre" and not self._tables:
                self._code(node)
                return False
            self._nest(tag, 1)
        return True

    def _leave(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._leave_cell()
        elif tag in _BOLD:
            self._words.bold_depth -= 1
        elif tag in _ITALIC:
            self._words.italic_depth -= 1
        elif tag in _SCRIPTS:
            self._words.close_script()
        elif tag == "table":
            self._close_table()
        elif tag in _HEADINGS:
            self._leave_heading(_HEADINGS[tag])
        elif tag == "caption":
            self._leave_caption()
        elif tag == "figcaption":
            self._flush(ProseKind.CAPTION)
        elif tag == "summary":
            self._leave_summary()
        elif tag in _BLOCKS or tag == "dt":
            self._boundary()
            self._nest(tag, -1)

    def _nest(self, tag: str, step: int) -> None:
        if tag in ("ul", "ol", "dl", "menu", "dir"):
            self._items += step
        elif tag == "blockquote":
            self._quotes += step
        elif tag == "figure":
            if step > 0:
                self._figures.append(self._outline.position)
            else:
                self._outline.caption_figure(self._figures.pop())
        elif tag == "details":
            if step > 0:
                self._outline.begin()
                self._details += 1
            else:
                self._details -= 1
                if self._details >= self._open_details:
                    self._outline.end()

    # prose

    def _boundary(self) -> None:
        """A block begins or ends: a line break within a cell, a new block of prose elsewhere."""
        if self._tables:
            self._words.line_break()
        else:
            self._flush()

    def _flush(self, kind: ProseKind | None = None) -> None:
        if self._tables and kind is None:
            return
        text, bold, italic = self._words.take()
        if not text or self._tables:
            return
        if kind is None:
            kind = ProseKind.ITEM if self._items else ProseKind.QUOTE if self._quotes else ProseKind.PARAGRAPH
        level = self._items if kind is ProseKind.ITEM else 0
        self._outline.paragraph(text, kind, level, bold=bold and kind is not ProseKind.CAPTION, emphasised=italic)

    def _leave_heading(self, level: int) -> None:
        if self._tables:
            text = fold("".join(self._words.pieces))
            self._outline.heading(level, text[-200:], silent=True)
            self._words.line_break()
            return
        text, _, _ = self._words.take()
        self._outline.heading(level, text)

    def _leave_summary(self) -> None:
        if self._tables:
            self._words.line_break()
            return
        text, _, _ = self._words.take()
        self._outline.heading(SUMMARY_LEVEL, text)

    def _leave_caption(self) -> None:
        text, _, _ = self._words.take()
        if self._tables:
            table = self._tables[-1]
            table.caption = table.caption or text
            self._words = Words()

    def _code(self, node: LexborNode) -> None:
        read_code(self._outline, node.text() or "")

    def _picture(self, node: LexborNode) -> None:
        attributes = node.attributes
        address = attributes.get("src") or attributes.get("data-src") or ""
        self._outline.picture(address.strip(), fold(attributes.get("alt") or "").replace("\n", " "))

    # tables

    def _open_table(self) -> None:
        if not self._tables:
            self._flush()
        self._outline.begin()
        self._tables.append(_OpenTable(self._outline.open_table(), self._words))
        self._words = Words()

    def _enter_cell(self, tag: str, node: LexborNode) -> bool:
        if not self._tables:
            return True
        table = self._tables[-1]
        cell = RawCell("", header=tag == "th")
        table.row().cells.append(cell)
        attributes = node.attributes
        if attributes:
            if "colspan" in attributes:
                cell.colspan = parse_span(attributes["colspan"])
            if "rowspan" in attributes:
                cell.rowspan = parse_span(attributes["rowspan"], rows=True)
        child = node.child
        if child is None:
            return False
        if child.tag == "-text" and child.next is None:
            cell.text = " ".join((child.text_content or "").split())
            return False
        table.cell = cell
        self._words = Words()
        return True

    def _leave_cell(self) -> None:
        if self._tables and (cell := self._tables[-1].cell) is not None:
            cell.text, cell.bold, _ = self._words.take()
            self._tables[-1].cell = None

    def _close_table(self) -> None:
        table = self._tables.pop()
        self._words = table.outer_words
        self._outline.end()
        for row in table.feet:
            row.group = table.group + 1
        try:
            grid, written = form_grid([*table.rows, *table.feet])
        except ParseRefused as error:
            self._outline.refuse_table(table.place, error)
            return
        self._outline.close_table(
            table.place,
            grid,
            written,
            dialect=Dialect.HTML,
            header_rows=min(table.header_rows(), len(grid)),
            caption=table.caption,
        )
        self._words.line_break()


def _is_hidden(node: LexborNode) -> bool:
    """Not shown, and not something that a click on a tab or an arrow reveals."""
    attributes = node.attributes
    if not attributes:
        return False
    style = attributes.get("style")
    if "hidden" not in attributes and not (style and _HIDING.search(style)):
        return False
    role = attributes.get("role") or ""
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''} {role}"
    return _REVEALED.search(names) is None
