"""Claims and fold states as compact bytes: JSON rows, compressed.

A claim is a row of plain values; `Decimal`s are their text, so no digit is lost.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import orjson
import zstandard

from tracker.domain.claims import Claim, Comparison, Evidence, EvidenceKind, Fact, Score, Setting
from tracker.domain.faces import Face, face_of
from tracker.domain.history import Condition, Mark, Order, Reading
from tracker.domain.said import Marks, Said
from tracker.domain.sources import Authority, DocumentState, Precision
from tracker.domain.timeline import TimelineState, Waiting
from tracker.storage.types import clean, from_microseconds, to_microseconds

Row = list[Any]

_LAYOUT = b"2"
"""Stands before a stored state; another one whenever the layout or the decider's rules change."""


_local = threading.local()


def compress(data: bytes) -> bytes:
    compressor = getattr(_local, "compressor", None)
    if compressor is None:
        compressor = _local.compressor = zstandard.ZstdCompressor(level=1)
    packed: bytes = compressor.compress(data)
    return packed


def unpack(body: bytes) -> Any:
    return orjson.loads(_unpacked(body))


def _unpacked(body: bytes) -> bytes:
    decompressor = getattr(_local, "decompressor", None)
    if decompressor is None:
        decompressor = _local.decompressor = zstandard.ZstdDecompressor()
    data: bytes = decompressor.decompress(body)
    return data


def claim_row(claim: Claim) -> Row:
    setting, score, evidence = claim.setting, claim.score, claim.evidence
    return [
        claim.model,
        claim.benchmark,
        claim.metric,
        setting.shots,
        setting.cot,
        setting.variant,
        setting.extra,
        claim.context,
        score.text,
        str(score.value),
        score.unit,
        None if score.uncertainty is None else str(score.uncertainty),
        evidence.kind,
        evidence.locator,
        claim.quote,
        claim.relayed,
        claim.confidence,
    ]


def claim_of(row: Sequence[Any]) -> Claim:
    (model, benchmark, metric, shots, cot, variant, extra, context) = row[:8]
    (text, value, unit, uncertainty, kind, locator, quote, relayed, confidence) = row[8:]
    return Claim(
        model,
        benchmark,
        Score(text, Decimal(value), unit, None if uncertainty is None else Decimal(uncertainty)),
        evidence_of(kind, locator),
        quote,
        metric,
        Setting(shots, cot, variant, tuple((name, words) for name, words in extra)),
        context,
        relayed,
        confidence,
    )


def evidence_of(kind: str, locator: str) -> Evidence:
    """The places of an evidence, read back from its locator, which holds them all."""
    sort = EvidenceKind(kind)
    if sort is EvidenceKind.TABLE:
        place, row, col = locator.split("/")
        return Evidence.cell(place, int(row[4:-1]), int(col[4:-1]))
    if sort is EvidenceKind.PROSE and locator.startswith("text["):
        start, end = locator[5:-1].split(":")
        return Evidence.span(int(start), int(end))
    return Evidence(sort, locator)


def comparison_row(comparison: Comparison) -> Row:
    return [
        comparison.left,
        comparison.relation,
        comparison.right,
        comparison.benchmark,
        None if comparison.margin is None else str(comparison.margin),
        comparison.margin_unit,
        comparison.hedge,
        comparison.negated,
        comparison.evidence.kind,
        comparison.evidence.locator,
        comparison.quote,
        comparison.confidence,
    ]


def comparison_of(row: Sequence[Any]) -> Comparison:
    left, relation, right, benchmark, margin, unit, hedge, negated, kind, locator, quote, confidence = row
    number = None if margin is None else Decimal(margin)
    evidence = evidence_of(kind, locator)
    return Comparison(left, relation, right, benchmark, evidence, quote, number, unit, hedge, negated, confidence)


def fact_row(fact: Fact) -> Row:
    evidence = fact.evidence
    return [fact.model, fact.what, fact.value, fact.hedge, evidence.kind, evidence.locator, fact.quote, fact.confidence]


def fact_of(row: Sequence[Any]) -> Fact:
    model, what, value, hedge, kind, locator, quote, confidence = row
    return Fact(model, what, value, evidence_of(kind, locator), quote, hedge, confidence)


@dataclass(frozen=True, slots=True)
class Findings:
    """What was read in a snapshot, ready to be stored: the same words at the same places have one `digest`.
    `remarks` is the digest of comparisons and facts, empty where there are none.
    """

    claims: tuple[Claim, ...]
    comparisons: tuple[Comparison, ...]
    facts: tuple[Fact, ...]
    face: Face
    digest: str
    remarks: str
    body: bytes


def findings_of(
    claims: Sequence[Claim], comparisons: Sequence[Comparison] = (), facts: Sequence[Fact] = ()
) -> Findings:
    rows = [
        [claim_row(claim) for claim in claims],
        [comparison_row(comparison) for comparison in comparisons],
        [fact_row(fact) for fact in facts],
    ]
    try:
        body = orjson.dumps(rows)
    except TypeError:  # a lone surrogate
        return _findings_of(_cleaned(rows))
    if b"\\u0000" in body and (cleaned := _cleaned(rows)) != orjson.loads(body):
        return _findings_of(cleaned)
    remarks = _digest(orjson.dumps(rows[1:])) if comparisons or facts else ""
    face = face_of(claims)
    return Findings(tuple(claims), tuple(comparisons), tuple(facts), face, _digest(body), remarks, compress(body))


