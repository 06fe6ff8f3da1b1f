"""Markdown's block structure by CommonMark's and GFM's rules, read into an outline.

A scanner of lines: each container (quote, list item) takes its lines, unwraps them and is scanned in turn. HTML blocks go
to the HTML reader; one that leaves a `<table>` open takes in everything up to its end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tracker.domain.errors import ParseRefused
from tracker.domain.pages import Dialect, ProseKind
from tracker.parsers import pipes
from tracker.parsers.cells import read_cells
from tracker.parsers.drawn import add_drawn, find_drawn, read_code
from tracker.parsers.embedded import read_fragment
from tracker.parsers.inline import Inline, render
from tracker.parsers.outline import Outline

MAX_NESTING = 40
"""Quotes and lists inside each other; what is deeper is read as plain lines."""

_ATX = re.compile(r"(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
_SETEXT = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")
_MARKER = re.compile(r" {0,3}(?:[-+*]|(\d{1,9})[.)])(?=[ \t]|$)")
_QUOTE = re.compile(r" {0,3}> ?")
_DEFINITION = re.compile(r" {0,3}\[(?!\^)[^\[\]]{1,200}\]:\s*\S")
_NOTE = re.compile(r" {0,3}\[\^([^\]\s]{1,60})\]:[ \t]*")
_HTML_START = re.compile(
    r" {0,3}<(?:(?P<raw>script|pre|style|textarea)(?=[\s>]|$)|(?P<comment>!--)|(?P<question>\?)|(?P<cdata>!\[CDATA\[)|"
    r"(?P<declaration>![A-Za-z])|/?(?:address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|"
    r"details|dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|"
    r"iframe|legend|li|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|source|summary|"
    r"table|tbody|td|tfoot|th|thead|title|tr|track|ul)(?=[\s/>]|$)|(?P<any>(?=/?[A-Za-z])))",
    re.IGNORECASE,
)
_ANY_TAG = re.compile(
    r" {0,3}(?:<[A-Za-z][A-Za-z0-9-]*(?:\s+[A-Za-z_:][\w.:-]*(?:\s*=\s*(?:[^\s\"'=<>`]+|'[^']*'|\"[^\"]*\"))?)*\s*/?>"
    r"|</[A-Za-z][A-Za-z0-9-]*\s*>)\s*$"
)
_ENDS = {"raw": re.compile(r"</(?:script|pre|style|textarea)>", re.IGNORECASE)}
_ENDS |= {
    kind: re.compile(re.escape(end))
    for kind, end in (("comment", "-->"), ("question", "?>"), ("declaration", ">"), ("cdata", "]]>"))
}
_BARE_BAR = re.compile(r"(?<!\\)\|")
_ESCAPED = re.compile(r"\\([|*_~`:.+-])")
_LEADING = re.compile(r"[ \t]*")


class Scanner:
    def __init__(self, outline: Outline, references: frozenset[str]) -> None:
        self._outline = outline
        self._references = references
        self._depth = 0
        self._kind = ProseKind.PARAGRAPH
        self._items = 0
        self._beginnings = {
            "#": self._heading_at,
            "[": self._definition_at,
            "<": self._html_at,
            ">": self._quote_at,
            **dict.fromkeys("`~", self._fence_at),
            **dict.fromkeys("-+*_0123456789", self._rule_or_item_at),
        }

    def scan(self, lines: Sequence[str]) -> None:
        position = 0
        count = len(lines)
        while position < count:
            line = lines[position]
            if not line or line.isspace():
                position += 1
                continue
            position = self._block(lines, position, line)

    def _block(self, lines: Sequence[str], position: int, line: str) -> int:
        """Read the block that begins at `position`; returns where the next one may begin."""
        if line.startswith("    "):
            return self._indented(lines, position)
        begin = self._beginnings.get(line.lstrip(" ")[0])
        if begin is not None and (end := begin(lines, position, line)):
            return end
        if "|" in line and position + 1 < len(lines) and (width := pipes.width_of(line, lines[position + 1])):
            return self._table(lines, position, width)
        if ("|" in line or "\t" in line) and (end := self._spread_table(lines, position)):
            return end
        return self._paragraph(lines, position)

    # Each reads the block whose first character it answers for, and returns 0 when there is none.

    def _heading_at(self, _lines: Sequence[str], position: int, line: str) -> int:
        found = _ATX.match(line.lstrip(" "))
        if found is None:
            return 0
        self._heading(len(found[1]), found[2] or "")
        return position + 1

    def _fence_at(self, lines: Sequence[str], position: int, line: str) -> int:
        fence = _FENCE.match(line)
        return self._fenced(lines, position, fence) if fence else 0

    def _quote_at(self, lines: Sequence[str], position: int, line: str) -> int:
        return self._quote(lines, position) if _QUOTE.match(line) and self._depth < MAX_NESTING else 0

    def _html_at(self, lines: Sequence[str], position: int, line: str) -> int:
        kind = _html_kind(line, in_paragraph=False)
        return self._html(lines, position, kind) if kind else 0

    def _rule_or_item_at(self, lines: Sequence[str], position: int, line: str) -> int:
        if _RULE.match(line):
            return position + 1
        return self._item(lines, position) if _MARKER.match(line) and self._depth < MAX_NESTING else 0

    def _definition_at(self, lines: Sequence[str], position: int, line: str) -> int:
        if note := _NOTE.match(line):
            return self._note(lines, position, note)
        return position + 1 if _DEFINITION.match(line) else 0

    # leaves

    def _heading(self, level: int, source: str) -> None:
        inline = render(source, self._references)
        self._pictures(inline)
        self._outline.heading(level, inline.text)

    def _indented(self, lines: Sequence[str], position: int) -> int:
        start = position
        end = position
        while position < len(lines):
            line = lines[position]
            if line.startswith("    "):
                end = position + 1
            elif line.strip():
                break
            position += 1
        read_code(self._outline, "\n".join(line[4:] for line in lines[start:end]))
        return end

    def _fenced(self, lines: Sequence[str], position: int, fence: re.Match[str]) -> int:
        marks = fence[1]
        indent = len(fence[0]) - len(marks)
        closing = re.compile(rf" {{0,3}}{re.escape(marks[0])}{{{len(marks)},}}[ \t]*$")
        end = position + 1
        while end < len(lines) and not closing.match(lines[end]):
            end += 1
        code = lines[position + 1 : end]
        if indent:
            code = [line[min(indent, len(line) - len(line.lstrip(" "))) :] for line in code]
        read_code(self._outline, "\n".join(code))
        return end + 1

    def _paragraph(self, lines: Sequence[str], position: int) -> int:
        start = position
        position += 1
        while position < len(lines):
            line = lines[position]
            if not line or line.isspace():
                break
            if (found := _SETEXT.match(line)) and not line.startswith("    "):
                self._heading(1 if found[1][0] == "=" else 2, "\n".join(lines[start:position]))
                return position + 1
            if self._interrupts(line):
                break
            if "|" in line and position + 1 < len(lines) and pipes.width_of(line, lines[position + 1]):
                break
            position += 1
        self._prose(lines[start:position])
        return position

    def _interrupts(self, line: str) -> bool:
        """Whether a line begins another block although a paragraph stands open."""
        if line.startswith("    "):
            return False
        stripped = line.lstrip(" ")
        first = stripped[0]
        if first == "#":
            return _ATX.match(stripped) is not None
        if first in "`~":
            return _FENCE.match(line) is not None
        if first == ">":
            return _QUOTE.match(line) is not None
        if first == "<":
            return _html_kind(line, in_paragraph=True) is not None
        if first in "-*_+" or first.isdigit():
            if first != "+" and _RULE.match(line):
                return True
            found = _MARKER.match(line)
            return found is not None and found[1] in (None, "1") and bool(line[found.end() :].strip())
        return False

    def _prose(self, lines: Sequence[str]) -> None:
        source = lines[0].lstrip() if len(lines) == 1 else "\n".join([line.lstrip(" \t") for line in lines]).rstrip()
        if len(lines) > 1 and ("|" in source or "\t" in source):
            lines = self._drawn(lines)
            source = "\n".join([line.lstrip(" \t") for line in lines]).rstrip()
        if source:
            if "<" in source and "<table" in source.casefold():
                read_fragment(self._outline, source, markdown=True)
                return
            inline = render(source, self._references)
            self._pictures(inline)
            level = self._items if self._kind is ProseKind.ITEM else 0
            self._outline.paragraph(inline.text, self._kind, level, bold=inline.bold, emphasised=inline.italic)

    def _drawn(self, lines: Sequence[str]) -> Sequence[str]:
        """Tables in lines whose markup did not make one; returns the lines behind the last."""
        position = 0
        for drawn in find_drawn([_bare(line) for line in lines], spaced=False):
            self._prose(lines[position : drawn.start])
            add_drawn(self._outline, drawn)
            position = drawn.end
        return lines[position:]

    def _spread_table(self, lines: Sequence[str], position: int) -> int:
        """A table whose rows an editor has set apart by blank lines; returns where it ends, 0 when there is none."""
        mark = "|" if "|" in lines[position] else "\t"
        end = position
        while end < len(lines) and mark in lines[end] and not (end + 1 < len(lines) and lines[end + 1].strip()):
            end += 2
        rows = lines[position:end:2]
        drawn = next(find_drawn([_bare(row) for row in rows], spaced=False), None) if len(rows) > 2 else None
        if drawn is None or drawn.start:
            return 0
        add_drawn(self._outline, drawn)
        return position + 2 * drawn.end - 1

    def _pictures(self, inline: Inline) -> None:
        for address, alt in inline.pictures:
            self._outline.picture(address, alt)

    def _table(self, lines: Sequence[str], position: int, width: int) -> int:
        end = position + 2
        while end < len(lines) and lines[end].strip() and not self._ends_table(lines[end]):
            end += 1
        rows = [pipes.split_row(line) for line in (lines[position], *lines[position + 2 : end])]
        place = self._outline.open_table()
        try:
            grid, pictures = read_cells(rows, width, self._references, header_rows=1)
        except ParseRefused as error:
            self._outline.refuse_table(place, error)
            return end
        written = tuple(map(len, rows))
        self._outline.close_table(place, grid, written, dialect=Dialect.MARKDOWN, header_rows=1)
        for address, alt in pictures:
            self._outline.picture(address, alt)
        return end

    def _ends_table(self, line: str) -> bool:
        if line.startswith("    "):
            return True
        first = line.lstrip(" ")[0]
        if first == "|":
            return False
        return self._interrupts(line) or (first in "-+*0123456789" and _MARKER.match(line) is not None)

    def _html(self, lines: Sequence[str], position: int, kind: str) -> int:
        end = _html_end(lines, position, kind)
        source = "\n".join(lines[position:end])
        if kind == "comment":
            return end
        while end < len(lines) and _leaves_open(source):
            following = end
            while following < len(lines) and not lines[following].strip():
                following += 1
            if following == len(lines):
                break
            stop = following + 1
            while stop < len(lines) and lines[stop].strip():
                stop += 1
            source = "\n".join((source, *lines[end:stop]))
            end = stop
        read_fragment(self._outline, source, markdown="\n\n" in source)
        return end

    # containers

    def _quote(self, lines: Sequence[str], position: int) -> int:
        inner: list[str] = []
        while position < len(lines):
            line = lines[position]
            if found := _QUOTE.match(line):
                inner.append(line[found.end() :])
            elif not line.strip() or not inner or not self._continues(inner[-1], line):
                break
            else:
                inner.append(line)
            position += 1
        self._nested(inner, ProseKind.QUOTE, 0)
        return position

    def _item(self, lines: Sequence[str], position: int) -> int:
        found = _MARKER.match(lines[position])
        assert found is not None
        rest = lines[position][found.end() :].replace("\t", "    ")
        spaces = len(rest) - len(rest.lstrip(" "))
        margin = found.end() + (spaces if 1 <= spaces <= 4 and rest.strip() else 1)
        inner = [rest[margin - found.end() :]]
        position += 1
        blank = 0
        while position < len(lines):
            line = lines[position]
            if not line.strip():
                if len(inner) == 1 and not inner[0]:
                    break
                blank += 1
            elif _LEADING.match(line).end() >= margin:  # type: ignore[union-attr]  # matches always
                inner.extend([""] * blank)
                blank = 0
                inner.append(line[margin:])
            elif blank or not self._continues(inner[-1], line):
                break
            else:
                inner.append(line.lstrip(" "))
            position += 1
        self._nested(inner, ProseKind.ITEM, 1)
        return position

    def _note(self, lines: Sequence[str], position: int, note: re.Match[str]) -> int:
        """A footnote's text, with its mark in front as its references write it."""
        inner = [f"<sup>{note[1]}</sup> {lines[position][note.end() :]}"]
        position += 1
        while position < len(lines) and lines[position].strip():
            line = lines[position]
            if _NOTE.match(line) or (not line.startswith("    ") and self._interrupts(line)):
                break
            inner.append(line.lstrip(" "))
            position += 1
        self._prose(inner)
        return position

    def _continues(self, before: str, line: str) -> bool:
        """Whether a line without its container's mark lazily goes on with a paragraph in it."""
        if not before.strip() or before.startswith("    ") or self._interrupts(line) or _MARKER.match(line):
            return False
        return not (
            _FENCE.match(before) or _ATX.match(before) or _RULE.match(before) or before.lstrip().startswith("|")
        )

    def _nested(self, lines: Sequence[str], kind: ProseKind, items: int) -> None:
        outer = self._kind, self._items
        self._kind, self._items = kind, self._items + items
        self._depth += 1
        self._outline.begin()
        self.scan(lines)
        self._outline.end()
        self._depth -= 1
        self._kind, self._items = outer


