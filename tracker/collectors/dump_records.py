"""One record of a Reddit dump to the items that it stands for.

Pushshift and Arctic Shift keep what Reddit's API answered, and add: `retrieved_on` (seconds), and where they asked a
second time `_meta` with `retrieved_2nd_on`, `was_deleted_later` and `removal_type`, the first text being kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tracker.collectors.reddit_text import (
    MEDIA_TYPE,
    comment_body,
    comment_document,
    content_state,
    is_placeholder,
    permalink_url,
    post_body,
    post_document,
    unescape,
)
from tracker.domain.sources import Authority, DocumentState, Item

_EARLIEST = datetime(2005, 1, 1, tzinfo=UTC)
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)


class NotARecord(ValueError):
    """The line is JSON, but no post or comment; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands: its source, the dump that holds it, and when the dump is read."""

    source: str
    pointer: str
    read_at: datetime


def is_post(record: Mapping[str, Any]) -> bool:
    return "title" in record


def items(record: Mapping[str, Any], place: Place, *, thread_title: str = "") -> tuple[Item, ...]:
    """The text as its author left it, then what became of it (deleted, removed) where the record tells.

    Valid since the last edit, else since it was written. Raises `NotARecord`.
    """
    post = is_post(record)
    text = _text(record, "selftext" if post else "body")
    created = moment(record.get("created_utc"))
    if created is None:
        raise NotARecord("created_utc is no time")
    meta = record.get("_meta")
    meta = meta if isinstance(meta, Mapping) else {}
    seen = moment(record.get("retrieved_on")) or moment(record.get("retrieved_utc"))
    seen_again = moment(meta.get("retrieved_2nd_on")) or seen
    written = _written_at(record, created, seen)
    present = _item(record, place, post=post, text=text, at=written, seen=seen, thread_title=thread_title)
    state = _state(record, meta, text)
    if state is DocumentState.PRESENT:
        return (present,)
    after = max(seen_again or written, written)
    absent = _without_text(present, state, after)
    return (absent,) if is_placeholder(text) else (present, absent)


def _item(
    record: Mapping[str, Any],
    place: Place,
    *,
    post: bool,
    text: str,
    at: datetime,
    seen: datetime | None,
    thread_title: str,
) -> Item:
    id36 = _id36(record)
    title = _text(record, "title") if post else ""
    parent = id36 if post else str(record.get("link_id") or "").removeprefix("t3_")
    permalink = record.get("permalink")
    author = _text(record, "author")
    edited = moment(record.get("edited"))
    return Item(
        source=place.source,
        document=post_document(id36) if post else comment_document(id36),
        body=post_body(title, text) if post else comment_body(text),
        media_type=MEDIA_TYPE,
        valid_at=at,
        authority=Authority.REVISION,
        retrieved_at=seen or place.read_at,
        url=permalink_url(permalink if isinstance(permalink, str) else "", post=parent, comment="" if post else id36),
        title=" ".join(unescape(title).split()),
        author=author if author != "[deleted]" and author else None,
        published_at=moment(record.get("created_utc")),
        revision=f"edited:{int(edited.timestamp())}" if edited else None,
        context=thread_title,
        pointer=place.pointer,
    )


def _without_text(item: Item, state: DocumentState, at: datetime) -> Item:
    return Item(
        source=item.source,
        document=item.document,
        body=b"",
        media_type=item.media_type,
        valid_at=at,
        authority=item.authority,
        retrieved_at=max(item.retrieved_at, at),
        url=item.url,
        title=item.title,
        author=item.author,
        published_at=item.published_at,
        state=state,
        context=item.context,
        pointer=item.pointer,
        sequence=1,
    )


def _state(record: Mapping[str, Any], meta: Mapping[str, Any], text: str) -> DocumentState:
    removed_by = record.get("removed_by_category") or meta.get("removal_type")
    if removed_by is None and meta.get("was_deleted_later") is True:
        return DocumentState.DELETED
    return content_state(text, removed_by if isinstance(removed_by, str) else None)


def _written_at(record: Mapping[str, Any], created: datetime, seen: datetime | None) -> datetime:
    """`edited` is false, a time, or in old dumps only true: then the text is known to be so when it was retrieved."""
    edited = record.get("edited")
    if edited is True:
        return max(seen or created, created)
    return max(moment(edited) or created, created)


def _id36(record: Mapping[str, Any]) -> str:
    id36 = record.get("id")
    if not isinstance(id36, str) or not id36.isascii() or not id36.isalnum():
        raise NotARecord("it has no id")
    return id36


def _text(record: Mapping[str, Any], field: str) -> str:
    """A field of words; one that is not there or null is empty, except that a comment must have its text."""
    value = record.get(field)
    if value is None and field != "body":
        return ""
    if not isinstance(value, str):
        raise NotARecord(f"{field} is no text")
    return value.replace("\0", "")


def moment(value: object) -> datetime | None:
    """A time in seconds since 1970, as a number or its digits; `None` for anything else, and outside Reddit's life."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        when = datetime.fromtimestamp(float(value), UTC).replace(microsecond=0)
    except (ValueError, OverflowError, OSError):
        return None
    return when if _EARLIEST <= when < _LATEST else None
