"""The outbox's contract, held by both databases and by the fake that other rooms test with."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.alerts.fakes import NOON, FakeOutbox
from tracker.domain.outbox import OutboxEntry
from tracker.storage import open_database

MINUTE = timedelta(minutes=1)


@pytest.fixture(params=["fake", "sqlite", "postgresql"])
def outbox(request):
    if request.param == "fake":
        yield FakeOutbox()
        return
    cluster = request.getfixturevalue("cluster") if request.param == "postgresql" else None
    folder = request.getfixturevalue("tmp_path")
    url = cluster.migrated() if cluster else f"sqlite:///{folder / 'tracker.sqlite3'}"
    database = open_database(url)
    yield database.outbox()
    database.close()
    if cluster:
        cluster.drop(url)


def entry(number: int, channel: str = "team") -> OutboxEntry:
    return OutboxEntry(f"{channel}-{number}", "rule", channel, f"subject {number}", "body")


def due(outbox, channel="team", at=NOON, **more) -> list[str]:
    return [pending.entry.id for pending in outbox.due(channel, at, **more)]


def test_entries_come_in_the_order_in_which_they_were_put_and_only_once(outbox):
    assert outbox.put([entry(2), entry(1), entry(1, "mail")], NOON) == 3
    assert outbox.put([entry(1), entry(3)], NOON + MINUTE) == 1
    assert due(outbox) == ["team-2", "team-1", "team-3"]
    assert due(outbox, limit=2) == ["team-2", "team-1"]
    assert due(outbox, "mail") == ["mail-1"]
    [first, *_] = outbox.due("team", NOON)
    assert (first.entry, first.created_at, first.attempts, first.dead) == (entry(2), NOON, 0, False)


def test_what_was_delivered_is_not_due_again_even_when_it_is_put_again(outbox):
    outbox.put([entry(1), entry(2)], NOON)
    outbox.delivered(["team-1"], NOON)
    outbox.put([entry(1)], NOON)
    assert due(outbox) == ["team-2"]


def test_a_failure_puts_off_until_its_time_and_the_last_one_buries(outbox):
    outbox.put([entry(1), entry(2)], NOON)
    outbox.failed(["team-1"], "HTTP 503", NOON, NOON + MINUTE)
    assert due(outbox, at=NOON + MINUTE - timedelta(microseconds=1)) == ["team-2"]
    assert due(outbox, at=NOON + MINUTE) == ["team-1", "team-2"]
    outbox.failed(["team-1"], "HTTP 410", NOON, None)
    assert due(outbox, at=NOON + timedelta(days=9)) == ["team-2"]
    assert {(tally.channel, tally.state, tally.count) for tally in outbox.tallies()} == {
        ("team", "dead", 1),
        ("team", "pending", 1),
    }


def test_a_channel_that_is_back_gets_what_was_put_off(outbox):
    outbox.put([entry(1), entry(1, "mail")], NOON)
    for channel in ("team", "mail"):
        outbox.failed([f"{channel}-1"], "refused", NOON, NOON + MINUTE)
    outbox.wake("team", NOON)
    assert (due(outbox), due(outbox, "mail")) == (["team-1"], [])


def test_a_digest_counts_as_one_message(outbox):
    outbox.put([entry(number) for number in range(5)], NOON)
    outbox.bundle(["team-0", "team-1", "team-2"], "digest")
    assert [pending.message for pending in outbox.due("team", NOON)] == ["digest"] * 3 + [None] * 2
    outbox.delivered(["team-0", "team-1", "team-2"], NOON)
    outbox.delivered(["team-3"], NOON + MINUTE)
    assert outbox.messages_since("team", NOON) == 2
    assert outbox.messages_since("team", NOON + MINUTE) == 1
    assert outbox.messages_since("mail", NOON) == 0


def test_dead_letters_are_revived_with_all_attempts_before_them(database):
    outbox = database.outbox()
    outbox.put([entry(1), entry(2)], NOON)
    outbox.failed(["team-1", "team-2"], "HTTP 410", NOON, None)
    assert outbox.revive(["team-1"]) == 1
    assert [(pending.entry.id, pending.attempts) for pending in outbox.due("team", NOON)] == [("team-1", 0)]
    assert outbox.revive() == 1
    assert outbox.counts() == {"pending": 2}


def test_more_entries_than_one_statement_takes(database):
    outbox = database.outbox()
    many = [entry(number) for number in range(1_201)]
    assert outbox.put(many, NOON) == 1_201
    assert outbox.put([*many, entry(1_201)], NOON) == 1
    outbox.delivered([each.id for each in many], NOON)
    assert due(outbox) == ["team-1201"]
