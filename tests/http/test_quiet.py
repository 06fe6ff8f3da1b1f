"""Nothing is logged that is secret, and no other room opens connections."""

from __future__ import annotations

import ast
import logging
from pathlib import Path

import pytest

from tests.loopback import Answer, Loopback
from tracker.http import PoliteClient

PACKAGE = Path(__file__).parents[2] / "tracker"

# Who may import what opens connections: the http room; PRAW's own client in the reddit collector; Apprise's in its
# channel; git as a program in the git collector; the servers of demo and daemon only listen.
CLIENTS = {
    "httpx",
    "httpcore",
    "requests",
    "urllib3",
    "aiohttp",
    "urllib.request",
    "http.client",
    "socket",
    "ftplib",
    "smtplib",
}
ALLOWED = {"http": CLIENTS, "demo": {"socket"}, "daemon": {"socket"}}


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_http_opens_connections(path: Path) -> None:
    room = path.relative_to(PACKAGE).parts[0]
    opened = {name for name in imports(path) if name in CLIENTS or name.split(".")[0] in CLIENTS}
    assert not opened - ALLOWED.get(room, set()), f"{path} opens connections of its own; use tracker.http"


def test_no_url_with_secrets_is_logged_by_libraries(
    server: Loopback, client: PoliteClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, logger="httpx"), caplog.at_level(logging.INFO):
        server.answer("/hook/canary", Answer("ok"))
        client.post(server.url("/hook/canary"), b"{}", {"authorization": "canary"})
        client.fetch(server.url("/hook/canary"))
    assert "canary" not in caplog.text