def stored_findings(body: bytes) -> Findings:
    return _findings_of(unpack(body))


def stored_claims(body: bytes) -> tuple[Claim, ...]:
    return tuple(claim_of(row) for row in unpack(body)[0])


def _findings_of(rows: Sequence[Sequence[Row]]) -> Findings:
    claims, comparisons, facts = rows
    return findings_of(
        [claim_of(row) for row in claims], [comparison_of(row) for row in comparisons], [fact_of(row) for row in facts]
    )


def _cleaned(value: Any) -> Any:
    """Rows as both databases can hold them."""
    if isinstance(value, str):
        return clean(str(value))
    if isinstance(value, list | tuple):
        return [_cleaned(part) for part in value]
    return value


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def state_body(state: TimelineState) -> bytes:
    """A line of JSON for the state, then one for each mark, so that a mark can stay packed until it is asked for. What
    is said now stands first among the marks.
    """
    said = state.said
    marks = said.marks.as_stored()
    keys = [*said.numbers, *(key for key in marks if key not in said.numbers)]
    value = {
        "keys": keys,
        "numbers": list(said.numbers.values()),
        "typed": [said.typed[key] for key in said.numbers],
        "slotted": sorted(said.slotted),
        "moved": sorted(said.moved),
        "last": None if state.last is None else [to_microseconds(state.last.valid_at), *state.last[1:]],
        "seen_at": _number(state.seen_at),
        "document": state.document,
        "digest": state.digest,
        "suspect": _waiting_row(state.suspect),
        "faces": [[digest, to_microseconds(seen)] for digest, seen in state.faces],
        "returns": state.returns,
        "flapping": state.flapping,
        "held": _waiting_row(state.held),
        "calm_since": _number(state.calm_since),
    }
    lines = [orjson.dumps(value)]
    for key in keys:
        mark = marks[key]
        lines.append(orjson.dumps(_mark_row(mark)) if isinstance(mark, Mark) else mark)
    return _LAYOUT + compress(b"\n".join(lines))


def is_current(body: bytes) -> bool:
    """Whether a stored state can be taken up. It is a cache: one of an earlier layout, or of other rules, is folded
    anew from the readings.
    """
    return body.startswith(_LAYOUT)


def state_of(body: bytes, document: str) -> TimelineState:
    head, *rows = _unpacked(body.removeprefix(_LAYOUT)).split(b"\n")
    value = orjson.loads(head)
    keys, last = value["keys"], value["last"]
    return TimelineState(
        Said(
            Marks(dict(zip(keys, rows, strict=True)), _mark_of),
            dict(zip(keys, value["numbers"], strict=False)),
            dict(zip(keys, value["typed"], strict=False)),
            frozenset(value["slotted"]),
            frozenset(value["moved"]),
        ),
        None if last is None else Order(from_microseconds(last[0]), last[1], last[2]),
        _moment(value["seen_at"]),
        DocumentState(value["document"]),
        value["digest"],
        _waiting_of(value["suspect"], document),
        tuple((digest, from_microseconds(seen)) for digest, seen in value["faces"]),
        value["returns"],
        value["flapping"],
        _waiting_of(value["held"], document),
        _moment(value["calm_since"]),
    )


def _mark_row(mark: Mark) -> Row:
    return [
        mark.series,
        claim_row(mark.claim),
        mark.said,
        to_microseconds(mark.valid_from),
        mark.snapshot,
        mark.extractor,
        mark.position,
        mark.revision,
        mark.precision,
    ]


def _mark_of(line: bytes) -> Mark:
    series, claim, said, valid_from, snapshot, extractor, position, revision, precision = orjson.loads(line)
    return Mark(
        series,
        claim_of(claim),
        said,
        from_microseconds(valid_from),
        snapshot,
        extractor,
        position,
        revision,
        Precision(precision),
    )


def _waiting_row(waiting: Waiting | None) -> Row | None:
    if waiting is None:
        return None
    reading = waiting.reading
    return [
        waiting.digest,
        waiting.why,
        reading.snapshot,
        to_microseconds(reading.valid_at),
        [claim_row(claim) for claim in reading.claims],
        reading.authority,
        reading.extractor,
        reading.sequence,
        reading.precision,
        reading.revision,
        reading.condition,
        reading.state,
    ]


def _waiting_of(row: Row | None, document: str) -> Waiting | None:
    if row is None:
        return None
    digest, why, snapshot, valid_at, claims, authority, extractor, sequence, precision, revision, condition, state = row
    reading = Reading(
        document,
        snapshot,
        from_microseconds(valid_at),
        tuple(claim_of(claim) for claim in claims),
        Authority(authority),
        extractor,
        sequence,
        Precision(precision),
        revision,
        Condition(condition),
        DocumentState(state),
    )
    return Waiting(reading, digest, why)


def _number(moment: datetime | None) -> int | None:
    return None if moment is None else to_microseconds(moment)


def _moment(value: int | None) -> datetime | None:
    return None if value is None else from_microseconds(value)
