"""Cells to claims: who scored what, under which setting, and how sure the reading is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from tracker.domain.claims import Claim, Evidence, Score, Setting, Variant
from tracker.domain.scores import ParsedCell
from tracker.extraction.tables import lexicon
from tracker.extraction.tables.cells import Kind
from tracker.extraction.tables.defaults import Defaults, keys_of
from tracker.extraction.tables.entities import Entities, Named
from tracker.extraction.tables.label_reader import LabelReader, one_line
from tracker.extraction.tables.labels import Label, Sort
from tracker.extraction.tables.levels import Axis, Role
from tracker.extraction.tables.measures import metric_in, unit_of, with_spread, with_unit
from tracker.extraction.tables.pairs import Part, parts_of
from tracker.extraction.tables.roles import Orientation
from tracker.extraction.tables.settings import NOTHING_SAID, Said, said_in
from tracker.extraction.tables.surroundings import Surroundings
from tracker.extraction.tables.variants import Variants
from tracker.names import Names, Settings

_SHOTS_CELL = re.compile(r"(\d{1,3})(?:\s?[-–~]\s?(\d{1,3}))?(?:[-\s]?shots?)?", re.IGNORECASE)
_TELLING = (Role.BENCHMARK, Role.SUBSET, Role.METRIC, Role.SETTING, Role.NOTHING)
"""Roles of row labels that say what the numbers of the row are."""
_BEST = re.compile(r"\bsota\b|\bstate[- ]of[- ]the[- ]art\b|\b(?:previous|prior|other) best\b", re.IGNORECASE)
_YES = frozenset({"yes", "✓", "✔", "✅", "y", "true", "cot", "1"})
_NO = frozenset({"no", "✗", "✘", "❌", "n", "false", "0"})
_PLAIN_SETTINGS = frozenset({"n/a", "na", "none", "unknown", "-", "default", "standard"})


@dataclass(frozen=True, slots=True)
class Frameworks:
    """All that the cells of one band need to become claims."""

    oriented: Orientation
    entities: Entities
    defaults: Defaults
    variants: Variants
    around: Surroundings
    names: Names
    read: LabelReader
    sure: float
    heads: Said = NOTHING_SAID


def claims_of(work: Frameworks) -> Iterator[Claim]:
    frame = work.oriented.frame
    telling = _telling_sections(work)
    for row in frame.band.rows:
        if _says_no_score(work, row.number):
            continue
        section = said_in(" \n".join(row.sections)) if row.sections else NOTHING_SAID
        for col in frame.values:
            reading = frame.sheet.readings[row.number][col]
            if reading.kind is Kind.SCORE and reading.parsed is not None:
                for claim in _cell(work, row.number, col, reading.parsed, section):
                    yield _in_section(work, claim, telling.get(row.number, ""))


def _telling_sections(work: Frameworks) -> dict[int, str]:
    """The section's words of each row, where the same row labels recur in several sections and only the section tells them
    apart ("eng → kalam", "kalam → eng" over the same models). Sections that say a setting tell by that.
    """
    sections: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    for row in work.oriented.frame.band.rows:
        key = tuple(level.labels[row.number].text for level in work.oriented.rows)
        sections.setdefault(key, set()).add(row.sections)
    if not any(len(found) > 1 for found in sections.values()):
        return {}
    return {
        row.number: row.sections[-1]
        for row in work.oriented.frame.band.rows
        if row.sections and said_in(row.sections[-1]) == NOTHING_SAID
    }


def _in_section(work: Frameworks, claim: Claim, words: str) -> Claim:
    """The claim with what its section says: a setting, a metric, and what is left as a part of the benchmark."""
    if not words:
        return claim
    section, said = work.names.split_settings(work.read(words).written)
    if said.cot is not None and claim.setting.cot is None:
        claim = replace(claim, setting=replace(claim.setting, cot=said.cot))
    claim = replace(claim, metric=claim.metric or said.metric)
    if not section:
        return claim
    if work.entities.context_benchmark and work.oriented.models is Axis.ROWS:
        return replace(claim, benchmark=f"{claim.benchmark} {section}")
    extra = (*claim.setting.extra, ("section", section))
    return replace(claim, setting=replace(claim.setting, extra=tuple(sorted(extra))))


def _says_no_score(work: Frameworks, row: int) -> bool:
    """Whether a label of the row says that its numbers are sizes, prices, speeds, counts of questions …"""
    labels = [(level, level.labels.get(row)) for level in work.oriented.rows]
    return any(
        label is not None
        and label.sort is Sort.NO_SCORE
        and (level.role in _TELLING or (level.role is Role.MODEL and not label.model))
        for level, label in labels
    )


def _cell(work: Frameworks, row: int, col: int, parsed: ParsedCell, section: Said) -> Iterator[Claim]:
    model = _named_in_cell(work, parsed, work.entities.model(row, col))
    benchmark = work.entities.benchmark(row, col)
    if model is None or benchmark is None:
        return
    for score, named in _pairs(work, row, col, parsed, benchmark):
        claim = _claim(work, row, col, model, named, score, section, parsed)
        if claim is not None:
            yield claim


def _named_in_cell(work: Frameworks, parsed: ParsedCell, model: Named | None) -> Named | None:
    """In a row of the best results of others ("Previous SOTA"), each cell names whose it is: `86.1 (PALI-X-55B)`."""
    if model is not None and not _BEST.search(model.words):
        return model
    for note in parsed.notes:
        words = one_line(note, work.names)
        name = work.names.model(words)
        if name is not None and (name.known or name.confidence >= 0.5):
            return Named(words, Settings(), 0.7)
    return model


def _pairs(work: Frameworks, row: int, col: int, parsed: ParsedCell, benchmark: Named) -> Iterator[tuple[Score, Named]]:
    """Which benchmark and metric each number of a cell belongs to."""
    first = parsed.parts[0]
    if len(parsed.parts) == 1 and first is not None:
        if not any(label.is_stacked for label in benchmark.labels) or not _is_zipped(work, row, col):
            yield first, benchmark
        return  # one number under several benchmarks that others have a number each for: whose would it be?
    labels = [*benchmark.labels, *work.entities.labels(Role.METRIC, row, col)]
    parts = parts_of(labels, len(parsed.parts), parsed.joint, work.names)
    if not parts and parsed.joint == "/" and len(work.defaults.pair) == len(parsed.parts):
        parts = [Part(shots=count) for count in work.defaults.pair]
    if parts:
        for score, part in zip(parsed.parts, parts, strict=True):
            if score is not None:
                yield score, _with_part(benchmark, part)
    elif parsed.joint == "(" and first is not None:
        yield first, benchmark
    elif parsed.ratio is not None:
        yield _of(parsed), benchmark


def _is_zipped(work: Frameworks, row: int, col: int) -> bool:
    """Whether other cells of the same benchmarks hold a number for each."""
    frame = work.oriented.frame
    if work.oriented.benchmarks is Axis.ROWS:
        cells = [frame.sheet.readings[row][other] for other in frame.values]
    else:
        cells = [frame.sheet.readings[other.number][col] for other in frame.band.rows]
    return any(cell.parsed is not None and cell.parsed.joint == "\n" for cell in cells)


def _with_part(benchmark: Named, part: Part) -> Named:
    settings = benchmark.settings
    return replace(
        benchmark,
        words=part.words or benchmark.words,
        settings=replace(settings, metric=part.metric or settings.metric, shots=part.shots or settings.shots),
    )


def _of(parsed: ParsedCell) -> Score:
    """`4/30` is four of thirty: 13.3 %, to the digits that such a count supports."""
    assert parsed.ratio is not None
    part, whole = parsed.ratio
    value = (Decimal(100 * part) / Decimal(whole)).quantize(Decimal("0.1"))
    return Score(f"{part}/{whole}", value, None)


def _claim(
    work: Frameworks,
    row: int,
    col: int,
    model: Named,
    benchmark: Named,
    score: Score,
    section: Said,
    parsed: ParsedCell,
) -> Claim | None:
    frame = work.oriented.frame
    name = work.names.benchmark(benchmark.words)
    if name is not None and name.high is not None and abs(score.value) > _ceiling(name.high):
        return None
    notes = NOTHING_SAID
    for mark in (*parsed.marks, *model.marks, *benchmark.marks):
        if note := work.around.footnotes.get(mark.strip("()")):
            notes = notes.over(said_in(note))
    for note in parsed.notes:
        notes = notes.over(said_in(note))
    keys = keys_of(benchmark.words, name, benchmark.labels, work.entities.context_benchmark)
    variant = work.variants.of(model, section, keys)
    said = _stated(work, row, col, model, benchmark, variant)
    said = notes.over(said).over(section)
    said = said.over(work.defaults.of(variant, keys))
    setting = Setting(said.shots, said.cot, variant, tuple(sorted(_extra(work, row, col))))
    metric = benchmark.settings.metric or metric_in(work.entities.labels(Role.METRIC, row, col))
    return Claim(
        model=model.words,
        benchmark=benchmark.words,
        score=with_unit(
            with_spread(score, frame, row, col), unit_of(work.names, name, metric), work.entities.says_percent(row, col)
        ),
        evidence=Evidence.cell(frame.sheet.table.place, row, col),
        quote=frame.sheet.text(row, col),
        metric=metric,
        setting=setting,
        relayed=said.relayed,
        confidence=_confidence(work, model, benchmark, known=name is not None),
    )


@lru_cache(maxsize=256)
def _ceiling(high: float) -> Decimal:
    """A benchmark's highest score, with room for rounding; a share of one is also written as a percentage."""
    return Decimal(str(100 if 0 < high <= 1 else high)) * Decimal("1.0001")


