"""Answers that are not the page, each a file in tests/cases/answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.loopback import Answer, Loopback, Raw
from tracker.domain.outcomes import Outcome
from tracker.domain.ports import Validators
from tracker.http import PoliteClient
from tracker.http.challenges import recognise

CASES = sorted((Path(__file__).parents[1] / "cases" / "answers").glob("*.http"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_answer(server: Loopback, client: PoliteClient, path: Path) -> None:
    head, _, body = path.read_bytes().partition(b"\n\n")
    lines = b"\r\n".join([*head.splitlines(), b'ETag: "1"', b"Content-Length: %d" % len(body)])
    server.answer("/card", Raw([lines + b"\r\n\r\n" + body]))
    fetched = client.fetch(server.url("/card"))
    outcome = Outcome(path.stem.split("--")[0])
    assert fetched.outcome is outcome, fetched.detail
    if not outcome.accepted:
        assert fetched.validators == Validators()
        assert fetched.detail
        assert fetched.body == body  # kept as evidence


def test_there_are_cases_of_both_kinds() -> None:
    outcomes = [path.stem.split("--")[0] for path in CASES]
    assert outcomes.count("challenge") >= 15
    assert outcomes.count("changed") >= 5


@pytest.mark.parametrize(
    "location", ["/login?next=/card", "/accounts/login/", "/users/sign_in", "/", "/index.html/../"]
)
def test_readers_sent_elsewhere(server: Loopback, client: PoliteClient, location: str) -> None:
    server.answer("/card", Answer(status=302, headers={"Location": location}))
    path = location.split("?", maxsplit=1)[0]
    page = "<html><body><p>" + "Welcome to the lab. " * 200 + "</p></body></html>"
    server.answer(path, page)
    server.answer("/", page)
    assert client.fetch(server.url("/card")).outcome is Outcome.CHALLENGE


def test_front_page_and_login_page_may_be_sources_themselves(server: Loopback, client: PoliteClient) -> None:
    page = "<html><body><p>" + "Welcome to the lab. " * 200 + "</p></body></html>"
    server.answer("/home", Answer(status=302, headers={"Location": "/card/login-benchmark"}))
    server.answer("/card/login-benchmark", page)
    server.answer("/", page)
    assert client.fetch(server.url("/home")).outcome is Outcome.CHANGED
    assert client.fetch(server.url("/")).outcome is Outcome.CHANGED


@given(st.text(alphabet="<>/abcdehilmnopstyr =\"'-! ", max_size=400))
def test_any_markup_is_looked_at_without_error(text: str) -> None:
    recognise(
        asked="https://lab.example/a",
        url="https://lab.example/a",
        status=200,
        headers={},
        media_type="text/html",
        body=text.encode(),
    )


@pytest.mark.parametrize(
    "body", [b"<title>" * 40_000, b"<script>" * 35_000, b"<" * 300_000, b"<body " * 50_000, b"&amp" * 70_000]
)
def test_hostile_markup_takes_linear_time(body: bytes) -> None:
    for size in (len(body) // 8, len(body)):
        recognise(
            asked="https://lab.example/a",
            url="https://lab.example/a",
            status=200,
            headers={},
            media_type="text/html",
            body=body[:size],
        )
