"""Reads RSS, Atom and JSON Feed into entries.

feedparser is given a `BytesIO` only: handed bytes that look like a path or an address, it would open them.
"""

from __future__ import annotations

import calendar
import io
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser
import orjson

from tracker.domain.errors import ParseError
from tracker.domain.ports import Fetched
from tracker.domain.sources import Precision

_MOST_ENTRIES = 1_000
_JSON_TYPES = frozenset({"application/feed+json", "application/json"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed. `content` is the fullest text that the feed itself carries, as HTML unless `content_type` says else.

    `stamp` changes when the entry does.
    """

    id: str
    link: str
    stamp: str
    title: str = ""
    author: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    content: str = ""
    content_type: str = "text/html"
    precision: Precision = Precision.SECOND

    @property
    def said_at(self) -> datetime | None:
        """When the feed began to say this."""
        return self.updated or self.published


@dataclass(frozen=True, slots=True)
class FeedDocument:
    """The entries in the feed's own order, mostly newest first. `older` is the address of the document with the entries
    before these (RFC 5005: of the archive before this one, or of the next page; JSON Feed: `next_url`), if there is one.
    """

    entries: tuple[Entry, ...]
    older: str = ""


def read_feed(fetched: Fetched) -> FeedDocument:
    """Raises `ParseError` when the body is no feed."""
    if fetched.media_type in _JSON_TYPES or fetched.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return _read_json(fetched)
    return _read_xml(fetched)


def _read_xml(fetched: Fetched) -> FeedDocument:
    headers = {"content-location": fetched.url}
    if fetched.media_type:
        headers["content-type"] = fetched.content_type
    try:
        feed = feedparser.parse(
            io.BytesIO(fetched.body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except (ValueError, LookupError, AttributeError, TypeError, AssertionError, RecursionError) as error:
        # It means to report all damage in `bozo_exception`, and does not always.
        raise ParseError(f"not a feed: {type(error).__name__}: {error}"[:300], where=fetched.url) from None
    if not feed.entries and (feed.bozo or not feed.get("version")):
        raise ParseError(f"not a feed: {feed.get('bozo_exception') or 'no entries'}"[:300], where=fetched.url)
    entries = (_xml_entry(raw, fetched.url) for raw in feed.entries[:_MOST_ENTRIES])
    links = {link.get("rel"): link.get("href") for link in reversed(feed.feed.get("links") or ())}
    older = _link(fetched.url, links.get("prev-archive")) or _link(fetched.url, links.get("next"))
    return FeedDocument(tuple(entry for entry in entries if entry), older)


def _xml_entry(found: Mapping[str, Any], base: str) -> Entry | None:
    raw = dict(found)  # feedparser's own mapping answers for `updated` with `published`, and warns
    contents = [*raw.get("content", ()), raw.get("summary_detail") or {}]
    fullest = max(contents, key=lambda content: len(content.get("value") or ""))
    plain = fullest.get("type") == "text/plain"
    return _entry(
        identity=raw.get("id"),
        link=_link(base, raw.get("link")),
        title=raw.get("title"),
        author=raw.get("author"),
        published=_struct_time(raw.get("published_parsed")),
        updated=_struct_time(raw.get("updated_parsed")),
        content=fullest.get("value"),
        content_type="text/plain" if plain else "text/html",
        written=raw.get("updated") or raw.get("published"),
    )


def _read_json(fetched: Fetched) -> FeedDocument:
    try:
        feed = orjson.loads(fetched.body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise ParseError(f"not a JSON feed: {error}"[:300], where=fetched.url) from None
    version = feed.get("version") if isinstance(feed, dict) else None
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(version, str) or "jsonfeed.org/version/" not in version or not isinstance(items, list):
        raise ParseError("not a JSON feed: no version of jsonfeed.org, or no items", where=fetched.url)
    found = (_json_entry(item, fetched.url) for item in items[:_MOST_ENTRIES] if isinstance(item, dict))
    return FeedDocument(tuple(entry for entry in found if entry), _link(fetched.url, feed.get("next_url")))


def _json_entry(item: Mapping[str, Any], base: str) -> Entry | None:
    html = item.get("content_html")
    authors = item.get("authors") or [item.get("author")]
    first = authors[0] if isinstance(authors, list) and authors else None
    return _entry(
        identity=str(item["id"]) if isinstance(item.get("id"), int | float) else item.get("id"),
        link=_link(base, item.get("url")) or _link(base, item.get("external_url")),
        title=item.get("title"),
        author=first.get("name") if isinstance(first, dict) else None,
        published=_iso_time(item.get("date_published")),
        updated=_iso_time(item.get("date_modified")),
        content=html or item.get("content_text") or item.get("summary"),
        content_type="text/html" if html else "text/plain",
        written=item.get("date_modified") or item.get("date_published"),
    )


def _entry(
    *,
    identity: object,
    link: str,
    title: object,
    author: object,
    published: datetime | None,
    updated: datetime | None,
    content: object,
    content_type: str,
    written: object,
) -> Entry | None:
    """None for an entry that nothing tells from another. `written` is the time as the feed spells it."""
    text = content if isinstance(content, str) else ""
    heading = " ".join(title.split()) if isinstance(title, str) else ""
    name = identity if isinstance(identity, str) and identity else link
    if not name:
        return None
    moment = (updated or published or datetime.fromtimestamp(0, UTC)).isoformat()
    digest = sha256(f"{moment}\0{heading}\0{text}".encode("utf-8", "replace")).hexdigest()
    return Entry(
        id=name,
        link=link,
        stamp=digest[:16],
        title=heading,
        author=author if isinstance(author, str) and author else None,
        published=published,
        updated=updated,
        content=text,
        content_type=content_type,
        precision=Precision.DAY if isinstance(written, str) and ":" not in written else Precision.SECOND,
    )


def _link(base: str, link: object) -> str:
    """The absolute web address, or nothing."""
    if not isinstance(link, str) or not link.strip():
        return ""
    try:
        address = urljoin(base, link.strip())
        return address if urlsplit(address).scheme in ("http", "https") else ""
    except ValueError:
        return ""


def _struct_time(moment: time.struct_time | None) -> datetime | None:
    """What feedparser makes of a time, which is UTC."""
    if moment is None:
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(moment), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _iso_time(text: object) -> datetime | None:
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text.strip()[:40])
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def newest_first(entries: Sequence[Entry]) -> list[Entry]:
    """By the times that the entries give; entries without one keep their place in the feed."""
    dated = [entry.said_at for entry in entries]
    if any(moment is None for moment in dated):
        return list(entries)
    return sorted(entries, key=lambda entry: entry.said_at or datetime.max.replace(tzinfo=UTC), reverse=True)
