"""The worked examples of docs/backfill.md, run as a user runs them against a world on loopback."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Ran, run
from tests.collectors.dump_files import CREATED, comment, post, text_of, write_zstd
from tests.collectors.fake_archive import FakeArchive
from tests.collectors.fake_reddit import FakeReddit
from tests.collectors.test_feed_history import document
from tests.collectors.test_git import Repo
from tests.loopback import Answer, Loopback, loopback
from tracker.domain.history import Cause
from tracker.storage import open_database

DOCUMENT = (Path(__file__).parents[2] / "docs" / "backfill.md").read_text(encoding="utf-8")
EXAMPLES = {line.split()[2]: line for line in re.findall(r"^tracker backfill .*$", DOCUMENT, flags=re.MULTILINE)}
KINDS = ("git", "wayback", "archive", "feed", "reddit", "dump")
HEAD = "| Model | MMLU | GPQA |\n|---|---|---|\n"
OLD = HEAD + "| Llama 3.1 8B | 66.7 | 34.6 |\n| Llama 3.1 70B | 79.5 | 39.5 |\n"
NEW = OLD.replace("39.5", "41.7")


class World:
    """A folder with what the examples name, and a configuration whose sources are on loopback."""

    def __init__(self, folder: Path, server: Loopback) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.server = server
        self.card = server.url("/card")
        self.reddit = FakeReddit(server)
        self.archive = FakeArchive(server)
        (folder / "tracker.toml").write_text(
            f'[http]\nallow_hosts = ["{server.authority}"]\nhost_delay_seconds = 0\n'
            f'[reddit]\noauth_url = "{server.url("")}"\nreddit_url = "{server.url("")}"\n'
            f'[[sources]]\nname = "lab-card"\nkind = "page"\naddress = "{self.card}"\ntier = "official"\n'
            f'[[sources]]\nname = "lab-blog"\nkind = "feed"\naddress = "{server.url("/feed")}"\n'
        )
        self._fill()

    def _fill(self) -> None:
        repo = Repo(self.folder / "boards")
        repo.commit({"README.md": f"# Scores\n\n{OLD}", "notes.md": OLD})
        repo.commit({"README.md": f"# Scores\n\n{NEW}"})
        self.archive.capture("20240723120000", f"# Card\n\n{OLD}", page=self.card, media_type="text/markdown")
        self.archive.capture("20240924120000", f"# Card\n\n{NEW}", page=self.card, media_type="text/markdown")
        saved = self.folder / "saved"
        saved.mkdir()
        manifest = re.search(r'^\{"file".*\n\{.*$', DOCUMENT, flags=re.MULTILINE)
        assert manifest is not None
        (saved / "manifest.jsonl").write_text(manifest[0].replace("https://lab.example/card", self.card))
        for file, words in (("card-2024-07-23.html", "41.7"), ("card-2024-09-24.html", "46.7")):
            table = f"<table><tr><th>Model<th>GPQA<tr><td>Llama 3.1 70B<td>{words}</table>"
            (saved / file).write_text(f"<html><body><h1>Card</h1>{table}</body></html>")
        for path, numbers, older in (("/feed", [2], "/feed/1"), ("/feed/1", [1], "")):
            body = document(numbers, older).body.replace(b"https://lab.example", self.server.url("").encode())
            self.server.answer(path, Answer(body, media_type="application/atom+xml"))
        self.reddit.post("aaa", CREATED, NEW)
        post_file = text_of([post("p1", selftext=OLD, created_utc=CREATED)])
        write_zstd(self.folder / "RS_2024-07.zst", post_file)
        write_zstd(self.folder / "RC_2024-07.zst", text_of([comment("c1", body=NEW, created_utc=CREATED)]))

    def tracker(self, *arguments: str, **environ: str) -> Ran:
        secrets = {"TRACKER_REDDIT_CLIENT_ID": "client", "TRACKER_REDDIT_CLIENT_SECRET": "canary-secret"}
        configured = {"TRACKER_CONFIG": str(self.folder / "tracker.toml"), **secrets, **environ}
        return run(self.home, *arguments, folder=self.folder, **configured)

    def backfill(self, kind: str, *more: str) -> Ran:
        example = shlex.split(EXAMPLES[kind])[1:]
        if kind == "wayback":
            more = ("--server", self.server.url(""), *more)
        return self.tracker(*example, *more, "--format", "jsonl")

    def changes(self) -> list[tuple[Any, ...]]:
        database = open_database(f"sqlite:///{self.home / 'tracker.sqlite3'}")
        try:
            found = database.queries().changes()
        finally:
            database.close()
        return [(one.change.id, one.cause, one.recorded_at) for one in found]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with loopback() as server:
        yield World(tmp_path, server)


def test_every_command_has_an_example() -> None:
    assert tuple(EXAMPLES) == KINDS


@pytest.mark.parametrize(
    ("kind", "items", "documents", "first", "last"),
    [
        ("git", 2, 1, "2024-07-01T12:00:00+00:00", "2024-07-01T13:00:00+00:00"),
        ("wayback", 2, 1, "2024-07-23T12:00:00+00:00", "2024-09-24T12:00:00+00:00"),
        ("archive", 2, 1, "2024-07-23T12:00:00+00:00", "2024-09-24T00:00:00+00:00"),
        ("feed", 2, 2, "2024-07-01T10:00:00+00:00", "2024-07-02T10:00:00+00:00"),
        ("reddit", 2, 1, "2024-07-03T09:46:40+00:00", "2024-07-03T09:46:40+00:00"),
        ("dump", 2, 2, "2024-07-03T09:46:40+00:00", "2024-07-03T09:46:40+00:00"),
    ],
)
def test_an_example_does_what_the_page_says(
    world: World, kind: str, items: int, documents: int, first: str, last: str
) -> None:
    dry = world.backfill(kind, "--dry-run")
    assert dry.code == 0, dry
    assert sum(row["items"] for row in dry.rows) == items
    assert sum(row["documents"] for row in dry.rows) == documents
    assert (min(row["first"] for row in dry.rows), max(row["last"] for row in dry.rows)) == (first, last)
    assert all(row["size"] > 0 for row in dry.rows)
    assert not world.home.exists()  # nothing was written
    done = world.backfill(kind)
    assert done.code == 0, done
    assert sum(row["items"] for row in done.rows) == items
    assert sum(row["missed"] for row in done.rows) == 0
    changes = world.changes()
    if kind != "feed":  # whose entries here hold no score
        assert len(changes) >= 2
        assert sum(row["changes"] for row in done.rows) == len(changes)
        assert {cause for _, cause, _ in changes} == {Cause.BACKFILL}
    again = world.backfill(kind)
    assert again.code == 0, again
    assert sum(row["changes"] for row in again.rows) == 0
    assert world.changes() == changes


def test_a_dry_run_starts_where_the_next_run_would(world: World) -> None:
    world.backfill("git")
    before = (world.home / "tracker.sqlite3").read_bytes()
    dry = world.backfill("git", "--dry-run")
    assert (dry.code, [row["items"] for row in dry.rows]) == (0, [0])
    assert (world.home / "tracker.sqlite3").read_bytes() == before


def test_a_live_pages_timeline_is_filled_backwards(world: World) -> None:
    world.server.answer("/card", Answer(f"# Card\n\n{NEW}".replace("41.7", "46.7"), media_type="text/markdown"))
    assert world.tracker("collect", "lab-card").code == 0
    assert world.backfill("wayback").code == 0
    rows = world.tracker("history", "--model", "70B", "--benchmark", "GPQA", "--format", "jsonl").rows
    assert [(row["text"], row["source"], row["document"]) for row in rows] == [
        (text, "lab-card", world.card) for text in ("39.5", "41.7", "46.7")
    ]
    assert rows[0]["valid_from"].startswith("2024-07-23T12:00:00")
    assert rows[1]["valid_from"].startswith("2024-09-24T12:00:00")


def test_what_cannot_be_read_is_reported_and_the_rest_recorded(world: World) -> None:
    manifest = world.folder / "saved" / "manifest.jsonl"
    manifest.write_text(
        manifest.read_text() + '\n{"file": "lost.html", "url": "https://lab.example/b", "saved_at": "2024"}\nx'
    )
    done = world.backfill("archive")
    assert done.code == 5
    assert [row["source"].startswith("archive-") for row in done.rows] == [True, True]
    assert [(row["items"], row["missed"]) for row in done.rows] == [(2, 0), (0, 2)]
    assert "manifest.jsonl:4: not JSON" in done.rows[1]["detail"] or "manifest.jsonl:3" in done.rows[1]["detail"]
    assert world.backfill("archive", "--dry-run").code == 5


def test_without_credentials_reddit_says_what_to_do(world: World) -> None:
    example = shlex.split(EXAMPLES["reddit"])[1:]
    nothing = {"TRACKER_REDDIT_CLIENT_ID": "", "TRACKER_REDDIT_CLIENT_SECRET": ""}
    done = world.tracker(*example, "--format", "jsonl", **nothing)
    assert done.code == 5
    assert "tracker backfill dump" in done.rows[0]["detail"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("wayback", "lab-blog"), "there is no page 'lab-blog'"),
        (("wayback", "https://lab.example/card", "--since", "summer"), "is no time"),
        (("wayback", "https://lab.example/card", "--limit", "0"), "--limit"),
        (("archive", "nowhere"), "there is no such folder"),
        (("archive", "boards"), "there is no manifest.jsonl or manifest.csv"),
        (("feed", "lab-card"), "there is no feed 'lab-card'"),
        (("feed", "lab-blog", "--follow", "both"), "neither link nor content"),
        (("reddit", "LocalLLaMA"), "there is no source 'LocalLLaMA'"),
        (("git", "boards", "--tier", "best"), "is no tier"),
        (("dump", "RS_none.zst"), "there is no such file"),
    ],
)
def test_a_wrong_call_says_what_is_wrong(tmp_path: Path, arguments: tuple[str, ...], says: str) -> None:
    (tmp_path / "boards").mkdir()
    config = tmp_path / "tracker.toml"
    sources = [("lab-card", "page", "/card"), ("lab-blog", "feed", "/feed")]
    config.write_text(
        "".join(
            f'[[sources]]\nname = "{name}"\nkind = "{kind}"\naddress = "https://lab.example{path}"\n'
            for name, kind, path in sources
        )
    )
    done = run(tmp_path / "home", "backfill", *arguments, folder=tmp_path, TRACKER_CONFIG=str(config))
    assert (done.code, says in done.err) == (2, True), done
    assert "Traceback" not in done.err
