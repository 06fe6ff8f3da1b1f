"""Redirects, followed by hand."""

from __future__ import annotations

import ssl

import pytest

from tests.clock import FakeClock
from tests.http.test_dialling import TLS, server_context
from tests.loopback import Answer, Loopback, loopback
from tracker.config import HttpSettings
from tracker.domain.outcomes import Outcome
from tracker.domain.ports import Validators
from tracker.http import PoliteClient

PAGE = "<html><body><p>words</p></body></html>"


def to(location: str, status: int = 302) -> Answer:
    return Answer(status=status, headers={"Location": location})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_follows_and_says_where_it_ended(server: Loopback, client: PoliteClient, status: int) -> None:
    server.answer("/a/b", to("../c?d=1", status))
    server.answer("/c", PAGE)
    fetched = client.fetch(server.url("/a/b"))
    assert (fetched.outcome, fetched.url) == (Outcome.CHANGED, server.url("/c?d=1"))
    assert fetched.redirects == (server.url("/a/b"),)
    assert fetched.moved_to == (server.url("/c?d=1") if status in (301, 308) else "")


def test_a_page_has_moved_only_when_every_step_is_for_good(server: Loopback, client: PoliteClient) -> None:
    server.answer("/a", to("/b", 301))
    server.answer("/b", to("/c", 302))
    server.answer("/c", PAGE)
    assert client.fetch(server.url("/a")).moved_to == ""
    server.answer("/b", to("/c", 308))
    assert client.fetch(server.url("/a")).moved_to == server.url("/c")


@pytest.mark.parametrize("spelling", ["/page/", "/page/index.html"])
def test_another_spelling_of_the_page_is_no_move(server: Loopback, client: PoliteClient, spelling: str) -> None:
    server.answer("/page", to(spelling, 301))
    server.answer(spelling, PAGE)
    fetched = client.fetch(server.url("/page"))
    assert (fetched.outcome, fetched.moved_to) == (Outcome.CHANGED, "")


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:1/",
        "http://localhost/",
        "http://169.254.169.254/latest/",
        "//10.0.0.1/",
        "http://2130706433/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,x",
        "http://[::1",
        "http://user:pass@example.com/",
        "\\\\example.com\\x",
        "gopher://example.com/",
        "http://example.com:22/",
    ],
)
def test_each_step_is_guarded(server: Loopback, client: PoliteClient, location: str) -> None:
    server.answer("/a", to(location))
    assert client.fetch(server.url("/a")).outcome is Outcome.POLICY_BLOCKED


def test_circle_and_endless_chain(server: Loopback, client: PoliteClient) -> None:
    server.answer("/a", to("/b"))
    server.answer("/b", to("/a"))
    circle = client.fetch(server.url("/a"))
    assert (circle.outcome, len(server.asked_for("/a"))) == (Outcome.HTTP_ERROR, 1)
    for number in range(8):
        server.answer(f"/{number}", to(f"/{number + 1}"))
    server.answer("/8", PAGE)
    assert client.fetch(server.url("/0")).outcome is Outcome.HTTP_ERROR
    assert client.fetch(server.url("/3")).outcome is Outcome.CHANGED  # five steps are borne
    assert not server.asked_for("/6")[1:]


@pytest.mark.parametrize("headers", [{}, {"Location": ""}])
def test_redirect_to_nowhere(server: Loopback, client: PoliteClient, headers: dict[str, str]) -> None:
    server.answer("/a", Answer(status=302, headers=headers))
    assert client.fetch(server.url("/a")).outcome is Outcome.HTTP_ERROR


def test_https_never_becomes_http(server: Loopback) -> None:
    trusting = ssl.create_default_context(cafile=str(TLS / "ca.pem"))
    with loopback(server_context("good")) as secure:
        secure.answer("/a", to(server.url("/b")))
        server.answer("/a", to(secure.url("/b")))
        server.answer("/b", PAGE)
        secure.answer("/b", PAGE)
        settings = HttpSettings(allow_hosts=(server.authority, secure.authority), host_delay_seconds=0)
        with PoliteClient(settings, FakeClock(), ssl_context=trusting) as client:
            assert client.fetch(secure.url("/a")).outcome is Outcome.POLICY_BLOCKED
            assert client.fetch(server.url("/a")).outcome is Outcome.CHANGED
    assert not server.asked_for("/b")


def test_other_hosts_robots_are_asked_too(server: Loopback, clock: FakeClock) -> None:
    with loopback() as other:
        server.answer("/a", to(other.url("/private")))
        other.answer("/private", PAGE)
        other.answer("/robots.txt", "User-agent: *\nDisallow: /private")
        settings = HttpSettings(allow_hosts=(server.authority, other.authority), host_delay_seconds=0)
        with PoliteClient(settings, clock) as client:
            fetched = client.fetch(server.url("/a"))
    assert fetched.outcome is Outcome.ROBOTS_DISALLOWED
    assert fetched.redirects == (server.url("/a"),)
    assert not other.asked_for("/private")


def test_validators_are_of_the_page_at_the_end(server: Loopback, client: PoliteClient) -> None:
    server.answer("/a", to("/b"))
    server.answer("/b", Answer(PAGE, headers={"ETag": '"b"'}), Answer(status=304))
    fetched = client.fetch(server.url("/a"))
    assert fetched.validators.etag == '"b"'
    assert client.fetch(server.url("/a"), fetched.validators).outcome is Outcome.NOT_MODIFIED


def test_posted_headers_go_nowhere_else(server: Loopback, clock: FakeClock) -> None:
    with loopback() as other:
        server.answer("/hook", to(other.url("/steal"), 307))
        settings = HttpSettings(allow_hosts=(server.authority, other.authority))
        with PoliteClient(settings, clock) as client:
            posted = client.post(server.url("/hook"), b"{}", {"x-token": "canary"})
        assert (posted.outcome, posted.status) == (Outcome.MOVED, 307)
        assert not other.asked


def test_unconditional_when_nothing_is_known(server: Loopback, client: PoliteClient) -> None:
    server.answer("/a", PAGE)
    client.fetch(server.url("/a"), Validators(sha256="00"))
    assert "if-none-match" not in server.asked_for("/a")[0].headers
