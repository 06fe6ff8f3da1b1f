"""Backups: one SQLite file, whatever the database is; written while others write, checked before it has its name.

A file appears whole or not at all: it is made beside its place and renamed. A SQLite database is copied page by page from
one snapshot; a PostgreSQL one is copied row by row into a new file, so that either can be restored into either. In the
file stand the rows and checksum of each table, by which `restore` knows that nothing in it was damaged since.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import Connection, MetaData, make_url

from tracker.domain.errors import DatabaseBusy, StorageError, UsageError
from tracker.storage import tables
from tracker.storage.copying import Progress, TableCount, copy_database, count_tables, no_progress, size
from tracker.storage.database import Database
from tracker.storage.engine import make_engine, mapped_errors
from tracker.storage.migrations import open_database, open_source, refuse_newer, revision

_PAGES = 2_000
"""Pages of 4 kB a step; between steps the progress is told."""
_EXCLUSIVE_SECONDS = 5.0
_MANIFEST = "backup_manifest"
_Place: TypeAlias = Callable[[Path, Path], None]


def back_up(
    source: Database, file: Path, progress: Progress = no_progress, *, force: bool = False
) -> tuple[TableCount, ...]:
    """Write a backup while the daemon goes on. Raises `UsageError` where the file exists and `force` is not given,
    `StorageError` when the disk is full or the copy is not sound: whatever stood at `file` is then still there.
    """
    if file.exists() and not force:
        raise UsageError("there is a file already", where=str(file), hint="name another, or use --force")
    if source.dialect == "sqlite" and file.exists():
        with source.reading() as reader:
            _refuse_itself(reader, file)
    with _errors(file), _beside(file, _rename) as fresh:
        if source.dialect == "sqlite":
            with source.reading() as reader:
                _copy_pages(reader, fresh, progress)
                _check_sizes(reader, fresh)
        else:
            target = open_database(_url(fresh))
            try:
                copy_database(source, target, progress)
            finally:
                target.close()
        counts = _count(fresh, progress)
        _settle(fresh, counts)
    return counts


def restore(file: Path, url: str, progress: Progress = no_progress, *, force: bool = False) -> tuple[TableCount, ...]:
    """Put a backup in the place of the database at `url`, which nobody else may be using. An older one is migrated.

    The backup is only read. Raises `UsageError` where a database would be replaced and `force` is not given,
    `DatabaseBusy` while somebody uses it, `DatabaseNewer` or another `StorageError` for a backup that cannot be used:
    the database is then what it was.
    """
    target = make_url(url)
    if target.get_backend_name() == "sqlite" and target.database:
        place = Path(target.database)
        if place.exists() and not force:
            raise UsageError("there is a database already", where=str(place), hint="use --force to replace it")
        with _errors(place), _beside(place, _replace) as fresh:
            return _prepare(file, fresh, progress)
    with _errors(file), tempfile.TemporaryDirectory(prefix="scoretrail-") as folder:
        fresh = Path(folder) / "backup.sqlite3"
        _prepare(file, fresh, no_progress)
        source, database = open_source(_url(fresh)), Database(make_engine(url))
        try:
            return copy_database(source, database, progress, replace=force)
        finally:
            source.close()
            database.close()


def _prepare(file: Path, fresh: Path, progress: Progress) -> tuple[TableCount, ...]:
    """Make a copy of a backup that is known to be sound and has this program's schema."""
    backup = Database(make_engine(_url(file), only_reading=True))
    try:
        with backup.reading() as reader:
            found = revision(reader)
            if found is None:
                raise StorageError("this is no backup of scoretrail", where=str(file), hint="name another file")
            refuse_newer(found, str(file))
            _copy_pages(reader, fresh, progress)
    finally:
        backup.close()
    _check_manifest(fresh, file, progress)
    open_database(_url(fresh)).close()  # migrates an older one
    _settle(fresh)
    source = open_source(_url(fresh))
    try:
        with source.reading() as reader:
            return count_tables(reader, tables.metadata)
    finally:
        source.close()


def _copy_pages(reader: Connection, fresh: Path, progress: Progress) -> None:
    """Copy what this transaction sees. Writers go on meanwhile, and cannot make SQLite begin anew."""
    reader.exec_driver_sql("SELECT count(*) FROM sqlite_schema").all()  # the snapshot begins with the first read
    driver: Any = reader.connection.driver_connection

    def told(_status: int, remaining: int, total: int) -> None:
        progress("pages", total - remaining, total)

    with closing(sqlite3.connect(fresh)) as copy:
        driver.backup(copy, pages=_PAGES, progress=told)


def _check_sizes(reader: Connection, fresh: Path) -> None:
    source = open_source(_url(fresh))
    try:
        with source.reading() as copied:
            differing = [
                table.name for table in tables.metadata.sorted_tables if size(reader, table) != size(copied, table)
            ]
    finally:
        source.close()
    if differing:
        raise StorageError(
            f"rows are missing in {', '.join(differing)}", where=str(fresh), hint="check memory and disk"
        )


