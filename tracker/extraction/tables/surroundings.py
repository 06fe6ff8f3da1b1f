"""What stands around a table: captions, headings, the prose above and below it, the page's title, its footnotes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tracker.domain.pages import Block, Page, Picture, Prose, ProseKind, Table
from tracker.names import Names

_ABOVE_BLOCKS = 10
_ABOVE_CHARACTERS = 3000
_BESIDE = 8
_BELOW_BLOCKS = 8
_BELOW_CHARACTERS = 2500
_NUMBERED = re.compile(r"(?:table|tab\.|表)\s?\d{1,2}\b", re.IGNORECASE)
_BARE = re.compile(
    r"(?:main |evaluation |experimental |the )?results?|scores?|评测结果|评估结果|测评结果|实验结果|结果|評価結果|結果",
    re.IGNORECASE,
)
_LEAD = 100
"""Characters of a line with a colon that introduces one table."""

_DEFINITION = re.compile(
    r"(?:\[\^(?P<named>[\w-]{1,24})\]:?|\^\{(?P<script>[\d*†‡§¶a-z]{1,3})\}|(?P<sign>[*†‡§¶∗＊※#]{1,3}|\^(?!\{))|(?P<raised>[¹²³⁴-⁹])"
    r"|\[(?P<number>\d{1,2})\]|(?P<listed>\d{1,2})[.:)])\s{0,3}(?:[:：=]\s?|indicates?\s|denotes?\s|means?\s)?(?P<text>\S.*)",
    re.DOTALL,
)
_NEXT_NOTE = re.compile(r"\n|(?<=[.;。；])\s{1,3}(?=(?:[*†‡§¶∗＊※]{1,3}|\^\{[^{}\s]{1,3}\})\s{0,3}[A-Za-z\d])")
"""Where a paragraph that explains a mark goes on with another one: on a new line, or behind the end of a sentence."""
_QUOTED_SIGN = re.compile(
    r"[\"'“‘`]([*†‡§¶∗＊※^]{1,3})[\"'”’`]\s?(?:indicates?|denotes?|means?|represents?|marks?|表示|代表)?\s(.{3,300})",
    re.DOTALL,
)
_SIGN_MEANS = re.compile(
    r"(?<!\S)([*†‡§¶∗＊※]{1,3})\s?(?:indicates?|denotes?|means?|represents?|marks?|refers? to|表示|代表)\s?(.{3,300})",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Words around one table, nearest first in `above` and `below`; `headings` from the outermost in.

    `intro` is what the enclosing sections say before their first sub-section, `beside` what the sub-sections before the
    table's own say, nearest first; `footnotes` maps a mark to its note.
    """

    title: str = ""
    context: str = ""
    headings: tuple[str, ...] = ()
    caption: str = ""
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    intro: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    footnotes: dict[str, str] = field(default_factory=dict)


def surround(page: Page, names: Names, context: str = "") -> dict[int, Surroundings]:
    """The surroundings of every table, by its position among the page's blocks."""
    notes = dict(_page_notes(page))
    found: dict[int, Surroundings] = {}
    previous: Surroundings | None = None
    tops = {block.headings[0] for block in page.blocks if block.headings}
    whole = 2 if len(tops) == 1 else 1  # a lone first heading is the page's, and its sections are no siblings
    for position, block in enumerate(page.blocks):
        if not isinstance(block, Table):
            continue
        above = tuple(_above(page.blocks, position, block.headings))
        if not above and previous is not None and previous.headings[-1:] == block.headings[-1:]:
            above = previous.above  # two tables under one paragraph
        below = tuple(_below(page.blocks, position))
        near = [block.caption, *below, *above[:2]]
        about, told = _section_before(page.blocks, position, block.headings)
        if not any(mention.kind == "benchmark" for mention in names.mentions(about)):
            about, told = "", ()
        previous = Surroundings(
            title=page.title,
            context=context,
            headings=(*block.headings[:-1], about, block.headings[-1]) if about else block.headings,
            caption=block.caption,
            above=above,
            below=below,
            intro=(*_intro(page.blocks, position, block.headings), *told),
            beside=tuple(_beside(page.blocks, position, block.headings)) if len(block.headings) > whole else (),
            footnotes={**notes, **{mark: text for words in near for mark, text in _marks_explained(words)}},
        )
        found[position] = previous
    return found


