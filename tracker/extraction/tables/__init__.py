"""Tables to claims, in pure steps: grid → bands → levels → roles → context → settings → claims (`docs/extraction.md`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tracker.domain.claims import Claim
from tracker.domain.pages import Page, Table
from tracker.extraction.tables.bands import Sheet, divide, read_readings
from tracker.extraction.tables.cell_lists import claims_in_cells
from tracker.extraction.tables.cells import Kind
from tracker.extraction.tables.claims import Frameworks, claims_of, said_by_heads
from tracker.extraction.tables.context import (
    Found,
    benchmark_around,
    benchmark_of_parts,
    model_around,
)
from tracker.extraction.tables.defaults import defaults
from tracker.extraction.tables.entities import Entities
from tracker.extraction.tables.evidence import Verdict, weigh
from tracker.extraction.tables.explain import explain
from tracker.extraction.tables.label_reader import LabelReader, label_reader
from tracker.extraction.tables.labels import Label, Sort
from tracker.extraction.tables.levels import Frame, Role, frame
from tracker.extraction.tables.roles import Orientation, orient
from tracker.extraction.tables.subjects import Subjects
from tracker.extraction.tables.surroundings import Surroundings, surround
from tracker.extraction.tables.task_tables import Task, known_tasks, tasks_of
from tracker.extraction.tables.topic import speaks_of_evaluation
from tracker.extraction.tables.variants import Variants
from tracker.names import Names

__all__ = ["BandReading", "explain_tables", "read_page", "read_tables"]

_DIGIT = re.compile(r"[0-9]")


@dataclass(frozen=True, slots=True)
class BandReading:
    """One band of one table, every step of its reading kept."""

    sheet: Sheet
    oriented: Orientation
    benchmark: Found | None
    model: Found | None
    verdict: Verdict
    claims: tuple[Claim, ...]


def read_tables(page: Page, names: Names, context: str = "") -> tuple[Claim, ...]:
    """All claims of a page's tables, in document order. `context` are words outside the bytes (a thread's title)."""
    claims = [claim for reading in read_page(page, names, context) for claim in reading.claims]
    claims += _in_words(page, names, claims)
    order = {table.place: position for position, table in enumerate(page.tables)}
    return tuple(sorted(claims, key=lambda claim: order[claim.evidence.locator.partition("/")[0]]))


def _in_words(page: Page, names: Names, claims: list[Claim]) -> list[Claim]:
    """What cells of words say in cells that no band was read in."""
    read = {claim.evidence.locator for claim in claims}
    found = (claim for table in page.tables for claim in claims_in_cells(table, names))
    return [claim for claim in found if claim.evidence.locator not in read]


def explain_tables(page: Page, names: Names, context: str = "") -> list[str]:
    """Why each table was read as it was, or not at all: lines for people."""
    readings = read_page(page, names, context, fully=True)
    claims = [claim for reading in readings for claim in reading.claims]
    return list(explain(page, readings, _in_words(page, names, claims)))


def read_page(page: Page, names: Names, context: str = "", *, fully: bool = False) -> list[BandReading]:
    """The bands of a page's tables. Those without a column of scores, from which no claim can come, are not worth the
    reading of their labels: `fully` reads them all the same.
    """
    tables = [(position, block) for position, block in enumerate(page.blocks) if isinstance(block, Table)]
    tables = [(position, table) for position, table in tables if _may_score(table)]
    if not tables:
        return []
    around = surround(page, names, context)
    read = label_reader(names)
    subjects = Subjects(page, names)
    readings: list[BandReading] = []
    tasks: list[Task] = []
    for position, table in tables:
        bands = _read_table(table, around[position], subjects, read, tasks, fully=fully)
        if not any(band.claims for band in bands):
            tasks.extend(tasks_of(table, read))
        readings += bands
    return readings


def _may_score(table: Table) -> bool:
    """A table without two columns, two rows and a digit has nothing to read."""
    if table.width < 2 or table.height < 2:
        return False
    return any(_DIGIT.search(cell.text) for row in table.grid for cell in row)


def _parts(benchmark: Found | None, names: Names) -> Callable[[str, str], bool]:
    """Whether words are a listed part of a benchmark, or of the one around the table."""

    def is_part(whole: str, words: str) -> bool:
        of = whole or (benchmark.words if benchmark else "")
        part = names.benchmark(f"{of} {words}") if of else None
        return part is not None and part.subset is not None

    return is_part


def _benchmark_labels(oriented: Orientation) -> list[Label]:
    return [
        label for role in (Role.BENCHMARK, Role.SUBSET) for level in oriented.levels(role) for label in level.distinct
    ]


def _is_among(benchmark: Found, oriented: Orientation, names: Names) -> bool:
    """Whether a benchmark from around the table is one of its columns, and the others are no parts of it."""
    whole = names.benchmark(benchmark.words)
    labels = [label for label in _benchmark_labels(oriented) if label.sort is Sort.NAME]
    if whole is None or not any(
        label.benchmark_name is not None and label.benchmark_name.id == whole.id for label in labels
    ):
        return False
    parts = (names.benchmark(f"{whole.id} {label.core}") for label in labels)
    return not any(part is not None and part.subset is not None for part in parts)


def _only_generic(framed: Frame) -> bool:
    labels = [label for level in framed.columns for label in level.distinct]
    return bool(labels) and all(label.sort in (Sort.AVERAGE, Sort.GENERIC) for label in labels)


def _only_metrics(framed: Frame) -> bool:
    """Whether the columns only say how something was measured: what, the page has to say."""
    labels = [label for level in framed.columns for label in level.distinct]
    if not framed.rows and labels and all(label.model >= 0.5 for label in labels):
        return True  # a line of scores under a line of models
    return bool(labels) and all(label.sort in (Sort.AVERAGE, Sort.GENERIC, Sort.METRIC) for label in labels)


def _of_parts(framed: Frame, around: Surroundings, names: Names) -> Found | None:
    """The benchmark whose listed parts a label column or a header row holds."""
    headers = [label.written for level in framed.columns for label in level.distinct]
    for level in (*framed.rows, *framed.columns):
        labels = [label for label in level.distinct if label.sort is Sort.NAME and label.model < 0.8]
        if len(labels) >= 2 and sum(label.benchmark >= 0.9 for label in labels) < 0.5 * len(labels):
            found = benchmark_of_parts([label.core for label in labels], around, (*framed.titles, *headers), names)
            if found is not None:
                return found
    return None


def _read_table(
    table: Table, around: Surroundings, subjects: Subjects, read: LabelReader, tasks: Sequence[Task], *, fully: bool
) -> list[BandReading]:
    names = read.names
    readings = read_readings(table)
    if not fully and not any(reading.kind is Kind.SCORE for row in readings for reading in row):
        return []
    sheet = divide(table, readings, read)
    found: list[BandReading] = []
    for band in sheet.bands:
        framed = frame(sheet, band, read, fully=fully)
        if not framed.values and not fully:
            continue
        model = model_around(around, framed.titles, subjects.model, names)
        subject = subjects.only_benchmark if _only_metrics(framed) else subjects.benchmark
        benchmark = benchmark_around(around, framed.titles, subject, names)
        if benchmark is None or benchmark.source not in ("title row", "caption", "heading"):
            benchmark = _of_parts(framed, around, names) or benchmark
        if benchmark is not None and benchmark.source == "intro" and _only_generic(framed):
            benchmark = None  # too far away to say what a lone "Mean Accuracy" is of
        oriented = orient(
            framed,
            whole=benchmark is not None and benchmark.source in ("title row", "caption"),
            is_part=_parts(benchmark, names),
            about_model=model is not None,
            of_one=model is not None
            and benchmark is not None
            and benchmark.source in ("title row", "caption", "heading")
            and _only_metrics(framed),
        )
        if benchmark is not None and oriented.benchmarks is None and _is_among(benchmark, oriented, names):
            benchmark = None
        verdict = weigh(oriented, benchmark, model, speaks_of_evaluation(around, framed.titles, names))
        claims: tuple[Claim, ...] = ()
        if not verdict.reason:
            entities = Entities(
                oriented,
                names,
                model=model.words if model else "",
                benchmark=benchmark.words if benchmark else "",
                metric=benchmark.metric if benchmark else None,
            )
            known = known_tasks(tasks, table.headings)
            about = benchmark.words if benchmark else ""
            said = defaults(around, framed.titles, names, _benchmark_labels(oriented), known, about)
            work = Frameworks(
                oriented,
                entities,
                said,
                Variants(oriented, entities, said, names),
                around,
                names,
                read,
                verdict.sure,
                said_by_heads(oriented),
            )
            claims = tuple(claims_of(work))
        found.append(BandReading(sheet, oriented, benchmark, model, verdict, claims))
    return found
