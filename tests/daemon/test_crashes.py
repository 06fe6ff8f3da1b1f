"""`kill -9` at random points of collecting, ingesting and delivering: nothing lost, nothing doubled, nothing torn.

Twenty kills by default; `TRACKER_KILLS=500` for a long run.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from tests.alerts.receiver import receiver
from tests.daemon.site import card, serving
from tests.daemon.test_live import configured
from tracker.alerts import RuleSet
from tracker.archive import open_archive
from tracker.config import Settings
from tracker.domain.history import RecordedChange
from tracker.names import Names
from tracker.storage import ScoreFilter, ScoreRow, open_database

KILLS = int(os.environ.get("TRACKER_KILLS", "20"))
CARDS = 6


class Site:
    """Every answer of a card is a new edit of it; remembers how far each was served."""

    def __init__(self) -> None:
        self.served: Counter[str] = Counter()
        self._lock = threading.Lock()

    def __call__(self, path: str):
        with self._lock:
            self.served[path] += 1
        return self.page(path)

    def page(self, path: str):
        edit = self.served[path]
        models = [f"Llama 3.1 {size} Instruct" for size in ("8B", "70B", "405B")]
        numbers = {
            (model, benchmark): f"{40 + at + (edit * (at + 1)) % 37}.{edit % 10}"
            for at, model in enumerate(models)
            for benchmark in ("GPQA", "MMLU-Pro")
        }
        return 200, {}, card(numbers)


def write_settings(home: Path, site: str, hook: str, database: str | None = None) -> tuple[Settings, Path]:
    sources = [
        {"name": f"card-{number}", "kind": "page", "address": f"http://{site}/{number}", "organisation": "Meta"}
        for number in range(CARDS)
    ]
    beats = {"jitter": 0.1, "tick_seconds": 0.02, "deliver_seconds": 0.02, "workers": 4}
    settings = configured(home, site, hook, [{"name": "all"}], sources=sources, schedule=beats)
    values = settings.model_dump(mode="json") | {"database_url": database}
    channel = settings.alerts.channels[0]
    assert channel.secret is not None
    values["alerts"]["channels"][0] |= {
        "address": channel.address.get_secret_value(),
        "secret": channel.secret.get_secret_value(),
        "options": {"burst": 3, "per_hour": 10000},
    }
    file = home / "settings.json"
    file.write_text(json.dumps(values))
    return Settings.model_validate(values), file


class Nursery:
    """`tests.daemon.crash`: starts daemons quickly, one at a time."""

    def __init__(self, file: Path) -> None:
        command = [sys.executable, "-m", "tests.daemon.crash", str(file), str(file.stat().st_mtime)]
        self._log = file.with_suffix(".log")
        self._child = 0
        with self._log.open("w") as log:
            pipe = subprocess.PIPE
            self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=log, text=True)

    def run_and_kill(self, served: Callable[[], int], answers: int, seconds: float) -> None:
        """Let a daemon live until the site has given it so many answers, and so long after."""
        enough, pause = served() + answers, threading.Event()
        self.run()
        while served() < enough:
            pause.wait(0.005)
        pause.wait(seconds)
        assert self.end(signal.SIGKILL) == -signal.SIGKILL, self._log.read_text()

    def run(self) -> int:
        """Start a daemon and wait until it is running; gives its process number."""
        seen = self._log.read_text().count(" running ")
        child = int(self._ask("run"))
        pause = threading.Event()
        while self._log.read_text().count(" running ") == seen:
            pause.wait(0.01)
        self._child = child
        return child

    def end(self, number: signal.Signals) -> int:
        os.kill(self._child, number)
        return os.waitstatus_to_exitcode(int(self._read()))

    def once(self, word: str = "once") -> int:
        self._ask(word)
        return os.waitstatus_to_exitcode(int(self._read()))

    def close(self) -> None:
        self._process.communicate()

    @property
    def log(self) -> str:
        return self._log.read_text()

    def _ask(self, word: str) -> str:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


@pytest.mark.timeout(60 + 3 * KILLS)
def test_nothing_is_lost_doubled_or_torn(tmp_path):
    kill_at_random(tmp_path, KILLS)
    with closing(sqlite3.connect(tmp_path / "tracker.sqlite3")) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert raw.execute("PRAGMA foreign_key_check").fetchall() == []


def kill_at_random(home: Path, kills: int, database: str | None = None) -> None:
    """Run daemons over one database and kill each at a random moment; then let one finish, and check."""
    chance = random.Random(kills)
    site, failing = Site(), random.Random(1)
    with serving(site) as address, receiver(lambda _: (500 if failing.random() < 0.1 else 200, {})) as (hook, inbox):
        settings, file = write_settings(home, address, hook, database)
        nursery = Nursery(file)
        try:
            for _ in range(kills):
                nursery.run_and_kill(site.served.total, chance.randint(0, CARDS + 2), chance.uniform(0.0, 0.3))
            assert nursery.once() == 0
        finally:
            nursery.close()
    assert min(site.served[f"/{number}"] for number in range(CARDS)) > 1
    check(settings, [json.loads(body)["data"] for _, body in inbox])


def check(settings: Settings, messages: list[dict]) -> None:
    """The invariants, asked of the database, the archive and the receiver."""
    database, archive = open_database(settings.database), open_archive(settings.archive)
    try:
        queries = database.queries()
        changes, versions = queries.changes(), queries.history(ScoreFilter())
    finally:
        database.close()
    assert len({recorded.change.id for recorded in changes}) == len(changes) > 0
    assert {row.document for row in versions} == {recorded.change.document for recorded in changes}
    check_timelines(versions)
    for snapshot in {row.snapshot for row in versions}:
        assert hashlib.sha256(archive.get(snapshot)).hexdigest() == snapshot
    check_alerts(settings, changes, messages)


def check_timelines(versions: Sequence[ScoreRow]) -> None:
    """Each claim's versions follow one another without gap or overlap, and the last one is open."""
    by_claim: dict[str, list[ScoreRow]] = {}
    for row in versions:
        by_claim.setdefault(row.claim, []).append(row)
    for rows in by_claim.values():
        for before, after in pairwise(rows):
            assert before.valid_to == after.valid_from
            assert (before.text, before.said) != (after.text, after.said)
        assert rows[-1].valid_to is None


def check_alerts(settings: Settings, changes: Sequence[RecordedChange], messages: list[dict]) -> None:
    """Every change has been told, under the id that it would have at any time; what came twice came as the same."""
    rules = RuleSet.from_settings(settings.alerts, Names.load(settings.names))
    expected = {entry.id for recorded in changes for entry in rules.announce([recorded])}
    assert {alert["id"] for message in messages for alert in message["alerts"]} == expected
    contents: dict[str, set[str]] = {}
    for message in messages:
        alerts = {alert["id"] for alert in message["alerts"]}
        assert contents.setdefault(message["id"], alerts) == alerts
    assert len(messages) - len(contents) <= KILLS
