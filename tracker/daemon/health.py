"""`/healthz` and `/metrics` on a local port: reads only, for a supervisor and for Prometheus."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tracker.daemon.metrics import Health, render
from tracker.domain.errors import ConfigError

_LOCAL_NAMES = ("127.0.0.1", "localhost")


class HealthServer:
    """Serves from construction to `close`. Raises `ConfigError` when the port is taken."""

    def __init__(self, port: int, health: Callable[[], Health]) -> None:
        handler = type("_BoundAnswers", (_Answers,), {"health": staticmethod(health)})
        try:
            self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        except OSError as error:
            raise ConfigError(
                f"port {port} cannot be opened: {error.strerror}",
                where="daemon.health_port",
                hint="choose another port",
            ) from None
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), name="health", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return self._server.server_port

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Answers(BaseHTTPRequestHandler):
    """GET and HEAD of two paths, for local names only: a page in a browser must not read this by DNS rebinding."""

    health: Callable[[], Health]
    timeout = 10
    server_version = "scoretrail"
    sys_version = ""

    def do_GET(self) -> None:
        host = (self.headers.get("Host") or "").rpartition(":")[0] or self.headers.get("Host") or ""
        path = self.path.partition("?")[0]
        if host not in _LOCAL_NAMES:
            self._answer(400, "text/plain", "ask for 127.0.0.1\n")
        elif path == "/healthz":
            health = type(self).health()
            words = {"status": "ok" if health.sound else "stale", "stale": list(health.stale)}
            self._answer(200 if health.sound else 503, "application/json", json.dumps(words) + "\n")
        elif path == "/metrics":
            self._answer(200, "text/plain; version=0.0.4", render(type(self).health()))
        else:
            self._answer(404, "text/plain", "there are /healthz and /metrics\n")

    def do_HEAD(self) -> None:
        self.do_GET()

    def _answer(self, status: int, media_type: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{media_type}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002  # the base class's name
        """A probe every few seconds is no event."""
