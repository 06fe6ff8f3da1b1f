"""Open the configured channels."""

from __future__ import annotations

from collections.abc import Mapping

from tracker import plugins
from tracker.alerts.delivery import Route
from tracker.alerts.policy import read_policy
from tracker.config import AlertSettings
from tracker.domain.ports import ChannelKit


def open_routes(settings: AlertSettings, kit: ChannelKit) -> Mapping[str, Route]:
    """Every configured channel by name. Raises `ConfigError` for the first that cannot work."""
    return {
        channel.name: Route(plugins.load(plugins.CHANNELS, channel.kind)(channel, kit), read_policy(channel))
        for channel in settings.channels
    }