def _html_kind(line: str, *, in_paragraph: bool) -> str | None:
    """Which of CommonMark's seven kinds of HTML block begins here, by name; None when none does."""
    found = _HTML_START.match(line)
    if found is None:
        return None
    kind = found.lastgroup or "block"
    if kind != "any":
        return kind
    return kind if not in_paragraph and _ANY_TAG.match(line) else None


def _html_end(lines: Sequence[str], position: int, kind: str) -> int:
    end = position
    if pattern := _ENDS.get(kind):
        while end < len(lines) and not pattern.search(lines[end]):
            end += 1
        return min(end + 1, len(lines))
    while end < len(lines) and lines[end].strip():
        end += 1
    return end


def _bare(line: str) -> str:
    """A row whose bars an editor has escaped, or that stands in a code span of its own, as it was typed."""
    words = line.strip()
    if words.startswith("`|") and words.endswith("|`"):
        return words[1:-1]
    return line if "\\|" not in line or _BARE_BAR.search(line) else _ESCAPED.sub(r"\1", line)


def _leaves_open(source: str) -> bool:
    """Whether a table or a comment that begins in an HTML block has not ended."""
    folded = source.casefold()
    if folded.rfind("<!--") > folded.rfind("-->"):
        return True
    return folded.count("<table") > folded.count("</table")
