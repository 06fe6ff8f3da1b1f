"""Delimited files as records: what a board's columns do not say is said by the file's path."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tracker.domain.claims import Claim, Evidence
from tracker.domain.pages import Data, Dialect, Page, Table
from tracker.extraction.data.address import benchmark_words, read_address
from tracker.extraction.data.boards import BOARDS
from tracker.extraction.data.sheet import Sheet
from tracker.names import Names

_UNNAMED = "name"
"""What a first column without a header is taken for, in a file about a known benchmark: data frames write their index so."""


def read_delimited(page: Page, names: Names) -> tuple[Claim, ...]:
    """The claims of a page that is one delimited table with a header, by the names of its columns and its address.

    For tables that say by themselves which benchmarks they are about, `tables` reads more.
    """
    if len(page.blocks) != 1 or not isinstance(page.blocks[0], Table):
        return ()
    table = page.blocks[0]
    if table.dialect is not Dialect.DELIMITED or table.height < 2:
        return ()
    return tuple(_claims(table, page, names))


def _claims(table: Table, page: Page, names: Names) -> Iterator[Claim]:
    address = read_address(page.address)
    _, known = benchmark_words(address, page.title, names)
    columns: dict[str, int] = {}
    for col, cell in enumerate(table.grid[0]):
        if cell.text or (col == 0 and known):
            columns.setdefault(cell.text or _UNNAMED, col)
    records = [{name: row[col].text for name, col in columns.items()} for row in table.grid[1:]]
    sheet = Sheet(Data(records, form="delimited"), address, page.title, names)
    for claim in BOARDS.read(sheet):
        _, number, name = claim.evidence.locator.split("/", 2)
        row, col = int(number) + 1, columns[name.replace("~1", "/").replace("~0", "~")]
        evidence = Evidence.cell(table.place, row, col)
        yield replace(claim, evidence=evidence, quote=table.grid[row][col].text)
