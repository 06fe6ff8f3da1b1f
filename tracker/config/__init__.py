"""All settings in one frozen object, read once at a front door."""

from tracker.config.files import bundled, home_folder
from tracker.config.settings import (
    AlertSettings,
    ChannelSettings,
    DaemonSettings,
    HttpSettings,
    RedditSettings,
    RuleSettings,
    ScheduleSettings,
    Settings,
    SourceSettings,
    load_settings,
)

__all__ = [
    "AlertSettings",
    "ChannelSettings",
    "DaemonSettings",
    "HttpSettings",
    "RedditSettings",
    "RuleSettings",
    "ScheduleSettings",
    "Settings",
    "SourceSettings",
    "bundled",
    "home_folder",
    "load_settings",
]
