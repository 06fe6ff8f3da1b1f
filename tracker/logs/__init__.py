"""Structured logs: one line an event, with source and document bound, and secrets never in them."""

from tracker.logs.setup import Log, configure, get_log

__all__ = ["Log", "configure", "get_log"]
