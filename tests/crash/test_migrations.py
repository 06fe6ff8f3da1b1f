"""`kill -9` in the middle of migrations: the old schema with all its rows, or the new one; never something between."""

from __future__ import annotations

import itertools
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Boolean, Float, Integer, LargeBinary, MetaData, Table, inspect, select

from tests.crash.commands import KILLED, KILLS, Commands, Place
from tests.storage.full_world import fill
from tracker.config import bundled
from tracker.storage import Database, new_database, open_database
from tracker.storage.migrations import SCHEMA, upgrade

OLDER = sorted(script.revision for script in ScriptDirectory(str(bundled("alembic"))).walk_revisions())[:-1]
ROWS = 3
MANY, FEW = 60, 14
"""About as many statements as the first migration has, and the one of the future."""

LATER = '''
"""A migration of the future that rebuilds a full table, adds one and rewrites rows."""

import sqlalchemy as sa
from alembic import op

revision = "later"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("statement", recreate="always" if op.get_bind().dialect.name == "sqlite" else "auto") as batch:
        batch.add_column(sa.Column("note", sa.Text(), nullable=False, server_default="none"))
        batch.alter_column("quote", new_column_name="words", existing_type=sa.Text(), existing_nullable=False)
    op.create_table("later", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("words", sa.Text()))
    op.execute("INSERT INTO later (id, words) SELECT id, words FROM statement")
    op.execute("UPDATE statement SET note = text")
    with op.batch_alter_table("series") as batch:
        batch.create_index("ix_series_model", ["model"])
'''


def state(url: str) -> Any:
    """Every table with its columns, indexes and rows, and the revision."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(file_of(url))) as raw:
            # A table that is made anew has its constraints in any order.
            return sorted(sorted(line.strip(" ,") for line in words.split("\n")) for words in raw.iterdump())
    database = new_database(url)
    try:
        with database.reading() as connection:
            inspector = inspect(connection)
            found = []
            for name in sorted(inspector.get_table_names()):
                table = Table(name, MetaData(), autoload_with=connection)
                columns = [(column.name, str(column.type), column.nullable) for column in table.columns]
                indexes = sorted(str(index["name"]) for index in inspector.get_indexes(name))
                rows = sorted(map(repr, connection.execute(select(table))))
                found.append((name, columns, indexes, rows))
            return found
    finally:
        database.close()


def file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def fill_blindly(database: Database) -> None:
    """A few rows in every table, whatever its columns are."""
    with database.writing() as connection:
        metadata = MetaData()
        metadata.reflect(connection)
        for table in metadata.sorted_tables:
            if table.name != "alembic_version":
                for number in range(1, ROWS + 1):
                    row = {column.name: value(column.type, number) for column in table.columns}
                    connection.execute(table.insert().values(row))


def value(kind: Any, number: int) -> Any:
    if isinstance(kind, Boolean):
        return number % 2 == 0
    if isinstance(kind, Integer | Float):
        return number
    return b"%d" % number if isinstance(kind, LargeBinary) else str(number)


Make = Callable[[str], None]


def survives(commands: Commands, home: Path, databases: Databases, statements: int, *argv: str) -> None:
    """Kill an upgrade of old databases again and again; `URL` in its words is the database's."""
    place, chance = Place(home, databases.old()), Random(KILLS)
    wanted = KILLS if place.url.startswith("sqlite") else max(5, KILLS // 4)

    def words() -> list[str]:
        return [place.url if word == "URL" else word for word in argv]

    before, completed = state(place.url), []
    assert commands.run(place, *words()) == 0, commands.errors
    after = found = state(place.url)
    assert before != after
    while len(completed) < wanted:
        if found == after:
            place = Place(home, databases.old())
        status = commands.kill(chance, statements, 0.2, place, *words())
        assert status in (0, KILLED), commands.errors
        found = state(place.url)
        assert found in ((after,) if status == 0 else (before, after))
        if status == KILLED:
            completed.append(found == after)
    assert commands.run(place, *words()) == 0, commands.errors
    assert state(place.url) == after
    assert not all(completed)


@dataclass
class Databases:
    """Old databases, as many as are used up; of a file the first one is copied."""

    new_url: Callable[[], str]
    make: Make
    first: bytes = b""

    def old(self) -> str:
        url = self.new_url()
        if self.first:
            file_of(url).write_bytes(self.first)
            return url
        self.make(url)
        if url.startswith("sqlite"):
            with closing(sqlite3.connect(file_of(url))) as raw:
                raw.execute("PRAGMA journal_mode = DELETE")
            self.first = file_of(url).read_bytes()
        return url


def empty(_url: str) -> None:
    pass


def at(old: str) -> Make:
    def make(url: str) -> None:
        database = new_database(url)
        with database.migrating() as connection:
            upgrade(connection, to=old)
        fill_blindly(database)
        database.close()

    return make


def today(url: str) -> None:
    database = open_database(url)
    fill(database)
    database.close()


@pytest.mark.timeout(120 + 4 * KILLS)
@pytest.mark.parametrize("old", ["", *OLDER])
def test_an_upgrade_that_is_killed_is_as_if_it_had_not_begun(commands, home, empty_url, old):
    survives(commands, home, Databases(empty_url, at(old) if old else empty), MANY if not old else 4, "db", "upgrade")


@pytest.mark.timeout(120 + 4 * KILLS)
def test_so_is_one_that_rebuilds_a_full_table(commands, tmp_path, home, empty_url):
    scripts = tmp_path / "alembic"
    shutil.copytree(bundled("alembic"), scripts, ignore=shutil.ignore_patterns("__pycache__"))
    (scripts / "versions" / "later.py").write_text(LATER.replace("{head}", SCHEMA))
    survives(commands, home, Databases(empty_url, today), FEW, "migrate", str(scripts), "URL")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request, tmp_path):
    """Gives the URLs of empty databases."""
    if request.param == "postgresql":
        return request.getfixturevalue("cluster").database
    numbers = itertools.count()
    return lambda: f"sqlite:///{tmp_path / f'{next(numbers)}.sqlite3'}"
