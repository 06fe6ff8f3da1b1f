"""The dialler: resolve once, judge every address, dial what was judged, keep to the deadline, check the certificate."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.clock import FakeClock
from tests.loopback import Answer, Loopback, loopback
from tracker.config import HttpSettings
from tracker.domain.outcomes import Outcome
from tracker.http import PoliteClient

TLS = Path(__file__).parent / "tls"
PUBLIC = "93.184.215.14"
PAGE = "<p>words</p>"


class Net:
    """A resolver that answers from a script, and a dialler that leads every address to one server on loopback."""

    def __init__(self, server: Loopback, *answers: Sequence[str]) -> None:
        self.server = server
        self.answers = list(answers)
        self.looked_up: list[str] = []
        self.dialled: list[str] = []
        self.dead: set[str] = set()

    def resolve(self, host: str, port: int) -> Sequence[str]:
        self.looked_up.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def dial(self, address: str, port: int, seconds: float) -> socket.socket:
        self.dialled.append(address)
        if address in self.dead:
            raise ConnectionRefusedError("nobody there")
        return socket.create_connection(("127.0.0.1", self.server.port), seconds)

    def client(self, **settings: object) -> PoliteClient:
        return PoliteClient(
            HttpSettings.model_validate({"host_delay_seconds": 0, "deadline_seconds": 10, **settings}),
            FakeClock(),
            resolve=self.resolve,
            dial=self.dial,
        )


def test_dials_the_address_that_was_judged(server: Loopback) -> None:
    server.answer("/", PAGE)
    net = Net(server, [PUBLIC])
    with net.client() as client:
        assert client.fetch("http://lab.example/").outcome is Outcome.CHANGED
    assert net.dialled == [PUBLIC]
    assert net.looked_up == ["lab.example"]  # robots.txt and the page share the connection
    assert server.asked[0].headers["host"] == "lab.example"


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["10.1.2.3"], [PUBLIC, "192.168.0.1"], ["::1", PUBLIC], ["fe80::1%2"]]
)
def test_one_closed_address_is_enough_to_refuse(server: Loopback, addresses: list[str]) -> None:
    net = Net(server, addresses)
    with net.client() as client:
        fetched = client.fetch("http://lab.example/")
    assert fetched.outcome is Outcome.POLICY_BLOCKED
    assert not net.dialled


def test_rebinding_never_reaches_a_closed_address(server: Loopback) -> None:
    server.answer("/", Answer(PAGE, headers={"Connection": "close"}))
    server.answer("/robots.txt", Answer("", status=404, headers={"Connection": "close"}))
    net = Net(server, [PUBLIC], ["127.0.0.1"], [PUBLIC], ["127.0.0.1"])
    with net.client() as client:
        outcomes = {client.fetch("http://lab.example/").outcome for _ in range(4)}
    assert outcomes <= {Outcome.CHANGED, Outcome.POLICY_BLOCKED}
    assert Outcome.POLICY_BLOCKED in outcomes
    assert set(net.dialled) <= {PUBLIC}
    assert len(net.looked_up) == 4 + 1  # each connection looks up once; robots.txt had one of its own


def test_second_address_is_tried_when_the_first_is_dead(server: Loopback) -> None:
    server.answer("/", PAGE)
    net = Net(server, ["2606:4700::1111", PUBLIC])
    net.dead.add("2606:4700::1111")
    with net.client() as client:
        assert client.fetch("http://lab.example/").outcome is Outcome.CHANGED


def test_no_address_answers(server: Loopback) -> None:
    net = Net(server, [PUBLIC])
    net.dead.add(PUBLIC)
    with net.client() as client:
        fetched = client.fetch("http://lab.example/")
    assert fetched.outcome is Outcome.HTTP_ERROR
    assert "no connection to lab.example:80" in fetched.detail


def test_name_that_does_not_exist(server: Loopback) -> None:
    def resolve(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with PoliteClient(HttpSettings(), FakeClock(), resolve=resolve) as client:
        fetched = client.fetch("http://lab.example/")
    assert fetched.outcome is Outcome.HTTP_ERROR
    assert "cannot be resolved" in fetched.detail


def test_hung_lookups_do_not_starve_a_good_host(server: Loopback) -> None:
    server.answer("/", PAGE)
    release = threading.Event()

    def resolve(host: str, port: int) -> Sequence[str]:
        if host.startswith("hung"):
            release.wait(30)
        return [PUBLIC]

    net = Net(server, [PUBLIC])
    settings = HttpSettings(host_delay_seconds=0, deadline_seconds=20, connect_seconds=20)
    hung_outcomes: list[Outcome] = []
    with PoliteClient(settings, FakeClock(), resolve=resolve, dial=net.dial) as client:
        hung = [
            threading.Thread(
                target=lambda number=number: hung_outcomes.append(client.fetch(f"http://hung{number}.example/").outcome)
            )
            for number in range(12)
        ]
        for thread in hung:
            thread.start()
        assert client.fetch("http://good.example/").outcome is Outcome.CHANGED
        assert not hung_outcomes
        release.set()
        for thread in hung:
            thread.join()
    assert len(hung_outcomes) == 12


def test_lookup_that_never_answers_ends_with_the_connect_limit(server: Loopback) -> None:
    release = threading.Event()

    def resolve(host: str, port: int) -> Sequence[str]:
        release.wait(30)
        return []

    with PoliteClient(HttpSettings(connect_seconds=0.05), FakeClock(), resolve=resolve) as client:
        fetched = client.fetch("http://hung.example/")
    release.set()
    assert fetched.outcome is Outcome.HTTP_ERROR
    assert "did not answer" in fetched.detail


def server_context(name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / f"{name}.pem")
    return context


def test_certificate_is_checked_against_the_name_though_an_address_is_dialled() -> None:
    trusting = ssl.create_default_context(cafile=str(TLS / "ca.pem"))
    with loopback(server_context("good")) as server:
        server.answer("/", PAGE)
        net = Net(server, [PUBLIC])
        with PoliteClient(
            HttpSettings(host_delay_seconds=0), FakeClock(), resolve=net.resolve, dial=net.dial, ssl_context=trusting
        ) as client:
            assert client.fetch("https://lab.example/").outcome is Outcome.CHANGED
            wrong = client.fetch("https://other.example/")
    assert wrong.outcome is Outcome.HTTP_ERROR
    assert "CERTIFICATE_VERIFY_FAILED" in wrong.detail


@pytest.mark.parametrize(("certificate", "trusted"), [("expired", True), ("other", True), ("good", False)])
def test_bad_certificate_is_never_overlooked(certificate: str, *, trusted: bool) -> None:
    context = ssl.create_default_context(cafile=str(TLS / "ca.pem")) if trusted else None
    with loopback(server_context(certificate)) as server:
        settings = HttpSettings(allow_hosts=(server.authority,), host_delay_seconds=0)
        with PoliteClient(settings, FakeClock(), ssl_context=context) as client:
            fetched = client.fetch(server.url())
        assert fetched.outcome is Outcome.HTTP_ERROR
        assert "CERTIFICATE_VERIFY_FAILED" in fetched.detail
        assert not server.asked


def test_configured_proxy_is_used_and_may_be_private(server: Loopback) -> None:
    settings = HttpSettings.model_validate({"proxy": f"http://127.0.0.1:{server.port}", "host_delay_seconds": 0})
    server.answer("/", PAGE)
    with PoliteClient(settings, FakeClock()) as client:
        assert client.fetch("http://lab.example/").outcome is Outcome.CHANGED
        assert client.fetch("http://127.0.0.1/").outcome is Outcome.POLICY_BLOCKED
    assert {asked.headers["host"] for asked in server.asked} == {"lab.example"}
