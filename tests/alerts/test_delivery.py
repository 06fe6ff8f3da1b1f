"""Delivery: nothing lost, nothing doubled without the same id, each channel on its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.alerts.fakes import NOON, FakeChannel, FakeClock, FakeOutbox, change, rules
from tracker.alerts.delivery import Route, deliver_pending
from tracker.alerts.policy import Policy, read_policy
from tracker.config import ChannelSettings
from tracker.domain.errors import ConfigError

CALM = Policy(per_hour=10_000)


def outbox(count: int, *channels: str) -> FakeOutbox:
    box = FakeOutbox()
    add(box, range(count), *channels)
    return box


def add(box: FakeOutbox, numbers, *channels: str, at: datetime = NOON) -> None:
    changes = [change(new=str(number), document=f"d{number}") for number in numbers]
    box.put(rules({"channels": channels or ("team",)}).announce(changes), at, changes)


def told(*channels: FakeChannel) -> list[str]:
    return [entry.id for channel in channels for message in channel.messages for entry in message.entries]


def test_each_alert_is_sent_once():
    box, team, clock = outbox(3), FakeChannel(), FakeClock()
    routes = {"team": Route(team, CALM)}
    assert deliver_pending(box, routes, clock).messages == 3
    assert deliver_pending(box, routes, clock).messages == 0
    assert [message.id for message in team.messages] == list(box.rows)
    assert team.messages[0].changes[0].model == "Llama 3.1 70B Instruct"


def test_only_the_channel_that_failed_is_tried_again():
    box, clock = outbox(1, "team", "mail"), FakeClock()
    team, mail = FakeChannel(), FakeChannel(refuse=1)
    routes = {"team": Route(team, CALM), "mail": Route(mail, CALM)}
    report = deliver_pending(box, routes, clock)
    assert (report.channels["team"].messages, report.channels["mail"].failed) == (1, 1)
    assert deliver_pending(box, routes, clock).messages == 0
    clock.sleep(30)
    assert deliver_pending(box, routes, clock).messages == 1
    assert (team.tries, mail.tries) == (1, 2)


def test_a_channel_that_raises_something_else_does_not_stop_the_others():
    class Faulty:
        def deliver(self, message):
            raise ZeroDivisionError

    box, team = outbox(1, "mail", "team"), FakeChannel()
    report = deliver_pending(box, {"mail": Route(Faulty()), "team": Route(team)}, FakeClock())
    assert report.channels["mail"].failed == 1
    assert len(team.messages) == 1
    assert "ZeroDivisionError" in next(iter(box.rows.values())).error


def test_a_burst_becomes_one_digest_under_one_id_that_survives_a_refusal():
    box, team, clock = outbox(1000), FakeChannel(refuse=1), FakeClock()
    routes = {"team": Route(team, CALM)}
    deliver_pending(box, routes, clock)
    bundled = {row.message for row in box.rows.values()}
    add(box, range(1000, 1003))
    clock.sleep(60)
    deliver_pending(box, routes, clock)
    deliver_pending(box, routes, clock)
    assert [len(message.entries) for message in team.messages] == [1000, 1, 1, 1]
    assert {team.messages[0].id} == bundled
    assert team.messages[0].subject == "1000 alerts: Llama 3.1 70B Instruct"


def test_a_crash_between_sending_and_marking_repeats_the_same_id():
    class Crash(Exception):
        pass

    class ForgetfulOutbox(FakeOutbox):
        crash = True

        def delivered(self, ids, now):
            if self.crash:
                self.crash = False
                raise Crash
            super().delivered(ids, now)

    box, team = ForgetfulOutbox(), FakeChannel()
    add(box, range(20))
    with pytest.raises(Crash):
        deliver_pending(box, {"team": Route(team)}, FakeClock())
    add(box, range(20, 40))
    deliver_pending(box, {"team": Route(team)}, FakeClock())
    first, second, third = team.messages
    assert first.id == second.id != third.id
    assert set(told(team)) == set(box.rows)


def test_a_channel_that_is_down_for_a_day_loses_nothing_and_catches_up_in_digests():
    box, team, clock = FakeOutbox(), FakeChannel(), FakeClock()
    team.down = True
    for minute in range(24 * 60):
        if minute % 10 == 0:
            add(box, [minute], at=clock.at)
        deliver_pending(box, {"team": Route(team)}, clock)
        clock.sleep(60)
    team.down = False
    for _ in range(70):
        deliver_pending(box, {"team": Route(team)}, clock)
        clock.sleep(60)
    assert sorted(told(team)) == sorted(box.rows)
    assert len(box.rows) == 144
    assert len(team.messages) < 36


def test_after_the_last_attempt_an_alert_is_a_visible_dead_letter():
    box, team, clock = outbox(1), FakeChannel(), FakeClock()
    team.down = True
    dead = 0
    for _ in range(20):
        dead += deliver_pending(box, {"team": Route(team, Policy(attempts=3))}, clock).channels["team"].dead
        clock.sleep(3600)
    row = next(iter(box.rows.values()))
    assert (dead, team.tries, row.dead, row.attempts) == (1, 3, True, 3)
    assert "the receiver is down" in row.error


def test_a_message_that_is_always_refused_does_not_hold_up_the_others():
    class Picky(FakeChannel):
        def deliver(self, message):
            self.down = message.id == poison
            super().deliver(message)

    box, team, clock = outbox(5), Picky(), FakeClock()
    poison = next(iter(box.rows))
    for _ in range(60):
        deliver_pending(box, {"team": Route(team)}, clock)
        clock.sleep(5)
    assert len(team.messages) == 4
    assert not any(row.dead for row in box.rows.values() if row.entry.id != poison)


def test_the_rate_is_held_and_the_rest_follows_as_a_digest():
    box, team, clock = FakeOutbox(), FakeChannel(), FakeClock()
    routes = {"team": Route(team, Policy(burst=5, per_hour=10))}
    for number in range(100):
        add(box, [number], at=clock.at)
        deliver_pending(box, routes, clock)
        clock.sleep(5)
    assert len(team.messages) == 10
    clock.sleep(3600)
    deliver_pending(box, routes, clock)
    assert len(team.messages) == 11
    assert sorted(told(team)) == sorted(box.rows)


def test_a_daily_digest_holds_what_came_since_the_last_one():
    daily = read_policy(ChannelSettings(name="team", kind="terminal", options={"every": "24h"}))
    box, team, clock = FakeOutbox(), FakeChannel(), FakeClock()
    for hour in range(72):
        add(box, [hour], at=clock.at)
        deliver_pending(box, {"team": Route(team, daily)}, clock)
        clock.sleep(3600)
    assert [len(message.entries) for message in team.messages] == [1, 25, 25]


def test_quiet_hours_hold_messages_in_the_readers_zone():
    night = read_policy(
        ChannelSettings(name="team", kind="terminal", options={"quiet": "22:00-07:00", "timezone": "Europe/Berlin"})
    )
    team, box = FakeChannel(), outbox(1)
    for hour, held in ((19, ""), (20, "quiet"), (23, "quiet"), (4, "quiet"), (5, "")):
        clock = FakeClock(datetime(2024, 7, 24, hour, 30, tzinfo=UTC))
        report = deliver_pending(box, {"team": Route(team, night)}, clock)
        assert report.channels["team"].held == held
        add(box, [hour + 1000])
    assert len(team.messages) == 2 + 3


def test_quiet_hours_keep_to_the_readers_clock_when_it_changes():
    policy = read_policy(
        ChannelSettings(name="team", kind="terminal", options={"quiet": "02:00-03:00", "timezone": "Europe/Berlin"})
    )
    assert policy.quiet is not None

    def held(day: datetime) -> list[str]:
        minutes = [day + timedelta(minutes=30 * step) for step in range(8)]
        return [f"{minute:%H:%M}" for minute in minutes if policy.quiet.hold(minute)]

    assert held(datetime(2024, 3, 30, tzinfo=UTC)) == ["01:00", "01:30"]
    assert held(datetime(2024, 3, 31, tzinfo=UTC)) == [], "in that night there is no such hour"
    assert held(datetime(2024, 10, 27, tzinfo=UTC)) == ["00:00", "00:30", "01:00", "01:30"], "there are two of them"


def test_a_daemon_that_stops_ends_after_the_message_at_hand():
    box, team = outbox(5), FakeChannel()
    deliver_pending(box, {"team": Route(team)}, FakeClock(), stop=lambda: len(team.messages) >= 2)
    assert len(team.messages) == 2
    assert len(box.sent) == 2


def test_waits_double_to_an_hour_and_last_longer_than_a_day():
    policy, now, waits = Policy(), NOON, []
    for attempts in range(1, policy.attempts):
        at = policy.retry_at(now, attempts)
        assert at is not None
        waits.append(at - now)
    assert waits[:4] == [timedelta(seconds=30 * 2**step) for step in range(4)]
    assert max(waits) == timedelta(hours=1)
    assert sum(waits, timedelta()) > timedelta(hours=36)
    assert policy.retry_at(now, policy.attempts) is None
    assert policy.retry_at(now, 1, asked_seconds=600) == now + timedelta(minutes=10)
    assert policy.retry_at(now, 1, asked_seconds=1e18) == now + timedelta(hours=24)
    assert policy.retry_at(now, 1, asked_seconds=-5) == now + timedelta(seconds=30)


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"burst": 0}, "burst"),
        ({"per_hour": "many"}, "per_hour"),
        ({"attempts": True}, "attempts"),
        ({"every": "day"}, "every"),
        ({"quiet": "at night"}, "quiet"),
        ({"quiet": "22:00-07:00", "timezone": "Mars/Base"}, "timezone"),
        ({"quiet": "22:00-07:00", "timezone": "../etc/passwd"}, "timezone"),
    ],
)
def test_a_malformed_policy_is_refused(options, word):
    with pytest.raises(ConfigError, match=word):
        read_policy(ChannelSettings(name="team", kind="terminal", options=options))
