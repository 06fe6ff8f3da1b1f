"""`tracker extract`: the contract that other tools rely on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Tracker

CARD = """# Pelican 2 report

| Benchmark | Pelican 2 7B | Llama 3.1 8B |
|---|---|---|
| MMLU (5-shot) | 71.2 | 66.7 |
| GSM8K (8-shot, CoT) | 80.1% | 57.2% |

Pelican 2 7B outperforms Gemma 2 9B on MMLU and GSM8K. It was trained on 4T tokens.
"""

FIELDS = "document model model_raw benchmark benchmark_raw metric value unit shots cot variant uncertainty quote evidence confidence"


@pytest.fixture
def card(tmp_path: Path) -> Path:
    path = tmp_path / "card.md"
    path.write_text(CARD)
    return path


def test_a_line_a_claim(tracker: Tracker, card: Path) -> None:
    done = tracker("extract", str(card), "--format", "jsonl")
    assert done.code == 0
    assert set(FIELDS.split()) <= set(done.rows[0])
    said = {
        (row["model"], row["benchmark"]): (row["value"], row["unit"], row["shots"], row["cot"]) for row in done.rows
    }
    assert said[("Llama 3.1 8B", "GSM8K")] == (57.2, "percent", 8, True)
    assert said[("Llama 3.1 8B", "MMLU")][::2] == (66.7, 5)
    assert {row["document"] for row in done.rows} == {str(card)}
    evidence = next(row["evidence"] for row in done.rows if row["value"] == 71.2)
    assert (evidence["kind"], evidence["table"], evidence["row"], evidence["col"]) == ("table", 0, 1, 1)


def test_comparisons(tracker: Tracker, card: Path) -> None:
    rows = tracker("extract", str(card), "--kind", "comparison", "--format", "jsonl").rows
    assert [(row["left_raw"], row["relation"], row["right"], row["benchmark"]) for row in rows] == [
        ("Pelican 2 7B", ">", "Gemma 2 9B", "MMLU"),
        ("Pelican 2 7B", ">", "Gemma 2 9B", "GSM8K"),
    ]


def test_explain_says_why(tracker: Tracker, card: Path) -> None:
    done = tracker("extract", str(card), "--explain")
    assert done.code == 0
    assert "MMLU" in done.out


def test_a_folder_and_a_document_that_cannot_be_read(tracker: Tracker, card: Path) -> None:
    (card.parent / "broken.json").write_text('{"results": [1, 2')
    done = tracker("extract", str(card.parent), "--format", "jsonl")
    assert done.code == 5
    assert "broken.json" in done.err
    assert len(done.rows) == 4


def test_people_get_a_table(tracker: Tracker, card: Path) -> None:
    done = tracker("extract", str(card))
    assert done.code == 0
    assert "Llama 3.1 8B" in done.out
