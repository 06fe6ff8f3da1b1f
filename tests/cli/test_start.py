"""Help is fast, and every failure is one line with a documented exit code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Tracker

HEAVY = (
    "sqlalchemy",
    "alembic",
    "praw",
    "httpx",
    "bs4",
    "lxml",
    "selectolax",
    "apprise",
    "feedparser",
    "re2",
)
COMMANDS = (
    "demo",
    "init",
    "run",
    "collect",
    "backfill",
    "extract",
    "scores",
    "history",
    "changes",
    "show",
    "sources",
    "status",
    "verify",
    "reread",
    "alerts",
)


@pytest.mark.parametrize(
    "command", [(), *[(name,) for name in COMMANDS], ("backfill", "dump"), ("backfill", "git"), ("alerts", "test")]
)
def test_help_imports_nothing_heavy(command: tuple[str, ...]) -> None:
    program = (
        "import sys; from tracker.cli import main; sys.argv = ['tracker', *sys.argv[1:], '--help']\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        f"print('LOADED', sorted(set({HEAVY!r}) & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *command], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.splitlines()[-1] == "LOADED []"


def test_every_command_is_in_the_help(tracker: Tracker) -> None:
    helped = tracker("--help")
    assert helped.code == 0
    assert [name for name in COMMANDS if f"  {name} " not in helped.out] == []


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("scores",), 2, "nothing has been collected yet"),
        (("extract", "no-such-file.md"), 2, "no such file or folder"),
        (("backfill", "dump", "no-such.zst"), 2, "no such file"),
        (("collect", "nobody"), 2, "there is no source 'nobody'"),
        (("alerts", "test", "nothing"), 2, "there is no alert rule 'nothing'"),
        (("no-such-command",), 2, "No such command"),
        (("changes", "--since", "someday"), 2, "is no time"),
        (("history",), 2, "say which claims"),
    ],
)
def test_a_wrong_call_says_what_to_do(tracker: Tracker, arguments: tuple[str, ...], code: int, says: str) -> None:
    done = tracker(*arguments)
    assert (done.code, says in done.err) == (code, True), done
    assert "Traceback" not in done.err


def test_a_wrong_configuration_names_file_and_key(tracker: Tracker, tmp_path: Path) -> None:
    config = tmp_path / "broken.toml"
    config.write_text('[[sources]]\nname = "a"\nkind = "feed"\naddress = "http://localhost/feed"\nfeeed = 1\n')
    done = tracker("collect", TRACKER_CONFIG=str(config))
    assert done.code == 3
    assert "broken.toml: sources.0.feeed" in done.err


def test_init_writes_a_configuration_once(tracker: Tracker, tmp_path: Path) -> None:
    assert tracker("init").code == 0
    assert (tmp_path / "home" / "tracker.toml").is_file()
    assert (tmp_path / "home" / "tracker.sqlite3").is_file()
    again = tracker("init")
    assert (again.code, "already" in again.err) == (2, True)
    assert tracker("init", "--force").code == 0
