"""Tables that are not looked into hold no claims."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker.domain.pages import Page
from tracker.extraction.tables import read_page
from tracker.names import Names
from tracker.parsers import parse

DOCS = sorted((Path(__file__).parents[2] / "gold" / "docs").iterdir())
NAMES = Names.bundled()


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_no_claim_stands_in_a_table_that_is_not_looked_into(path: Path) -> None:
    page = parse(path.read_bytes(), "", path.name)
    assert _claims(page, fully=False) == _claims(page, fully=True)


def test_a_table_without_scores_is_looked_into_only_for_an_explanation() -> None:
    body = b"| Model | Licence | Released |\n|---|---|---|\n| Vireo-7B | MIT | 3 May 2024 |\n| Kestrel-2B | MIT | 1 June 2024 |\n"
    page = parse(body, "text/markdown")
    assert not read_page(page, NAMES)
    assert len(read_page(page, NAMES, fully=True)) == 1


def _claims(page: Page, *, fully: bool) -> list[object]:
    return [claim for band in read_page(page, NAMES, fully=fully) for claim in band.claims]
