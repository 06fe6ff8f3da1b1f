"""The clock where workers look: it queues what is due once, and sees to dead workers' jobs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.daemon.fakes import NOON, FakeClock, FakeParts, FakeQueue, FakeSchedule, settings, source
from tracker.daemon import Daemon
from tracker.daemon.dispatcher import Dispatcher, lock_of
from tracker.domain.jobs import Job, Rescued
from tracker.domain.outcomes import Outcome
from tracker.domain.schedule import HostState, SourceState


def make(*sources, queue=None, schedule=None, clock=None, **more):
    queue = queue or FakeQueue()
    clock = clock or FakeClock()
    parts = FakeParts(settings(*sources), schedule=schedule, queue=queue, **more)
    return Dispatcher(parts, queue, clock), queue, clock


def names(jobs) -> list[str]:
    return [job.source.name for job in jobs]


def finish(queue: FakeQueue, schedule: FakeSchedule, now, **more) -> None:
    """A worker takes the first job, and is done with it."""
    job = queue.waiting.pop(0)
    again = now + timedelta(seconds=job.source.interval_seconds)
    state = SourceState(job.source.name, NOON, again, checked_at=now, answered_at=now, **more)
    schedule.store([state])


def test_what_is_due_is_queued_once_until_its_look_is_done():
    schedule = FakeSchedule()
    clock = FakeClock()
    dispatcher, queue, _ = make(source("a"), source("b"), schedule=schedule, clock=clock)
    dispatcher.tick()
    dispatcher.tick()
    assert names(queue.waiting) == ["a", "b"]
    queue.taken.append(queue.waiting.pop(0))
    dispatcher.tick()
    assert names(queue.waiting) == ["b"]
    queue.waiting.insert(0, queue.taken.pop())
    finish(queue, schedule, clock.now())
    dispatcher.tick()
    assert names(queue.waiting) == ["b"]
    clock.sleep(3600)
    dispatcher.tick()
    clock.sleep(10)
    dispatcher.tick()
    assert names(queue.waiting) == ["b", "a"]


def test_a_job_carries_the_plan_it_is_for():
    state = SourceState("b", NOON, NOON - timedelta(minutes=1))
    dispatcher, queue, _ = make(source("a"), source("b"), schedule=FakeSchedule({"b": state}))
    dispatcher.run_due()
    assert {job.source.name: job.due_at for job in queue.waiting} == {"a": None, "b": state.next_check_at}


def test_a_host_that_pauses_is_left_alone():
    hosts = {"a.example": HostState("a.example", NOON + timedelta(minutes=5), 3)}
    dispatcher, queue, _ = make(source("a"), source("b"), schedule=FakeSchedule(host_rows=hosts))
    dispatcher.tick()
    assert names(queue.waiting) == ["b"]


def test_one_host_does_not_fill_the_queue():
    many = [source(f"s{number}", f"https://one.example/{number}") for number in range(40)]
    dispatcher, queue, _ = make(*many, source("other"))
    dispatcher.tick()
    assert len(queue.waiting) == 17
    assert names(queue.waiting)[-1] == "other"
    del queue.waiting[:10]
    dispatcher.tick()
    assert len(queue.waiting) == 17


def test_the_queue_is_filled_up_to_a_bound():
    dispatcher, queue, _ = make(*(source(f"s{number}") for number in range(2_010)))
    dispatcher.tick()
    assert len(queue.waiting) == 2_000
    del queue.waiting[:5]
    dispatcher.tick()
    assert len(queue.waiting) == 2_000


def test_locks_are_those_of_hosts_where_there_is_one():
    one, two = source("a", "https://x.example/1").source(), source("b", "http://x.example:8080/2").source()
    file = source("c", "/srv/dump.zst", kind="dump").source()
    other = source("d", "/srv/other.zst", kind="dump").source()
    assert lock_of(one) == lock_of(two)
    assert lock_of(file) != lock_of(other)


def test_a_job_whose_worker_died_is_told_and_one_that_kills_workers_backs_off(caplog):
    schedule = FakeSchedule()
    dispatcher, queue, clock = make(source("a"), source("b"), schedule=schedule)
    job, bad = (Job(source(name).source(), f"host {name}.example") for name in ("a", "b"))
    queue.waiting = [job]
    queue.dead = [Rescued(job, 1, given_up=False), Rescued(bad, 3, given_up=True)]
    dispatcher.tick()
    assert "a" not in schedule.rows
    state = schedule.rows["b"]
    assert (state.outcome, state.error_streak) == (Outcome.PARSE_FAILED, 1)
    assert state.next_check_at == clock.now() + timedelta(seconds=3600)
    assert names(queue.waiting) == ["a"]
    assert "3 workers died" in state.detail


def test_after_a_pause_sources_are_spread_out():
    late = {name: SourceState(name, NOON, NOON - timedelta(hours=9)) for name in ("a", "b", "c")}
    dispatcher, queue, clock = make(*map(source, late), schedule=FakeSchedule(late))
    dispatcher.tick()
    assert len(queue.waiting) == 1
    clock.sleep(5)
    dispatcher.tick()
    assert sorted(names(queue.waiting)) == ["a", "b", "c"]


def test_without_workers_it_complains_now_and_then(caplog):
    dispatcher, queue, clock = make(source("a"), queue=FakeQueue(workers=0))
    for _ in range(3):
        dispatcher.tick()
    assert [record.message for record in caplog.records].count("no worker is running") == 1
    clock.sleep(400)
    dispatcher.tick()
    assert [record.message for record in caplog.records].count("no worker is running") == 2
    queue.workers = 1
    dispatcher.tick()
    queue.workers = 0
    dispatcher.tick()
    assert [record.message for record in caplog.records].count("no worker is running") == 3


def test_what_workers_have_done_is_counted():
    schedule, clock = FakeSchedule(), FakeClock()
    dispatcher, queue, _ = make(source("a"), source("b"), schedule=schedule, clock=clock)
    dispatcher.tick()
    finish(queue, schedule, clock.now())
    finish(queue, schedule, clock.now(), error_streak=2)
    dispatcher.tick()
    dispatcher.tick()
    assert (dispatcher.counts.runs, dispatcher.counts.failures) == (2, 1)


def test_after_stop_nothing_more_is_queued():
    dispatcher, queue, _ = make(source("a"))
    dispatcher.stop()
    dispatcher.tick()
    dispatcher.drain()
    dispatcher.close()
    assert queue.waiting == []


def test_a_daemon_with_a_queue_looks_at_nothing_itself(tmp_path):
    queue = FakeQueue()
    opened = []

    def open_parts(configured):
        opened.append(FakeParts(configured, queue=queue))
        return opened[-1]

    with Daemon(settings(source("a"), source("b"), home=tmp_path), open_parts, FakeClock()) as daemon:
        daemon.once()
        assert daemon.health().queue == queue.state()
        assert daemon.reload(lambda: settings(source("c"), home=tmp_path))
        daemon.beat("tick")
    assert names(queue.waiting) == ["a", "b", "c"]
    assert opened[0].looks == opened[1].looks == []


@pytest.mark.parametrize("waiting", [0, 2])
def test_the_queue_is_in_the_metrics(waiting):
    from tracker.daemon.looks import Counts
    from tracker.daemon.metrics import Health, render
    from tracker.domain.jobs import QueueState

    text = render(Health(NOON, NOON, Counts(), {}, {}, queue=QueueState(waiting, 1, 0, 3, NOON if waiting else None)))
    assert f'scoretrail_queue_jobs{{state="waiting"}} {waiting}' in text
    assert "scoretrail_queue_workers 3" in text
    assert ("queue_oldest" in text) == bool(waiting)
