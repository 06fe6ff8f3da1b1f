"""Everything that Apprise can send: one service and one target a channel, plain text, no redirects, no templates."""

from __future__ import annotations

import logging
from typing import Any

import apprise

from tracker.alerts.options import check_options
from tracker.config import ChannelSettings
from tracker.domain.errors import ConfigError, DeliveryError
from tracker.domain.ports import ChannelKit, Message

_DEADLINE_SECONDS = 60


class AppriseChannel:
    """`address` is an Apprise URL (`discord://…`, `mailto://…`, `ntfy://…`). It is a secret and never shown."""

    def __init__(self, settings: ChannelSettings, kit: ChannelKit) -> None:  # noqa: ARG002  # every channel is called with a kit
        check_options(settings)
        self._name = settings.name
        self._service = _service(settings)

    def deliver(self, message: Message) -> None:
        """The result of `notify` is an object of four kinds of truth; only success counts as delivered."""
        sender = apprise.Apprise(asset=self._service.asset)
        sender.add(self._service)
        result = sender.notify(
            title=message.subject,
            body=message.body,
            body_format=apprise.NotifyFormat.TEXT,
            interpret_escapes=False,
            timeout=_DEADLINE_SECONDS,
            log_level=logging.WARNING,
        )
        if not bool(result):
            raise DeliveryError(
                f"{self._service.service_name} did not accept the message ({result.status.name.lower()})",
                where=self._name,
                hint="check the service and the address",
            )


def _service(settings: ChannelSettings) -> Any:
    where = f"alerts.channels[{settings.name}].address"
    address = settings.address.get_secret_value()
    asset = apprise.AppriseAsset(
        app_id="Scoretrail",
        app_desc="Benchmark score tracker",
        http_redirects=False,
        allow_templates=False,
        secure_logging=True,
        storage_mode="memory",
    )
    service = apprise.Apprise.instantiate(address, asset=asset) if address else None
    if service is None:
        raise ConfigError("is no address that Apprise can send to", where=where, hint="see docs/alerts.md for examples")
    if len(service) > 1:
        # A second target that fails would have the first one told again.
        raise ConfigError("has several targets", where=where, hint="configure a channel for each")
    service.redirects = False  # whatever the address says
    if "overflow=" not in address:
        service.overflow_mode = apprise.OverflowMode.SPLIT
    return service
