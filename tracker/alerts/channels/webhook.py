"""A webhook after the Standard Webhooks specification: JSON, signed, never redirected, behind the address guard.

The body's schema is in docs/alerts.md. A receiver drops what it has seen by `webhook-id`; single alerts inside a digest
keep ids of their own.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson

from tracker.alerts.options import check_options
from tracker.alerts.words import address as safe_address
from tracker.config import ChannelSettings
from tracker.domain.claims import Claim
from tracker.domain.errors import ConfigError, DeliveryError
from tracker.domain.history import RecordedChange
from tracker.domain.ports import ChannelKit, Message

_PREFIX = "whsec_"
_SHORTEST_SECRET = 24


class WebhookChannel:
    """`address` is the receiver's URL, `secret` one or more `whsec_…` secrets, separated by a space: each signs, so that
    a receiver can change from the old to the new one at leisure.
    """

    def __init__(self, settings: ChannelSettings, kit: ChannelKit) -> None:
        check_options(settings)
        where = f"alerts.channels[{settings.name}]"
        self._name = settings.name
        self._kit = kit
        self._url = settings.address.get_secret_value()
        if not self._url.startswith(("http://", "https://")):
            raise ConfigError("address: must be an http or https URL", where=where, hint="see docs/alerts.md")
        if settings.secret is None:
            raise ConfigError("secret: is missing", where=where, hint="make one with: openssl rand -base64 32")
        self._keys = _keys(settings.secret.get_secret_value(), where)

    def deliver(self, message: Message) -> None:
        now = self._kit.clock.now()
        payload = orjson.dumps(describe(message, now))
        answer = self._kit.poster.post(self._url, payload, sign(self._keys, message.id, now, payload))
        if answer.status is None or not 200 <= answer.status < 300:
            detail = answer.detail.replace(self._url, "…") or answer.outcome.value
            said = f"status {answer.status}" if answer.status is not None else detail
            raise DeliveryError(
                f"the receiver did not accept the message: {said}",
                where=self._name,
                hint="redirects are not followed" if answer.status and 300 <= answer.status < 400 else "",
                retry_after_seconds=answer.retry_after_seconds,
            )


def sign(keys: Sequence[bytes], identity: str, now: datetime, body: bytes) -> dict[str, str]:
    """The three `webhook-*` headers, and the media type."""
    stamp = str(int(now.timestamp()))
    signed = f"{identity}.{stamp}.".encode() + body
    signatures = [base64.b64encode(hmac.digest(key, signed, sha256)).decode() for key in keys]
    return {
        "content-type": "application/json",
        "webhook-id": identity,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }


def describe(message: Message, now: datetime) -> dict[str, Any]:
    """The message as its documented JSON. Numbers are strings: they keep the digits that their author wrote."""
    changes = {recorded.change.id: recorded for recorded in message.changes}
    alerts = [
        {
            "id": entry.id,
            "rules": entry.rule.split(", "),
            "subject": entry.subject,
            "change": _change(changes[entry.change]) if entry.change in changes else None,
        }
        for entry in message.entries
    ]
    data = {"id": message.id, "subject": message.subject, "text": message.body, "alerts": alerts}
    return {"type": "scoretrail.alert", "timestamp": now.isoformat(), "data": data}


def _change(recorded: RecordedChange) -> dict[str, Any]:
    change = recorded.change
    return {
        "id": change.id,
        "claim": recorded.claim_id,
        "kind": change.kind.value,
        "model": recorded.model,
        "benchmark": recorded.benchmark,
        "document": change.document,
        "old": _claim(change.old),
        "new": _claim(change.new),
        "valid_at": change.valid_at.isoformat(),
        "precision": change.precision.value,
        "recorded_at": recorded.recorded_at.isoformat(),
        "cause": recorded.cause.value,
        "source": recorded.source,
        "tier": recorded.tier,
        "organisation": recorded.organisation,
        "author": recorded.author,
        "title": recorded.title,
        "url": safe_address(recorded.url) or None,
        "snapshot": change.snapshot,
        "revision": change.revision,
    }


def _claim(claim: Claim | None) -> dict[str, Any] | None:
    if claim is None:
        return None
    score = claim.score
    return {
        "model": claim.model,
        "benchmark": claim.benchmark,
        "metric": claim.metric,
        "text": score.text,
        "value": str(score.value),
        "unit": score.unit,
        "uncertainty": None if score.uncertainty is None else str(score.uncertainty),
        "shots": claim.setting.shots,
        "cot": claim.setting.cot,
        "variant": claim.setting.variant,
        "setting": dict(claim.setting.extra),
        "relayed": claim.relayed,
        "quote": claim.quote,
        "locator": claim.evidence.locator,
    }


def _keys(secrets: str, where: str) -> tuple[bytes, ...]:
    keys = []
    for secret in secrets.split():
        try:
            key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
        except binascii.Error:
            key = b""
        if len(key) < _SHORTEST_SECRET:
            raise ConfigError(
                f"secret: must be {_SHORTEST_SECRET} bytes or more in base64, with or without {_PREFIX!r} in front",
                where=where,
                hint="make one with: openssl rand -base64 32",
            )
        keys.append(key)
    if not keys:
        raise ConfigError("secret: is empty", where=where, hint="make one with: openssl rand -base64 32")
    return tuple(keys)
