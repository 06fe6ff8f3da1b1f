"""What an entry of a feed becomes: the page that it leads to, or its own content."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tracker.collectors.feed_entries import Entry
from tracker.collectors.received import received
from tracker.domain.ports import Fetched
from tracker.domain.sources import Authority, Item, Precision, Source
from tracker.domain.urls import canonical_url

ACCEPT_FEED = "application/atom+xml,application/rss+xml,application/feed+json,application/xml;q=0.9,*/*;q=0.5"
ACCEPT_PAGE = "text/html,application/xhtml+xml,text/markdown,text/plain;q=0.9,*/*;q=0.5"


def leads_elsewhere(entry: Entry, feed: str) -> bool:
    """Whether the entry has a page of its own; some link to the feed itself."""
    return bool(entry.link) and canonical_url(entry.link) != feed


def document_of(entry: Entry, feed: str) -> str:
    return canonical_url(entry.link) if entry.link else f"{feed}#{entry.id}"


def page_item(source: Source, entry: Entry, fetched: Fetched, now: datetime) -> Item:
    """The page, valid from when it was fetched: nobody saw it before."""
    item = received(source, canonical_url(fetched.moved_to or entry.link), fetched, now)
    return replace(item, title=entry.title, author=entry.author, published_at=entry.published)


def content_item(source: Source, entry: Entry, feed: str, now: datetime) -> Item:
    """What the entry itself says, valid from the time that the feed gives."""
    dated = entry.said_at is not None and entry.said_at <= now
    return Item(
        source=source.name,
        document=document_of(entry, feed),
        body=entry.content.encode("utf-8", "replace"),
        media_type=f"{entry.content_type}; charset=utf-8",
        valid_at=entry.said_at if dated and entry.said_at else now,
        authority=Authority.FETCHED,
        retrieved_at=now,
        url=entry.link,
        title=entry.title,
        author=entry.author,
        published_at=entry.published,
        precision=entry.precision if dated else Precision.SECOND,
        revision=entry.stamp,
        context=entry.title,
    )
