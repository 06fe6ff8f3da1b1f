"""`tracker db …` as an operator runs it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Ran, run
from tests.storage.full_world import fill, sizes
from tracker.archive import open_archive
from tracker.storage import open_database

HOLD = """
import sys
from pathlib import Path
from tracker.daemon.lock import DaemonLock
with DaemonLock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def kept(tmp_path_factory) -> Path:
    """A home with a database and two archived snapshots."""
    home = tmp_path_factory.mktemp("kept")
    database = open_database(f"sqlite:///{home / 'tracker.sqlite3'}")
    fill(database)
    database.close()
    archive = open_archive(str(home / "archive"))
    archive.put(b"first")
    archive.put(b"second")
    return home


def parts(done: Ran) -> dict[str, dict]:
    assert done.code == 0, done.err
    return {row["part"]: row for row in json.loads(done.out)}


def rows_of(url: str) -> dict[str, int]:
    database = open_database(url)
    try:
        return sizes(database)
    finally:
        database.close()


def test_a_backup_with_its_archive_comes_back_on_another_machine(kept, tmp_path):
    file, blobs, home = tmp_path / "b.sqlite3", tmp_path / "blobs", tmp_path / "other"
    made = parts(run(kept, "db", "backup", str(file), "--archive", str(blobs), "--format", "json"))
    assert made["archive"]["rows"] == 2
    assert made["change"]["rows"] > 0
    assert len(made["change"]["checksum"]) == 32
    back = parts(run(home, "db", "restore", str(file), "--archive", str(blobs), "--format", "json"))
    assert {name: row["checksum"] for name, row in back.items()} == {
        name: row["checksum"] for name, row in made.items()
    }
    assert rows_of(f"sqlite:///{home / 'tracker.sqlite3'}") == rows_of(f"sqlite:///{kept / 'tracker.sqlite3'}")
    assert len(list(open_archive(str(home / "archive")))) == 2


def test_a_backup_without_the_archive_says_so(kept, tmp_path):
    made = parts(run(kept, "db", "backup", str(tmp_path / "b.sqlite3"), "--format", "json"))
    assert "not copied" in made["archive"]["note"]
    table = run(kept, "db", "backup", str(tmp_path / "b.sqlite3"))
    assert (table.code, "--force" in table.err) == (2, True)
    assert run(kept, "db", "backup", str(tmp_path / "none" / "b.sqlite3"), "--force").code == 0


def test_a_damaged_snapshot_makes_the_backup_fail_loudly(tmp_path):
    home = tmp_path / "home"
    open_database(f"sqlite:///{home / 'tracker.sqlite3'}").close()
    archive = open_archive(str(home / "archive"))
    name = archive.put(b"first")
    (home / "archive" / name[:2] / name[2:4] / f"{name}.zst").write_bytes(b"rust")
    done = run(home, "db", "backup", str(tmp_path / "b"), "--archive", str(tmp_path / "blobs"), "--format", "json")
    assert done.code == 4
    assert name in done.err
    assert (tmp_path / "b").exists()


def test_a_database_moves_to_postgresql_and_the_password_is_not_shown(kept, cluster, tmp_path):
    there = cluster.database().replace("tracker@", "tracker:canary@")
    origin = f"sqlite:///{kept / 'tracker.sqlite3'}"
    moved = parts(run(kept, "db", "copy", origin, there, "--format", "json"))
    assert {name: row["rows"] for name, row in moved.items() if name != "archive"} == rows_of(origin) == rows_of(there)
    again = run(kept, "db", "copy", origin, there)
    assert (again.code, "not empty" in again.err, "canary" in again.err + again.out) == (2, True, False)
    there_too = run(kept, "scores", "--format", "jsonl", TRACKER_DATABASE_URL=there)
    assert there_too.rows == run(kept, "scores", "--format", "jsonl").rows
    made = parts(run(kept, "db", "backup", str(tmp_path / "b"), "--format", "json", TRACKER_DATABASE_URL=there))
    assert made["change"] == moved["change"]


def test_nothing_is_restored_under_a_running_daemon(kept, tmp_path):
    file = tmp_path / "b"
    assert run(kept, "db", "backup", str(file)).code == 0
    lock = kept / "tracker.sqlite3.daemon.lock"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", HOLD, str(lock)], **pipes) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        refused = run(kept, "db", "restore", str(file), "--force")
        other.send_signal(signal.SIGTERM)
    assert (refused.code, str(other.pid) in refused.err) == (4, True)


def test_an_upgrade_says_from_where_to_where(tmp_path):
    [first] = run(tmp_path, "db", "upgrade", "--format", "jsonl").rows
    [second] = run(tmp_path, "db", "upgrade", "--format", "jsonl").rows
    assert (first["before"], first["after"]) == (None, second["before"])
    assert second["before"] == second["after"]


def test_a_database_that_is_not_there_is_a_plain_error(tmp_path):
    missing = run(
        tmp_path, "db", "copy", f"sqlite:///{tmp_path / 'no.sqlite3'}", f"sqlite:///{tmp_path / 'to.sqlite3'}"
    )
    assert (missing.code, missing.out) == (4, "")
    assert "no such database" in missing.err
    assert not (tmp_path / "to.sqlite3").exists()
    assert run(tmp_path, "db", "copy", "nonsense", "sqlite://").code == 3
