"""Paired files: an input, and the page that it is read as. A new case is two files in `tests/cases/parsers/`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tracker.domain.pages import Block, Data, Page, Picture, Prose, Table
from tracker.parsers import parse

_CASES = Path(__file__).parents[1] / "cases" / "parsers"
_INPUTS = sorted(path for path in _CASES.iterdir() if path.suffix != ".json")


@pytest.mark.parametrize("path", _INPUTS, ids=lambda path: path.name)
def test_case(path):
    page = parse(path.read_bytes(), address=path.name)
    expected = json.loads(path.with_name(path.name + ".json").read_text(encoding="utf-8"))
    assert shown(page) == expected
    assert_prose_is_placed(page)


def test_every_expectation_has_its_input():
    assert {path.name.removesuffix(".json") for path in _CASES.glob("*.json")} == {path.name for path in _INPUTS}


def assert_prose_is_placed(page: Page) -> None:
    for block in page.blocks:
        if isinstance(block, Prose):
            assert page.text[block.start : block.start + len(block.text)] == block.text


def shown(page: Page) -> dict[str, object]:
    """A page as its expectation writes it: what is empty or usual is left out."""
    whole = {
        "title": page.title,
        "complete": page.complete,
        "warnings": list(page.warnings),
        "metadata": dict(page.metadata),
        "blocks": [_block(block) for block in page.blocks],
    }
    return {key: value for key, value in whole.items() if value not in ("", [], {}, True)}


def _block(block: Block) -> dict[str, object]:
    match block:
        case Table():
            said: dict[str, object] = {
                block.dialect.value: block.place,
                "headings": list(block.headings),
                "caption": block.caption,
                "header_rows": block.header_rows,
                "grid": [[cell.text for cell in row] for row in block.grid],
                "bold": [[r, c] for r, row in enumerate(block.grid) for c, cell in enumerate(row) if cell.bold],
                "written": list(block.written) if set(block.written) != {block.width} else [],
            }
            return {key: value for key, value in said.items() if value not in ([], "", 0)}
        case Prose():
            return {block.kind.value: block.text} | ({"level": block.level} if block.level else {})
        case Picture():
            return {"picture": block.address, "alt": block.alt, "caption": block.caption}
        case Data():
            return {"data": block.pointer, "form": block.form, "value": block.value}
