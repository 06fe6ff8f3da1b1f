"""The webhook against a real HTTP server, its signature against an independent verifier."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from tests.alerts.fakes import NOON, FakeClock, FakeOutbox, change, rules, score
from tests.alerts.receiver import NoPoster, receiver
from tracker.alerts.channels.webhook import WebhookChannel
from tracker.alerts.delivery import Route, deliver_pending
from tracker.alerts.policy import Policy
from tracker.config import ChannelSettings, HttpSettings
from tracker.domain.errors import ConfigError, DeliveryError
from tracker.domain.ports import ChannelKit, Message
from tracker.http import PoliteClient

NEW = base64.b64encode(b"n" * 32).decode()
OLD = base64.b64encode(b"o" * 32).decode()


@pytest.fixture
def webhook() -> Iterator[Callable[..., WebhookChannel]]:
    """Makes channels that post through the real polite client, with a hole in its guard for the receiver alone."""
    with ExitStack() as stack:

        def make(url: str, secret: str = f"whsec_{NEW}", clock: FakeClock | None = None) -> WebhookChannel:
            clock = clock or FakeClock()
            http = HttpSettings(allow_hosts=(urlsplit(url).netloc,))
            poster = stack.enter_context(PoliteClient(http, clock))
            settings = ChannelSettings.model_validate(
                {"name": "hook", "kind": "webhook", "address": url, "secret": secret}
            )
            return WebhookChannel(settings, ChannelKit(poster, clock, "."))

        yield make


def verified(headers: Mapping[str, str], body: bytes, secret: str, now: float) -> bool:
    """The receiver's side of Standard Webhooks, written from its text alone."""
    if abs(now - int(headers["webhook-timestamp"])) > 300:
        return False
    signed = headers["webhook-id"].encode() + b"." + headers["webhook-timestamp"].encode() + b"." + body
    mine = base64.b64encode(hmac.new(base64.b64decode(secret), signed, hashlib.sha256).digest()).decode()
    theirs = [part.split(",", 1) for part in headers["webhook-signature"].split(" ")]
    return any(version == "v1" and hmac.compare_digest(mine, given) for version, given in theirs)


def message(*changes) -> Message:
    given = changes or (change("41.7", score("46.70", uncertainty="2.5")),)
    entries = rules({}).announce(given)
    return Message("ab" * 16, "subject", "body", tuple(given), "rule-0", tuple(entries))


def accept(_):
    return 204, {}


def test_the_signature_is_what_the_specification_says(webhook):
    with receiver(accept) as (url, accepted):
        webhook(url).deliver(message())
    headers, body = accepted[0]
    assert headers["webhook-id"] == "ab" * 16
    assert headers["content-type"] == "application/json"
    assert verified(headers, body, NEW, NOON.timestamp())
    assert not verified(headers, body + b" ", NEW, NOON.timestamp())
    assert not verified({**headers, "webhook-id": "cd"}, body, NEW, NOON.timestamp())
    assert not verified(headers, body, OLD, NOON.timestamp())
    assert not verified(headers, body, NEW, NOON.timestamp() + 301)


def test_while_a_secret_is_changed_both_sign(webhook):
    with receiver(accept) as (url, accepted):
        webhook(url, f"whsec_{NEW} whsec_{OLD}").deliver(message())
    headers, body = accepted[0]
    assert verified(headers, body, NEW, NOON.timestamp())
    assert verified(headers, body, OLD, NOON.timestamp())


def test_the_body_is_the_documented_json(webhook):
    with receiver(accept) as (url, accepted):
        webhook(url).deliver(message())
    sent = json.loads(accepted[0][1])
    assert (sent["type"], sent["timestamp"]) == ("scoretrail.alert", "2024-07-24T12:00:00+00:00")
    alert = sent["data"]["alerts"][0]
    assert alert["rules"] == ["rule-0"]
    assert alert["change"]["kind"] == "revised"
    assert alert["change"]["old"]["value"] == "41.7"
    assert alert["change"]["new"]["value"] == "46.70"
    assert alert["change"]["new"]["uncertainty"] == "2.5"
    assert alert["change"]["new"]["locator"] == "table[0]/row[2]/col[3]"


def test_a_redirect_is_not_followed(webhook):
    with receiver(accept) as (elsewhere, stolen), receiver(lambda _: (307, {"location": elsewhere})) as (url, _):
        with pytest.raises(DeliveryError, match=r"307.*not followed"):
            webhook(url).deliver(message())
        assert stolen == []


def test_what_the_receiver_asks_to_wait_is_kept(webhook):
    with receiver(lambda _: (429, {"retry-after": "120"})) as (url, _), pytest.raises(DeliveryError) as caught:
        webhook(url).deliver(message())
    assert caught.value.retry_after_seconds == 120


@pytest.mark.parametrize("host", ["127.0.0.1:9", "10.0.0.1", "169.254.169.254", "[::1]:80", "2130706433"])
def test_a_private_address_is_refused_and_not_shown_in_the_error(host):
    settings = ChannelSettings.model_validate(
        {"name": "hook", "kind": "webhook", "address": f"http://{host}/canary-path", "secret": NEW}
    )
    with PoliteClient(HttpSettings(), FakeClock()) as poster:
        channel = WebhookChannel(settings, ChannelKit(poster, FakeClock(), "."))
        with pytest.raises(DeliveryError) as caught:
            channel.deliver(message())
    assert "canary" not in str(caught.value)
    assert "not accept" in str(caught.value)


def test_a_receiver_that_is_not_there_is_a_failed_delivery(webhook):
    with receiver(accept) as (url, _):
        gone = webhook(url)
    with pytest.raises(DeliveryError):
        gone.deliver(message())


def test_a_receiver_that_fails_one_time_in_ten_gets_each_alert_once(webhook):
    chance = random.Random(7)
    changes = [change(new=str(number), document=str(number)) for number in range(200)]
    box, clock = FakeOutbox(), FakeClock()
    box.put(rules({}).announce(changes), NOON, changes)
    with receiver(lambda _: (500 if chance.random() < 0.1 else 200, {})) as (url, accepted):
        route = Route(webhook(url, clock=clock), Policy(burst=200, per_hour=10_000))
        while len(box.sent) < 200:
            deliver_pending(box, {"team": route}, clock)
            clock.sleep(5)
    assert sorted(headers["webhook-id"] for headers, _ in accepted) == sorted(box.rows)
    assert not any(row.dead for row in box.rows.values())
    assert any(row.attempts for row in box.rows.values())


@pytest.mark.parametrize(
    ("address", "secret", "word"),
    [
        ("ftp://example.org", NEW, "address"),
        ("https://example.org", None, "secret"),
        ("https://example.org", "short", "secret"),
        ("https://example.org", " ", "secret"),
        ("https://example.org", "whsec_" + base64.b64encode(b"x" * 8).decode(), "secret"),
    ],
)
def test_settings_that_cannot_work_are_refused_without_showing_the_secret(address, secret, word):
    settings = ChannelSettings.model_validate({"name": "hook", "kind": "webhook", "address": address, "secret": secret})
    with pytest.raises(ConfigError) as caught:
        WebhookChannel(settings, ChannelKit(NoPoster(), FakeClock(), "."))
    assert word in str(caught.value)
    assert "short" not in str(caught.value)
