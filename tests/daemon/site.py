"""A small site on loopback: cards with score tables that a test edits, an answer that it can break."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[[str], tuple[int, Mapping[str, str], str]]
"""Path to status, headers and body."""


def card(scores: Mapping[tuple[str, str], str]) -> str:
    """An HTML model card: a table of models by benchmarks, with enough prose around it to look like a page."""
    models = list(dict.fromkeys(model for model, _ in scores))
    benchmarks = list(dict.fromkeys(benchmark for _, benchmark in scores))
    head = "".join(f"<th>{benchmark}</th>" for benchmark in benchmarks)
    rows = "".join(
        f"<tr><td>{model}</td>" + "".join(f"<td>{scores[model, each]}</td>" for each in benchmarks) + "</tr>"
        for model in models
    )
    return (
        "<!doctype html><html><head><title>Model card</title></head><body><h1>Model card</h1>"
        "<p>Evaluation results of the models in this family, measured by the team that trained them.</p>"
        f"<table><thead><tr><th>Model</th>{head}</tr></thead><tbody>{rows}</tbody></table>"
        "<p>All numbers are accuracies in percent. See the paper for the details of each evaluation.</p></body></html>"
    )


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """Gives `host:port`. There is no robots.txt unless `answer` has one."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, headers, body = (404, {}, "") if self.path == "/robots.txt" else answer(self.path)
            content = body.encode()
            self.send_response(status)
            for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