def _stated(work: Frameworks, row: int, col: int, model: Named, benchmark: Named, variant: Variant | None) -> Said:
    """What the cell's own row and column say."""
    said = Said(benchmark.settings.shots, benchmark.settings.cot, variant)
    for label in work.entities.labels(Role.SHOTS, row, col):
        said = (
            Said(_shots(label), label.settings.cot).over(said)
            if said.shots is None or label.sort is Sort.SHOTS
            else said
        )
    for label in work.entities.labels(Role.COT, row, col):
        said = said.over(Said(cot=_yes_or_no(label)))
    for role in (Role.METRIC, Role.SETTING, Role.CATEGORY, Role.SUBSET):
        for label in work.entities.labels(role, row, col):
            said = said.over(_way(label.settings))
    said = said.over(_way(model.settings))
    return said.over(work.heads)


def said_by_heads(oriented: Orientation) -> Said:
    """What the corner cells and the headers of the label columns say for the whole band."""
    said = NOTHING_SAID
    for level in oriented.columns:
        said = said.over(_way(level.head.settings))
    for level in oriented.rows:
        if level.role in (Role.MODEL, Role.BENCHMARK):
            said = said.over(_way(level.head.settings))
    return said


def _way(settings: Settings) -> Said:
    """How scores under a label were obtained, by the settings in it."""
    if settings.shots is None and settings.cot is None:
        return NOTHING_SAID
    return Said(settings.shots, settings.cot)


