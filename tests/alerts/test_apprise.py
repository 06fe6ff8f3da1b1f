"""Apprise against a real SMTP server and a real HTTP server on loopback."""

from __future__ import annotations

import email
import email.policy
import logging
from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller

from tests.alerts.fakes import FakeClock, change, rules
from tests.alerts.receiver import NoPoster, receiver
from tracker.alerts.channels.apprise import AppriseChannel
from tracker.config import ChannelSettings, HttpSettings
from tracker.domain.errors import ConfigError, DeliveryError
from tracker.domain.ports import ChannelKit, Message, Poster
from tracker.http import PoliteClient

# Apprise's mail plugin imports a module that Python 3.11 and 3.12 call deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


class Mailbox:
    """An SMTP handler that keeps what it is given, or refuses it."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], bytes]] = []
        self.refuse = False

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802  # aiosmtpd's name
        if self.refuse:
            return "451 try later"
        self.mails.append((envelope.rcpt_tos, envelope.content))
        return "250 OK"


class LoopbackServer(Controller):
    """A controller that asks the kernel for a free port."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def mail_server() -> Iterator[tuple[str, Mailbox]]:
    mailbox = Mailbox()
    controller = LoopbackServer(mailbox, hostname="127.0.0.1", port=0)
    controller.start()
    try:
        yield (
            f"mailto://127.0.0.1:{controller.port}?from=tracker@example.org&to=team@example.org&mode=insecure",
            mailbox,
        )
    finally:
        controller.stop()


def channel(address: str, poster: Poster | None = None) -> AppriseChannel:
    settings = ChannelSettings.model_validate({"name": "mail", "kind": "apprise", "address": address})
    return AppriseChannel(settings, ChannelKit(poster or NoPoster(), FakeClock(), "."))


def guard(*allowed: str, **names: str) -> PoliteClient:
    """The real address guard over a resolver that knows only these names (`_` stands for a dot)."""
    known = {name.replace("_", "."): address for name, address in names.items()}

    def resolve(host: str, _port: int) -> list[str]:
        if host not in known:
            raise OSError("no such name")
        return known[host].split(",")

    return PoliteClient(HttpSettings(allow_hosts=allowed), FakeClock(), resolve=resolve)


def message(recorded=None) -> Message:
    given = recorded or change("41.7", "46.7")
    entry = rules({}).announce([given])[0]
    return Message(entry.id, entry.subject, entry.body, (given,), entry.rule, (entry,))


def test_a_mail_arrives_with_one_subject_line_and_plain_text(mail_server):
    address, mailbox = mail_server
    hostile = change("41.7", "46.7", model="Evil\r\nBcc: all@example.org", title="<b>@everyone</b> {{ app_id }}")
    channel(address).deliver(message(hostile))
    recipients, content = mailbox.mails[0]
    mail = email.message_from_bytes(content, policy=email.policy.default)
    assert recipients == ["team@example.org"]
    assert mail["bcc"] is None
    assert mail["subject"].startswith("Evil Bcc: all@\u200bexample.\u200borg on GPQA (0-shot): 41.7 → 46.7")
    text = "".join(part.get_content() for part in mail.walk() if part.get_content_type() == "text/plain")
    assert "{{ app_id }}" in text
    assert "@everyone" not in text
    assert "Proof: snapshot" in text


def test_a_mail_server_that_refuses_is_a_failed_delivery(mail_server):
    address, mailbox = mail_server
    mailbox.refuse = True
    with pytest.raises(DeliveryError, match="did not accept"):
        channel(address).deliver(message())
    mailbox.refuse = False
    channel(address).deliver(message())
    assert len(mailbox.mails) == 1


def test_a_redirect_to_another_host_is_not_followed():
    with (
        receiver(lambda _: (200, {})) as (elsewhere, stolen),
        receiver(lambda _: (307, {"location": elsewhere})) as (url, _),
    ):
        with pytest.raises(DeliveryError):
            channel(url.replace("http://", "json://") + "?redirect=yes").deliver(message())
        assert stolen == []


def test_secrets_of_an_address_reach_neither_error_nor_log(caplog):
    caplog.set_level(logging.WARNING)
    with receiver(lambda _: (500, {})) as (url, _):
        address = url.replace("http://", "json://user:canary-one@") + "?+X-Token=canary-two"
        with pytest.raises(DeliveryError) as caught:
            channel(address).deliver(message())
    assert "canary" not in str(caught.value)
    assert "canary" not in caplog.text


@pytest.mark.parametrize("address", ["", "nosuch://canary", "not an address"])
def test_an_address_that_is_none_is_refused_without_being_shown(address):
    with pytest.raises(ConfigError) as caught:
        channel(address)
    assert "canary" not in str(caught.value)


def test_several_targets_in_one_address_are_refused():
    with pytest.raises(ConfigError, match="a channel for each"):
        channel("tgram://123456789:abcdefg_hijklmnop/12315544/98765432")


PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "169.254.169.254",
    "[::1]",
    "[fd00::1]",
    "2130706433",
    "localhost",
    "nas.local",
]


@pytest.mark.parametrize("host", PRIVATE)
@pytest.mark.parametrize(
    "address",
    [
        "json://user:canary@{}:8080/x",
        "xml://{}/x",
        "forms://{}",
        "ntfy://{}/canary",
        "gotify://{}/canaryToken12345",
        "matrix://user:canary@{}/#room",
        "mailto://user:canary@example.org?smtp={}&to=a@example.org",
    ],
)
def test_a_private_host_is_refused_at_start(address, host):
    with guard() as poster, pytest.raises(ConfigError, match="allow_hosts") as caught:
        channel(address.format(host), poster)
    assert "canary" not in str(caught.value)


def test_a_name_that_leads_into_a_private_network_is_refused_before_each_message():
    with receiver(lambda _: (200, {})) as (url, inbox):
        port = url.rpartition(":")[2].rstrip("/")
        with guard(inner_example="93.184.216.34,127.0.0.1") as poster:
            inner = channel(f"json://inner.example:{port}/x", poster)
            with pytest.raises(DeliveryError, match="not a public address"):
                inner.deliver(message())
        assert inbox == []


def test_a_private_host_that_is_allowed_is_written_to():
    with receiver(lambda _: (200, {})) as (url, inbox):
        authority = url.removeprefix("http://").partition("/")[0]
        with guard(authority) as poster:
            channel(url.replace("http://", "json://"), poster).deliver(message())
            with pytest.raises(ConfigError):
                channel("json://127.0.0.1:1/x", poster)
            channel("json://127.0.0.1/x", poster)  # no port is named: any allowed one of that host will do
        assert len(inbox) == 1


@pytest.mark.parametrize(
    "address",
    [
        "discord://123456789012345678/abcdefghijklmnopqrstuvwxyz",
        "tgram://123456789:abcdefg_hijklmnop/12315544",
        "mailto://user:secret@gmail.com",
        "ntfy://topic",
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
    ],
)
def test_services_whose_servers_apprise_knows_are_let_through(address):
    with guard(smtp_gmail_com="93.184.216.34") as poster:
        opened = channel(address, poster)
        assert opened._barred(look_up=True) == ""  # sending would leave the machine
