"""Claims, comparisons and facts as the records that `tracker extract --format jsonl` prints.

The shape is a contract with other tools: `model` and `benchmark` are canonical where the registry knows them, the
document's own words otherwise; `model_raw` and `benchmark_raw` are always the document's. A number is printed as a JSON
number with the digits that the document writes, `value_raw` is its lexeme.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TypeAlias

from tracker.domain.claims import Claim, Comparison, Evidence, Fact
from tracker.names import Names

Record: TypeAlias = dict[str, object]


def claim_record(document: str, claim: Claim, names: Names) -> Record:
    setting = claim.setting
    model = names.model(claim.model, variant=setting.variant)
    benchmark = names.benchmark(claim.benchmark)
    return {
        "document": document,
        "model": model.id if model else claim.model,
        "model_raw": claim.model,
        "benchmark": benchmark.id if benchmark else claim.benchmark,
        "benchmark_raw": claim.benchmark,
        "metric": claim.metric,
        "value": _number(claim.score.value),
        "value_raw": claim.score.text,
        "unit": claim.score.unit,
        "shots": _shots(setting.shots),
        "cot": setting.cot,
        "variant": setting.variant,
        "extra": dict(setting.extra),
        "uncertainty": None if claim.score.uncertainty is None else _number(claim.score.uncertainty),
        "context": claim.context,
        "relayed": claim.relayed,
        "quote": claim.quote,
        "evidence": evidence_record(claim.evidence),
        "confidence": claim.confidence,
    }


def comparison_record(document: str, comparison: Comparison, names: Names) -> Record:
    left, right = names.model(comparison.left), names.model(comparison.right)
    benchmark = names.benchmark(comparison.benchmark) if comparison.benchmark else None
    return {
        "document": document,
        "left": left.id if left else comparison.left,
        "left_raw": comparison.left,
        "relation": comparison.relation,
        "right": right.id if right else comparison.right,
        "right_raw": comparison.right,
        "benchmark": benchmark.id if benchmark else comparison.benchmark,
        "benchmark_raw": comparison.benchmark,
        "margin": None if comparison.margin is None else _number(comparison.margin),
        "margin_unit": comparison.margin_unit,
        "hedge": comparison.hedge,
        "negated": comparison.negated,
        "quote": comparison.quote,
        "evidence": evidence_record(comparison.evidence),
        "confidence": comparison.confidence,
    }


def fact_record(document: str, fact: Fact, names: Names) -> Record:
    model = names.model(fact.model)
    return {
        "document": document,
        "model": model.id if model else fact.model,
        "model_raw": fact.model,
        "what": fact.what,
        "value": fact.value,
        "hedge": fact.hedge,
        "quote": fact.quote,
        "evidence": evidence_record(fact.evidence),
        "confidence": fact.confidence,
    }


def evidence_record(evidence: Evidence) -> Record:
    return {
        "kind": evidence.kind.value,
        "locator": evidence.locator,
        "table": evidence.table,
        "row": evidence.row,
        "col": evidence.col,
        "start": evidence.start,
        "end": evidence.end,
    }


def _number(value: Decimal) -> int | float:
    """A JSON number that prints as it was written, but for zeros at its end."""
    if value == value.to_integral_value() and value.as_tuple().exponent == 0:
        return int(value)
    number = float(value)
    assert math.isfinite(number)  # the score grammar has no infinities
    return number


def _shots(shots: str | None) -> int | str | None:
    return int(shots) if shots is not None and shots.isdigit() else shots
