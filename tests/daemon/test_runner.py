"""The runner: what is due is looked at, once, on one host at a time, and planned anew."""

from __future__ import annotations

import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from tests.daemon.fakes import NOON, FakeClock, FakeParts, FakeSchedule, settings, source
from tracker.daemon.ports import Run
from tracker.daemon.runner import Runner
from tracker.domain.errors import SourceError
from tracker.domain.outcomes import Outcome
from tracker.domain.schedule import SourceState


@pytest.fixture
def run():
    """Makes runners that are closed at the end."""
    made: list[Runner] = []

    def make(parts: FakeParts, clock: FakeClock | None = None) -> Runner:
        made.append(Runner(parts, clock or FakeClock()))
        return made[-1]

    yield make
    for runner in made:
        runner.close()


def test_what_is_due_is_looked_at_and_planned_again(run):
    parts, clock = FakeParts(settings(source("a"), source("b"))), FakeClock()
    runner = run(parts, clock)
    assert runner.run_due() == 2
    assert runner.run_due() == 0
    assert parts.schedule.rows["a"].next_check_at == NOON + timedelta(hours=1)
    clock.sleep(3600)
    assert runner.run_due() == 2
    assert Counter(parts.looks) == {"a": 2, "b": 2}


def test_the_schedule_outlives_the_process(run):
    parts = FakeParts(settings(source("a")))
    run(parts).run_due()
    again = FakeParts(settings(source("a")), schedule=parts.schedule)
    assert run(again).run_due() == 0


def test_what_a_host_asked_for_outlives_the_process_and_holds_for_its_other_sources(run):
    pair = settings(source("a", "https://h.example/a"), source("b", "https://h.example/b"))
    limited = FakeParts(pair, answer=lambda _s, _t: Run(Outcome.RATE_LIMITED, retry_after_seconds=900))
    assert run(limited).run_due() == 1
    clock = FakeClock()
    later = run(FakeParts(pair, schedule=limited.schedule), clock)
    assert later.run_due() == 0
    clock.sleep(900)
    assert later.run_due() == 1


def test_sources_that_cannot_be_looked_at_are_named_with_the_reason(run):
    parts = FakeParts(settings(source("a", enabled=False), source("b"), source("c")), skip={"b": "no credentials"})
    runner = run(parts)
    assert runner.skipped == {"a": "it is switched off (enabled = false)", "b": "no credentials"}
    runner.run_due()
    assert parts.looks == ["c"]


def test_one_host_gets_one_look_at_a_time(run):
    at_work, worst, lock = Counter(), Counter(), threading.Lock()
    gate = threading.Barrier(2, timeout=30)

    def answer(looked, _stop):
        host = looked.address.split("/")[2]
        with lock:
            at_work[host] += 1
            worst[host] = max(worst[host], at_work[host])
        gate.wait()
        with lock:
            at_work[host] -= 1
        return Run(Outcome.UNCHANGED)

    six = [source(f"{host}{n}", f"https://{host}.example/{n}") for host in "xy" for n in range(3)]
    run(FakeParts(settings(*six, workers=4), answer=answer)).run_due()
    assert worst == {"x.example": 1, "y.example": 1}


def test_a_look_that_is_still_running_is_not_started_again(run):
    release, started = threading.Event(), threading.Event()

    def answer(_source, _stop):
        started.set()
        release.wait(30)
        return Run(Outcome.UNCHANGED)

    clock, parts = FakeClock(), FakeParts(settings(source("a", interval_seconds=60)), answer=answer)
    runner = run(parts, clock)
    runner.tick()
    assert started.wait(30)
    clock.sleep(3600)
    runner.tick()
    assert runner.running == ("a",)
    release.set()
    runner.drain()
    assert parts.looks == ["a"]
    assert runner.counts.overruns == 1


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (SourceError("the repository is gone", where="a"), Outcome.HTTP_ERROR),
        (ZeroDivisionError(), Outcome.PARSE_FAILED),
    ],
)
def test_an_error_ends_one_look_and_nothing_else(run, error, outcome):
    def answer(looked, _stop):
        if looked.name == "a":
            raise error
        return Run(Outcome.CHANGED, changes=1)

    parts = FakeParts(settings(source("a"), source("b")), answer=answer)
    runner = run(parts)
    assert runner.run_due() == 2
    assert (parts.schedule.rows["a"].outcome, parts.schedule.rows["a"].error_streak) == (outcome, 1)
    assert parts.schedule.rows["b"].changed_at == NOON
    assert (runner.counts.runs, runner.counts.failures, runner.counts.changes) == (2, 1, 1)


