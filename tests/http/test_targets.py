"""URLs that must be refused before a name is looked up or an address dialled."""

from __future__ import annotations

import contextlib
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.clock import FakeClock
from tracker.config import HttpSettings
from tracker.domain.errors import FetchError
from tracker.domain.outcomes import Outcome
from tracker.http import PoliteClient
from tracker.http.targets import Policy, judge

POLICY = Policy(ports=(80, 443, 8080, 8443))

TRICKY = [
    "http://127.0.0.1/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://sub.localhost/",
    "http://[::1]/",
    "http://0.0.0.0/",
    "http://0/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.1/",
    "http://0177.0.0.1/",
    "http://1.2.3.0x/",
    "http://[::ffff:127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[fe80::1%25eth0]/",
    "http://169.254.169.254/latest/meta-data/",
    "http://10.0.0.1/",
    "http://100.64.0.1/",
    "http://[fd00::1]/",
    "http://１２７.０.０.１/",
    "http://127。0。0。1/",
    "http://example.com\\@127.0.0.1/",
    "http://example.com@127.0.0.1/",
    "http://user:word@example.com/",
    "http://exa\tmple.com/",
    "http://example.com/\r\nX: y",
    "http://example.com /",
    "http://exam\u200bple.com/",
    "http://printer.local/",
    "http://metadata.internal/",
    "http://-example.com/",
    "http://exa..mple.com/",
    "http://" + "a" * 64 + ".com/",
    "http://" + "a." * 130 + "com/",
    "http://example.com:22/",
    "http://example.com:25/",
    "http://example.com:6379/",
    "http://example.com:0/",
    "http://example.com:99999/",
    "https://example.com/" + "a" * 5000,
    "file:///etc/passwd",
    "ftp://example.com/",
    "gopher://example.com/",
    "data:text/html,x",
    "javascript:alert(1)",
    "unix:/run/docker.sock",
    "//example.com/",
    "example.com",
    "http:///path",
    "http://",
    "",
]


@pytest.mark.parametrize("url", TRICKY)
def test_refused_before_anything_is_looked_up(url: str) -> None:
    def forbidden(*_: object) -> socket.socket:
        raise AssertionError("something was looked up or dialled")

    with PoliteClient(HttpSettings(), FakeClock(), resolve=forbidden, dial=forbidden) as client:  # type: ignore[arg-type]
        fetched = client.fetch(url)
        posted = client.post(url, b"", {})
    assert fetched.outcome is posted.outcome is Outcome.POLICY_BLOCKED
    assert "word@" not in fetched.detail  # a password never reaches a log


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com",
        "https://Example.COM:8443/x?y=z#part",
        "https://xn--bcher-kva.example/",
        "https://bücher.example/",
        "https://example.com./",
        "https://_dmarc.example.com/",
        "http://8.8.8.8/",
        "http://[2606:4700::1111]:8080/",
        "https://a.0x.example/",
        "https://example.com/a%20b",
    ],
)
def test_plain_public_addresses_pass(url: str) -> None:
    assert judge(url, POLICY).host


def test_exempt_pair_passes_and_its_neighbours_do_not() -> None:
    policy = Policy(ports=(80,), exempt=("127.0.0.1:5005", "localhost:5005"))
    assert judge("http://127.0.0.1:5005/", policy).site == "127.0.0.1:5005"
    assert judge("http://localhost:5005/", policy)
    for other in ("http://127.0.0.1:5006/", "http://127.0.0.2:5005/", "http://127.1:5005/"):
        with pytest.raises(FetchError):
            judge(other, policy)


def test_fragment_is_not_sent() -> None:
    assert str(judge("https://example.com/a#b", POLICY).url) == "https://example.com/a"


@given(st.text(max_size=50).map("http://".__add__) | st.text(max_size=60))
def test_any_text_is_either_a_target_or_policy_blocked(text: str) -> None:
    with contextlib.suppress(FetchError):
        target = judge(text, POLICY)
        assert target.url.scheme in ("http", "https")
        assert not target.url.userinfo
        assert target.port in POLICY.ports
