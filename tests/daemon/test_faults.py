"""Disks and databases that fail: each with its promised behaviour, on real file systems and files."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.alerts.receiver import receiver
from tests.daemon.crash import FACTOR
from tests.daemon.site import serving
from tests.daemon.test_crashes import Nursery, Site, check, write_settings
from tests.daemon.test_live import World, configured
from tracker.daemon import Daemon
from tracker.daemon.live import live
from tracker.domain.errors import DatabaseNewer, StorageError
from tracker.domain.outcomes import Outcome
from tracker.storage import open_database


@pytest.fixture
def small_disk(tmp_path) -> Iterator[Path]:
    """A file system of 3 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("mounting a small disk needs root")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def watch() -> Iterator:
    """Makes a world with its home in a folder."""
    held: list[World] = []

    def answer(path):
        return held[0].answer(path)

    with serving(answer) as site, receiver(lambda _: (200, {})) as (hook, inbox):

        def make(home: Path) -> World:
            held.append(World(configured(home, site, hook, [{"name": "all"}]), inbox))
            return held[0]

        yield make


def fill(folder: Path) -> Path:
    """Take what space is left."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass
    return filler


def recorded(world: World) -> list[str]:
    return recorded_in(world.settings.database)


def recorded_in(url: str) -> list[str]:
    database = open_database(url)
    try:
        return [change.change.claim.score.text for change in database.queries().changes()]
    finally:
        database.close()


def test_a_full_disk_fails_the_look_and_mends_itself_when_there_is_room(small_disk, watch):
    world = watch(small_disk)
    with world.daemon() as daemon:
        daemon.once()
        filler = fill(small_disk)
        world.scores["Llama 3.1 70B Instruct", "GPQA"] = "46.7"
        world.clock.sleep(86400)
        daemon.once()
        assert daemon.counts.failures == 1
        state = daemon.states["meta-cards"]
        assert (state.error_streak, state.outcome) == (0, Outcome.CHANGED)
        assert "disk" in state.detail
        with closing(sqlite3.connect(small_disk / "tracker.sqlite3")) as raw:
            assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        filler.unlink()
        world.clock.sleep(300)
        daemon.once()
    assert recorded(world) == ["41.7", "46.7"]
    assert [subject.rpartition(": ")[2] for subject in world.alerts()] == [
        "41.7 (appeared, Meta)",
        "41.7 → 46.7 (revised, Meta)",
    ]


def test_where_no_disk_can_be_mounted_files_that_cannot_grow_are_a_full_disk_too(tmp_path):
    """A quota, or a limit of the service: SQLite sees a failed write and not a full disk."""
    site = Site()
    with serving(site) as address, receiver(lambda _: (200, {})) as (hook, inbox):
        settings, file = write_settings(tmp_path, address, hook)
        nursery = Nursery(file)
        try:
            assert nursery.once() == 0
            before = len(recorded_in(settings.database))
            assert before > 0
            threading.Event().wait(2 * 3600 / FACTOR)
            assert nursery.once("cramped") == 0
            assert "nothing can be recorded" in nursery.log
            assert "the disk" in nursery.log
            with closing(sqlite3.connect(tmp_path / "tracker.sqlite3")) as raw:
                assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert len(recorded_in(settings.database)) == before
            threading.Event().wait(2 * 3600 / FACTOR)
            assert nursery.once() == 0
        finally:
            nursery.close()
    assert len(recorded_in(settings.database)) > before
    check(settings, [json.loads(body)["data"] for _, body in inbox])


def test_a_database_that_may_only_be_read_is_refused_at_start(tmp_path, watch):
    world = watch(tmp_path)
    world.round()
    only_reading = f"sqlite:///file:{tmp_path / 'tracker.sqlite3'}?mode=ro&uri=true"
    settings = world.settings.model_copy(update={"database_url": SecretStr(only_reading)})
    world.clock.sleep(86400)
    asked = len(world.requests)
    with pytest.raises(StorageError, match="read-only") as caught, Daemon(settings, live(world.clock), world.clock):
        pass
    assert caught.value.exit_code == 4
    assert len(world.requests) == asked


def test_a_read_only_home_is_refused_at_start_with_a_plain_word(small_disk, watch):
    world = watch(small_disk)
    world.round()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(StorageError, match=r"(?i)read-only") as caught, world.daemon():
        pass
    assert caught.value.exit_code == 4


def test_a_database_held_by_another_writer_is_waited_for(tmp_path, watch):
    world = watch(tmp_path)
    with (
        world.daemon() as daemon,
        closing(sqlite3.connect(tmp_path / "tracker.sqlite3", isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        ended = threading.Thread(target=daemon.once)
        ended.start()
        while not world.requests:
            threading.Event().wait(0.01)
        assert ended.is_alive()
        other.execute("COMMIT")
        ended.join()
        assert daemon.counts.failures == 0
    assert recorded(world) == ["41.7"]


def test_a_long_reader_stops_no_writer(tmp_path, watch):
    world = watch(tmp_path)
    world.round()
    with closing(sqlite3.connect(tmp_path / "tracker.sqlite3", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM change").fetchone() == (1,)
        world.scores["Llama 3.1 70B Instruct", "GPQA"] = "46.7"
        world.round()
        assert reader.execute("SELECT count(*) FROM change").fetchone() == (1,)
    assert recorded(world) == ["41.7", "46.7"]


def test_a_database_newer_than_the_program_is_refused_untouched(tmp_path, watch):
    world = watch(tmp_path)
    world.round()
    with closing(sqlite3.connect(tmp_path / "tracker.sqlite3")) as raw, raw:
        raw.execute("UPDATE alembic_version SET version_num = 'from-the-future'")
    before = (tmp_path / "tracker.sqlite3").read_bytes()
    with pytest.raises(DatabaseNewer) as caught, Daemon(world.settings, live(world.clock), world.clock):
        pass
    assert caught.value.exit_code == 4
    assert (tmp_path / "tracker.sqlite3").read_bytes() == before


def test_a_file_that_is_no_database_is_refused_with_a_plain_word(tmp_path, watch):
    (tmp_path / "tracker.sqlite3").write_bytes(b"these are notes, not a database\n" * 100)
    with pytest.raises(StorageError, match="no database"), watch(tmp_path).daemon():
        pass