def test_a_schedule_that_cannot_be_written_does_not_make_the_runner_spin(run):
    class FullDisk(FakeSchedule):
        full = True

        def store(self, states):
            if self.full:
                raise OSError("no space left")
            super().store(states)

    clock, schedule = FakeClock(), FullDisk()
    parts = FakeParts(settings(source("a")), schedule=schedule)
    runner = run(parts, clock)
    runner.tick()
    runner.drain()
    runner.tick()
    runner.drain()
    assert parts.looks == ["a"]
    assert schedule.rows == {}
    schedule.full = False
    clock.sleep(3600)
    runner.tick()
    runner.drain()
    assert parts.looks == ["a", "a"]
    assert schedule.rows["a"].outcome is Outcome.UNCHANGED


def test_a_stop_reaches_the_look_between_items_and_it_goes_on_next_time(run):
    started = threading.Event()

    def answer(_source, stop):
        started.set()
        items = 0
        while not stop():
            items += 1
        return Run(Outcome.CHANGED, items=items, finished=False)

    parts = FakeParts(settings(source("a"), source("b", "https://a.example/b")), answer=answer)
    runner = run(parts)
    runner.tick()
    assert started.wait(30)
    runner.close()
    assert parts.looks == ["a"]
    assert parts.schedule.rows["a"].next_check_at == NOON


def test_after_hours_of_sleep_there_is_one_catch_up_a_source_spread_out(run):
    names = [f"s{number}" for number in range(10)]
    rows = {name: SourceState(name, since=NOON, next_check_at=NOON) for name in names}
    clock = FakeClock(NOON + timedelta(hours=3))
    parts = FakeParts(settings(*map(source, names)), schedule=FakeSchedule(dict(rows)))
    runner = run(parts, clock)
    runner.tick()
    runner.drain()
    assert parts.looks == ["s0"]
    for _ in range(6):
        clock.sleep(5)
        runner.tick()
        runner.drain()
    assert Counter(parts.looks) == dict.fromkeys(names, 1)


@pytest.mark.parametrize("jump", [timedelta(days=365), timedelta(days=-365), timedelta(hours=-1)])
def test_a_clock_that_jumps_starts_no_storm_and_stops_nothing(run, jump):
    parts, clock = FakeParts(settings(*[source(f"s{number}") for number in range(5)])), FakeClock()
    runner = run(parts, clock)
    runner.run_due()
    clock.at += jump
    for _ in range(3 * 720):
        runner.tick()
        runner.drain()
        clock.sleep(5)
    looks = Counter(parts.looks)
    assert set(looks) == {f"s{number}" for number in range(5)}
    assert all(2 <= count <= 5 for count in looks.values())


@pytest.mark.parametrize("night", [datetime(2024, 3, 31, tzinfo=UTC), datetime(2024, 10, 27, tzinfo=UTC)])
def test_a_night_in_which_clocks_on_walls_change_is_like_any_other(run, monkeypatch, night):
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        clock = FakeClock(night)
        parts = FakeParts(settings(source("a", interval_seconds=3600), slowest_factor=1))
        runner = run(parts, clock)
        for _ in range(6 * 720):
            runner.tick()
            runner.drain()
            clock.sleep(5)
    finally:
        monkeypatch.undo()
        time.tzset()
    assert len(parts.looks) == 6


def test_thousands_of_sources_are_looked_at_once_each(run):
    many = [source(f"s{number}", f"https://h{number % 100}.example/{number}") for number in range(3000)]
    parts = FakeParts(settings(*many, workers=8))
    assert run(parts).run_due() == 3000
    assert len(set(parts.looks)) == 3000


def test_plans_of_uneventful_looks_are_written_together_and_others_at_once(run):
    class Counting(FakeSchedule):
        writes = 0

        def store(self, states):
            self.writes += bool(states)
            super().store(states)

    answers = {"bad": Run(Outcome.HTTP_ERROR), "new": Run(Outcome.CHANGED, changes=1)}
    schedule = Counting()
    names = ["bad", "new", *(f"s{number}" for number in range(20))]
    parts = FakeParts(
        settings(*map(source, names)),
        schedule=schedule,
        answer=lambda looked, _stop: answers.get(looked.name, Run(Outcome.UNCHANGED)),
    )
    run(parts).run_due()
    assert schedule.writes == 3
    assert set(schedule.rows) == set(names)
