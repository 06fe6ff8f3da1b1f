"""The fast way's grids equal the reference way's on every document of the shared evaluation data."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.parsers.reference import html_grids, markdown_grids
from tracker.parsers import parse

_SHARED = Path(os.environ.get("TRACKER_SHARED", Path(__file__).parents[3] / "shared"))
_DOCUMENTS = sorted((_SHARED / "gold" / "docs").glob("*"))

pytestmark = [
    pytest.mark.gold,
    pytest.mark.skipif(not _DOCUMENTS, reason=f"no evaluation data in {_SHARED}"),
]


@pytest.mark.parametrize("path", _DOCUMENTS, ids=lambda path: path.name)
def test_grids_equal_the_reference(path):
    body = path.read_bytes()
    text = body.decode()
    if path.suffix == ".html":
        expected = html_grids(text)
    else:
        expected = markdown_grids(text.split("\n---\n", 1)[1] if text.startswith("---\n") else text)

    page = parse(body, address=path.name)

    counted = [table for table in page.tables if table.dialect.counted]
    assert [[[cell.text for cell in row] for row in table.grid] for table in counted] == expected
    assert [table.index for table in counted] == list(range(len(expected)))
    assert page.complete
