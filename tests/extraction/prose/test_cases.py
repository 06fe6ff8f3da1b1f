"""One case a pair of files in `tests/cases/prose`: `<name>.md` is read, `<name>.json` says all that it states.

Keys of the JSON file, each optional: `context`, `scores`, `comparisons`, `facts`. What a file does not say about a score
or a comparison (unit, shots, metric, margin, hedge …) must not be read either.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tracker.domain.claims import Claim, Comparison, Fact
from tracker.extraction.prose import read_prose
from tracker.names import Names
from tracker.parsers import parse

CASES = Path(__file__).parents[2] / "cases" / "prose"


def told_of_score(claim: Claim) -> dict[str, Any]:
    setting = claim.setting
    said = {
        "model": claim.model,
        "benchmark": claim.benchmark,
        "value": str(claim.score.value),
        "unit": claim.score.unit,
        "metric": claim.metric,
        "shots": setting.shots,
        "cot": setting.cot,
        "variant": setting.variant,
        **dict(setting.extra),
    }
    return {key: value for key, value in said.items() if value is not None}


def told_of_comparison(comparison: Comparison) -> dict[str, Any]:
    said = {
        "left": comparison.left,
        "relation": comparison.relation,
        "right": comparison.right,
        "margin": None if comparison.margin is None else str(comparison.margin),
        "hedge": comparison.hedge,
        "negated": comparison.negated or None,
    }
    return {"benchmark": comparison.benchmark} | {key: value for key, value in said.items() if value is not None}


def told_of_fact(fact: Fact) -> dict[str, Any]:
    return {"model": fact.model, "what": fact.what, "value": fact.value}


def in_order(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(json.dumps(row, sort_keys=True, ensure_ascii=False) for row in rows)


def test_there_are_cases() -> None:
    assert len(list(CASES.glob("*.md"))) >= 100
    assert {path.stem for path in CASES.glob("*.md")} == {path.stem for path in CASES.glob("*.json")}


@pytest.mark.parametrize("name", sorted(path.stem for path in CASES.glob("*.md")))
def test_case(name: str) -> None:
    expected = json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))
    page = parse((CASES / f"{name}.md").read_bytes(), "text/markdown", f"{name}.md")
    reading = read_prose(page, Names.bundled(), expected.get("context", ""))
    assert in_order([told_of_score(claim) for claim in reading.claims]) == in_order(expected.get("scores", []))
    said = [told_of_comparison(comparison) for comparison in reading.comparisons]
    assert in_order(said) == in_order(expected.get("comparisons", []))
    assert in_order([told_of_fact(fact) for fact in reading.facts]) == in_order(expected.get("facts", []))
    for found in (*reading.claims, *reading.comparisons, *reading.facts):
        assert page.text[found.evidence.start : found.evidence.end] == found.quote