def _section_before(blocks: Sequence[Block], position: int, headings: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The section that a bare "Results" beside it may report on ("C-Eval", "Results"), and its paragraphs; nothing where the
    heading says more, or the section before has tables of its own.
    """
    if len(headings) < 2 or not _BARE.fullmatch(headings[-1].strip(" :：")):
        return "", ()
    about = ""
    told: list[str] = []
    for block in reversed(blocks[:position]):
        if isinstance(block, Prose) and block.kind is ProseKind.HEADING:
            continue
        if block.headings == headings:
            if isinstance(block, Table) or about:
                break
        elif (
            block.headings[:-1] != headings[:-1] or (about and block.headings[-1] != about) or isinstance(block, Table)
        ):
            break
        else:
            about = block.headings[-1]
            if isinstance(block, Prose) and block.kind not in (ProseKind.CODE, ProseKind.HEADING):
                told.append(block.text)
    return about, tuple(reversed(told))


def _above(blocks: Sequence[Block], position: int, headings: tuple[str, ...]) -> Iterator[str]:
    budget = _ABOVE_CHARACTERS
    pictured = False
    for block in reversed(blocks[max(0, position - _ABOVE_BLOCKS) : position]):
        if isinstance(block, Table):
            return
        if isinstance(block, Picture):
            pictured = True
        if pictured and isinstance(block, Prose) and block.text.rstrip().endswith((":", "：")):
            pictured = False
            continue  # it introduces the picture
        if not isinstance(block, Prose) or block.kind is ProseKind.CODE:
            continue
        if block.kind in (ProseKind.HEADING, ProseKind.TITLE) or block.headings != headings:
            return
        budget -= len(block.text)
        if budget < 0:
            return
        yield block.text


def _below(blocks: Sequence[Block], position: int) -> Iterator[str]:
    budget = _BELOW_CHARACTERS
    for after, block in enumerate(blocks[position + 1 : position + 1 + _BELOW_BLOCKS], position + 2):
        if isinstance(block, Table):
            return
        if not isinstance(block, Prose) or block.kind is ProseKind.CODE:
            continue
        if _NUMBERED.match(block.text) and _is_caption_of_next(blocks, position, after):
            return
        if block.kind in (ProseKind.HEADING, ProseKind.TITLE):
            return
        budget -= len(block.text)
        if budget < 0:
            return
        yield block.text


def _is_caption_of_next(blocks: Sequence[Block], position: int, after: int) -> bool:
    """Whether "Table 4. …" before another table is that one's caption: where this table has its own above it, too."""
    before = blocks[position - 1] if position else None
    numbered = isinstance(before, Prose) and _NUMBERED.match(before.text) is not None
    return numbered and after < len(blocks) and isinstance(blocks[after], Table)


def _introduces(text: str) -> bool:
    """Whether a line introduces the table below it, and no other."""
    return _NUMBERED.match(text) is not None or (len(text) <= _LEAD and text.endswith((":", "：")))


def _intro(blocks: Sequence[Block], position: int, headings: tuple[str, ...]) -> Iterator[str]:
    """Paragraphs of the section and of the one around it, the innermost first."""
    for depth in range(len(headings), max(0, len(headings) - 2), -1):
        path = headings[:depth]
        section: list[str] = []
        led = False  # whether the block behind is another table of this section
        for block in reversed(blocks[:position]):
            lead = led and isinstance(block, Prose) and _introduces(block.text)
            led = isinstance(block, Table) and block.headings == headings
            if lead:
                continue  # it introduces that table alone
            if isinstance(block, Prose) and block.kind not in (ProseKind.CODE, ProseKind.HEADING):
                if block.headings == path:
                    section.append(block.text)
                elif block.headings[:depth] != path:
                    break
            if len(section) >= 8:
                break
        yield from reversed(section)


def _beside(blocks: Sequence[Block], position: int, headings: tuple[str, ...]) -> Iterator[str]:
    """Paragraphs of the sections before this one, under the same heading."""
    parent = headings[:-1]
    if not parent:
        return
    left = _BESIDE
    for block in reversed(blocks[:position]):
        if not isinstance(block, Prose):
            continue
        if block.headings[: len(parent)] != parent or not left:
            return
        if block.kind is not ProseKind.CODE and len(block.headings) == len(headings) and block.headings != headings:
            left -= 1
            yield block.text


def _page_notes(page: Page) -> Iterator[tuple[str, str]]:
    """Footnotes by name, wherever on the page they are defined."""
    for block in page.blocks:
        if isinstance(block, Prose) and block.text.startswith(("[^", "^{")):
            match = _DEFINITION.match(block.text)
            mark = match and (match["named"] or match["script"])
            if match and mark:
                yield mark, match["text"]


def is_footnote(paragraph: str) -> bool:
    """Whether a paragraph only explains marks: what it says holds where they stand, not for the whole table."""
    match = _DEFINITION.match(paragraph.strip())
    return match is not None and match["listed"] is None


def _marks_explained(words: str) -> Iterator[tuple[str, str]]:
    """`* with 5 shots`, `"†" indicates our own runs`: one paragraph may explain several marks, a line each."""
    for line in _NEXT_NOTE.split(words):
        match = _DEFINITION.match(line.strip())
        if match:
            mark = next(group for group in match.groups()[:-1] if group)
            yield mark.replace("∗", "*").replace("＊", "*"), match["text"]
    for pattern in (_QUOTED_SIGN, _SIGN_MEANS):
        for match in pattern.finditer(words):
            yield match[1].replace("∗", "*").replace("＊", "*"), match[2].split("\n")[0]
