"""Migrations and tables agree; a database of the future is refused."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.postgres import Cluster
from tests.storage.schema_check import differences
from tracker.domain.errors import DatabaseNewer, StorageError
from tracker.storage import open_database


def test_migrations_make_the_tables(tmp_path: Path) -> None:
    assert differences(f"sqlite:///{tmp_path / 'schema.sqlite3'}") == ""


def test_migrations_make_the_tables_on_postgresql(cluster: Cluster) -> None:
    url = cluster.database()
    assert differences(url) == ""
    cluster.drop(url)


def test_opening_twice_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "tracker.sqlite3"
    open_database(f"sqlite:///{path}").close()
    before = path.read_bytes()
    open_database(f"sqlite:///{path}").close()
    assert path.read_bytes() == before


def test_a_newer_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "tracker.sqlite3"
    open_database(f"sqlite:///{path}").close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999_from_the_future'")
    connection.close()
    with pytest.raises(DatabaseNewer, match="newer") as refused:
        open_database(f"sqlite:///{path}")
    assert refused.value.exit_code == 4
    assert refused.value.hint


def test_a_file_that_is_no_database_is_a_plain_error(tmp_path: Path) -> None:
    path = tmp_path / "tracker.sqlite3"
    path.write_bytes(b"a leaked table, not a database" * 200)
    with pytest.raises(StorageError):
        open_database(f"sqlite:///{path}")
