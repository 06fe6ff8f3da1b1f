"""Tables that describe tasks: which benchmark is run with how many examples ("MGSM | Math | 8-shot").

They hold no scores, and the tables of scores after them do not repeat what they say. A category whose benchmarks are all
run alike hands its setting to a column of its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tracker.domain.pages import Table
from tracker.extraction.tables import lexicon
from tracker.extraction.tables.label_reader import LabelReader
from tracker.extraction.tables.labels import Sort
from tracker.extraction.tables.settings import SHOTS, Said, said_in
from tracker.extraction.tables.statements import key_of_label

_LONGEST = 48
_MOST = 0.6
"""Share of the rows from which a column of settings is one."""


@dataclass(frozen=True, slots=True)
class Task:
    """What one table says of a benchmark (then `listed`) or of a category, which only its own section knows."""

    headings: tuple[str, ...]
    key: str
    listed: bool
    said: Said


def tasks_of(table: Table, read: LabelReader) -> Iterator[Task]:
    """The settings of benchmarks and categories in a table that describes them."""
    column = _column_of_settings(table)
    if column is None:
        return
    said: dict[tuple[str, bool], set[Said]] = {}
    for row in table.grid[1:]:
        way = _way(row[column].text, table.grid[0][column].text)
        for place, cell in enumerate(row):
            if place == column or not cell.text.strip() or len(cell.text) > _LONGEST:
                continue
            label = read(cell.text)
            if label.sort is Sort.NAME:
                said.setdefault((key_of_label(label), label.benchmark >= 0.9), set()).add(way)
    for (key, listed), ways in said.items():
        if len(ways) == 1 and (way := next(iter(ways))) != Said():
            yield Task(table.headings, key, listed, way)


def known_tasks(tasks: Iterable[Task], headings: tuple[str, ...]) -> dict[str, Said]:
    """What the tables before say for a table under these headings; the later ones are heard first."""
    found: dict[str, Said] = {}
    for task in tasks:
        if task.listed or task.headings == headings:
            found[task.key] = task.said
    return found


_TELLING = re.compile(r"shot|context|样本|示例|学习", re.IGNORECASE)
"""What `SHOTS` and the heads of columns of shots cannot do without."""


def _column_of_settings(table: Table) -> int | None:
    if not any(_TELLING.search(cell.text) for row in table.grid for cell in row):
        return None
    for column in range(table.width):
        head = table.grid[0][column].text
        ways = [_way(row[column].text, head) for row in table.grid[1:]]
        if ways and sum(way.shots is not None for way in ways) >= _MOST * len(ways):
            return column
    return None


def _way(text: str, head: str) -> Said:
    if SHOTS.search(text):
        said = said_in(text)
        return Said(said.shots, said.cot)
    if text.strip().isdigit() and (lexicon.head_of(head) == "shots" or SHOTS.search(head)):
        return Said(shots=text.strip())
    return Said()
