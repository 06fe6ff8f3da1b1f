"""A whole database in another one: nothing missing, nothing changed, and all of it or nothing."""

from __future__ import annotations

import itertools
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import text

from tests.storage.full_world import fill, sizes
from tests.storage.worlds import DAY, NOW, Seen, claim, contents, record
from tracker.domain.errors import DatabaseNewer, DatabaseOlder, StorageError, UsageError
from tracker.storage import copy_database, new_database, open_database, open_source
from tracker.storage.copying import BATCH, Tally

KINDS = ("sqlite", "postgresql")
WAYS = list(itertools.product(KINDS, KINDS))


@pytest.fixture
def make(request, tmp_path):
    """`make("postgresql")` gives the URL of an empty database."""
    numbers = itertools.count()

    def made(kind: str) -> str:
        if kind == "postgresql":
            return request.getfixturevalue("cluster").database()
        return f"sqlite:///{tmp_path / f'{next(numbers)}.sqlite3'}"

    return made


@pytest.fixture
def opened():
    held = []

    def keep(database):
        held.append(database)
        return database

    yield keep
    for database in held:
        database.close()


@pytest.mark.parametrize(("origin", "place"), WAYS, ids=lambda kind: kind)
def test_every_row_arrives_and_the_copy_goes_on(make, opened, origin, place):
    source = opened(open_database(make(origin)))
    fill(source, BATCH + 20)
    assert min(sizes(source).values()) > 0, "fill() has to put rows into every table"
    there = make(place)
    seen = []
    target = opened(new_database(there))
    counts = copy_database(source, target, lambda what, done, total: seen.append((what, done, total)))
    assert {one.table: one.rows for one in counts} == sizes(source) == sizes(target)
    assert seen[-1][1] == seen[-1][2]
    assert [done for _, done, _ in seen] == sorted(done for _, done, _ in seen)
    assert contents(target) == contents(source)
    assert target.queries().sources() == source.queries().sources()
    assert target.queries().proof(target.queries().scores()[0].claim) is not None
    assert list(target.schedule().sources().values()) == list(source.schedule().sources().values())
    assert target.outbox().due("c", NOW) == source.outbox().due("c", NOW)
    for database in (source, target):  # numbers of new rows do not run into those of the copied ones
        record(database, Seen(2, (claim("Gamma"),)), now=NOW + 3 * DAY)
    assert contents(target) == contents(source)
    again = opened(open_source(there))
    assert sizes(again) == sizes(source)


def test_a_target_that_holds_anything_is_refused_untouched(make, opened, url):
    source, target = opened(open_database(make("sqlite"))), opened(open_database(url))
    record(source, Seen(0, (claim(),)))
    record(target, Seen(0, (claim("Beta"),)))
    before = sizes(target), contents(target)
    with pytest.raises(UsageError, match="not empty") as refused:
        copy_database(source, target)
    assert refused.value.exit_code == 2
    assert (sizes(target), contents(target)) == before


@pytest.mark.parametrize("kind", KINDS)
def test_tables_of_somebody_else_are_refused(make, opened, kind):
    source, target = opened(open_database(make("sqlite"))), opened(new_database(make(kind)))
    with target.writing() as connection:
        connection.execute(text("CREATE TABLE document (id INTEGER)"))
    with pytest.raises(UsageError, match="document"):
        copy_database(source, target)


@pytest.mark.parametrize(("revision", "error"), [("9999", DatabaseNewer), ("0000", DatabaseOlder)])
def test_another_schema_is_refused_on_both_sides(make, opened, url, revision, error):
    other = opened(open_database(url))
    with other.writing() as connection:
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{revision}'"))
    with pytest.raises(error):
        copy_database(opened(open_database(make("sqlite"))), other)
    with pytest.raises(error):
        open_source(url)


