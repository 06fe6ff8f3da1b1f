"""`tracker alerts …` on a database of its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import run
from tracker.domain.outbox import OutboxEntry
from tracker.domain.outcomes import Outcome
from tracker.domain.schedule import SourceState
from tracker.storage import open_database

CONFIGURATION = """
[[sources]]
name = "lab"
kind = "feed"
address = "https://lab.example/feed.xml"

[[sources]]
name = "lively"
kind = "feed"
address = "https://lively.example/feed.xml"

[[alerts.channels]]
name = "team"
kind = "terminal"

[[alerts.rules]]
name = "silent"
channels = ["team"]
when = "a source went silent"
silent_for = "3d"
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "tracker.toml").write_text(CONFIGURATION)
    database = open_database(f"sqlite:///{tmp_path / 'tracker.sqlite3'}")
    now = datetime.now(UTC)
    states = [
        SourceState("lab", now - timedelta(days=9), answered_at=now - timedelta(days=5), outcome=Outcome.HTTP_ERROR),
        SourceState("lively", now - timedelta(days=9), answered_at=now - timedelta(hours=1), outcome=Outcome.CHANGED),
    ]
    database.schedule().store(states)
    outbox = database.outbox()
    outbox.put([OutboxEntry(f"{number}", "r", "team", f"Alert {number}", "body") for number in range(3)], now)
    outbox.failed(["0", "1"], "refused", now, None)
    outbox.failed(["2"], "busy", now, now + timedelta(hours=1))
    database.close()
    return tmp_path


def test_a_rule_about_silence_shows_who_is_silent_now(home):
    shown = run(home, "alerts", "test", "silent", "--format", "jsonl")
    assert shown.code == 0, shown.err
    assert [row["subject"].split(",")[0] for row in shown.rows] == ["Source silent: lab"]
    assert run(home, "alerts", "waiting", "--format", "jsonl").rows[-1]["id"] == "2", "nothing was sent"


def test_dead_letters_are_shown_with_their_error_and_sent_again(home):
    def states() -> dict[str, tuple[str, int, str]]:
        rows = run(home, "alerts", "waiting", "--format", "jsonl").rows
        return {row["id"]: (row["state"], row["attempts"], row["error"]) for row in rows}

    assert states() == {"0": ("dead", 1, "refused"), "1": ("dead", 1, "refused"), "2": ("waiting", 1, "busy")}
    assert run(home, "alerts", "revive", "1").out.startswith("1 dead letters")
    assert states()["1"] == ("waiting", 0, "refused")
    assert states()["0"][0] == "dead"
    assert run(home, "alerts", "revive").out.startswith("1 dead letters")
    assert {state for state, _, _ in states().values()} == {"waiting"}
