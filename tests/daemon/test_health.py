"""/healthz and /metrics: local, truthful, and in the format that Prometheus reads."""

from __future__ import annotations

import http.client
import json
import re

import pytest

from tests.alerts.fakes import change, rules
from tests.daemon.fakes import NOON, FakeClock, FakeParts, settings, source
from tracker.daemon.ports import Run
from tracker.daemon.service import Daemon
from tracker.domain.errors import ConfigError
from tracker.domain.outcomes import Outcome


@pytest.fixture
def served(tmp_path):
    """A started daemon with one good and one failing source; its beats' monotonic clock stands in `steady`."""
    steady = [0.0]

    def answer(looked, _stop):
        return Run(Outcome.CHANGED, items=2, changes=3) if looked.name == "good" else Run(Outcome.HTTP_ERROR)

    configured = settings(
        source("good"),
        source("bad"),
        source("off", enabled=False),
        home=tmp_path,
        health_port=0,
        tick_seconds=3600,
        deliver_seconds=3600,
    )
    parts = FakeParts(configured, answer=answer)
    with Daemon(configured, lambda _: parts, FakeClock(), monotonic=lambda: steady[0]) as daemon:
        daemon.once()
        daemon.start()
        yield daemon, parts, steady


def ask(daemon, path: str, method: str = "GET", host: str | None = None) -> tuple[int, str, str]:
    connection = http.client.HTTPConnection("127.0.0.1", daemon.health_port, timeout=30)
    try:
        connection.request(method, path, headers={"Host": host} if host else {})
        answer = connection.getresponse()
        return answer.status, answer.headers.get("content-type", ""), answer.read().decode()
    finally:
        connection.close()


def test_a_daemon_whose_beats_are_on_time_is_well(served):
    daemon, _, _ = served
    status, media_type, text = ask(daemon, "/healthz")
    assert (status, media_type) == (200, "application/json; charset=utf-8")
    assert json.loads(text) == {"status": "ok", "stale": []}


def test_a_daemon_that_is_stuck_is_not(served):
    daemon, _, steady = served
    steady[0] += 20 * 3600 + 1
    status, _, text = ask(daemon, "/healthz")
    assert status == 503
    assert set(json.loads(text)["stale"]) == {"tick", "deliver"}


def test_metrics_count_looks_sources_and_alerts(served):
    daemon, parts, _ = served
    recorded = change()
    parts.alerts.put(rules({}).announce([recorded]), NOON, [recorded])
    status, media_type, text = ask(daemon, "/metrics")
    assert (status, media_type) == (200, "text/plain; version=0.0.4; charset=utf-8")
    lines = text.splitlines()
    for line in (
        "scoretrail_up 1",
        "scoretrail_looks_total 2",
        "scoretrail_look_failures_total 1",
        "scoretrail_changes_total 3",
        "scoretrail_sources_skipped 1",
        'scoretrail_source_error_streak{source="bad"} 1',
        'scoretrail_source_error_streak{source="good"} 0',
        f'scoretrail_source_answered_timestamp_seconds{{source="good"}} {NOON.timestamp()}',
        'scoretrail_alerts{channel="team",state="pending"} 1',
    ):
        assert line in lines
    sample = re.compile(r'scoretrail_\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? -?[0-9.e+]+|process_\w+ [0-9]+')
    assert [line for line in lines if not line.startswith("# ") and not sample.fullmatch(line)] == []


def test_other_paths_methods_and_hosts_get_nothing(served):
    daemon, _, _ = served
    assert ask(daemon, "/")[0] == 404
    assert ask(daemon, "/metrics", host="evil.example")[0] == 400
    assert ask(daemon, "/metrics", host="localhost:80")[0] == 200
    assert ask(daemon, "/metrics", method="POST")[0] == 501
    assert ask(daemon, "/metrics", method="HEAD") == (200, "text/plain; version=0.0.4; charset=utf-8", "")


def test_without_a_port_nothing_is_served(tmp_path):
    configured = settings(home=tmp_path, tick_seconds=3600)
    with Daemon(configured, FakeParts, FakeClock()) as daemon:
        daemon.start()
        assert daemon.health_port is None


def test_a_port_that_is_taken_is_a_configuration_error(served, tmp_path):
    daemon, _, _ = served
    configured = settings(home=tmp_path / "other", health_port=daemon.health_port)
    with Daemon(configured, FakeParts, FakeClock()) as second, pytest.raises(ConfigError, match="another port"):
        second.start()
