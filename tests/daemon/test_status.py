"""How each source stands, as the status commands show it."""

from __future__ import annotations

from datetime import timedelta

from tests.daemon.fakes import NOON, source
from tracker.daemon.status import silences_of, statuses_of
from tracker.domain.outcomes import Outcome
from tracker.domain.schedule import HostState, SourceState

STATES = {
    "good": SourceState("good", NOON, NOON + timedelta(hours=1), 0.5, 0, 0, Outcome.CHANGED, "", NOON, NOON, NOON),
    "bad": SourceState("bad", NOON, NOON, 1.0, 3, 0, Outcome.HTTP_ERROR, "HTTP 503", NOON),
    "off": SourceState("off", NOON, NOON, 1.0, 0, 0, Outcome.UNCHANGED, "", NOON, NOON),
}
HOSTS = {"bad.example": HostState("bad.example", NOON + timedelta(minutes=5), 3)}


def test_each_source_says_how_it_stands():
    configured = [source(name) for name in ("good", "bad", "off", "new")]
    rows = {row.source.name: row for row in statuses_of(configured, STATES, HOSTS, {"off": "no credentials"}, NOON)}
    assert {name: row.word for name, row in rows.items()} == {
        "good": "ok",
        "bad": "failing",
        "off": "skipped",
        "new": "new",
    }
    assert (rows["good"].every_seconds, rows["good"].changed_at) == (1800.0, NOON)
    assert (rows["bad"].error_streak, rows["bad"].detail) == (3, "HTTP 503")
    assert (rows["bad"].host_pause, rows["good"].host_pause) == (NOON + timedelta(minutes=5), None)
    assert (rows["off"].skipped, rows["off"].next_check_at) == ("no credentials", None)


def test_only_sources_that_were_looked_at_can_be_silent():
    watched = silences_of([source("bad").source(), source("new").source()], STATES)
    assert [(each.source, each.answered_at, each.detail) for each in watched] == [("bad", None, "HTTP 503")]
