"""Results of lm-evaluation-harness, of all its ages, and of what writes the same shape (lighteval, Open LLM Leaderboard).

::

    {"results": {"arc_challenge": {"acc,none": 0.51, "acc_stderr,none": 0.01, "alias": …}},     since 0.4
     "results": {"hendrycksTest-anatomy": {"acc": 0.24, "acc_stderr": 0.04}},                    before
     "results": {"harness|arc:challenge|25": {"acc_norm": 0.62}},                                leaderboards
     "groups": {"mmlu": {…}}, "n-shot": {"arc_challenge": 25}, "config": {"model_args": "pretrained=org/model,…"}}
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tracker.domain.claims import Claim
from tracker.extraction.data.formats import Format, setting
from tracker.extraction.data.scores import number_of
from tracker.extraction.data.sheet import Sheet
from tracker.extraction.data.tree import Node

_SIGNS = ("versions", "config", "config_general", "n-shot", "configs", "lm_eval_version", "config_tasks")
_MODEL_ARGUMENTS = ("pretrained", "model", "model_name", "engine", "path")
_NO_TASKS = frozenset({"all", ""})


def _accepts(sheet: Sheet) -> bool:
    root = sheet.root
    if not root.at("results").is_mapping or not any(root.at(sign).is_mapping for sign in _SIGNS):
        return False
    return any(
        value.number is not None or value.is_mapping or value.is_list
        for task in root.at("results").fields
        for value in task.fields
    )


def _read(sheet: Sheet) -> Iterator[Claim]:
    root = sheet.root
    model = _model(sheet)
    seen: set[str] = set()
    for group in (root.at("results"), root.at("groups")):
        for task in group.fields:
            if task.is_mapping and task.key not in seen:
                seen.add(task.key)
                yield from _task(sheet, model, task)


def _model(sheet: Sheet) -> str:
    root = sheet.root
    said = root.first("model_name").words or root.at("config_general").first("model_name", "model_id").words
    return (
        said
        or _arguments(root.at("config", "model_args"))
        or root.at("config").first("model_name").words
        or sheet.model
    )


def _arguments(node: Node) -> str:
    """The model in `pretrained=org/model,revision=main,…`; newer files hold the same as a mapping."""
    if node.is_mapping:
        return node.first(*_MODEL_ARGUMENTS).words
    pairs = dict(part.partition("=")[::2] for part in node.words.split(","))
    return next((pairs[name] for name in _MODEL_ARGUMENTS if pairs.get(name)), "")


@dataclass(frozen=True, slots=True)
class _Task:
    """`harness|arc:challenge|25` and `leaderboard|mmlu:anatomy|5|0` carry their shots in the name."""

    name: str
    shots: str

    @classmethod
    def of(cls, sheet: Sheet, key: str) -> _Task:
        parts = key.split("|")
        root = sheet.root
        shots = root.at("n-shot", key).words or root.at("configs", key, "num_fewshot").words
        if len(parts) >= 3 and parts[2].isdecimal():
            return cls(parts[1].strip(), shots or parts[2])
        return cls(key.strip(), shots or root.at("config", "num_fewshot").words)


def _task(sheet: Sheet, model: str, node: Node) -> Iterator[Claim]:
    task = _Task.of(sheet, node.key)
    if task.name in _NO_TASKS:
        return
    for value in node.fields:
        metric, _, filtered = value.key.partition(",")
        if metric == "alias" or metric.endswith("_stderr") or number_of(value) is None or metric.startswith("sample_"):
            continue
        spread = node.first(f"{metric}_stderr,{filtered}" if filtered else f"{metric}_stderr")
        yield from sheet.claim(
            value,
            model=model,
            benchmark=task.name,
            metric=metric,
            setting=setting(shots=task.shots, filter="" if filtered == "none" else filtered),
            unit=sheet.fraction(metric, value),
            uncertainty=number_of(spread),
        )


LM_EVAL = Format("lm-evaluation-harness", _accepts, _read)
