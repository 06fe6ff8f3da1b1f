"""A page that was fetched, as an item: what a look at one page and a feed's way to one have in common."""

from __future__ import annotations

from datetime import datetime

from tracker.domain.ports import Fetched
from tracker.domain.sources import Authority, Item, Source


def received(source: Source, document: str, fetched: Fetched, now: datetime) -> Item:
    """Valid from the moment at which it was fetched: nothing older is proven by it."""
    return Item(
        source=source.name,
        document=document,
        body=fetched.body,
        media_type=fetched.content_type,
        valid_at=now,
        authority=Authority.FETCHED,
        retrieved_at=now,
        url=fetched.url,
        revision=fetched.validators.etag,
        outcome=fetched.outcome,
    )
