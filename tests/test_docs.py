"""The documentation names every command, option group and part, and its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main
from typer.core import TyperGroup

from tracker import plugins
from tracker.cli.app import app
from tracker.domain import errors
from tracker.domain.history import ChangeKind
from tracker.domain.outcomes import Outcome

ROOT = Path(__file__).resolve().parent.parent
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
}
EVERYTHING = "\n".join(PAGES.values())


def commands(command: object, name: str = "tracker") -> list[str]:
    if isinstance(command, TyperGroup):
        return [found for part, inner in command.commands.items() for found in commands(inner, f"{name} {part}")]
    return [name]


def test_the_commands_are_found() -> None:
    assert {"tracker demo", "tracker backfill dump"} <= set(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("command", commands(typer.main.get_command(app)))
def test_every_command_is_documented(command: str) -> None:
    assert command in EVERYTHING


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    folder = (ROOT / page).parent
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", re.sub(r"```.*?```", "", PAGES[page], flags=re.DOTALL))
    missing = [
        link for link in links if "://" not in link and not link.startswith("mailto:") and not (folder / link).exists()
    ]
    assert missing == []


def test_the_two_commands_come_first() -> None:
    shell = re.search(r"```\n(.*?)```", PAGES["README.md"], flags=re.DOTALL)
    assert shell is not None
    assert [line.split("#")[0].strip() for line in shell[1].strip().splitlines()] == ["make demo", "make test"]


def test_exit_codes_are_documented() -> None:
    table = {int(code) for code in re.findall(r"^\| (\d+) \|", PAGES["README.md"], flags=re.MULTILINE)}
    raised = {
        kind.exit_code
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.TrackerError)
    }
    assert raised | {0, 130} <= table


@pytest.mark.parametrize("group", [plugins.COLLECTORS, plugins.CHANNELS])
def test_every_kind_of_part_is_documented(group: str) -> None:
    assert [name for name in plugins.names(group) if f"`{name}`" not in EVERYTHING] == []


@pytest.mark.parametrize("word", [*ChangeKind, *Outcome])
def test_words_that_users_meet_are_explained(word: str) -> None:
    assert f"`{word}`" in EVERYTHING
