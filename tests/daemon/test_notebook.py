"""Quiet looks are noted and written together; whatever is news goes through the pipeline, with all that came before it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.daemon.fakes import NOON, FakeClock, source
from tracker.daemon.notebook import Collected, Notebook, SharedNotes
from tracker.domain.errors import SourceError
from tracker.domain.history import Cause
from tracker.domain.outcomes import Outcome
from tracker.domain.schedule import SourceState
from tracker.domain.sources import Authority, Cursor, Item, Miss
from tracker.names import Names
from tracker.storage import open_database

PAGE = source("a").source()
NOTHING_NEW = Miss("a", "doc", Outcome.NOT_MODIFIED)
ITEM = Item("a", "doc", b"x", "text/html", NOON, Authority.FETCHED, NOON)


class Scripted:
    """A collector that yields what it was given, or raises it."""

    def __init__(self, *script) -> None:
        self.script = script
        self.asked: list[Cursor | None] = []

    def collect(self, _source, cursor):
        self.asked.append(cursor)
        for each in self.script:
            if isinstance(each, Exception):
                raise each
            yield each


def cursor(number: int) -> Cursor:
    return Cursor({"polls": str(number)})


@pytest.mark.parametrize(
    ("script", "quiet"),
    [
        ((NOTHING_NEW, cursor(1)), True),
        ((NOTHING_NEW, NOTHING_NEW, cursor(1), cursor(2)), True),
        ((NOTHING_NEW, ITEM, cursor(1)), False),
        ((ITEM, cursor(1)), False),
        ((Miss("a", "doc", Outcome.HTTP_ERROR),), False),
        ((Miss("a", "doc", Outcome.UNCHANGED), cursor(1)), False),
        ((), False),
    ],
)
def test_only_what_is_not_modified_is_quiet_and_the_pipeline_gets_all_in_order(script, quiet):
    collected = Collected(Scripted(*script), PAGE, None)
    assert collected.quiet is quiet
    assert list(collected.collect(PAGE, None)) == list(script)


def test_a_source_that_breaks_off_breaks_off_in_the_pipeline():
    collected = Collected(Scripted(NOTHING_NEW, SourceError("the listing ended")), PAGE, None)
    assert not collected.quiet
    stream = collected.collect(PAGE, None)
    assert next(stream) == NOTHING_NEW
    with pytest.raises(SourceError, match="ended"):
        next(stream)


@pytest.fixture
def database(database_url):
    opened = open_database(database_url)
    with opened.recording(Names.bundled(), Cause.LIVE, NOON) as recording:
        recording.missed(PAGE, NOTHING_NEW)
        recording.finish(lambda _changes: ())
    yield opened
    opened.close()


@pytest.fixture
def notebook(database):
    return Notebook(database, FakeClock())


def test_the_first_quiet_look_is_recorded_in_full_the_next_ones_are_noted(notebook, database):
    assert not notebook.note(PAGE, cursor(1))
    notebook.forget(PAGE, quiet=True)
    assert notebook.note(PAGE, cursor(2))
    assert notebook.note(PAGE, cursor(3))
    assert notebook.cursor(PAGE) == cursor(3)
    assert database.queries().cursor("a") is None
    notebook.write()
    assert database.queries().cursor("a") == cursor(3)


def test_news_makes_what_was_noted_out_of_date(notebook, database):
    notebook.forget(PAGE, quiet=True)
    notebook.note(PAGE, cursor(2))
    notebook.forget(PAGE, quiet=False)
    notebook.write()
    assert database.queries().cursor("a") is None
    assert notebook.cursor(PAGE) is None
    assert not notebook.note(PAGE, cursor(3))


def test_a_cursor_that_was_there_is_replaced(notebook, database):
    notebook.forget(PAGE, quiet=True)
    for number in (2, 3):
        notebook.note(PAGE, cursor(number))
        notebook.write()
        assert database.queries().cursor("a") == cursor(number)


def test_notes_that_workers_share_stand_in_the_database(database):
    notes, other = SharedNotes(database, FakeClock()), SharedNotes(database, FakeClock())
    assert not notes.note(PAGE, cursor(1))  # never looked at: recorded in full
    state = SourceState(PAGE.name, NOON, outcome=Outcome.NOT_MODIFIED)
    database.schedule().store([state])
    assert notes.note(PAGE, cursor(2))
    assert other.cursor(PAGE) == cursor(2)
    assert other.note(PAGE, cursor(3))
    assert notes.note(PAGE, None)
    assert notes.cursor(PAGE) == cursor(3)
    database.schedule().store([replace(state, outcome=Outcome.HTTP_ERROR)])
    notes.forget(PAGE, quiet=True)
    notes.write()
    assert not notes.note(PAGE, cursor(4))  # it ends a streak of errors
    assert notes.cursor(PAGE) == cursor(3)
