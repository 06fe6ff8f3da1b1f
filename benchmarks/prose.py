"""Measures prose extraction on labelled text: `python -m benchmarks.prose [--misses N]`.

Prints precision, recall and F1 of scores and comparisons, and how many pieces of text without a claim were given one,
for each labelled set; the shared evaluation data are looked for beside the project (`TRACKER_SHARED` says otherwise).
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from tracker.extraction import extract
from tracker.extraction.render import claim_record, comparison_record
from tracker.names import Names
from tracker.parsers import parse

SETS = ("dev", "reddit")


@dataclass(frozen=True, slots=True)
class Measured:
    """F1 of each kind, and the share of texts without a claim that were given one."""

    scores: float
    comparisons: float
    false_alarms: float


def shared() -> Path:
    root = Path(__file__).parents[1]
    return Path(os.environ.get("TRACKER_SHARED", root.parent / "shared"))


def available() -> bool:
    return all((shared() / "gold" / "prose" / f"{name}.jsonl").is_file() for name in SETS)


@cache
def _scorer() -> ModuleType:
    """The evaluation's own scorer, so that there is one definition of agreement."""
    folder = shared() / "tools"
    sys.path.insert(0, str(folder))
    spec = importlib.util.spec_from_file_location("score_prose", folder / "score_prose.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(folder / "score_prose.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def items(name: str) -> list[dict[str, Any]]:
    lines = (shared() / "gold" / "prose" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def read(item: dict[str, Any], names: Names) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Claims and comparisons of one item, its context above it as a title."""
    title = f"# {item['context']}\n\n" if item.get("context") else ""
    page = parse((title + item["text"] + "\n").encode(), "text/markdown", f"{item['id']}.md")
    found = extract(page, names)
    return (
        [claim_record(item["id"], claim, names) for claim in found.claims],
        [comparison_record(item["id"], comparison, names) for comparison in found.comparisons],
    )


def measure(name: str, misses: int = 0) -> Measured:
    scorer, names = _scorer(), Names.bundled()
    kinds = (("scores", scorer.same_score), ("comparisons", scorer.same_comparison))
    totals = {kind: [0, 0, 0] for kind, _ in kinds}
    silent = alarms = 0
    for item in items(name):
        said = read(item, names)
        for (kind, same), found in zip(kinds, said, strict=True):
            right, wrong, missed = scorer.match(item.get(kind) or [], found, same)
            for i, count in enumerate((right, right + len(wrong), right + len(missed))):
                totals[kind][i] += count
            for line in _shown(item["id"], wrong[:misses], missed[:misses]):
                print(line)
        if not item.get("scores") and not item.get("comparisons"):
            silent += 1
            alarms += any(said)
    f1: dict[str, float] = {}
    for kind, (right, said_count, needed) in totals.items():
        precision, recall, f1[kind] = scorer.prf(right, said_count, needed)
        print(f"{name:7} {kind:12} precision {precision:.4f}  recall {recall:.4f}  F1 {f1[kind]:.4f}")
    print(f"{name:7} texts without a claim that were given one: {alarms} of {silent}")
    return Measured(f1["scores"], f1["comparisons"], alarms / silent)


def _shown(document: str, wrong: list[dict[str, Any]], missed: list[dict[str, Any]]) -> Iterator[str]:
    keys = ("model", "value", "left", "relation", "right", "benchmark")
    for what, some in (("wrong", wrong), ("missed", missed)):
        for one in some:
            yield f"{document} {what} " + json.dumps({k: one[k] for k in keys if one.get(k)}, ensure_ascii=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", type=int, default=0, help="show so many misses of each text")
    for name in SETS:
        measure(name, parser.parse_args().misses)


if __name__ == "__main__":
    main()
