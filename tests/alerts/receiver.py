"""A real webhook receiver on loopback."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tracker.domain.ports import Fetched


class NoPoster:
    """For channels that must not use it."""

    def post(self, url: str, body: bytes, headers: Mapping[str, str], /) -> Fetched:
        raise AssertionError(url)

    def barred(self, host: str, port: int | None, /, *, look_up: bool) -> str:
        return ""


@contextmanager
def receiver(answer) -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    """A webhook receiver; `answer(number)` gives the status and headers of the n-th request. Keeps what it accepted."""
    accepted: list[tuple[dict[str, str], bytes]] = []
    count = iter(range(10**9))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            length = int(self.headers["content-length"])
            body = self.rfile.read(length)
            if len(body) < length:
                self.close_connection = True  # the sender was killed in mid-sentence: nothing was accepted
                return
            status, headers = answer(next(count))
            if status < 300:
                accepted.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(status)
            for name, value in {"content-length": "0", **headers}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook", accepted
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
