"""Backups are made while others write, are checked before they are trusted, and are put back whole or not at all."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.crash.test_migrations import OLDER, ROWS, at
from tests.storage.full_world import fill, sizes
from tests.storage.worlds import DAY, NOW, Seen, claim, contents, record
from tracker.domain.errors import DatabaseBusy, DatabaseNewer, StorageError, UsageError
from tracker.storage import back_up, open_database, open_source, restore


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / "backups" / "tracker.backup"


@pytest.fixture
def elsewhere(tmp_path) -> str:
    """A SQLite database to restore into."""
    return f"sqlite:///{tmp_path / 'elsewhere' / 'tracker.sqlite3'}"


def opened_contents(url: str):
    database = open_database(url)
    try:
        return sizes(database), contents(database)
    finally:
        database.close()


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_backup_is_one_file_with_everything_and_comes_back(database, file, elsewhere):
    fill(database)
    counts = back_up(database, file)
    assert left_in(file.parent) == [file.name]
    assert {one.table: one.rows for one in counts} == sizes(database)
    restored = restore(file, elsewhere)
    assert opened_contents(elsewhere) == (sizes(database), contents(database))
    assert {one.table: one.rows for one in restored} == sizes(database)


def test_a_backup_of_either_database_is_restored_into_postgresql(database, file, cluster):
    fill(database)
    back_up(database, file)
    there = cluster.database()
    restore(file, there)
    assert opened_contents(there) == (sizes(database), contents(database))
    with pytest.raises(UsageError, match="not empty"):
        restore(file, there)
    target = open_database(there)
    record(target, Seen(3, (claim("Gamma"),)), now=NOW + 3 * DAY)
    target.close()
    restore(file, there, force=True)
    assert opened_contents(there) == (sizes(database), contents(database))


def test_writers_go_on_while_a_backup_is_made_and_do_not_tear_it(database, file, elsewhere):
    fill(database)
    before, late = sizes(database), []

    def show(_what, _done, _total):
        if not late:
            late.append(record(database, Seen(2, (claim("Gamma"),)), now=NOW + 3 * DAY))

    back_up(database, file, show)
    assert late
    restore(file, elsewhere)
    assert opened_contents(elsewhere)[0] == before
    assert sizes(database)["change"] > before["change"]


def test_nothing_is_overwritten_without_being_told_to(database, file, elsewhere):
    record(database, Seen(0, (claim(),)))
    back_up(database, file)
    with pytest.raises(UsageError, match="file already"):
        back_up(database, file)
    restore(file, elsewhere)
    with pytest.raises(UsageError, match="database already"):
        restore(file, elsewhere)
    record(database, Seen(1, (claim(value="71"),)), now=NOW + DAY)
    back_up(database, file, force=True)
    restore(file, elsewhere, force=True)
    assert opened_contents(elsewhere) == (sizes(database), contents(database))


def test_the_database_itself_is_no_place_for_a_backup(elsewhere):
    database = open_database(elsewhere)
    try:
        with pytest.raises(UsageError, match="the database itself"):
            back_up(database, Path(elsewhere.removeprefix("sqlite:///")), force=True)
    finally:
        database.close()


def test_a_backup_that_breaks_off_leaves_the_one_before(database, file):
    record(database, Seen(0, (claim(),)))
    back_up(database, file)
    before = file.read_bytes()

    def break_off(_what, _done, _total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        back_up(database, file, break_off, force=True)
    assert file.read_bytes() == before
    assert left_in(file.parent) == [file.name]


@pytest.fixture
def restored(tmp_path, elsewhere, file):
    """A database that holds something, and a backup of another one; gives a check that the first is as it was."""
    source = open_database(f"sqlite:///{tmp_path / 'source.sqlite3'}")
    record(source, Seen(0, tuple(claim(f"Beta {number}", row=number) for number in range(300))))
    back_up(source, file)
    source.close()
    target = open_database(elsewhere)
    record(target, Seen(0, (claim(),)))
    target.close()
    before = opened_contents(elsewhere)

    def check() -> None:
        assert opened_contents(elsewhere) == before
        assert left_in(Path(elsewhere.removeprefix("sqlite:///")).parent)[0] == "tracker.sqlite3"

    return check


def spoil_structure(file: Path) -> None:
    whole = bytearray(file.read_bytes())
    for page in range(8, 20):
        whole[page * 4096 : page * 4096 + 200] = b"\xaa" * 200
    file.write_bytes(whole)


def spoil_a_value(file: Path) -> None:
    """Something that SQLite itself cannot see."""
    with closing(sqlite3.connect(file)) as raw, raw:
        raw.execute("UPDATE statement SET value = '99.9' WHERE id = 7")


def drop_rows(file: Path) -> None:
    with closing(sqlite3.connect(file)) as raw, raw:
        raw.execute("DELETE FROM version WHERE series_id = 7")


def cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:20_000])


@pytest.mark.parametrize(
    "spoil", [spoil_structure, spoil_a_value, drop_rows, cut_short], ids=lambda each: each.__name__
)
def test_a_damaged_backup_is_refused_and_the_database_stays(restored, file, elsewhere, spoil):
    spoil(file)
    with pytest.raises(StorageError) as refused:
        restore(file, elsewhere, force=True)
    assert refused.value.exit_code == 4
    restored()


def test_a_backup_of_a_newer_program_is_refused(restored, file, elsewhere):
    with closing(sqlite3.connect(file)) as raw, raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseNewer):
        restore(file, elsewhere, force=True)
    restored()


@pytest.mark.parametrize("words", [b"", b"these are notes, not a database\n" * 100])
def test_a_file_that_is_no_backup_is_refused(restored, file, elsewhere, words):
    file.write_bytes(words)
    with pytest.raises(StorageError):
        restore(file, elsewhere, force=True)
    restored()


def test_a_database_in_use_is_not_replaced(restored, file, elsewhere):
    target = open_database(elsewhere)
    try:
        with target.reading() as connection:
            connection.execute(text("SELECT count(*) FROM change")).all()
            with pytest.raises(DatabaseBusy):
                restore(file, elsewhere, force=True)
    finally:
        target.close()
    restored()


def test_the_log_of_the_replaced_database_is_not_read_into_the_new_one(restored, file, elsewhere):
    """The rows that a killed process left in the write-ahead log belong to the old file."""
    place = Path(elsewhere.removeprefix("sqlite:///"))
    raw = sqlite3.connect(place, isolation_level=None)
    raw.execute("PRAGMA wal_autocheckpoint = 0")
    raw.execute("UPDATE statement SET value = '99.9'")
    log = place.with_name(f"{place.name}-wal")
    left = log.read_bytes()
    raw.close()
    log.write_bytes(left)
    restore(file, elsewhere, force=True)
    source = open_source(f"sqlite:///{file}")
    try:
        assert opened_contents(elsewhere) == (sizes(source), contents(source))
    finally:
        source.close()


def test_a_damaged_database_is_replaced(restored, file, elsewhere):
    place = Path(elsewhere.removeprefix("sqlite:///"))
    place.write_bytes(b"these are notes, not a database\n" * 100)
    with pytest.raises(UsageError):
        restore(file, elsewhere)
    restore(file, elsewhere, force=True)
    assert opened_contents(elsewhere)[0]["series"] == 300


def test_a_copy_by_another_program_is_restored_too(restored, file, elsewhere, tmp_path):
    """`VACUUM INTO`, or a snapshot of the whole disk: no manifest, so only what SQLite can check is checked."""
    with closing(sqlite3.connect(tmp_path / "source.sqlite3")) as raw:
        raw.execute(f"VACUUM INTO '{tmp_path / 'vacuumed'}'")
    restore(tmp_path / "vacuumed", elsewhere, force=True)
    assert opened_contents(elsewhere)[0]["series"] == 300


def test_an_older_backup_is_migrated_on_its_way(tmp_path, elsewhere):
    old = tmp_path / "old.sqlite3"
    at(OLDER[0])(f"sqlite:///{old}")
    before = old.read_bytes()
    restore(old, elsewhere)
    assert old.read_bytes() == before
    database = open_source(elsewhere)
    try:
        found = sizes(database)
    finally:
        database.close()
    assert set(found.values()) == {ROWS, 0}, "0: tables that came later"
    assert found["version"] == found["change"] == ROWS


def test_restoring_reads_the_backup_and_nothing_more(restored, file, elsewhere):
    before = file.read_bytes()
    shutil.copy(file, file.with_suffix(".kept"))
    restore(file, elsewhere, force=True)
    assert file.read_bytes() == before
    assert left_in(file.parent) == ["tracker.backup", "tracker.kept"]