def test_a_source_is_only_read(tmp_path, opened):
    file = tmp_path / "tracker.sqlite3"
    opened(open_database(f"sqlite:///{file}")).close()
    with closing(sqlite3.connect(file)) as raw:
        raw.execute("PRAGMA journal_mode = DELETE")
    before = file.read_bytes()
    source = opened(open_source(f"sqlite:///{file}"))
    with pytest.raises(StorageError), source.writing() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
    source.close()
    assert file.read_bytes() == before
    for missing in (tmp_path / "nowhere.sqlite3", tmp_path / "no" / "where.sqlite3"):
        with pytest.raises(StorageError, match="no such database"):
            open_source(f"sqlite:///{missing}")
        assert not missing.exists()
    (tmp_path / "empty.sqlite3").touch()
    with pytest.raises(StorageError, match="no database of scoretrail"):
        open_source(f"sqlite:///{tmp_path / 'empty.sqlite3'}")


@pytest.mark.parametrize("place", KINDS)
def test_what_is_recorded_meanwhile_is_not_half_copied(make, opened, url, place):
    source, target = opened(open_database(url)), opened(new_database(make(place)))
    fill(source)
    before, late = sizes(source), []

    def show(_what, _done, _total):
        if not late:
            late.append(record(source, Seen(2, (claim("Gamma"),)), now=NOW + 3 * DAY))

    if source.dialect == "sqlite" or place == "sqlite":  # PostgreSQL has one writers' lock a database
        copy_database(source, target, show)
        assert late
    else:
        copy_database(source, target, show)
    assert sizes(target) == before
    assert sizes(source)["change"] > before["change"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_copy_that_breaks_off_leaves_nothing(make, opened, kind):
    source, target = opened(open_database(make("sqlite"))), opened(new_database(make(kind)))
    fill(source)

    def break_off(what, _done, _total):
        if what == "change":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy_database(source, target, break_off)
    with target.reading() as connection:
        assert not connection.dialect.has_table(connection, "alembic_version")
    copy_database(source, target)
    assert sizes(target) == sizes(source)


def test_a_row_that_did_not_arrive_as_it_was_takes_all_of_it_back(make, opened, url):
    """A trigger plays the faulty memory: it changes one value on its way into the table."""
    source, target = opened(open_database(make("sqlite"))), opened(open_database(url))
    fill(source)
    with target.writing() as connection:
        if target.dialect == "sqlite":
            spoil = (
                "CREATE TRIGGER spoil AFTER INSERT ON statement WHEN NEW.id = 7"
                " BEGIN UPDATE statement SET text = '99.9' WHERE id = 7; END"
            )
        else:
            connection.execute(
                text(
                    "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS"
                    " $$ BEGIN IF NEW.id = 7 THEN NEW.text := '99.9'; END IF; RETURN NEW; END $$"
                )
            )
            spoil = "CREATE TRIGGER spoil BEFORE INSERT ON statement FOR EACH ROW EXECUTE FUNCTION spoil()"
        connection.execute(text(spoil))
    with pytest.raises(StorageError, match="statement did not arrive"):
        copy_database(source, target)
    assert set(sizes(target).values()) == {0}


def test_replacing_empties_the_target_first(make, opened, url):
    source, target = opened(open_database(make("sqlite"))), opened(open_database(url))
    record(source, Seen(0, (claim(),)))
    fill(target)
    copy_database(source, target, replace=True)
    assert sizes(target) == sizes(source)
    assert contents(target) == contents(source)


def test_the_checksum_sees_values_doubles_and_kinds_and_no_order():
    def checksum(*rows):
        tally = Tally()
        tally.add(rows)
        return tally.count("t")

    one, two = (1, "a", None), (2, "b", 0.5)
    assert checksum(one, two) == checksum(two, one)
    different = {
        checksum(one),
        checksum(one, one),
        checksum(one, one, one),
        checksum((1, "a", "")),
        checksum((1, b"a", None)),
    }
    assert len(different) == 5
