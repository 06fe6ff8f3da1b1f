"""Pages to claims, comparisons and facts. Pure functions; `docs/extraction.md` explains the steps."""

from __future__ import annotations

from tracker.domain.claims import Extraction
from tracker.domain.pages import Page
from tracker.extraction.tables import read_tables
from tracker.names import Names

__all__ = ["EXTRACTOR", "extract"]

EXTRACTOR = "tables/1"
"""Changes whenever a result can: readings of an older one are made again from the archive."""


def extract(page: Page, names: Names, *, context: str = "") -> Extraction:
    """All that a page says. `context` are words outside its bytes that belong to its meaning (a thread's title)."""
    return Extraction(claims=read_tables(page, names, context), complete=page.complete)
