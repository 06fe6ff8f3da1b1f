"""`kill -9` in the middle of backfills: resumed, the database is row for row that of a run which nobody interrupted.

Four kills each by default, at places that chance decides; `TRACKER_KILLS=50` for a long run.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.collectors.dump_files import CREATED, comment, post, text_of, write_zstd
from tests.collectors.fake_archive import FakeArchive
from tests.loopback import Answer, Loopback, loopback

KILLS = int(os.environ.get("TRACKER_KILLS", "3"))
MODELS = ("Llama 3.1 8B", "Llama 3.1 70B", "Qwen2.5 7B", "Mistral 7B", "Gemma 2 9B")
BENCHMARKS = ("MMLU", "GPQA", "HumanEval")
TABLES = {
    "version": """
        SELECT d.name, s.claim, s.key, v.valid_from, v.position, v.superseded_id IS NULL, hex(n.sha256), n.valid_at,
               x.said, x.text, x.value, x.locator, x.quote, x.model, x.benchmark, x.valid_from
        FROM version v JOIN series s ON s.id = v.series_id JOIN document d ON d.id = s.document_id
        JOIN statement x ON x.id = v.statement_id JOIN snapshot n ON n.id = x.snapshot_id""",
    "change": """
        SELECT hex(c.id), d.name, c.kind, c.rounding, c.valid_at, c.superseded_id IS NULL, s.claim, o.claim, r.cause,
               hex(n.sha256), n.valid_at, a.text, b.text
        FROM change c JOIN document d ON d.id = c.document_id JOIN series s ON s.id = c.series_id
        JOIN series o ON o.id = c.old_series_id JOIN snapshot n ON n.id = c.snapshot_id
        JOIN recording r ON r.id = c.recorded_id
        LEFT JOIN statement a ON a.id = c.old_statement_id LEFT JOIN statement b ON b.id = c.new_statement_id""",
    "document": """
        SELECT d.name, s.name, d.url, d.title, d.author, d.published_at, d.state, e.name, d.last_valid_at,
               d.last_sequence, hex(d.last_snapshot), d.seen_at, d.folded, hex(d.face), hex(d.remarks), d.suspect_since,
               d.suspect_why, d.flapping, d.gone_streak, hex(t.state)
        FROM document d JOIN source s ON s.id = d.source_id LEFT JOIN extractor e ON e.id = d.extractor_id
        LEFT JOIN timeline t ON t.document_id = d.id""",
    "snapshot": """
        SELECT d.name, s.name, n.valid_at, n.sequence, hex(n.sha256), n.state, n.precision, n.authority, n.outcome,
               n.media_type, n.revision, n.context, n.pointer, n.size, n.archived, hex(c.digest), c.claims, r.condition
        FROM snapshot n JOIN document d ON d.id = n.document_id JOIN source s ON s.id = n.source_id
        JOIN reading r ON r.snapshot_id = n.id JOIN claimset c ON c.id = r.claimset_id""",
    "cursor": "SELECT s.name, c.value FROM cursor c JOIN source s ON s.id = c.source_id",
    "miss": "SELECT s.name, m.document, m.outcome, m.detail FROM miss m JOIN source s ON s.id = m.source_id",
}
"""Everything that a backfill leaves behind, told without row numbers and times of recording."""

Job = dict[str, Any]


class Nursery:
    """`tests.pipeline.killing`: starts backfills quickly, one at a time."""

    def __init__(self) -> None:
        pipe = subprocess.PIPE
        command = [sys.executable, "-m", "tests.pipeline.killing"]
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)

    def finish(self, job: Job) -> None:
        self._start(job)
        assert os.waitstatus_to_exitcode(int(self._read())) == 0

    def kill(self, job: Job, when: Callable[[], bool], after: float) -> bool:
        """Start a job, and kill it so many seconds after `when` has become true; false when it had ended by then."""
        child = self._start(job)
        pause = threading.Event()
        while not when() and _lives(child):
            pause.wait(0.005)
        pause.wait(after)
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        return os.waitstatus_to_exitcode(int(self._read())) == -signal.SIGKILL

    def close(self) -> None:
        self._process.communicate()

    def _start(self, job: Job) -> int:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        return int(self._read())

    def _read(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    nursery = Nursery()
    yield nursery
    nursery.close()


def table(edit: int, models: tuple[str, ...] = MODELS) -> str:
    """A Markdown table whose numbers and rows depend on the edit."""
    kept = [model for at, model in enumerate(models) if (edit + at) % 7]
    rows = [
        f"| {model} | "
        + " | ".join(f"{30 + (edit // 2 + 7 * len(model) + 3 * at) % 60}.{at}" for at in range(3))
        + " |"
        for model in kept
    ]
    return "\n".join([f"| Model | {' | '.join(BENCHMARKS)} |", "|---|---|---|---|", *rows, ""])


def git_job(folder: Path) -> Job:
    """Thirty-six commits of two files, one of which goes and comes back."""
    stream = []
    for edit in range(36):
        at = int(datetime(2024, 7, 1, tzinfo=UTC).timestamp()) + edit * 3600
        stream.append(f"commit refs/heads/main\ncommitter A <a@example.invalid> {at} +0000\ndata 1\nx\n")
        for path, words in (("README.md", table(edit)), ("cards/MODEL_CARD.md", table(edit + 3, MODELS[:3]))):
            if path.startswith("cards") and edit % 20 == 19:
                stream.append(f"D {path}\n")
            else:
                text = f"# Scores\n\n{words}"
                stream.append(f"M 100644 inline {path}\ndata {len(text.encode())}\n{text}\n")
    repository = folder / "board"
    environment = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    for command, given in (
        (["init", "-q", "-b", "main", str(repository)], ""),
        (["-C", str(repository), "fast-import", "--quiet"], "".join(stream)),
    ):
        subprocess.run(["git", *command], input=given.encode(), env=environment, check=True)
    return {"kind": "git", "address": str(repository), "options": {}, "hosts": []}


def dump_job(folder: Path) -> Job:
    """Posts of two subreddits; some were edited, deleted or removed since; some lines are no JSON."""
    records: list[bytes] = []
    for number in range(360):
        more: dict[str, Any] = {"created_utc": CREATED + number, "retrieved_on": CREATED + number + 30}
        if number % 3:
            records.append(text_of([post(f"o{number}", subreddit="pics", selftext="words " * 150, **more)]))
            continue
        if number % 5 == 0:
            more["edited"] = CREATED + number + 20
        if number % 7 == 0:
            more["_meta"] = {"retrieved_2nd_on": CREATED + number + 9000, "was_deleted_later": True}
        records.append(
            text_of([post(f"p{number}", selftext=table(number), **more), comment(f"c{number}", body=table(number + 1))])
        )
        if number % 90 == 0:
            records.append(b'{"subreddit":"LocalLLaMA", broken\n')
    file = write_zstd(folder / "RS_2024-07.zst", b"".join(records[:150]), b"".join(records[150:]), window_log=20)
    return {"kind": "dump", "address": str(file), "options": {"subreddits": ["LocalLLaMA"]}, "hosts": []}


def wayback_job(server: Loopback) -> Job:
    """Thirty captures: edits, a block page in disguise, one that is gone, a return to old content."""
    archive = FakeArchive(server)
    for edit in range(30):
        stamp = (datetime(2024, 7, 1, tzinfo=UTC) + timedelta(hours=30 * edit)).strftime("%Y%m%d%H%M%S")
        words = "nothing here but words " * 9 if edit % 13 == 12 else table(edit)
        answers = [Answer("not here", status=404)] if edit % 11 == 10 else []
        archive.capture(stamp, f"# Scores\n\n{words}", *answers, media_type="text/markdown", digest=f"E{edit % 22}")
    options = {"server": server.url("")}
    return {"kind": "wayback", "address": "https://lab.example/card", "options": options, "hosts": [server.authority]}


def rows(home: Path) -> dict[str, list[tuple[Any, ...]]]:
    with closing(sqlite3.connect(home / "tracker.sqlite3")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        return {name: sorted(map(repr, database.execute(query))) for name, query in TABLES.items()}  # type: ignore[misc]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[[str], Job]]:
    with loopback() as server:
        makers = {
            "git": lambda: git_job(tmp_path),
            "dump": lambda: dump_job(tmp_path),
            "wayback": lambda: wayback_job(server),
        }
        yield lambda kind: makers[kind]()


@pytest.mark.timeout(120 + 20 * KILLS)
@pytest.mark.parametrize("kind", ["git", "dump", "wayback"])
def test_killed_and_resumed_is_as_if_nothing_had_happened(
    nursery: Nursery, make: Callable[[str], Job], tmp_path: Path, kind: str
) -> None:
    job = make(kind)
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    nursery.finish({**job, "home": str(whole)})
    expected = rows(whole)
    assert len(expected["version"]) > 100
    assert {"version", "change", "document", "snapshot", "cursor"} <= {
        name for name, found in expected.items() if found
    }
    job = {**job, "home": str(broken)}
    chance = random.Random(kind)
    nursery.kill(job, broken.exists, chance.uniform(0.0, 0.3))  # while the database is made, or soon after
    total = len(expected["snapshot"])
    places = sorted(chance.uniform(0.05, 0.85) * total for _ in range(KILLS))
    left = [
        _snapshots(broken)
        for place in places
        if nursery.kill(job, partial(_reached, broken, place), chance.uniform(0.0, 0.03))
    ]
    assert any(0 < done < total for done in left), f"no kill found the work half done: {left} of {total}"
    nursery.finish(job)
    assert rows(broken) == expected
    nursery.finish(job)
    assert rows(broken) == expected  # a second run changes nothing


def _reached(home: Path, place: float) -> bool:
    return _snapshots(home) > place


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def _snapshots(home: Path) -> int:
    try:
        with closing(sqlite3.connect(home / "tracker.sqlite3")) as database:
            (count,) = database.execute("SELECT count(*) FROM snapshot").fetchone()
            return int(count)
    except sqlite3.OperationalError:
        return 0
