"""One case a pair of files in `tests/cases/tables`: `<name>.md` or `<name>.html` is read, `<name>.json` says all its claims.

A claim's keys: `model`, `benchmark`, `value`, and where the table says them `unit`, `metric`, `shots`, `cot`, `variant`,
`uncertainty`, `relayed` and further settings under their own names. What the file does not say must not be read either.
Names that begin with `nothing-` are tables without scores.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tracker.domain.claims import Claim
from tracker.extraction.tables import read_tables
from tracker.names import Names
from tracker.parsers import parse

CASES = Path(__file__).parents[2] / "cases" / "tables"
MEDIA_TYPES = {".md": "text/markdown; charset=utf-8", ".html": "text/html; charset=utf-8"}
PAGES = sorted(path for path in CASES.iterdir() if path.suffix in MEDIA_TYPES)


def told_of(claim: Claim) -> dict[str, Any]:
    setting, score = claim.setting, claim.score
    said = {
        "model": claim.model,
        "benchmark": claim.benchmark,
        "value": str(score.value),
        "unit": score.unit,
        "uncertainty": None if score.uncertainty is None else str(score.uncertainty),
        "metric": claim.metric,
        "shots": setting.shots,
        "cot": setting.cot,
        "variant": setting.variant,
        "relayed": claim.relayed or None,
        **dict(setting.extra),
    }
    return {key: value for key, value in said.items() if value is not None}


def lines(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(json.dumps(row, sort_keys=True, ensure_ascii=False) for row in rows)


def test_every_page_has_its_claims() -> None:
    assert len(PAGES) >= 40
    assert {path.stem for path in PAGES} == {path.stem for path in CASES.glob("*.json")}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    page = parse(path.read_bytes(), MEDIA_TYPES[path.suffix], path.name)
    claims = read_tables(page, Names.bundled(), expected.get("context", ""))
    assert lines([told_of(claim) for claim in claims]) == lines(expected["claims"])
    assert bool(expected["claims"]) is not path.stem.startswith("nothing-")
    for claim in claims:
        assert claim.evidence.row is not None
        assert claim.evidence.col is not None
        grid = next(table for table in page.tables if claim.evidence.locator.startswith(table.place)).grid
        assert grid[claim.evidence.row][claim.evidence.col].text == claim.quote