def _shots(label: Label) -> str | None:
    if label.settings.shots is not None:
        return label.settings.shots
    match = _SHOTS_CELL.fullmatch(label.text)
    if match is None:
        return None
    return f"{match[1]}-{match[2]}" if match[2] else match[1]


def _yes_or_no(label: Label) -> bool | None:
    folded = label.text.casefold()
    if label.settings.cot is not None:
        return label.settings.cot
    return True if folded in _YES else False if folded in _NO else None


def _extra(work: Frameworks, row: int, col: int) -> Iterator[tuple[str, str]]:
    for level in work.oriented.levels(Role.SETTING):
        label = level.labels.get(row if level.axis is Axis.ROWS else col)
        if label is None or label.is_blank or label.text.casefold() in _PLAIN_SETTINGS or label.sort is Sort.SHOTS:
            continue
        yield (lexicon.fold_header(level.head.text) or "setting"), label.text


def _confidence(work: Frameworks, model: Named, benchmark: Named, *, known: bool) -> float:
    sure = work.sure
    sure *= 1.0 if known else 0.93
    sure *= 1.0 if model.sure >= 0.6 else 0.92
    sure *= 1.0 if benchmark.sure >= 0.6 else 0.93
    if work.oriented.guessed:
        sure *= 0.92
    return round(sure, 3)
