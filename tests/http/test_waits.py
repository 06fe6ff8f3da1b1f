"""What servers say about when to come back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.clock import FakeClock
from tests.loopback import Answer, Loopback
from tracker.config import HttpSettings
from tracker.domain.outcomes import Outcome
from tracker.http import LocalPace, PoliteClient
from tracker.http.waits import LONGEST, UNSAID, retry_after, used_up

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
PAGE = "<html><body><p>words</p></body></html>"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 120 ", 120),
        ("1.5", 1),  # not allowed by the rule, sent all the same
        ("0", 5),
        ("-10", 5),
        ("99999999999999", LONGEST),
        ("9" * 400, LONGEST),
        ("Wed, 25 Nov 2026 12:10:00 GMT", 600),
        ("Wed, 25 Nov 2020 12:10:00 GMT", 5),
        ("Wed, 25 Nov 9999 12:10:00 GMT", LONGEST),
        ("Wed, 25 Nov 99999 12:10:00 GMT", UNSAID),
        ("Wednesday", UNSAID),
        ("١٢", UNSAID),
        ("", UNSAID),
        ("NaN", UNSAID),
        ("1e9", UNSAID),
    ],
)
def test_retry_after(value: str, seconds: float) -> None:
    assert retry_after({"retry-after": value}, NOW, 5) == max(seconds, 5)


def test_date_is_measured_by_the_servers_own_clock() -> None:
    headers = {"retry-after": "Wed, 25 Nov 2020 12:10:00 GMT", "date": "Wed, 25 Nov 2020 12:00:00 GMT"}
    assert retry_after(headers, NOW, 5) == 600


def test_no_header_no_wait() -> None:
    assert retry_after({}, NOW, 5) is None


@given(st.text(max_size=200))
def test_any_header_gives_a_bounded_wait(value: str) -> None:
    wait = retry_after({"retry-after": value, "date": value}, NOW, 5)
    assert wait is not None
    assert 5 <= wait <= LONGEST
    limited = used_up({"x-ratelimit-remaining": "0", "x-ratelimit-reset": value}, NOW, 5)
    assert limited is not None
    assert 5 <= limited <= LONGEST


@pytest.mark.parametrize(
    ("remaining", "reset", "seconds"),
    [
        ("0", "42", 42),
        ("0.0", "42", 42),
        ("-1", "42", 42),
        ("0", str(int(NOW.timestamp()) + 90), 90),  # a point in time
        ("0", "soon", UNSAID),
        ("1", "42", None),
        ("96.0", "42", None),
        ("many", "42", None),
        ("", "", None),
    ],
)
def test_used_up(remaining: str, reset: str, seconds: float | None) -> None:
    assert used_up({"x-ratelimit-remaining": remaining, "x-ratelimit-reset": reset}, NOW, 5) == seconds


def test_host_is_left_alone_until_the_time_it_named(server: Loopback, client: PoliteClient, clock: FakeClock) -> None:
    server.answer("/a", Answer("", status=429, headers={"Retry-After": "120"}), PAGE)
    server.answer("/b", PAGE)
    first = client.fetch(server.url("/a"))
    assert (first.outcome, first.retry_after_seconds) == (Outcome.RATE_LIMITED, 120)
    clock.turn(20)
    held = client.fetch(server.url("/b"))
    assert (held.outcome, held.retry_after_seconds) == (Outcome.RATE_LIMITED, 100)
    assert not server.asked_for("/b")
    clock.turn(101)
    assert client.fetch(server.url("/b")).outcome is Outcome.CHANGED


def test_429_that_names_no_time(server: Loopback, client: PoliteClient) -> None:
    server.answer("/a", Answer("", status=429))
    assert client.fetch(server.url("/a")).retry_after_seconds == UNSAID


def test_503_with_a_time_is_an_error_with_a_wait(server: Loopback, client: PoliteClient) -> None:
    server.answer("/a", Answer("", status=503, headers={"Retry-After": "60"}))
    fetched = client.fetch(server.url("/a"))
    assert (fetched.outcome, fetched.retry_after_seconds) == (Outcome.HTTP_ERROR, 60)
    assert client.fetch(server.url("/a")).outcome is Outcome.RATE_LIMITED


def test_used_up_window_holds_the_next_request(server: Loopback, client: PoliteClient, clock: FakeClock) -> None:
    server.answer("/a", Answer(PAGE, headers={"X-RateLimit-Remaining": "0.0", "X-RateLimit-Reset": "30"}))
    assert client.fetch(server.url("/a")).outcome is Outcome.CHANGED
    assert client.fetch(server.url("/a")).outcome is Outcome.RATE_LIMITED
    clock.turn(31)
    assert client.fetch(server.url("/a")).outcome is Outcome.CHANGED


def test_a_refusal_between_two_equal_pages_changes_nothing(
    server: Loopback, client: PoliteClient, clock: FakeClock
) -> None:
    server.answer("/a", PAGE, Answer("", status=429, headers={"Retry-After": "1"}), PAGE)
    first = client.fetch(server.url("/a"))
    assert client.fetch(server.url("/a"), first.validators).outcome is Outcome.RATE_LIMITED
    clock.turn(5)
    assert client.fetch(server.url("/a"), first.validators).outcome is Outcome.UNCHANGED


def test_pace_survives_a_clock_that_jumps() -> None:
    clock = FakeClock()
    pace = LocalPace(clock)
    pace.wait("host", 2)
    clock.turn(-3600)
    pace.wait("host", 2)
    assert clock.slept == [0, 2]
    clock.turn(365 * 86_400)
    pace.wait("host", 2)
    assert clock.slept[-1] == 0


def test_pace_counts_each_host_apart() -> None:
    clock = FakeClock()
    pace = LocalPace(clock)
    pace.wait("one", 2)
    pace.wait("two", 2)
    pace.wait("one", 2)
    assert clock.slept == [0, 0, 2]
    pace.hold("one", 60)
    pace.hold("one", 10)
    assert (pace.held("one"), pace.held("two")) == (60, 0)


def test_pace_forgets_hosts_that_are_free() -> None:
    clock = FakeClock()
    pace = LocalPace(clock)
    for number in range(3000):
        pace.wait(f"host{number}", 2)
        clock.turn(1)
    assert len(pace._free) <= 1001


def test_settings_delay_is_the_least_wait(server: Loopback, settings: HttpSettings) -> None:
    server.answer("/a", Answer("", status=429, headers={"Retry-After": "0"}))
    with PoliteClient(settings.model_copy(update={"host_delay_seconds": 30.0}), FakeClock()) as client:
        assert client.fetch(server.url("/a")).retry_after_seconds == 30
