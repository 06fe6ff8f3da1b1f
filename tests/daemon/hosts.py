"""Several hosts on loopback (127.0.0.1, 127.0.0.2, …) that serve cards and log who asked for what, and when."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.daemon.site import card


@dataclass(frozen=True)
class Asked:
    """A request: when (`time.time`), of which host, for what, by which user agent."""

    at: float
    host: str
    path: str
    agent: str


@dataclass
class Hosts:
    """`slow` is a path whose first request is held until `release` is set."""

    addresses: list[str] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    slow: str = "/slow"
    reached: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def pages(self) -> list[Asked]:
        """All requests but those for robots.txt, which every process reads once."""
        with self._lock:
            return [one for one in self.asked if one.path != "/robots.txt"]

    def answer(self, one: Asked) -> tuple[int, str]:
        with self._lock:
            first = one.path not in {before.path for before in self.asked}
            self.asked.append(one)
        if one.path == self.slow and first:
            self.reached.set()
            self.release.wait(60)
        if one.path == "/robots.txt":
            return 404, ""
        number = sum(map(ord, one.path)) % 50
        return 200, card(
            {("Llama 3.1 70B Instruct", "GPQA"): f"{number}.1", ("Mistral Large 2", "GPQA"): f"{number}.7"}
        )


@contextmanager
def hosts(count: int) -> Iterator[Hosts]:
    """Skips where the system has no second loopback address."""
    world = Hosts()
    with ExitStack() as opened:
        for number in range(1, count + 1):
            world.addresses.append(opened.enter_context(_serving(world, f"127.0.0.{number}")))
        opened.callback(world.release.set)
        yield world


@contextmanager
def _serving(world: Hosts, address: str) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = world.answer(Asked(time.time(), address, self.path, self.headers.get("User-Agent", "")))
            content = body.encode()
            with suppress(OSError):  # who asked may be dead by now
                self.send_response(status)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        def log_message(self, *arguments: object) -> None:
            pass

    try:
        server = ThreadingHTTPServer((address, 0), Handler)
    except OSError:
        pytest.skip(f"{address} is no address of this machine")
    server.daemon_threads = True
    server.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"{address}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
