"""Evaluation tables of Papers with Code: tasks hold data sets, data sets hold parts, each with its table of rows."""

from __future__ import annotations

from collections.abc import Iterator

from tracker.domain.claims import Claim
from tracker.extraction.data.fields import Role, role_of
from tracker.extraction.data.formats import Format
from tracker.extraction.data.records import Told, tell_apart
from tracker.extraction.data.sheet import Sheet
from tracker.extraction.data.tree import Node


def _tasks(sheet: Sheet) -> list[Node]:
    return list(sheet.root.elements) if sheet.root.is_list else [sheet.root]


def _accepts(sheet: Sheet) -> bool:
    return any(task.at("datasets").is_list and bool(task.at("task").words) for task in _tasks(sheet)[:3])


def _read(sheet: Sheet) -> Iterator[Claim]:
    return tell_apart([told for task in _tasks(sheet) for told in _task(sheet, task)])


def _task(sheet: Sheet, task: Node) -> Iterator[Told]:
    for dataset in task.at("datasets").elements:
        yield from _dataset(sheet, dataset, dataset.at("dataset").words)
    for below in task.at("subtasks").elements:
        yield from _task(sheet, below)


def _dataset(sheet: Sheet, dataset: Node, name: str) -> Iterator[Told]:
    for row in dataset.at("sota", "rows").elements:
        fields = (("paper", row.at("paper_title").words), ("date", row.at("paper_date").words))
        for value in row.at("metrics").fields:
            if role_of(value.key, sheet.names) in (Role.NO_SCORE, Role.UNCERTAINTY):
                continue
            for claim in sheet.claim(
                value, model=row.at("model_name").words, benchmark=name, metric=value.key.strip(), relayed=True
            ):
                yield Told(claim, tuple(field for field in fields if field[1]))
    for part in dataset.at("subdatasets").elements:
        yield from _dataset(sheet, part, f"{name} {part.at('subdataset').words}")


PAPERS_WITH_CODE = Format("Papers with Code", _accepts, _read)