def _count(fresh: Path, progress: Progress) -> tuple[TableCount, ...]:
    """Of the tables that a file has, whatever its schema."""
    database = Database(make_engine(_url(fresh), only_reading=True))
    try:
        with database.reading() as reader:
            metadata = MetaData()
            metadata.reflect(reader, only=lambda name, _: name not in {"alembic_version", _MANIFEST})
            return count_tables(reader, metadata, progress)
    finally:
        database.close()


def _check_manifest(fresh: Path, file: Path, progress: Progress) -> None:
    """Hold the copy of a backup against what its maker counted. A file that another program made has no manifest."""
    _check(fresh)
    with closing(sqlite3.connect(fresh)) as raw:
        try:
            rows = raw.execute(f"SELECT name, rows, checksum FROM {_MANIFEST}").fetchall()  # noqa: S608  # our own name
        except sqlite3.OperationalError:
            return
    expected = {TableCount(*row) for row in rows}
    found = set(_count(fresh, progress))
    if expected != found:
        differing = sorted({one.table for one in expected ^ found})
        raise StorageError(
            f"the backup is damaged: {', '.join(differing)} is not what was backed up",
            where=str(file),
            hint="use another backup",
        )


def _settle(fresh: Path, counts: tuple[TableCount, ...] = ()) -> None:
    """Leave one sound file on the disk, with nothing beside it; with `counts`, with a manifest."""
    with closing(sqlite3.connect(fresh, isolation_level=None)) as raw:
        raw.execute("PRAGMA journal_mode = DELETE")
        raw.execute(f"DROP TABLE IF EXISTS {_MANIFEST}")
        if counts:
            raw.execute(f"CREATE TABLE {_MANIFEST} (name TEXT PRIMARY KEY, rows INTEGER, checksum TEXT)")
            rows = [(one.table, one.rows, one.checksum) for one in counts]
            raw.executemany(f"INSERT INTO {_MANIFEST} VALUES (?, ?, ?)", rows)  # noqa: S608  # our own name
    _check(fresh)


def _check(fresh: Path) -> None:
    with closing(sqlite3.connect(fresh)) as raw:
        said = [row[0] for row in raw.execute("PRAGMA integrity_check(3)")]
        astray = raw.execute("PRAGMA foreign_key_check").fetchone()
    if said != ["ok"] or astray:
        what = said[0] if said != ["ok"] else f"a row of {astray[0]} leads nowhere"
        raise StorageError(
            f"the copy is not sound: {what}", where=str(fresh), hint="check the disk; use another backup"
        )


@contextmanager
def _errors(file: Path) -> Iterator[None]:
    """Errors of SQLite and of the file system as ours."""
    try:
        with mapped_errors(str(file)):
            yield
    except OSError as error:
        raise StorageError(
            f"the file cannot be written: {error.strerror}", where=str(file), hint="free space, or mend permissions"
        ) from error


@contextmanager
def _beside(place: Path, put: _Place) -> Iterator[Path]:
    """A file to fill; `put` gives it its place once it is whole and on the disk. A failure leaves nothing behind."""
    fresh = place.with_name(f".{place.name}.part")
    place.parent.mkdir(parents=True, exist_ok=True)
    _remove(fresh)
    try:
        yield fresh
        _sync(fresh)
        put(fresh, place)
        _sync(place.parent)
    finally:
        _remove(fresh)


def _refuse_itself(reader: Connection, file: Path) -> None:
    for _, _, live in reader.exec_driver_sql("PRAGMA database_list"):
        if live and file.samefile(live):
            raise UsageError("this is the database itself", where=str(file), hint="name another file")


def _rename(fresh: Path, place: Path) -> None:
    _remove_logs(place)
    fresh.replace(place)


def _replace(fresh: Path, place: Path) -> None:
    """Take a database's place while nobody can use it, and leave no log of the old one for the new one to read."""
    if not place.exists():
        _remove_logs(place)
        fresh.replace(place)
        return
    with closing(sqlite3.connect(place, timeout=_EXCLUSIVE_SECONDS, isolation_level=None)) as old:
        try:
            old.execute("PRAGMA locking_mode = EXCLUSIVE")
            old.execute("PRAGMA journal_mode = DELETE").fetchone()
            old.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as error:
            if "locked" in str(error):
                raise DatabaseBusy(
                    "somebody uses the database", where=str(place), hint="stop every tracker that does"
                ) from None
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
                raise
            _remove_logs(place)  # a damaged one, which is why it is replaced
        fresh.replace(place)


def _remove(file: Path) -> None:
    file.unlink(missing_ok=True)
    _remove_logs(file)


def _remove_logs(file: Path) -> None:
    for suffix in ("-wal", "-shm", "-journal"):
        file.with_name(f"{file.name}{suffix}").unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _url(file: Path) -> str:
    return f"sqlite:///{file}"
