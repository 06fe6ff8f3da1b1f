"""A channel's options, read with errors that name the option."""

from __future__ import annotations

from tracker.alerts.policy import POLICY_OPTIONS
from tracker.config import ChannelSettings
from tracker.domain.errors import ConfigError


def check_options(settings: ChannelSettings, *known: str) -> None:
    """Refuse options that neither the delivery's policy nor this kind of channel knows."""
    unknown = sorted(set(settings.options) - POLICY_OPTIONS - set(known))
    if unknown:
        allowed = ", ".join(sorted({*POLICY_OPTIONS, *known}))
        raise ConfigError(f"{unknown[0]}: there is no such option", where=_where(settings), hint=f"known: {allowed}")


def option_text(settings: ChannelSettings, key: str, default: str) -> str:
    value = settings.options.get(key, default)
    if not isinstance(value, str):
        raise ConfigError(f"{key}: must be text", where=_where(settings), hint="see docs/alerts.md")
    return value


def option_number(settings: ChannelSettings, key: str, default: int, *, least: int) -> int:
    value = settings.options.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ConfigError(f"{key}: must be a whole number, {least} or more", where=_where(settings), hint="")
    return value


def _where(settings: ChannelSettings) -> str:
    return f"alerts.channels[{settings.name}].options"
