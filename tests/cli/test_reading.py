"""The commands that read, on the database that the demo left."""

from __future__ import annotations

import csv
import hashlib
import io
import json

from tests.cli.conftest import Tracker


def test_scores_as_rows(told: Tracker) -> None:
    rows = told("scores", "--benchmark", "GPQA", "--model", "Llama 3.1 70B", "--format", "jsonl").rows
    assert [(row["value"], row["shots"], row["variant"], row["source"], row["party"]) for row in rows] == [
        (46.7, "0", "instruct", "llama-card", "first")
    ]


def test_scores_as_of_two_times(told: Tracker) -> None:
    chosen = ("scores", "--benchmark", "GPQA", "--model", "Llama 3.1 70B", "--format", "jsonl")
    assert [row["value"] for row in told(*chosen, "--as-of", "2024-07-24").rows] == [41.7]
    assert [row["value"] for row in told(*chosen, "--as-of", "2024-12-01", "--known-at", "2024-08-01").rows] == [41.7]
    assert told(*chosen, "--known-at", "2024-07-22").rows == []


def test_history_of_the_silent_edit(told: Tracker) -> None:
    rows = told("history", "--model", "Llama 3.1 70B", "--benchmark", "GPQA", "--format", "jsonl").rows
    assert [row["text"] for row in rows] == ["41.7", "46.7"]
    assert rows[0]["valid_to"] == rows[1]["valid_from"]
    assert rows[1]["valid_to"] is None


def test_a_withdrawal_ends_a_history(told: Tracker) -> None:
    rows = told("history", "--model", "Llama 3.1 8B", "--benchmark", "API-Bank", "--format", "jsonl").rows
    assert [(row["text"], row["said"]) for row in rows] == [("82.6", True), ("82.6", False)]


def test_changes_have_the_fields_that_others_rely_on(told: Tracker) -> None:
    rows = told("changes", "--kind", "revised", "--format", "jsonl").rows
    assert [(row["model"], row["benchmark"], row["old_value"], row["new_value"]) for row in rows] == [
        ("Llama 3 70B", "HumanEval", 0.93, 0.39),
        ("Llama 3.1 70B Instruct", "GPQA", 41.7, 46.7),
    ]
    promised = (
        "id kind document model model_raw benchmark benchmark_raw old_model_raw old_benchmark_raw metric shots variant"
    )
    promised += " old_value new_value valid_at recorded_at cause revision snapshot"
    assert set(promised.split()) <= set(rows[0])


def test_changes_filter_by_source_and_time(told: Tracker) -> None:
    def kinds(*options: str) -> list[str]:
        return [row["kind"] for row in told("changes", "--format", "jsonl", *options).rows]

    assert kinds("--source", "llama-card", "--since", "2024-09-01") == [
        "revised",
        "withdrawn",
        "withdrawn",
        "withdrawn",
    ]
    assert kinds("--source", "llama-card", "--since", "2024-09-01", "--until", "2024-09-24") == ["revised"]
    assert kinds("--limit", "1") == ["withdrawn"]


def test_show_proves_a_claim_from_archived_bytes(told: Tracker) -> None:
    (row,) = told("scores", "--benchmark", "GPQA", "--model", "Llama 3.1 70B", "--format", "jsonl").rows
    shown = told("show", row["claim"][:10])
    assert shown.code == 0
    assert "the same words" in shown.out
    (proof,) = told("show", row["claim"], "--format", "jsonl").rows
    assert (proof["words"], proof["proven"]) == ("46.7", True)
    body = told("show", row["claim"], "--body").out
    assert hashlib.sha256(body.encode()).hexdigest() == row["snapshot"]


def test_every_claim_of_the_demo_can_be_proven(told: Tracker) -> None:
    claims = [row["claim"] for row in told("scores", "--format", "jsonl").rows]
    assert len(claims) == 111
    for claim in claims[:: len(claims) // 8]:
        (proof,) = told("show", claim, "--format", "jsonl").rows
        assert proof["proven"], proof


def test_show_of_nothing_is_a_plain_error(told: Tracker) -> None:
    done = told("show", "zzzz")
    assert (done.code, "no claim has this id" in done.err) == (2, True)


def test_sources_say_how_they_do(told: Tracker) -> None:
    rows = {row["name"]: row for row in told("sources", "--format", "jsonl").rows}
    assert rows["llama-card"]["last_outcome"] == "changed"
    assert rows["llama-draft"]["last_outcome"] == "robots_disallowed"
    assert rows["localllama"]["claims"] == 59


def test_comparisons_of_sentences(told: Tracker) -> None:
    rows = told("scores", "--kind", "comparison", "--format", "jsonl").rows
    assert len(rows) == 9


def test_formats_agree(told: Tracker) -> None:
    chosen = ("scores", "--source", "llama-card", "--benchmark", "MMLU")
    lines = told(*chosen, "--format", "jsonl").rows
    assert json.loads(told(*chosen, "--format", "json").out) == lines
    table = list(csv.DictReader(io.StringIO(told(*chosen, "--format", "csv").out)))
    assert [row["claim"] for row in table] == [row["claim"] for row in lines]
    assert "\x1b[" not in told(*chosen).out  # colours only on a terminal


def test_status_without_a_daemon(told: Tracker) -> None:
    done = told("status")
    assert done.code == 0
    assert "No daemon runs" in done.out


def test_verify_finds_nothing_wrong(told: Tracker) -> None:
    done = told("verify")
    assert done.code == 0
    assert "Everything is as it was recorded." in done.out


def test_reread_by_the_same_extractor_has_nothing_to_do(told: Tracker) -> None:
    done = told("reread")
    assert done.code == 0
    assert "0 documents read again" in done.out


def test_no_alert_waits(told: Tracker) -> None:
    assert told("alerts", "waiting", "--format", "jsonl").rows == []
    assert told("alerts", "revive").out.startswith("0 dead letters")
