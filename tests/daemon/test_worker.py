"""A worker's part of a job: look once, record the plan, and leave alone what is done or pauses."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.daemon.fakes import NOON, FakeClock, FakeParts, FakeSchedule, settings, source
from tracker.config import Settings
from tracker.daemon import Run, Worker
from tracker.daemon.live import has_queue, working
from tracker.domain.errors import ConfigError, StorageError
from tracker.domain.jobs import Job
from tracker.domain.outcomes import Outcome
from tracker.domain.schedule import HostState, SourceState

JOB = Job(source("a").source(), "host a.example")


def make(answer=None, *, clock=None, **more):
    clock = clock or FakeClock()
    parts = FakeParts(settings(), answer=answer, **more)
    worker = Worker(settings(), lambda _settings: parts, clock)
    worker._parts = parts
    return worker, parts, clock


def test_a_look_is_made_and_the_next_one_planned():
    worker, parts, clock = make(lambda _source, _stop: Run(Outcome.CHANGED, items=2, changes=1))
    worker.look(JOB)
    state = parts.schedule.rows["a"]
    assert parts.looks == ["a"]
    assert (state.outcome, state.checked_at, state.changed_at) == (Outcome.CHANGED, clock.now(), clock.now())
    assert state.next_check_at == clock.now() + timedelta(seconds=1800)
    assert (worker.counts.runs, worker.counts.items, worker.counts.changes) == (1, 2, 1)


def test_a_job_that_was_carried_out_before_its_worker_died_is_not_carried_out_again():
    worker, parts, _ = make()
    worker.look(JOB)
    worker.look(JOB)
    assert parts.looks == ["a"]
    worker.look(replace(JOB, due_at=parts.schedule.rows["a"].next_check_at))
    assert parts.looks == ["a", "a"]


def test_a_host_that_asked_for_a_pause_since_is_left_alone():
    hosts = {"a.example": HostState("a.example", NOON + timedelta(minutes=1), 1)}
    worker, parts, clock = make(schedule=FakeSchedule(host_rows=hosts))
    worker.look(JOB)
    assert (parts.looks, parts.schedule.rows) == ([], {})
    clock.sleep(60)
    worker.look(JOB)
    assert parts.looks == ["a"]


def test_a_pause_that_a_host_asks_for_is_told_to_all():
    worker, parts, clock = make(lambda _s, _t: Run(Outcome.RATE_LIMITED, retry_after_seconds=7200))
    worker.look(JOB)
    assert parts.schedule.host_rows["a.example"].not_before == clock.now() + timedelta(hours=2)
    assert parts.schedule.rows["a"].next_check_at == clock.now() + timedelta(hours=2)


def test_failures_and_defects_are_planned_for_and_end_nothing():
    def broken(_source, _stop):
        raise ZeroDivisionError

    worker, parts, _ = make(broken)
    worker.look(JOB)
    assert (parts.schedule.rows["a"].outcome, parts.schedule.rows["a"].error_streak) == (Outcome.PARSE_FAILED, 1)
    assert worker.counts.failures == 1


def test_a_database_that_cannot_be_written_is_told(caplog):
    class Broken(FakeSchedule):
        def store(self, states):
            raise StorageError("the disk is full")

    worker, _, _ = make(schedule=Broken())
    worker.look(JOB)
    assert "look not recorded" in caplog.text
    assert worker.health().running == ()


def test_a_source_that_this_machine_cannot_read_is_tried_again_soon():
    worker, parts, clock = make(skip={"a": "no collector of kind 'page' is installed"})
    worker.look(JOB)
    state = parts.schedule.rows["a"]
    assert parts.looks == []
    assert (state.next_check_at, state.error_streak) == (clock.now() + timedelta(minutes=5), 0)
    assert "installed" in state.detail


def test_health_says_what_is_being_looked_at():
    seen = []
    worker, _, _ = make(lambda _s, _t: seen.append(worker.health().running) or Run(Outcome.UNCHANGED))
    worker.look(JOB)
    assert seen == [("a",)]
    assert worker.health().sound


def test_sqlite_has_no_workers_and_says_what_to_do(tmp_path):
    with pytest.raises(ConfigError, match="start `tracker run` instead"):
        working(FakeClock())(settings(home=tmp_path))


def configured(tmp_path, url: str | None, queue: bool | None) -> Settings:
    return Settings.model_validate({"home": tmp_path, "database_url": url, "daemon": {"queue": queue}})


@pytest.mark.parametrize(
    ("url", "queue", "expected"),
    [
        (None, None, False),
        (None, False, False),
        ("postgresql://host/name", None, True),
        ("postgresql+psycopg://host/name", True, True),
        ("postgresql://host/name", False, False),
    ],
)
def test_who_has_a_queue(tmp_path, url, queue, expected):
    assert has_queue(configured(tmp_path, url, queue)) is expected


def test_a_queue_cannot_be_had_on_sqlite(tmp_path):
    with pytest.raises(ConfigError, match="needs PostgreSQL"):
        has_queue(configured(tmp_path, None, queue=True))


def test_workers_have_nothing_to_do_where_the_clock_looks_itself(tmp_path):
    with pytest.raises(ConfigError, match=r"daemon\.queue"):
        working(FakeClock())(configured(tmp_path, "postgresql://host/name", queue=False))


def test_a_plan_of_before_is_kept_where_nothing_is_new():
    state = SourceState("a", NOON, NOON, 2.0, 0, 5, Outcome.UNCHANGED, "", NOON, NOON, NOON)
    worker, parts, _ = make(schedule=FakeSchedule({"a": state}))
    worker.look(replace(JOB, due_at=NOON))
    assert (parts.schedule.rows["a"].unchanged_streak, parts.schedule.rows["a"].changed_at) == (6, NOON)
