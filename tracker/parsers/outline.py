"""What the parsers of running documents share: blocks in order, under the headings that hold for them.

A heading holds until one of its own level or above. A line all in bold acts as a heading below every real one: it holds
until the next of its kind or any real heading, and stays prose. The summary of `<details>` and the title of a tab head
all that is in them, real headings included.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tracker.domain.errors import ParseRefused
from tracker.domain.pages import (
    Block,
    Cell,
    Data,
    Dialect,
    Json,
    Page,
    Picture,
    Prose,
    ProseKind,
    Table,
    lay_out,
)

_SUMMARY_LEVEL = 6
_LINE_LEVEL = 7
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff \n"
MAX_LINE_HEADING = 120
"""Characters of a bold line that may act as a heading; longer ones are emphasised sentences."""

_NAMES_A_TABLE = re.compile(
    r"(?:table|tab\.|tbl\.|表格?)\s{0,2}(?:[0-9]{1,3}|[IVX]{1,5}\b|[A-Z]\.?[0-9]{1,2})", re.IGNORECASE
)
_MAX_CAPTION = 600


@dataclass(frozen=True, slots=True)
class Place:
    """A table's place, taken when it begins: nested tables and prose inside it come later in the document."""

    position: int
    index: int
    headings: tuple[str, ...]


@dataclass(slots=True)
class Outline:
    """Collects the blocks of one document; `page` ends it."""

    title: str = ""
    complete: bool = True
    warnings: list[str] = field(default_factory=list)
    metadata: dict[str, str] = field(default_factory=dict)
    headings: tuple[str, ...] = ()
    _levels: tuple[int, ...] = ()
    _blocks: list[Block | None] = field(default_factory=list)
    _emphasised: set[int] = field(default_factory=set)
    _saved: list[tuple[tuple[str, ...], tuple[int, ...], int]] = field(default_factory=list)
    _floor: int = 0  # headings that no heading in here ends
    _tables: int = 0
    _drawn: int = 0

    def heading(self, level: int, text: str, *, silent: bool = False) -> None:
        """`silent`: it holds for what follows, but is not told as prose (it stands in a cell, or has been told)."""
        if not text:
            return
        kept = self._floor
        while kept < len(self._levels) and self._levels[kept] < level:
            kept += 1
        self.headings = (*self.headings[:kept], text.replace("\n", " "))
        self._levels = (*self._levels[:kept], level)
        if not silent:
            self._blocks.append(Prose(text, ProseKind.HEADING, self.headings[:-1], level))

    def summary(self, text: str, *, silent: bool = False) -> None:
        """Heads everything up to the `end` of what has begun last, whatever headings are in it."""
        if not text:
            return
        if not silent:
            self._blocks.append(Prose(text, ProseKind.HEADING, self.headings, _SUMMARY_LEVEL))
        self.headings = (*self.headings, text.replace("\n", " "))
        self._levels = (*self._levels, _SUMMARY_LEVEL)
        if self._saved:
            self._floor = len(self._levels)

    def paragraph(
        self,
        text: str,
        kind: ProseKind = ProseKind.PARAGRAPH,
        level: int = 0,
        *,
        bold: bool = False,
        emphasised: bool = False,
    ) -> None:
        """One block of running text. `bold`, `emphasised`: all of it is."""
        if not text or not text.strip(_INVISIBLE):
            return
        if emphasised:
            self._emphasised.add(len(self._blocks))
        self._blocks.append(Prose(text, kind, self.headings, level))
        if bold and len(text) <= MAX_LINE_HEADING and "\n" not in text:
            self.heading(_LINE_LEVEL, text.rstrip(":： "), silent=True)

    def begin(self) -> None:
        """Headings from here on hold only until the matching `end`."""
        self._saved.append((self.headings, self._levels, self._floor))

    def end(self) -> None:
        if self._saved:
            self.headings, self._levels, self._floor = self._saved.pop()

    def open_table(self) -> Place:
        """Take the place of a `<table>` that begins here."""
        place = Place(len(self._blocks), self._tables, self.headings)
        self._tables += 1
        self._blocks.append(None)
        return place

    def skip_tables(self, count: int) -> None:
        """Tables that the document has but does not show keep their numbers."""
        self._tables += count

    def close_table(
        self,
        place: Place,
        grid: tuple[tuple[Cell, ...], ...],
        written: tuple[int, ...],
        *,
        dialect: Dialect,
        header_rows: int = 0,
        caption: str = "",
    ) -> None:
        self._blocks[place.position] = Table(grid, place.index, dialect, place.headings, caption, header_rows, written)

    def refuse_table(self, place: Place, error: ParseRefused) -> None:
        self.incomplete(f"table[{place.index}] is left out: {error.what}")

    def drawn_table(
        self, grid: tuple[tuple[Cell, ...], ...], written: tuple[int, ...], *, dialect: Dialect, header_rows: int
    ) -> None:
        self._blocks.append(Table(grid, self._drawn, dialect, self.headings, "", header_rows, written))
        self._drawn += 1

    def picture(self, address: str, alt: str = "", caption: str = "") -> None:
        if address:
            self._blocks.append(Picture(address, alt, self.headings, caption))

    @property
    def position(self) -> int:
        """Where the next block will stand; for `caption_figure`."""
        return len(self._blocks)

    def caption_figure(self, position: int) -> None:
        """Give what a figure shows, from `position` on, the caption that stands in it."""
        shown = self._blocks[position:]
        caption = next((b.text for b in shown if isinstance(b, Prose) and b.kind is ProseKind.CAPTION), "")
        if not caption:
            return
        for at, block in enumerate(shown, start=position):
            if isinstance(block, (Table, Picture)) and not block.caption:
                self._blocks[at] = replace(block, caption=caption)

    def data(self, value: Json, form: str, pointer: str) -> None:
        self._blocks.append(Data(value, form, pointer, self.headings))

    def incomplete(self, warning: str) -> None:
        """Something of the document could not be read: its reading may not withdraw anything."""
        self.complete = False
        self.warnings.append(warning)

    def page(self, parser: str) -> Page:
        blocks = _with_captions(self._blocks, self._emphasised)
        heads = [block for block in blocks if isinstance(block, Prose) and block.kind is ProseKind.HEADING]
        title = self.title or next((head.text for head in heads if head.level == 1), heads[0].text if heads else "")
        return Page(
            lay_out(blocks),
            title=title.replace("\n", " "),
            parser=parser,
            complete=self.complete,
            warnings=tuple(dict.fromkeys(self.warnings)),
            metadata=self.metadata,
        )


