"""Prove a claim again: parse its archived bytes and read the words at its locator."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from tracker.domain.errors import ParseError, SnapshotMissing
from tracker.domain.pages import Data, Json, Page
from tracker.domain.ports import Archive
from tracker.parsers import parse
from tracker.storage import Proof

_CELL = re.compile(r"(table|drawn)\[(\d{1,7})\]/row\[(\d{1,7})\]/col\[(\d{1,7})\]")
_SPAN = re.compile(r"text\[(\d{1,10}):(\d{1,10})\]")
_RECORD = re.compile(r"data\[([^\]]{0,200})\](.*)", re.DOTALL)

Parse = Callable[[bytes, str, str], Page]


def check(proof: Proof, archive: Archive, parse_bytes: Parse = parse) -> str | None:
    """The words that stand at the claim's place today: its quote when they prove it, else what stands there instead
    (`None`: nothing). Raises `ArchiveError` for bytes that are missing or damaged, `ParseError` for unreadable ones.
    """
    score = proof.score
    if not proof.archived:
        raise SnapshotMissing(
            "only a pointer was kept", where=proof.pointer or score.snapshot, hint="read the file it names"
        )
    page = parse_bytes(archive.get(score.snapshot), proof.media_type, score.url or score.document)
    words = words_at(page, score.locator)
    return score.quote if words is not None and proves(words, score.quote) else words


def words_at(page: Page, locator: str) -> str | None:
    """What stands at a place of a page (`domain.claims.Evidence` gives the forms); `None` when there is no such place."""
    cell = _CELL.fullmatch(locator)
    if cell:
        return _cell(page, f"{cell[1]}[{cell[2]}]", int(cell[3]), int(cell[4]))
    span = _SPAN.fullmatch(locator)
    if span:
        return page.text[int(span[1]) : int(span[2])] or None
    record = _RECORD.fullmatch(locator)
    if record:
        return _record(page, record[1], record[2])
    raise ParseError("this is no place in a page", where=locator, hint="tracker verify names every claim without proof")


def proves(words: str, quote: str) -> bool:
    """Whether the words are the quote, or (data: `accuracy: 0.867`) the number that it quotes; white space is free."""
    found, quoted = " ".join(words.split()), " ".join(quote.split())
    return found == quoted or (bool(found) and quoted.endswith(found) and any(mark in quoted for mark in ":="))


def _cell(page: Page, place: str, row: int, col: int) -> str | None:
    for table in page.tables:
        if table.place == place and row < table.height and col < table.width:
            return table.grid[row][col].text
    return None


def _record(page: Page, pointer: str, path: str) -> str | None:
    for block in page.blocks:
        if isinstance(block, Data) and block.pointer == pointer:
            found = _resolve(block.value, path)
            return None if found is None or isinstance(found, Mapping | list) else str(found)
    return None


def _resolve(value: Json, path: str) -> Json:
    """RFC 6901, within a tree of mappings and sequences."""
    for step in path.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(value, Mapping) and name in value:
            value = value[name]
        elif isinstance(value, Sequence) and not isinstance(value, str) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return value
