"""The only door to the network."""

from tracker.http.client import PoliteClient
from tracker.http.fake import FakeFetcher
from tracker.http.pace import LocalPace, Pace

__all__ = ["FakeFetcher", "LocalPace", "Pace", "PoliteClient"]
