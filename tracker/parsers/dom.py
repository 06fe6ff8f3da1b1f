"""Reads an HTML tree into an outline: prose, headings, pictures and tables in document order.

The tree is lexbor's (the WHATWG tree construction). It is walked without recursion, because pages may nest as deep as
`nesting.MAX_NESTING`. A table that stands in a cell of another one is a table of its own; the outer cell does not hold
its text. What a page hides is left out, except where a click on a tab or an arrow would show it.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from tracker.domain.pages import ProseKind
from tracker.parsers import tex
from tracker.parsers.drawn import read_code
from tracker.parsers.elements import BLOCKS, HEADINGS, LEFT_OUT
from tracker.parsers.grids import RawCell, parse_span
from tracker.parsers.open_table import OpenTable
from tracker.parsers.outline import Outline
from tracker.parsers.tabs import Tabs
from tracker.parsers.words import Words, fold

_LISTS = frozenset({"ul", "ol", "dl", "menu", "dir"})
_NOT_COUNTED = frozenset({"head", "script", "style", "template"})  # a browser finds no `<table>` in these
_HIDING = re.compile(r"display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden", re.IGNORECASE)
_REVEALED = re.compile(r"tab|pane|panel|accordion|collaps|slide|carousel", re.IGNORECASE)


class DomReader:
    """One walk over one tree. The last `open_details` of its `<details>` go on in the outline after it."""

    def __init__(self, outline: Outline, *, open_details: int = 0) -> None:
        self._outline = outline
        self._words = Words()
        self._tables: list[OpenTable] = []
        self._figures: list[int] = []
        self._panels: list[bool] = []  # for every open block that may be one: whether it is a tab's panel
        self._tabs: Tabs | None = None
        self._items = self._quotes = self._details = 0
        self._open_details = open_details
        self._entering = {
            **dict.fromkeys(LEFT_OUT, self._enter_nothing),
            **dict.fromkeys(BLOCKS, self._enter_block),
            **dict.fromkeys(HEADINGS, self._enter_block),
            **dict.fromkeys(("caption", "summary"), self._enter_words),
            **dict.fromkeys(("td", "th"), self._enter_cell),
            **dict.fromkeys(("thead", "tbody", "tfoot"), self._enter_section),
            **dict.fromkeys(("b", "strong"), self._enter_bold),
            **dict.fromkeys(("i", "em", "cite", "dfn"), self._enter_italic),
            **dict.fromkeys(("sup", "sub"), self._enter_script),
            "table": self._enter_table,
            "tr": self._enter_row,
            "br": self._enter_break,
            "img": self._enter_picture,
            "pre": self._enter_code,
            "span": self._enter_span,
            "math": self._enter_math,
        }
        self._leaving = {
            **dict.fromkeys(BLOCKS, self._leave_block),
            **dict.fromkeys(HEADINGS, self._leave_heading),
            **dict.fromkeys(("td", "th"), self._leave_cell),
            **dict.fromkeys(("b", "strong"), self._leave_bold),
            **dict.fromkeys(("i", "em", "cite", "dfn"), self._leave_italic),
            **dict.fromkeys(("sup", "sub"), self._leave_script),
            "table": self._leave_table,
            "caption": self._leave_caption,
            "summary": self._leave_summary,
        }

    def read(self, root: LexborNode) -> None:
        self._tabs = Tabs(root)
        entering, leaving = self._entering, self._leaving
        stack: list[tuple[LexborNode, str]] = []
        node = root.child
        while node is not None:
            tag = node.tag or ""
            if tag == "-text":
                self._text(node.text_content or "")
            elif not tag.startswith(("-", "!")):
                enter = entering.get(tag)
                if enter is None or enter(tag, node):
                    child = node.child
                    if child is not None:
                        stack.append((node, tag))
                        node = child
                        continue
                    if tag in leaving:
                        leaving[tag](tag)
            following = node.next
            while following is None and stack:
                node, tag = stack.pop()
                if tag in leaving:
                    leaving[tag](tag)
                following = node.next
            node = following
        self._flush()

    # inline content

    def _text(self, text: str) -> None:
        if text.isspace():
            if self._words.pieces:
                self._words.pieces.append(" ")
            return
        if "$" in text or "\\(" in text:
            text = tex.spelt(text)
        self._words.add(text.replace("\n", " ") if "\n" in text else text)

    def _enter_break(self, _tag: str, _node: LexborNode) -> bool:
        self._words.line_break()
        return False

    def _enter_bold(self, _tag: str, _node: LexborNode) -> bool:
        self._words.bold_depth += 1
        return True

    def _leave_bold(self, _tag: str) -> None:
        self._words.bold_depth -= 1

    def _enter_italic(self, _tag: str, _node: LexborNode) -> bool:
        self._words.italic_depth += 1
        return True

    def _leave_italic(self, _tag: str) -> None:
        self._words.italic_depth -= 1

    def _enter_script(self, tag: str, _node: LexborNode) -> bool:
        self._words.open_script("^" if tag == "sup" else "_")
        return True

    def _leave_script(self, _tag: str) -> None:
        self._words.close_script()

    def _enter_span(self, _tag: str, node: LexborNode) -> bool:
        attributes = node.attributes
        if not attributes:
            return True
        # KaTeX says every formula twice, once as MathML and once drawn
        return "katex-html" not in (attributes.get("class") or "") and not _hides(attributes)

    def _enter_math(self, _tag: str, node: LexborNode) -> bool:
        for annotation in node.css("annotation, annotation-xml"):
            annotation.decompose()
        self._words.add(" ".join((node.text() or "").split()))
        return False

    def _enter_picture(self, _tag: str, node: LexborNode) -> bool:
        attributes = node.attributes
        address = attributes.get("src") or attributes.get("data-src") or ""
        self._outline.picture(address.strip(), fold(attributes.get("alt") or "").replace("\n", " "))
        return False

    def _enter_nothing(self, tag: str, node: LexborNode) -> bool:
        if tag not in _NOT_COUNTED:
            self._outline.skip_tables(len(node.css("table")))
        return False

    # prose

    def _enter_block(self, tag: str, node: LexborNode) -> bool:
        attributes = node.attributes
        if attributes and tag not in ("html", "body") and _hides(attributes):
            return self._enter_nothing(tag, node)
        self._boundary()
        if tag in _LISTS:
            self._items += 1
        elif tag == "blockquote":
            self._quotes += 1
        elif tag == "figure":
            self._figures.append(self._outline.position)
        elif tag == "details":
            self._outline.begin()
            self._details += 1
        elif tag in ("div", "section"):
            self._panels.append(self._enter_panel(attributes))
        return True

    def _leave_block(self, tag: str) -> None:
        if tag == "figcaption" and not self._tables:
            self._flush(ProseKind.CAPTION)
        self._boundary()
        if tag in _LISTS:
            self._items -= 1
        elif tag == "blockquote":
            self._quotes -= 1
        elif tag == "figure":
            self._outline.caption_figure(self._figures.pop())
        elif tag == "details":
            self._details -= 1
            if self._details >= self._open_details:
                self._outline.end()
        elif tag in ("div", "section") and self._panels.pop():
            self._outline.end()

    def _enter_panel(self, attributes: dict[str, str | None]) -> bool:
        """Whether a block is the panel of a tab; then the tab's title heads what it holds."""
        title = self._tabs.title(attributes) if attributes and self._tabs is not None else None
        if title is None:
            return False
        self._outline.begin()
        self._outline.summary(title, silent=True)
        return True

    def _boundary(self) -> None:
        """A block begins or ends: a line break within a table, a new block of prose elsewhere."""
        if self._tables:
            self._words.line_break()
        else:
            self._flush()

    def _flush(self, kind: ProseKind | None = None) -> None:
        if not self._words.pieces:
            return
        text, bold, italic = self._words.take()
        if kind is None:
            kind = ProseKind.ITEM if self._items else ProseKind.QUOTE if self._quotes else ProseKind.PARAGRAPH
        level = self._items if kind is ProseKind.ITEM else 0
        self._outline.paragraph(text, kind, level, bold=bold, emphasised=italic)

    def _leave_heading(self, tag: str) -> None:
        level = int(tag[1])
        if self._tables:
            heading = fold("".join(self._words.pieces)).rpartition("\n")[2]
            self._outline.heading(level, heading, silent=True)
            self._words.line_break()
        else:
            self._outline.heading(level, self._words.take()[0])

    def _enter_words(self, tag: str, _node: LexborNode) -> bool:
        """A caption or summary: its words are collected apart from what stands before it."""
        self._boundary()
        if tag == "caption":
            self._words = Words()
        return True

    def _leave_summary(self, _tag: str) -> None:
        if self._tables:
            self._words.line_break()
        else:
            self._outline.summary(self._words.take()[0])

    def _enter_code(self, _tag: str, node: LexborNode) -> bool:
        if self._tables:
            self._words.line_break()
            return True
        self._flush()
        read_code(self._outline, node.text() or "")
        return False

    # tables

    def _enter_table(self, tag: str, node: LexborNode) -> bool:
        attributes = node.attributes
        if _hides(attributes):
            return self._enter_nothing(tag, node)
        if not self._tables:
            self._flush()
        label = attributes.get("aria-label") or attributes.get("summary") or ""
        self._tables.append(OpenTable(self._outline.open_table(), self._words, fold(label)))
        self._outline.begin()
        self._words = Words()
        return True

    def _leave_table(self, _tag: str) -> None:
        table = self._tables.pop()
        self._words = table.outer
        self._outline.end()
        table.close(self._outline)
        self._words.line_break()

    def _enter_section(self, tag: str, _node: LexborNode) -> bool:
        self._tables[-1].start_section(tag)
        return True

    def _enter_row(self, _tag: str, _node: LexborNode) -> bool:
        self._tables[-1].start_row()
        return True

    def _enter_cell(self, tag: str, node: LexborNode) -> bool:
        cell = RawCell("", tag == "th")
        attributes = node.attributes
        if attributes:
            if "colspan" in attributes:
                cell.colspan = parse_span(attributes["colspan"])
            if "rowspan" in attributes:
                cell.rowspan = parse_span(attributes["rowspan"], rows=True)
        table = self._tables[-1]
        table.add(cell)
        child = node.child
        if child is None:
            return False
        if child.next is None and child.tag == "-text":
            text = " ".join((child.text_content or "").split())
            cell.text = tex.spelt(text) if "$" in text or "\\(" in text else text
            return False
        table.cell = cell
        self._words = Words()
        return True

    def _leave_cell(self, _tag: str) -> None:
        table = self._tables[-1]
        if table.cell is not None:
            table.cell.text, table.cell.bold, _ = self._words.take()
            table.cell = None

    def _leave_caption(self, _tag: str) -> None:
        text, _, _ = self._words.take()
        self._tables[-1].caption = self._tables[-1].caption or text
        self._words = Words()


def _hides(attributes: dict[str, str | None]) -> bool:
    """Whether an element is not shown, and not something that a click reveals."""
    if "hidden" not in attributes:
        style = attributes.get("style")
        if not style or not _HIDING.search(style):
            return False
    names = (attributes.get(name) or "" for name in ("class", "id", "role"))
    return _REVEALED.search(" ".join(names)) is None
