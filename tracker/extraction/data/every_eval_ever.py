"""Every Eval Ever records (schema 0.2 and 0.3): one model, a list of results."""

from __future__ import annotations

from collections.abc import Iterator

from tracker.domain.claims import Claim
from tracker.extraction.data.formats import Format, setting
from tracker.extraction.data.scores import number_of
from tracker.extraction.data.sheet import Sheet
from tracker.extraction.data.tree import Node

_UNITS = {
    "proportion": "fraction",
    "fraction": "fraction",
    "percent": "percent",
    "percentage": "percent",
    "points": "points",
}
_HIGHEST = {1: "fraction", 100: "percent"}


def _accepts(sheet: Sheet) -> bool:
    return sheet.root.at("evaluation_results").is_list and sheet.root.at("model_info").is_mapping


def _read(sheet: Sheet) -> Iterator[Claim]:
    info = sheet.root.at("model_info")
    model = info.first("name", "id").words
    source = sheet.root.at("source_metadata", "source_name").words
    for result in sheet.root.at("evaluation_results").elements:
        details = result.at("score_details")
        yield from sheet.claim(
            details.at("score"),
            model=model,
            benchmark=_benchmark(sheet, result, source),
            metric=_metric(result.at("metric_config")),
            setting=setting(
                shots=result.at("generation_config", "additional_details").first("n_shot", "num_fewshot"),
                split=result.at("source_data", "hf_split").words,
            ),
            unit=_unit(result.at("metric_config")),
            uncertainty=number_of(details.at("uncertainty", "standard_error", "value")),
        )


def _benchmark(sheet: Sheet, result: Node, source: str) -> str:
    """The evaluation's name; where it is only a part ("Arabic", "Score") the data set that it is a part of goes before."""
    names = sheet.names
    name = result.at("evaluation_name").words
    dataset = result.at("source_data", "dataset_name").words
    name = name.removeprefix(f"{dataset} - ")
    if names.benchmark(name) is not None:
        return name
    if names.metric(name) is not None and dataset:
        return dataset
    wholes = [whole for whole in (dataset, dataset.rpartition("_")[2], source) if whole and not _same(name, whole)]
    whole = next((whole for whole in wholes if names.benchmark(f"{whole} {name}") is not None), "")
    if not whole and (wholes[:1] == [dataset] or (source and names.benchmark(source) is not None)):
        whole = wholes[0]
    return f"{whole} {name}" if whole and not name.lower().startswith(whole.lower()) else name


def _same(one: str, other: str) -> bool:
    return one.lower().replace("-", " ").replace("_", " ") == other.lower().replace("-", " ").replace("_", " ")


def _metric(config: Node) -> str | None:
    """Its name where the record has one, else what its description says before "on …"."""
    named = config.first("metric_name", "metric_id", "metric_kind").words
    if named:
        return named
    before, on, _ = config.at("evaluation_description").words.partition(" on ")
    return before if on and len(before.split()) <= 4 else None


def _unit(config: Node) -> str | None:
    unit = _UNITS.get(config.at("metric_unit").words.lower())
    highest = number_of(config.at("max_score"))
    if unit is None and highest is not None and highest == highest.to_integral_value():
        return _HIGHEST.get(int(highest))
    return unit


EVERY_EVAL_EVER = Format("Every Eval Ever", _accepts, _read)
