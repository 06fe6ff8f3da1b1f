"""robots.txt by RFC 9309, against a real server."""

from __future__ import annotations

import pytest

from tests.clock import FakeClock
from tests.loopback import Answer, Loopback, Raw
from tracker.config import HttpSettings
from tracker.domain.outcomes import Outcome
from tracker.http import PoliteClient
from tracker.http.robots import LONGEST_CRAWL_DELAY

PAGE = "<html><body><p>words</p></body></html>"
OK, NO = Outcome.CHANGED, Outcome.ROBOTS_DISALLOWED
DAY = 86_400


@pytest.mark.parametrize(
    ("robots", "outcome"),
    [
        ("User-agent: *\nDisallow: /page", NO),
        ("User-agent: *\nDisallow: /other", OK),
        ("User-agent: scoretrail\nDisallow: /\n\nUser-agent: *\nAllow: /", NO),
        ("User-agent: *\nDisallow: /\n\nUser-agent: ScoreTrail\nAllow: /page", OK),
        ("User-agent: *\nDisallow: /\nAllow: /page$", OK),
        ("User-agent: *\nDisallow: /*age", NO),
        ("\ufeffUser-agent: *\nDisallow: /", NO),
        ("", OK),
        ("<html><title>Welcome</title></html>", OK),
        ("\x00\x01binary", OK),
        ("User-agent: *\nDisallow: /page\n" + "# comment\n" * 60_000, NO),
        ("# comment\n" * 60_000 + "User-agent: *\nDisallow: /page\n", OK),
        (Answer("", status=404), OK),
        (Answer("User-agent: *\nDisallow: /", status=403), OK),
        (Answer("", status=401), OK),
        (Answer("", status=410), OK),
        (Answer("", status=500), NO),
        (Answer("", status=503), NO),
        (Answer("", status=429, headers={"Retry-After": "30"}), Outcome.RATE_LIMITED),
        (Answer("", status=302, headers={"Location": "/elsewhere.txt"}), NO),
        (Answer("", status=302, headers={"Location": "/robots.txt"}), Outcome.HTTP_ERROR),
        (Answer("", status=302, headers={"Location": "http://10.0.0.1/"}), Outcome.POLICY_BLOCKED),
        (Answer("zzz", headers={"Content-Encoding": "br"}), NO),
        (Raw([b"not http"]), Outcome.HTTP_ERROR),
    ],
)
def test_matrix(server: Loopback, client: PoliteClient, robots: str | Answer | Raw, outcome: Outcome) -> None:
    server.answer("/robots.txt", robots)
    server.answer("/elsewhere.txt", "User-agent: *\nDisallow: /")
    server.answer("/page", PAGE)
    assert client.fetch(server.url("/page")).outcome is outcome
    assert bool(server.asked_for("/page")) is (outcome is OK)


def test_asked_once_a_day(server: Loopback, client: PoliteClient, clock: FakeClock) -> None:
    server.answer("/robots.txt", "User-agent: *\nAllow: /", "User-agent: *\nDisallow: /")
    server.answer("/page", PAGE)
    assert client.fetch(server.url("/page")).outcome is OK
    clock.turn(DAY - 10)
    assert client.fetch(server.url("/page")).outcome is OK
    clock.turn(20)
    assert client.fetch(server.url("/page")).outcome is NO
    assert len(server.asked_for("/robots.txt")) == 2


def test_unreachable_file_is_asked_for_again_soon(server: Loopback, client: PoliteClient, clock: FakeClock) -> None:
    server.answer("/robots.txt", Answer("", status=500), "User-agent: *\nAllow: /")
    server.answer("/page", PAGE)
    assert client.fetch(server.url("/page")).outcome is NO
    assert client.fetch(server.url("/page")).outcome is NO
    assert len(server.asked_for("/robots.txt")) == 1
    clock.turn(400)
    assert client.fetch(server.url("/page")).outcome is OK


def test_stale_copy_stands_in_for_an_unreachable_file(server: Loopback, client: PoliteClient, clock: FakeClock) -> None:
    server.answer("/robots.txt", "User-agent: *\nDisallow: /private", Answer("", status=500))
    server.answer("/page", PAGE)
    server.answer("/private", PAGE)
    for _ in range(3):
        assert client.fetch(server.url("/page")).outcome is OK
        assert client.fetch(server.url("/private")).outcome is NO
        clock.turn(DAY + 1)
    clock.turn(31 * DAY)
    assert client.fetch(server.url("/page")).outcome is NO


def test_clock_set_back_only_asks_again(server: Loopback, client: PoliteClient, clock: FakeClock) -> None:
    server.answer("/robots.txt", "User-agent: *\nAllow: /")
    server.answer("/page", PAGE)
    client.fetch(server.url("/page"))
    clock.turn(-365 * DAY)
    assert client.fetch(server.url("/page")).outcome is OK


@pytest.mark.parametrize(
    ("asked", "waited"), [("7", 7.0), ("0.5", 3.0), ("100000", LONGEST_CRAWL_DELAY), ("-5", 3.0), ("soon", 3.0)]
)
def test_crawl_delay_within_bounds(server: Loopback, settings: HttpSettings, asked: str, waited: float) -> None:
    server.answer("/robots.txt", f"User-agent: *\nCrawl-delay: {asked}")
    server.answer("/page", PAGE)
    clock = FakeClock()
    with PoliteClient(settings.model_copy(update={"host_delay_seconds": 3.0}), clock) as client:
        client.fetch(server.url("/page"))
        client.fetch(server.url("/page"))
    assert clock.slept[-1] == waited
