"""Result files of single runs by other harnesses: MTEB, Inspect."""

from __future__ import annotations

from collections.abc import Iterator

from tracker.domain.claims import Claim
from tracker.extraction.data.formats import Format, setting
from tracker.extraction.data.scores import number_of
from tracker.extraction.data.sheet import Sheet
from tracker.extraction.data.tree import Node

_MTEB_SIGNS = ("mteb_version", "mteb_dataset_name", "dataset_revision")
_WHOLE_SUBSETS = frozenset({"", "default"})


def _accepts_mteb(sheet: Sheet) -> bool:
    root = sheet.root
    return (
        root.at("scores").is_mapping
        and bool(root.first("task_name", "mteb_dataset_name").words or sheet.address.stem)
        and any(root.at(sign).words for sign in _MTEB_SIGNS)
    )


def _read_mteb(sheet: Sheet) -> Iterator[Claim]:
    """The main score of each split and subset; the dozens of numbers beside it are its diagnostics."""
    root = sheet.root
    model = root.at("model_meta").first("name").words or sheet.model
    task = root.first("task_name", "mteb_dataset_name").words or sheet.address.stem
    for split in root.at("scores").fields:
        for result in split.elements:
            subset = result.at("hf_subset").words
            yield from sheet.claim(
                result.at("main_score"),
                model=model,
                benchmark=task if subset in _WHOLE_SUBSETS else f"{task} {subset}",
                metric="main_score",
                setting=setting(split=split.key),
                unit="fraction",
            )


def _accepts_inspect(sheet: Sheet) -> bool:
    run = sheet.root.at("eval")
    return bool(run.at("task").words and run.at("model").words) and sheet.root.at("results", "scores").is_list


def _read_inspect(sheet: Sheet) -> Iterator[Claim]:
    run = sheet.root.at("eval")
    scores = list(sheet.root.at("results", "scores").elements)
    for score in scores:
        metrics = score.at("metrics")
        for metric in metrics.fields:
            if metric.key in ("stderr", "std", "var"):
                continue
            yield from sheet.claim(
                metric.at("value"),
                model=run.at("model").words,
                benchmark=run.at("task").words.rpartition("/")[2],
                metric=metric.first("name").words or metric.key,
                setting=setting(
                    shots=_shots(run.at("task_args")), scorer=score.at("name").words if len(scores) > 1 else ""
                ),
                unit=sheet.fraction(metric.key, metric.at("value")),
                uncertainty=number_of(metrics.at("stderr", "value")),
            )


def _shots(arguments: Node) -> Node:
    return arguments.first("fewshot", "num_fewshot", "n_shot", "shots", "num_few_shot")


MTEB = Format("MTEB", _accepts_mteb, _read_mteb)
INSPECT = Format("Inspect", _accepts_inspect, _read_inspect)
