"""How each table was read, step by step, in words: what `tracker extract --explain` prints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from tracker.domain.pages import Page, Table
from tracker.extraction.tables.levels import Axis, Level

if TYPE_CHECKING:
    from tracker.domain.claims import Claim
    from tracker.extraction.tables import BandReading

_SHOWN = 6


def explain(page: Page, readings: Sequence[BandReading], in_words: Sequence[Claim] = ()) -> Iterator[str]:
    """One paragraph a band of a table; tables that were not even looked at are named with the reason. `in_words`: the
    claims that cells of words make.
    """
    by_table: dict[str, list[BandReading]] = {}
    for reading in readings:
        by_table.setdefault(reading.sheet.table.place, []).append(reading)
    for table in page.tables:
        bands = by_table.get(table.place)
        yield _heading(table)
        said = [claim for claim in in_words if claim.evidence.locator.startswith(f"{table.place}/")]
        if said:
            yield f"  cells of words name {len(said)} scores"
            yield from (f"    {_claim(claim)}" for claim in said[:_SHOWN])
        if not bands:
            yield "  not read: fewer than two rows or columns, or no number"
            continue
        for number, reading in enumerate(bands):
            yield from (f"  {line}" for line in _band(number, len(bands), reading))


def _heading(table: Table) -> str:
    under = f" under {' › '.join(table.headings)!r}" if table.headings else ""
    caption = f", caption {table.caption!r}" if table.caption else ""
    return f"{table.place}: {table.height} × {table.width} {table.dialect} grid{under}{caption}"


def _band(number: int, count: int, reading: BandReading) -> Iterator[str]:
    if count > 1:
        yield f"band {number + 1} of {count}"
    frame = reading.oriented.frame
    yield f"header rows {list(frame.band.header)}, body rows {_range([row.number for row in frame.band.rows])}, number columns {list(frame.values)}"
    for column, why in sorted(frame.dropped.items()):
        yield f"column {column} holds no scores: {why}"
    for level in (*reading.oriented.rows, *reading.oriented.columns):
        role = level.role.value if level.role else "nothing"
        yield f"{_place(level)}: {role} — {_some(label.text for label in level.distinct)}"
    if reading.oriented.why:
        yield f"so: {reading.oriented.why}"
    for name, found in (("benchmark", reading.benchmark), ("model", reading.model)):
        if found is not None:
            yield f"{name} around the table: {found.words!r} ({found.source}, sure {found.sure:.2f})"
    if reading.verdict.reason:
        yield f"not read: {reading.verdict.reason}"
        return
    yield f"read (weight {reading.verdict.weight:g}, sure {reading.verdict.sure:.2f}): {len(reading.claims)} claims"
    for claim in reading.claims[:_SHOWN]:
        yield f"  {_claim(claim)}"
    if len(reading.claims) > _SHOWN:
        yield f"  … and {len(reading.claims) - _SHOWN} more"


def _claim(claim: Claim) -> str:
    setting = claim.setting
    said = [
        f"{setting.shots}-shot" if setting.shots else "",
        "CoT" if setting.cot else "",
        setting.variant or "",
        claim.metric or "",
        *(f"{name} {words}" for name, words in setting.extra),
    ]
    settings = ", ".join(words for words in said if words)
    return f"{claim.model} · {claim.benchmark} · {claim.score.text}" + (f" ({settings})" if settings else "")


def _place(level: Level) -> str:
    """A level of the rows' labels is a column, one of the columns' labels a row."""
    return f"column {level.place}" if level.axis is Axis.ROWS else f"row {level.place}"


def _range(rows: Sequence[int]) -> str:
    return f"{rows[0]}–{rows[-1]}" if len(rows) > 1 else str(list(rows))


def _some(words: Iterable[str]) -> str:
    found = [" ".join(word.split()) or "(blank)" for word in words]
    shown = " | ".join(found[:_SHOWN])
    return f"{shown} | … {len(found)} in all" if len(found) > _SHOWN else shown
