"""A small programmable HTTP server on 127.0.0.1: honest by default, as wicked as a test wants."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Asked:
    """A request as the server saw it; header names are lower-case."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """An honest answer. `length`: the Content-Length to claim; None: chunked; -1: none, the connection's end is the body's."""

    body: bytes | str = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = "text/html; charset=utf-8"
    length: int | None = 0

    @property
    def content(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else self.body


@dataclass(frozen=True)
class Raw:
    """Bytes as they go over the wire, status line included. A `threading.Event` among them is waited for."""

    parts: Iterable[bytes | threading.Event]


Respond = Callable[[Asked], Answer | Raw]


class Loopback:
    """`answer(path, …)` scripts one path: several answers come in turn, the last one stays. Others are 404."""

    def __init__(self, ssl_context: ssl.SSLContext | None = None) -> None:
        self.asked: list[Asked] = []
        self.connections = 0
        self._scripts: dict[str, list[Answer | Raw | Respond]] = {}
        self._lock = threading.Lock()
        self.stopping = threading.Event()
        self._server = _Server(self, ssl_context)
        self.scheme = "https" if ssl_context else "http"
        self.port: int = self._server.server_address[1]
        self.authority = f"127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def url(self, path: str = "/") -> str:
        return f"{self.scheme}://{self.authority}{path}"

    def answer(self, path: str, *answers: Answer | Raw | Respond | bytes | str) -> None:
        script = [Answer(said) if isinstance(said, bytes | str) else said for said in answers]
        with self._lock:
            self._scripts[path] = script

    def asked_for(self, path: str) -> list[Asked]:
        with self._lock:
            return [asked for asked in self.asked if asked.path == path]

    def respond(self, asked: Asked) -> Answer | Raw:
        with self._lock:
            self.asked.append(asked)
            script = self._scripts.get(asked.path)
            if not script:
                return Answer("not here", status=404, media_type="text/plain")
            said = script.pop(0) if len(script) > 1 else script[0]
        return said(asked) if callable(said) else said


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = True
    request_queue_size = 128

    def __init__(self, world: Loopback, ssl_context: ssl.SSLContext | None) -> None:
        self.world = world
        self._ssl = ssl_context
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Handler)

    def finish_request(self, request: Any, client_address: Any) -> None:
        self.world.connections += 1
        self._open.add(request)
        try:
            if self._ssl is None:
                super().finish_request(request, client_address)
                return
            with contextlib.suppress(OSError), self._ssl.wrap_socket(request, server_side=True) as secured:
                super().finish_request(secured, client_address)
        finally:
            self._open.discard(request)

    def server_close(self) -> None:
        for connection in list(self._open):  # idle keep-alive connections would hold their threads
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        super().server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is part of the game."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, *_: object) -> None:
        """Tests look at `Loopback.asked`."""

    def _handle(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.command, parts.path, parse_qs(parts.query, keep_blank_values=True), headers, body)
        said = self.server.world.respond(asked)
        if isinstance(said, Raw):
            self.close_connection = True
            for part in said.parts:
                if isinstance(part, threading.Event):
                    part.wait(30)
                else:
                    self.wfile.write(part)
            return
        self._send(said)

    do_GET = do_POST = do_HEAD = _handle  # noqa: N815  # names that the base class looks for

    def _send(self, said: Answer) -> None:
        self.send_response(said.status)
        if said.media_type:
            self.send_header("Content-Type", said.media_type)
        for name, value in said.headers.items():
            self.send_header(name, value)
        if self.close_connection:  # asked for by the client
            self.send_header("Connection", "close")
        if said.length is None:
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(
                b"%x\r\n%s\r\n0\r\n\r\n" % (len(said.content), said.content) if said.content else b"0\r\n\r\n"
            )
            return
        if said.length < 0:
            self.close_connection = True
            self.send_header("Connection", "close")
        elif said.status != 304:
            self.send_header("Content-Length", str(said.length or len(said.content)))
        self.end_headers()
        if self.command != "HEAD" and said.status != 304:
            self.wfile.write(said.content)


@contextlib.contextmanager
def loopback(ssl_context: ssl.SSLContext | None = None) -> Iterator[Loopback]:
    with Loopback(ssl_context) as server:
        yield server
