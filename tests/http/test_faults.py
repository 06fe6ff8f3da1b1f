"""Servers that are slow, rude or broken."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import httpx
import pytest

from tests.clock import FakeClock
from tests.loopback import Answer, Asked, Loopback, Raw
from tracker.config import HttpSettings
from tracker.domain.outcomes import Outcome
from tracker.http import PoliteClient
from tracker.http.failures import ERRORS, explain

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


@pytest.fixture
def impatient(settings: HttpSettings) -> Iterator[PoliteClient]:
    with PoliteClient(settings.model_copy(update={"deadline_seconds": 0.5}), FakeClock()) as client:
        yield client


def drip(server: Loopback, start: bytes, drop: bytes) -> Raw:
    """One drop every 50 ms, for as long as the server lives: no pause is long enough for a timeout per read."""

    def parts() -> Iterator[bytes]:
        yield start
        while not server.stopping.wait(0.05):
            yield drop

    return Raw(parts())


@pytest.mark.parametrize(
    ("start", "drop"),
    [
        (HEAD + b"Content-Length: 100000\r\n\r\n", b"x"),
        (HEAD, b"X-Header: more\r\n"),
        (b"", b"H"),
        (HEAD + b"\r\n", b"x"),
    ],
    ids=["body", "headers", "status line", "body without length"],
)
def test_drip_ends_at_the_deadline(server: Loopback, impatient: PoliteClient, start: bytes, drop: bytes) -> None:
    server.answer("/robots.txt", "User-agent: *\nAllow: /")
    server.answer("/", drip(server, start, drop))
    fetched = impatient.fetch(server.url())
    assert fetched.outcome is Outcome.HTTP_ERROR
    assert "deadline" in fetched.detail or "no answer in time" in fetched.detail


def test_silence_ends_at_the_deadline(server: Loopback, impatient: PoliteClient) -> None:
    server.answer("/robots.txt", "User-agent: *\nAllow: /")
    server.answer("/", Raw([server.stopping]))
    assert impatient.fetch(server.url()).outcome is Outcome.HTTP_ERROR


def test_redirects_share_one_deadline(server: Loopback, impatient: PoliteClient) -> None:
    server.answer("/robots.txt", "User-agent: *\nAllow: /")

    def slow(asked: Asked) -> Answer:
        server.stopping.wait(0.2)
        number = int(asked.path[1:])
        return Answer(status=302, headers={"Location": f"/{number + 1}"})

    for number in range(5):
        server.answer(f"/{number}", slow)
    server.answer("/5", "<p>words</p>")
    fetched = impatient.fetch(server.url("/0"))
    assert fetched.outcome is Outcome.HTTP_ERROR
    assert "deadline" in fetched.detail or "no answer in time" in fetched.detail


@pytest.mark.parametrize(
    ("parts", "outcome"),
    [
        ([HEAD + b"Content-Length: 50\r\n\r\nshort"], Outcome.TRUNCATED),
        ([HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n"], Outcome.TRUNCATED),
        ([HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nshort\r\n"], Outcome.TRUNCATED),
        ([HEAD + b"".join(b"X-%d: %s\r\n" % (n, b"y" * 1000) for n in range(2000)) + b"\r\n"], Outcome.HTTP_ERROR),
        ([HEAD + b"X: " + b"y" * 2_000_000 + b"\r\n\r\n"], Outcome.HTTP_ERROR),
        ([b"SSH-2.0-OpenSSH_9.2\r\n"], Outcome.HTTP_ERROR),
        ([b""], Outcome.HTTP_ERROR),
        ([HEAD + b"Content-Length: 5\r\nContent-Length: 7\r\n\r\nwords"], Outcome.HTTP_ERROR),
        ([b"HTTP/1.1 999 What\r\nContent-Length: 0\r\n\r\n"], Outcome.HTTP_ERROR),
        ([HEAD + b"\r\n<html><p>words"], Outcome.TRUNCATED),
        ([HEAD + b"\r\n<html><p>words</html>\n"], Outcome.CHANGED),
        ([b"HTTP/1.1 200 OK\r\nContent-Type: text/markdown\r\n\r\n# words"], Outcome.CHANGED),
    ],
    ids=[
        "short of its length",
        "last chunk missing",
        "chunk size is no number",
        "two thousand headers",
        "endless header",
        "another protocol",
        "nothing at all",
        "two lengths",
        "unknown status",
        "ended by closing, no end mark",
        "ended by closing, with end mark",
        "ended by closing, no end to look for",
    ],
)
def test_broken_answer(server: Loopback, client: PoliteClient, parts: list[bytes], outcome: Outcome) -> None:
    server.answer("/", Raw(parts))
    assert client.fetch(server.url()).outcome is outcome


def test_idle_connection_that_was_closed_is_opened_anew(server: Loopback, client: PoliteClient) -> None:
    closing = Raw([b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwords"])  # closes without having said so
    server.answer("/", closing)
    assert [client.fetch(server.url()).outcome for _ in range(20)] == [Outcome.CHANGED] * 20


def test_connection_reset_in_the_body(settings: HttpSettings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        authority = f"127.0.0.1:{listener.getsockname()[1]}"

        def serve() -> None:
            for answer in (
                b"HTTP/1.1 404 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                HEAD + b"Content-Length: 99\r\n\r\nx",
            ):
                connection, _ = listener.accept()
                with connection:
                    connection.recv(65536)
                    connection.sendall(answer)
                    linger = b"\1\0\0\0\0\0\0\0"
                    if b"404" not in answer:
                        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

        thread = threading.Thread(target=serve)
        thread.start()
        exempt = settings.model_copy(update={"allow_hosts": (authority,)})
        with PoliteClient(exempt, FakeClock()) as client:
            fetched = client.fetch(f"http://{authority}/")
        thread.join()
    assert fetched.outcome is Outcome.TRUNCATED


@pytest.mark.parametrize("charset", ["rot13", "hex", "zlib", "utf-7", "", "x" * 500, "utf-8; charset=evil", "ü"])
def test_absurd_charset_does_no_harm(server: Loopback, client: PoliteClient, charset: str) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=%s\r\nContent-Length: 5\r\n\r\nwords"
    server.answer("/", Raw([head % charset.encode("latin-1")]))
    fetched = client.fetch(server.url())
    assert (fetched.outcome, fetched.body) == (Outcome.CHANGED, b"words")


@pytest.mark.parametrize("etag", ['"caf\xe9"', '"' + "x" * 5000 + '"'])
def test_odd_etag_is_not_kept(server: Loopback, client: PoliteClient, etag: str) -> None:
    head = b"HTTP/1.1 200 OK\r\nETag: " + etag.encode("latin-1") + b"\r\nContent-Length: 5\r\n\r\nwords"
    server.answer("/", Raw([head]))
    fetched = client.fetch(server.url())
    assert fetched.validators.etag is None
    assert client.fetch(server.url(), fetched.validators).outcome is Outcome.UNCHANGED


def test_every_httpx_error_has_an_outcome() -> None:
    kinds = [
        kind
        for kind in vars(httpx).values()
        if isinstance(kind, type) and issubclass(kind, Exception) and not issubclass(kind, Warning)
    ]
    assert len(kinds) > 20
    for kind in kinds:
        assert issubclass(kind, ERRORS), f"{kind.__name__} is not mapped"
        error = kind.__new__(kind)
        Exception.__init__(error, "message")
        outcome, words = explain(error)
        assert not outcome.accepted
        assert words


def test_an_error_of_ours_is_not_explained_away() -> None:
    with pytest.raises(ZeroDivisionError):
        explain(ZeroDivisionError())
