"""Rules, outbox and channels: which changes are told, to whom, and that each arrives."""

from tracker.alerts.delivery import ChannelReport, DeliveryReport, Route, deliver_pending
from tracker.alerts.rehearsal import rehearse
from tracker.alerts.routes import open_routes
from tracker.alerts.ruleset import RuleSet, SourceSilence

__all__ = [
    "ChannelReport",
    "DeliveryReport",
    "Route",
    "RuleSet",
    "SourceSilence",
    "deliver_pending",
    "open_routes",
    "rehearse",
]