def _with_captions(blocks: Sequence[Block | None], emphasised: set[int]) -> list[Block]:
    """Give tables without a caption the adjacent line that names them ("Table 3: …") or is all in italics.

    A line between two tables belongs to the side on which this document writes its captions.
    """
    found: list[Block] = []
    lines: set[int] = set()  # positions in `found` of lines that may be captions
    for position, block in enumerate(blocks):
        if block is None:
            continue
        if isinstance(block, Prose) and _may_caption(block, position in emphasised):
            lines.add(len(found))
        found.append(block)
    if not lines:
        return found
    tables = [p for p, block in enumerate(found) if isinstance(block, Table) and not block.caption]
    above = sum(p - 1 in lines and p - 2 not in tables for p in tables)
    below = sum(p + 1 in lines and p + 2 not in tables for p in tables)
    sides = (-1, 1) if above >= below else (1, -1)
    for side in sides:
        for p in tables:
            line = p + side
            table = found[p]
            if line not in lines or not isinstance(table, Table) or table.caption:
                continue
            prose = found[line]
            assert isinstance(prose, Prose)
            found[p] = replace(table, caption=prose.text)
            found[line] = replace(prose, kind=ProseKind.CAPTION)
            lines.discard(line)
    return found


def _may_caption(block: Prose, emphasised: bool) -> bool:
    if block.kind is not ProseKind.PARAGRAPH or len(block.text) > _MAX_CAPTION:
        return False
    return emphasised or _NAMES_A_TABLE.match(block.text) is not None
