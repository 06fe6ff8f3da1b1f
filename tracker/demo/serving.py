"""One small HTTP server per site of the world, on 127.0.0.1 and a free port."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qs, urlsplit

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Request:
    """A request as a site sees it; header names in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Response:
    body: bytes = b""
    status: int = 200
    media_type: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


NOT_FOUND = Response(b"Not found", 404, "text/plain; charset=utf-8")

Answer = Callable[[Request], Response]


def validated(request: Request, body: bytes, media_type: str, last_modified: str) -> Response:
    """A body with `ETag` and `Last-Modified`, or `304` when the client already has it."""
    etag = f'"{sha256(body).hexdigest()[:16]}"'
    headers = {"ETag": etag, "Last-Modified": last_modified}
    if request.headers.get("if-none-match") == etag:
        return Response(status=304, media_type="", headers=headers)
    return Response(body, media_type=media_type, headers=headers)


class Site:
    """A running server; `with Site(answer) as site` stops it at the end. `address` has no trailing slash."""

    def __init__(self, answer: Answer) -> None:
        self._server = ThreadingHTTPServer((HOST, 0), _handler(answer))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.port: int = self._server.server_address[1]

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def authority(self) -> str:
        return f"{HOST}:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(answer: Answer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 10
        disable_nagle_algorithm = True

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
            """The world does not chat on standard error."""

        def _serve(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            parts = urlsplit(self.path)
            request = Request(
                self.command,
                parts.path,
                {name: values[-1] for name, values in parse_qs(parts.query).items()},
                {name.lower(): value for name, value in self.headers.items()},
                self.rfile.read(length) if length else b"",
            )
            response = answer(request)
            self.send_response(response.status)
            if response.media_type:
                self.send_header("Content-Type", response.media_type)
            for name, value in response.headers.items():
                self.send_header(name, value)
            if self.close_connection:
                self.send_header(
                    "Connection", "close"
                )  # the client asked for it; unsaid, it would reuse the connection
            if response.status != 304:
                self.send_header("Content-Length", str(len(response.body)))
            self.end_headers()
            if response.status != 304 and self.command != "HEAD":
                self.wfile.write(response.body)

        do_GET = do_POST = do_HEAD = _serve  # noqa: N815  # the base class's names

    return Handler
