"""Everything that Apprise can send: one service and one target a channel, plain text, no redirects, no templates."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import apprise

from tracker.alerts.options import check_options
from tracker.config import ChannelSettings
from tracker.domain.errors import ConfigError, DeliveryError
from tracker.domain.ports import ChannelKit, Message

_DEADLINE_SECONDS = 60


class AppriseChannel:
    """`address` is an Apprise URL (`discord://…`, `mailto://…`, `ntfy://…`). It is a secret and never shown."""

    def __init__(self, settings: ChannelSettings, kit: ChannelKit) -> None:
        check_options(settings)
        self._name = settings.name
        self._poster = kit.poster
        self._service = _service(settings)
        why = self._barred(look_up=False)
        if why:
            raise ConfigError(why, where=f"alerts.channels[{settings.name}].address", hint="see http.allow_hosts")

    def deliver(self, message: Message) -> None:
        """The result of `notify` is an object of four kinds of truth; only success counts as delivered."""
        why = self._barred(look_up=True)
        if why:
            raise DeliveryError(f"the address is not dialled: {why}", where=self._name, hint="see http.allow_hosts")
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

    def _barred(self, *, look_up: bool) -> str:
        """Why a host that the address names may not be dialled. Apprise opens its connections itself, so a name is judged
        before each message by all that it resolves to.
        """
        reasons = (self._poster.barred(host, port, look_up=look_up) for host, port in hosts_of(self._service))
        return next((why for why in reasons if why), "")


def hosts_of(service: Any) -> Iterator[tuple[str, int | None]]:
    """The hosts that a service's address names, with their ports. A service whose servers Apprise knows itself (Telegram,
    Slack …) names none; of a mail address the server counts and not the domain.
    """
    mail = getattr(service, "smtp_host", None)
    own = service.host if "host" in service.template_tokens else None
    for host, port in ((mail or own, _port(service)), (getattr(service, "endpoint", None), None)):
        if host:
            yield str(host), port


def _port(service: Any) -> int | None:
    """As the address says, or the web's own for services that speak it."""
    port = getattr(service, "port", None)
    return int(port) if port else None


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
