"""What model repositories say of their model's scores: `model-index` in a card's front matter, `.eval_results/*.yaml`."""

from __future__ import annotations

from collections.abc import Iterator

from tracker.domain.claims import Claim
from tracker.extraction.data.formats import Format, setting
from tracker.extraction.data.sheet import Sheet
from tracker.extraction.data.tree import Node

_FOLDER = ".eval_results"


def _accepts_index(sheet: Sheet) -> bool:
    return sheet.root.at("model-index").is_list


def _read_index(sheet: Sheet) -> Iterator[Claim]:
    for model in sheet.root.at("model-index").elements:
        name = model.at("name").words or sheet.model
        for result in model.at("results").elements:
            for metric in result.at("metrics").elements:
                yield from _indexed(sheet, name, result, metric)


def _indexed(sheet: Sheet, model: str, result: Node, metric: Node) -> Iterator[Claim]:
    """A metric of one result. A source that it names is who reports the number."""
    dataset = result.at("dataset")
    words, said = sheet.names.split_settings(dataset.first("name", "type").words)
    candidates = (words, dataset.at("config").words, dataset.at("type").words.rpartition("/")[2])
    benchmark = next((one for one in candidates if one and sheet.names.benchmark(one) is not None), words)
    known = next((m for m in (metric.at("name").words, metric.at("type").words) if m and sheet.names.metric(m)), "")
    config = dataset.at("config").words
    yield from sheet.claim(
        metric.at("value"),
        model=model,
        benchmark=benchmark,
        metric=known or metric.first("name", "type").words,
        setting=setting(
            shots=dataset.at("args").first("num_few_shot", "num_fewshot", "n_shot").words or said.shots,
            split=dataset.at("split").words,
            config="" if config in ("default", benchmark) else config,
        ),
        relayed=bool(result.at("source").first("name", "url").words),
    )


def _accepts_results(sheet: Sheet) -> bool:
    head = next(sheet.root.elements, Node(None))
    return head.at("dataset").is_mapping and bool(head.at("dataset", "id").words) and head.at("value").value is not None


def _read_results(sheet: Sheet) -> Iterator[Claim]:
    """The model is the repository that the folder lies in."""
    model = _repository(sheet)
    for result in sheet.root.elements:
        dataset, task = result.at("dataset", "id").words, result.at("dataset", "task_id").words
        name = dataset.rpartition("/")[2]
        known = next((words for words in (task, name) if words and sheet.names.benchmark(words) is not None), "")
        yield from sheet.claim(
            result.at("value"),
            model=model,
            benchmark=known or (f"{name} {task}" if task and task != "default" else name),
            setting=setting(notes=result.at("notes").words),
            relayed=bool(result.at("source").first("name", "org", "user").words),
        )


def _repository(sheet: Sheet) -> str:
    segments = sheet.address.segments
    if _FOLDER in segments:
        before = segments[: segments.index(_FOLDER)]
        if before:
            return before[-1]
    return sheet.model


MODEL_INDEX = Format("model-index", _accepts_index, _read_index)
EVAL_RESULTS = Format("eval results", _accepts_results, _read_results)
