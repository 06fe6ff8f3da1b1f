"""Plain text: paragraphs, and the tables drawn in it."""

from __future__ import annotations

from tracker.domain.pages import Page, ProseKind
from tracker.parsers.decoding import decode
from tracker.parsers.drawn import add_drawn, find_drawn
from tracker.parsers.outline import Outline

PARSER = "text/1"


def parse(body: bytes, media_type: str = "") -> Page:
    """A paragraph for every block of lines; a drawn table in its place."""
    decoded = decode(body, media_type)
    outline = Outline()
    outline.warnings.extend(decoded.warnings)
    lines = decoded.text.split("\n")
    position = 0
    for drawn in find_drawn(lines):
        _paragraphs(outline, lines[position : drawn.start])
        add_drawn(outline, drawn)
        position = drawn.end
    _paragraphs(outline, lines[position:])
    return outline.page(PARSER)


def _paragraphs(outline: Outline, lines: list[str]) -> None:
    pending: list[str] = []
    for line in (*lines, ""):
        if line.strip():
            pending.append(line.strip())
        elif pending:
            outline.paragraph("\n".join(pending), ProseKind.PARAGRAPH)
            pending.clear()
