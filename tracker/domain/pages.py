"""The parsed form of a snapshot: an ordered list of blocks.

Places. A table's cell is addressed by `table[i]/row[r]/col[c]` in the expanded grid, where `i` counts every `<table>` of
the document in order, rendered Markdown tables included. Tables drawn with characters (ASCII art, box drawing, CSV in a
code block) are addressed by `drawn[i]/…` with a count of their own, so that they never shift the first one.
Prose is addressed by a character span in `Page.text`. Data is addressed by a JSON pointer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TypeAlias


class Dialect(StrEnum):
    """How a table was written."""

    HTML = "html"
    MARKDOWN = "markdown"
    DRAWN = "drawn"
    DELIMITED = "delimited"

    @property
    def counted(self) -> bool:
        """Whether the table has a place among the document's `<table>` elements."""
        return self in (Dialect.HTML, Dialect.MARKDOWN)


@dataclass(frozen=True, slots=True)
class Cell:
    r"""One cell of a grid. A spanned cell stands, as the same object, in every place that it covers.

    `text`: words with white space folded; a line break (`<br>`, block boundary) is `\\n`; a superscript is `^{…}`,
    a subscript `_{…}`; emphasis and links are taken off.
    `origin`: row and column of its top left corner in the expanded grid.
    """

    text: str
    header: bool = False
    bold: bool = False
    origin: tuple[int, int] = (0, 0)
    rowspan: int = 1
    colspan: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A full rectangular grid, spans expanded. `written[r]` is how many cells row `r` had in the source (its spans
    from above included), so that a padded or shifted row can be told. `header_rows` is what the markup says (0: nothing).
    """

    grid: tuple[tuple[Cell, ...], ...]
    index: int
    dialect: Dialect = Dialect.HTML
    headings: tuple[str, ...] = ()
    caption: str = ""
    header_rows: int = 0
    written: tuple[int, ...] = ()

    @property
    def height(self) -> int:
        return len(self.grid)

    @property
    def width(self) -> int:
        return len(self.grid[0]) if self.grid else 0

    @property
    def place(self) -> str:
        return f"{'table' if self.dialect.counted else 'drawn'}[{self.index}]"


class ProseKind(StrEnum):
    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    QUOTE = "quote"
    CODE = "code"
    CAPTION = "caption"


@dataclass(frozen=True, slots=True)
class Prose:
    """Running text, one block. `start` is its offset in `Page.text`; `level` the heading's (1–6) or the item's depth."""

    text: str
    kind: ProseKind = ProseKind.PARAGRAPH
    headings: tuple[str, ...] = ()
    level: int = 0
    start: int = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """An image that the document shows; bytes are not part of the page."""

    address: str
    alt: str = ""
    headings: tuple[str, ...] = ()
    caption: str = ""


Json: TypeAlias = "None | bool | int | float | str | Sequence[Json] | Mapping[str, Json]"


@dataclass(frozen=True, slots=True)
class Data:
    """A tree of records: a JSON or YAML file, front matter, JSON-LD, state embedded in a page.

    Numbers keep their spelling: they are `Number`, a `str` subclass of the lexeme, never a float.
    `pointer` is where the tree stands when the document holds several (`""`, `front-matter`, `script[2]`).
    """

    value: Json
    form: str
    pointer: str = ""
    headings: tuple[str, ...] = ()


class Number(str):
    """A number of a data file as its author spelt it (`0.70`, `1e-3`); told from text by its type."""

    __slots__ = ()


Block: TypeAlias = Table | Prose | Picture | Data


@dataclass(frozen=True)
class Page:
    """`complete` is false when the parser knows that it did not see everything (truncated markup, a bound reached).
    `address` is where the document was found, as the caller said it: a result file often says only there what it is about.
    """

    blocks: tuple[Block, ...]
    title: str = ""
    parser: str = ""
    complete: bool = True
    warnings: tuple[str, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    address: str = ""

    @cached_property
    def text(self) -> str:
        """All prose blocks, joined by blank lines; what `Prose.start` counts in."""
        return "\n\n".join(block.text for block in self.blocks if isinstance(block, Prose))

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Table))


def lay_out(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Give every prose block its `start` in the text that `Page.text` will join; parsers call it last."""
    placed: list[Block] = []
    offset = 0
    for block in blocks:
        if isinstance(block, Prose):
            placed.append(Prose(block.text, kind=block.kind, headings=block.headings, level=block.level, start=offset))
            offset += len(block.text) + 2
        else:
            placed.append(block)
    return tuple(placed)
