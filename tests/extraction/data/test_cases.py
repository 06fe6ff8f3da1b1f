"""One case a folder and a file in `tests/cases/data`: the file in `<name>/` is read under its path in that folder, and
`<name>.jsonl` says all the claims that it makes, one a line. What a line does not say must not be read either.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tracker.domain.claims import Claim
from tracker.extraction.data import read_data, read_delimited
from tracker.names import Names
from tracker.parsers import parse

CASES = Path(__file__).parents[2] / "cases" / "data"


def told(claim: Claim) -> dict[str, Any]:
    said = {
        "model": claim.model,
        "benchmark": claim.benchmark,
        "metric": claim.metric,
        "value": str(claim.score.value),
        "unit": claim.score.unit,
        "uncertainty": None if claim.score.uncertainty is None else str(claim.score.uncertainty),
        "shots": claim.setting.shots,
        "cot": claim.setting.cot,
        "variant": claim.setting.variant,
        "relayed": claim.relayed or None,
        **dict(claim.setting.extra),
    }
    return {key: value for key, value in said.items() if value is not None}


def in_order(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(json.dumps(row, sort_keys=True, ensure_ascii=False) for row in rows)


def test_there_are_cases() -> None:
    assert len(list(CASES.glob("*.jsonl"))) >= 45


@pytest.mark.parametrize("name", sorted(path.stem for path in CASES.glob("*.jsonl")))
def test_a_file_makes_these_claims_and_no_others(name: str) -> None:
    (file,) = (path for path in (CASES / name).rglob("*") if path.is_file())
    page = parse(file.read_bytes(), "", str(file.relative_to(CASES / name)))
    claims = (*read_data(page, Names.bundled()), *read_delimited(page, Names.bundled()))
    expected = [json.loads(line) for line in (CASES / f"{name}.jsonl").read_text().splitlines()]
    assert in_order([told(claim) for claim in claims]) == in_order(expected)
