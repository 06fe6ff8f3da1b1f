"""The polite client against a real server on loopback."""

from __future__ import annotations

import gzip
import threading
from hashlib import sha256

import pytest

from tests.clock import FakeClock
from tests.loopback import Answer, Loopback, Raw
from tracker.config import HttpSettings
from tracker.domain.outcomes import Outcome
from tracker.domain.ports import Validators
from tracker.http import PoliteClient

PAGE = "<html><body><p>words</p></body></html>"


def test_page_with_its_validators(server: Loopback, client: PoliteClient) -> None:
    server.answer("/", Answer(PAGE, headers={"ETag": '"1"', "Last-Modified": "Tue, 23 Jul 2024 15:00:00 GMT"}))
    fetched = client.fetch(server.url())
    assert fetched.outcome is Outcome.CHANGED
    assert fetched.body == PAGE.encode()
    assert (fetched.media_type, fetched.charset) == ("text/html", "utf-8")
    assert fetched.content_type == "text/html; charset=utf-8"
    expected = Validators('"1"', "Tue, 23 Jul 2024 15:00:00 GMT", sha256(PAGE.encode()).hexdigest())
    assert fetched.validators == expected


def test_asks_conditionally_and_takes_304(server: Loopback, client: PoliteClient) -> None:
    server.answer("/", Answer(status=304))
    validators = Validators('W/"1"', "Tue, 23 Jul 2024 15:00:00 GMT", "00")
    fetched = client.fetch(server.url(), validators)
    assert fetched.outcome is Outcome.NOT_MODIFIED
    assert fetched.validators == validators
    asked = server.asked_for("/")[0].headers
    assert asked["if-none-match"] == 'W/"1"'
    assert asked["if-modified-since"] == "Tue, 23 Jul 2024 15:00:00 GMT"


def test_304_that_nobody_asked_for_is_an_error(server: Loopback, client: PoliteClient) -> None:
    server.answer("/", Answer(status=304))
    assert client.fetch(server.url(), Validators(sha256="00")).outcome is Outcome.HTTP_ERROR


def test_equal_body_is_unchanged(server: Loopback, client: PoliteClient) -> None:
    server.answer("/", PAGE)
    first = client.fetch(server.url())
    assert client.fetch(server.url(), first.validators).outcome is Outcome.UNCHANGED


def test_identifies_itself_and_sends_nothing_else_of_ours(server: Loopback, client: PoliteClient) -> None:
    server.answer("/", PAGE)
    client.fetch(server.url(), accept="text/html")
    headers = dict(server.asked_for("/")[0].headers)
    assert headers.pop("user-agent").startswith("scoretrail/")
    assert headers == {"host": server.authority, "accept": "text/html", "accept-encoding": "gzip"}


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (404, Outcome.GONE),
        (410, Outcome.GONE),
        (429, Outcome.RATE_LIMITED),
        (401, Outcome.HTTP_ERROR),
        (403, Outcome.HTTP_ERROR),
        (451, Outcome.HTTP_ERROR),
        (500, Outcome.HTTP_ERROR),
        (503, Outcome.HTTP_ERROR),
        (204, Outcome.HTTP_ERROR),
        (206, Outcome.TRUNCATED),
        (300, Outcome.HTTP_ERROR),
    ],
)
def test_status(server: Loopback, client: PoliteClient, status: int, outcome: Outcome) -> None:
    server.answer("/page", Answer("a few words", status=status, headers={"ETag": '"1"'}))
    fetched = client.fetch(server.url("/page"))
    assert fetched.outcome is outcome
    assert fetched.validators == Validators()


def test_chunked_and_gzip(server: Loopback, client: PoliteClient) -> None:
    server.answer("/", Answer(gzip.compress(PAGE.encode()), headers={"Content-Encoding": "gzip"}, length=None))
    assert client.fetch(server.url()).body == PAGE.encode()


def test_empty_body_is_truncated(server: Loopback, client: PoliteClient) -> None:
    server.answer("/", Answer(b""))
    assert client.fetch(server.url()).outcome is Outcome.TRUNCATED


def test_server_that_is_not_there(client: PoliteClient, settings: HttpSettings, server: Loopback) -> None:
    server.close()
    assert client.fetch(server.url()).outcome is Outcome.HTTP_ERROR


def test_cookies_are_neither_kept_nor_shown(server: Loopback, client: PoliteClient) -> None:
    server.answer("/", Answer(PAGE, headers={"Set-Cookie": "id=1; Path=/"}))
    assert "set-cookie" not in client.fetch(server.url()).headers
    client.fetch(server.url())
    assert all("cookie" not in asked.headers for asked in server.asked)


def test_environment_proxies_are_ignored(
    server: Loopback, client: PoliteClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    server.answer("/", PAGE)
    assert client.fetch(server.url()).outcome is Outcome.CHANGED


def test_keeps_to_the_hosts_delay(server: Loopback, settings: HttpSettings) -> None:
    server.answer("/", PAGE)
    server.answer("/robots.txt", "User-agent: *\nAllow: /")
    clock = FakeClock()
    with PoliteClient(settings.model_copy(update={"host_delay_seconds": 3.0}), clock) as client:
        for _ in range(3):
            client.fetch(server.url())
    assert clock.slept == [0, 3, 3, 3]  # robots.txt takes the first turn


def test_threads_share_one_client(server: Loopback, client: PoliteClient) -> None:
    server.answer("/", PAGE)
    outcomes: list[Outcome] = []
    threads = [
        threading.Thread(target=lambda: outcomes.extend(client.fetch(server.url()).outcome for _ in range(5)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [Outcome.CHANGED] * 40
    assert len(server.asked_for("/robots.txt")) == 1
    assert server.connections <= 5


def test_post(server: Loopback, client: PoliteClient) -> None:
    server.answer("/hook", Answer("thanks", status=202), Answer(status=503, headers={"Retry-After": "7"}))
    posted = client.post(server.url("/hook"), b"{}", {"content-type": "application/json", "webhook-id": "1"})
    assert (posted.outcome, posted.status, posted.body) == (Outcome.CHANGED, 202, b"thanks")
    asked = server.asked_for("/hook")[0]
    assert (asked.method, asked.body, asked.headers["webhook-id"]) == ("POST", b"{}", "1")
    refused = client.post(server.url("/hook"), b"{}", {})
    assert (refused.outcome, refused.retry_after_seconds) == (Outcome.HTTP_ERROR, 7)
    assert [asked.path for asked in server.asked] == ["/hook", "/hook"]


def test_post_follows_no_redirect(server: Loopback, client: PoliteClient) -> None:
    server.answer("/hook", Answer(status=307, headers={"Location": "/other"}))
    assert client.post(server.url("/hook"), b"{}", {}).outcome is Outcome.MOVED
    assert not server.asked_for("/other")


def test_body_broken_off_in_the_middle(server: Loopback, client: PoliteClient) -> None:
    server.answer("/", Raw([b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 500\r\n\r\nhalf of it"]))
    fetched = client.fetch(server.url())
    assert fetched.outcome is Outcome.TRUNCATED
    assert fetched.validators == Validators()


def test_a_dear_request_keeps_its_host_free_for_longer(
    server: Loopback, client: PoliteClient, clock: FakeClock
) -> None:
    server.answer("/search", PAGE)
    started = clock.now()
    for _ in range(3):
        client.fetch(server.url("/search"), delay=2.5)
    assert (clock.now() - started).total_seconds() == 5.0
