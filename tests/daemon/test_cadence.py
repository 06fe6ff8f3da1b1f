"""When a source is looked at next."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.daemon.fakes import NOON, source
from tracker.config import ScheduleSettings
from tracker.daemon.cadence import due, host_of, plan, plan_host, spread
from tracker.daemon.ports import Run
from tracker.domain.outcomes import Outcome
from tracker.domain.schedule import HostState, SourceState

BOUNDS = ScheduleSettings(jitter=0.0, fastest_factor=0.5, slowest_factor=8.0)
HOURLY = source("a", interval_seconds=3600).source()
NEW = SourceState("a", since=NOON)
CHANGED = Run(Outcome.CHANGED, items=1, changes=2)
UNCHANGED = Run(Outcome.NOT_MODIFIED)
FAILED = Run(Outcome.HTTP_ERROR, detail="HTTP 500")


def hours(state: SourceState) -> float:
    assert state.next_check_at is not None
    return (state.next_check_at - NOON).total_seconds() / 3600


def after(*runs: Run, state: SourceState = NEW) -> SourceState:
    for run in runs:
        state = plan(state, HOURLY, run, BOUNDS, NOON, 0.5)
    return state


def test_a_source_that_changes_is_looked_at_more_often_within_the_bound():
    assert [hours(after(*[CHANGED] * count)) for count in (1, 2, 9)] == [0.5, 0.5, 0.5]


def test_a_stable_source_is_looked_at_less_within_the_bound():
    waits = [hours(after(*[UNCHANGED] * count)) for count in range(1, 30)]
    assert waits[0] == 1.0
    assert waits == sorted(waits)
    assert waits[-1] == 8.0


def test_a_change_makes_a_slow_source_quick_again():
    slow = after(*[UNCHANGED] * 30)
    assert hours(after(CHANGED, state=slow)) == 4.0
    assert after(CHANGED, state=slow).changed_at == NOON


def test_a_failing_source_backs_off_to_a_day_and_recovers_at_once():
    assert [hours(after(*[FAILED] * count)) for count in (1, 2, 3, 4, 5, 6, 60)] == [1, 2, 4, 8, 16, 24, 24]
    recovered = after(FAILED, FAILED, FAILED, UNCHANGED)
    assert (recovered.error_streak, hours(recovered)) == (0, 1.0)
    assert after(FAILED).answered_at is None
    assert after(UNCHANGED, FAILED).answered_at == NOON


def test_a_weekly_source_is_never_looked_at_more_often_because_it_fails():
    weekly = source("a", interval_seconds=7 * 86400).source()
    assert hours(plan(NEW, weekly, FAILED, BOUNDS, NOON, 0.5)) == 7 * 24


@pytest.mark.parametrize(("asked", "waited"), [(7200.0, 2.0), (60.0, 1.0), (1e18, 24.0), (-5.0, 1.0), (None, 1.0)])
def test_what_a_server_asks_for_is_kept_within_a_day(asked, waited):
    limited = Run(Outcome.RATE_LIMITED, retry_after_seconds=asked)
    assert hours(after(limited)) == waited


def test_a_full_disk_is_not_the_sources_fault():
    ours = Run(Outcome.HTTP_ERROR, detail="the disk is full", ours=True)
    state = after(CHANGED, ours, ours)
    assert (state.outcome, state.error_streak, state.detail) == (Outcome.CHANGED, 0, "the disk is full")
    assert hours(state) == 5 / 60
    assert plan_host(HostState("h"), ours, NOON) == HostState("h")


def test_an_unfinished_look_goes_on_at_once():
    assert hours(after(replace(CHANGED, finished=False))) == 0.0


@given(
    st.lists(st.sampled_from([CHANGED, UNCHANGED, FAILED]), min_size=1, max_size=40),
    st.floats(min_value=0, max_value=1),
    st.floats(min_value=0, max_value=0.5),
    st.integers(min_value=60, max_value=10**7),
)
def test_the_next_look_is_always_within_the_bounds(runs, chance, jitter, interval):
    bounds = ScheduleSettings(jitter=jitter, fastest_factor=0.5, slowest_factor=8.0)
    looked = source("a", interval_seconds=interval).source()
    state = NEW
    for run in runs:
        state = plan(state, looked, run, bounds, NOON, chance)
    assert state.next_check_at is not None
    wait = (state.next_check_at - NOON).total_seconds()
    longest = max(interval * 8.0, 86400.0)
    assert interval * 0.5 * (1 - jitter) - 1 <= wait <= longest * (1 + jitter) + 1


def test_a_host_that_limits_pauses_all_of_its_sources_and_is_forgiven_when_it_answers():
    limited = Run(Outcome.RATE_LIMITED, retry_after_seconds=600)
    state = plan_host(HostState("h"), limited, NOON)
    assert state.not_before == NOON + timedelta(seconds=600)
    assert plan_host(state, UNCHANGED, NOON) == HostState("h")


def test_one_bad_page_is_not_a_bad_host():
    state = HostState("h")
    pauses = []
    for _ in range(5):
        state = plan_host(state, FAILED, NOON)
        pauses.append(state.not_before and (state.not_before - NOON).total_seconds())
    assert pauses == [None, None, 120, 240, 480]
    assert plan_host(HostState("h"), Run(Outcome.GONE), NOON) == HostState("h")


def states(**planned: object) -> dict[str, SourceState]:
    return {
        name: SourceState(name, since=NOON, next_check_at=None if at is None else NOON + timedelta(hours=at))
        for name, at in planned.items()
    }


def names(found) -> list[str]:
    return [each.source.name for each in found]


SOURCES = [source(name).source() for name in "abcd"]


def test_new_sources_come_first_then_the_latest():
    found = due(SOURCES, states(a=-1, b=-3, c=2), {}, BOUNDS, NOON)
    assert names(found) == ["d", "b", "a"]


def test_the_sources_of_a_pausing_host_wait():
    paused = {"a.example": HostState("a.example", NOON + timedelta(minutes=5), 3)}
    assert names(due(SOURCES[:2], states(a=-1, b=-1), paused, BOUNDS, NOON)) == ["b"]
    assert names(due(SOURCES[:2], states(a=-1, b=-1), paused, BOUNDS, NOON + timedelta(minutes=5))) == ["a", "b"]


def test_a_clock_set_back_by_a_year_leaves_nothing_waiting_for_a_year():
    year = 24 * 365
    paused = {"a.example": HostState("a.example", NOON + timedelta(hours=year), 3)}
    assert names(due(SOURCES[:3], states(a=year, b=year, c=2), paused, BOUNDS, NOON)) == ["a", "b"]


def test_after_a_pause_the_catch_up_is_spread_one_look_a_source():
    planned = states(a=-5, b=-4, c=-3)
    moved = spread(due(SOURCES[:3], planned, {}, BOUNDS, NOON), planned, NOON)
    assert [(state.source, (state.next_check_at - NOON).total_seconds()) for state in moved] == [("b", 2.0), ("c", 4.0)]


def test_a_catch_up_of_many_sources_stays_within_their_interval():
    many = [source(f"s{number}", interval_seconds=60).source() for number in range(500)]
    planned = {each.name: SourceState(each.name, since=NOON, next_check_at=NOON) for each in many}
    moved = spread(due(many, planned, {}, BOUNDS, NOON), planned, NOON)
    assert max((state.next_check_at - NOON).total_seconds() for state in moved) == 60


@pytest.mark.parametrize(
    ("address", "host"),
    [("https://Example.ORG:8443/x", "example.org"), ("dump.zst", "page:"), ("https://[bad", "page:")],
)
def test_the_host_of_a_source(address, host):
    assert host_of(source("a", address).source()) == host
