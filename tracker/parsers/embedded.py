"""HTML that stands in Markdown: blocks of tags, and tables whose cells hold Markdown again."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

from tracker.parsers.dom import DomReader
from tracker.parsers.nesting import check_nesting
from tracker.parsers.outline import Outline

_DETAILS = re.compile(r"<!--(?:[^-]|-(?!->))*|<(/?)details\b[^<>]*>?", re.IGNORECASE)
_MARKDOWN_AGAIN = re.compile(r"\n[ \t]*\n(?:[ \t]*\n)*[ \t]*(?![<\s])")
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_ONLY_TAGS = re.compile(r"\s*(?:</?(?:div|p|center|span|a|br|hr|b|i|ul|ol|section)\b[^<>]*/?>\s*)*", re.IGNORECASE)


def read_fragment(outline: Outline, source: str, *, markdown: bool) -> None:
    """Read an HTML block into the outline. `markdown`: it may hold Markdown behind blank lines, or be a paragraph.

    `<details>` that the block leaves open go on after it; `</details>` of an earlier block end there.
    """
    *earlier, source = _before_ends(source)
    for part in earlier:
        _read(outline, part, markdown=markdown)
        outline.end()
    _read(outline, source, markdown=markdown)


def _before_ends(source: str) -> list[str]:
    """The block's parts before each `</details>` of an earlier block, and what is left."""
    parts: list[str] = []
    opened = start = 0
    for match in _DETAILS.finditer(source):
        if match[1] is None:
            continue  # a comment
        if not match[1]:
            opened += 1
        elif opened:
            opened -= 1
        else:
            parts.append(source[start : match.start()])
            start = match.end()
    return [*parts, source[start:]]


def _read(outline: Outline, source: str, *, markdown: bool) -> None:
    if _ONLY_TAGS.fullmatch(source):
        return
    if markdown:
        source = _as_html(source)
    check_nesting(source)
    root = LexborHTMLParser(source).root
    if root is not None:
        DomReader(outline, open_details=_left_open(source)).read(root)


def _left_open(source: str) -> int:
    """How many `<details>` go on after the block."""
    opened = 0
    for match in _DETAILS.finditer(source):
        if match[1] is not None:
            opened = max(0, opened - 1) if match[1] else opened + 1
    return opened


def _as_html(source: str) -> str:
    """Markdown within HTML made HTML. Where only tags follow the blank lines, they are tags, whatever their indent."""
    if source.lstrip().startswith("<") and not _MARKDOWN_AGAIN.search(source):
        return _BLANK_LINES.sub("\n", source)
    from markdown_it import MarkdownIt  # rarely needed, and dear to import

    return str(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(source))
