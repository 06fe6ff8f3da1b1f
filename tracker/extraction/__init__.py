"""Pages to claims, comparisons and facts. Pure functions; `docs/extraction.md` explains the steps."""

from __future__ import annotations

from tracker.domain.claims import Extraction
from tracker.domain.pages import Page
from tracker.extraction.data import read_data, read_delimited
from tracker.extraction.prose import read_prose
from tracker.extraction.tables import read_tables
from tracker.extraction.unique import distinct_claims, tell_apart
from tracker.names import Names

__all__ = ["EXTRACTOR", "extract"]

EXTRACTOR = "tables/2 prose/2 data/2"
"""Changes whenever a result can: readings of an older one are made again from the archive."""


def extract(page: Page, names: Names, *, context: str = "") -> Extraction:
    """All that a page says. `context` are words outside its bytes that belong to its meaning (a thread's title)."""
    tables = read_tables(page, names, context) or read_delimited(page, names)
    data = read_data(page, names)
    prose = read_prose(page, names, context)
    return Extraction(
        claims=tell_apart(distinct_claims(tables, (*data, *prose.claims), names), page),
        comparisons=prose.comparisons,
        facts=prose.facts,
        complete=page.complete,
    )
