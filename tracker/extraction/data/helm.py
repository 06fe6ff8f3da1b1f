"""HELM: the `stats.json` of a run, and the tables of a release's `groups/*.json`.

A run's folder is its name, `mmlu:subject=philosophy,method=multiple_choice_joint,model=openai_gpt2`, and the only place
that says what was run on what. (In file systems that take no colon, `-` or `_` stands for it.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tracker.domain.claims import Claim
from tracker.extraction.data.fields import Role, role_of
from tracker.extraction.data.formats import Format, setting
from tracker.extraction.data.scores import number_of
from tracker.extraction.data.sheet import Sheet
from tracker.extraction.data.tree import Node

_RUN = re.compile(r"(?P<scenario>[a-z][a-z0-9_]{1,60}?)(?:[:\-_](?P<arguments>[a-z_]{1,40}=.{0,400}))", re.IGNORECASE)
_PART_ARGUMENTS = ("subject", "subset", "task", "language", "category", "mode")
_BOOKKEEPING = re.compile(
    r"num_.*|finish_reason_.*|inference_.*|training_.*|batch_size|prompt_truncated|max_prob|logprob.*|.*_runtime|.*_cost|.*_calls"
)
_NOT_SCORES = re.compile(r"inference time|# |truncated|tokens|observed|denoised|eval$|trials", re.IGNORECASE)
_SPLITS = ("test", "valid", "train")


def _accepts_stats(sheet: Sheet) -> bool:
    head = next(sheet.root.elements, Node(None))
    return (
        head.at("name").is_mapping and bool(head.at("name", "name").words) and head.at("sum_squared").number is not None
    )


def _read_stats(sheet: Sheet) -> Iterator[Claim]:
    """Means of one split (the test's where there is one), unperturbed."""
    run = next(
        (found for folder in sheet.address.folders if (found := _RUN.fullmatch(folder)) and "model=" in folder), None
    )
    if run is None:
        return
    arguments = dict(part.partition("=")[::2] for part in run["arguments"].split(","))
    stats = [stat for stat in sheet.root.elements if not stat.at("name", "perturbation").is_mapping]
    splits = {stat.at("name", "split").words for stat in stats}
    split = next((name for name in _SPLITS if name in splits), "")
    own = [stat for stat in stats if stat.at("name", "split").words == split]
    shots = next(
        (number_of(stat.at("mean")) for stat in own if stat.at("name", "name").words == "num_train_instances"), None
    )
    for stat in own:
        metric = stat.at("name", "name").words
        if _BOOKKEEPING.fullmatch(metric):
            continue
        yield from sheet.claim(
            stat.at("mean"),
            model=arguments.get("model", "").replace("_", "/", 1),
            benchmark=_scenario(run["scenario"], arguments),
            metric=metric,
            setting=setting(shots=_whole(shots), split=split),
            unit=sheet.fraction(metric, stat.at("mean")),
        )


def _scenario(scenario: str, arguments: dict[str, str]) -> str:
    """A scenario's words: a data set that it is run on stands for it, a subject or language goes along."""
    parts = [arguments[name] for name in _PART_ARGUMENTS if arguments.get(name)]
    return " ".join((arguments.get("dataset") or scenario, *parts))


def _whole(number: object) -> str | None:
    text = str(number)
    whole, _, rest = text.partition(".")
    return whole if whole.isdecimal() and not rest.strip("0") else None


def _accepts_groups(sheet: Sheet) -> bool:
    head = next(sheet.root.elements, sheet.root)
    return (
        head.at("header").is_list
        and head.at("rows").is_list
        and next(head.at("header").elements, Node(None)).is_mapping
    )


def _read_groups(sheet: Sheet) -> Iterator[Claim]:
    """Rows of cells under a header; a column is `benchmark - metric`, the first one the model."""
    for table in sheet.root.elements if sheet.root.is_list else [sheet.root]:
        header = [column.at("value").words for column in table.at("header").elements]
        for row in table.at("rows").elements:
            cells = list(row.elements)
            if len(cells) != len(header) or not header or "model" not in header[0].lower():
                continue
            for column, cell in zip(header[1:], cells[1:], strict=True):
                yield from _cell(sheet, cells[0].at("value").words, column, cell.at("value"))


def _cell(sheet: Sheet, model: str, column: str, value: Node) -> Iterator[Claim]:
    benchmark, _, metric = (part.strip() for part in column.rpartition(" - "))
    if _NOT_SCORES.search(column) or (metric and role_of(metric, sheet.names) is Role.NO_SCORE):
        return
    if benchmark:
        yield from sheet.claim(
            value, model=model, benchmark=benchmark, metric=metric, unit=sheet.fraction(metric, value)
        )
    else:
        yield from sheet.claim(value, model=model, benchmark=f"{sheet.benchmark[0]} {column}", confidence=0.8)


HELM_STATS = Format("HELM stats", _accepts_stats, _read_stats)
HELM_GROUPS = Format("HELM groups", _accepts_groups, _read_groups)
