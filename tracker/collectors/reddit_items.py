"""Makes items of Reddit's records, for the live API and for dumps alike: the same words are the same bytes.

A post and each comment are documents. The body is the author's Markdown, exactly; a post's title is not part of it and
goes along as the item's title and context. An edit is the same document with a later `valid_at`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tracker.collectors.reddit_text import (
    MEDIA_TYPE,
    comment_document,
    content_state,
    permalink_url,
    post_document,
    unescape,
)
from tracker.domain.errors import SourceError
from tracker.domain.sources import Authority, DocumentState, Item

Record = Mapping[str, Any]
"""One post or comment with Reddit's own field names (`id`, `created_utc`, `edited`, `selftext` or `body`, …)."""

_LATEST = 4_102_444_800  # the year 2100: a time after it is a damaged one
_NOBODY = frozenset({"", "[deleted]", "[removed]"})


def post_item(
    record: Record, *, source: str, retrieved_at: datetime, escaped: bool = False, pointer: str | None = None
) -> Item:
    """`escaped`: the texts still carry Reddit's `&lt; &gt; &amp;`, as dumps do and the API with `raw_json=1` does not.

    Raises `SourceError` for a record without a usable id or time.
    """
    id36 = _id(record, "t3_")
    title = " ".join(_text(record, "title", escaped=escaped).split())
    return _item(
        record,
        _text(record, "selftext", escaped=escaped),
        _Place(source, retrieved_at, pointer),
        document=post_document(id36),
        url=permalink_url(_text(record, "permalink"), post=id36),
        title=title,
        context=title,
    )


def comment_item(
    record: Record,
    *,
    source: str,
    retrieved_at: datetime,
    thread: str = "",
    escaped: bool = False,
    pointer: str | None = None,
) -> Item:
    """`thread` is the title of the post that is commented on. For `escaped` and errors see `post_item`."""
    id36 = _id(record, "t1_")
    post = _text(record, "link_id").removeprefix("t3_")
    return _item(
        record,
        _text(record, "body", escaped=escaped),
        _Place(source, retrieved_at, pointer),
        document=comment_document(id36),
        url=permalink_url(_text(record, "permalink"), post=post, comment=id36),
        title=thread,
        context=thread,
    )


@dataclass(frozen=True, slots=True)
class _Place:
    source: str
    retrieved_at: datetime
    pointer: str | None


def _item(record: Record, text: str, place: _Place, *, document: str, url: str, title: str, context: str) -> Item:
    created = _time(record.get("created_utc"))
    if created is None:
        raise SourceError("a record without a usable created_utc", where=document)
    edited = _time(record.get("edited"))
    state = content_state(text, record.get("removed_by_category"))
    gone = state is not DocumentState.PRESENT
    author = _text(record, "author")
    return Item(
        source=place.source,
        document=document,
        body=b"" if gone else text.encode("utf-8", "replace"),
        media_type=MEDIA_TYPE,
        # Reddit does not say when a text was taken away: it is known only that it was gone when we looked.
        valid_at=place.retrieved_at if gone else max(edited or created, created),
        authority=Authority.REVISION,
        retrieved_at=place.retrieved_at,
        url=url,
        title=title,
        author=None if author in _NOBODY else author,
        published_at=created,
        revision=str(int(edited.timestamp())) if edited else None,
        state=state,
        context=context,
        pointer=place.pointer,
    )


def _id(record: Record, prefix: str) -> str:
    id36 = _text(record, "id") or _text(record, "name").removeprefix(prefix)
    if not (id36.isascii() and id36.isalnum() and len(id36) <= 16):
        raise SourceError(f"a record without a usable id: {id36[:40]!r}", where="reddit")
    return id36.lower()


def _text(record: Record, name: str, *, escaped: bool = False) -> str:
    value = record.get(name)
    if not isinstance(value, str):
        return ""
    return unescape(value) if escaped else value.replace("\r\n", "\n")


def _time(value: object) -> datetime | None:
    """Seconds since 1970, as a number or its text; `edited` is false for what was never edited (and true in very old posts)."""
    if isinstance(value, str) and value.replace(".", "", 1).isdecimal() and len(value) < 20:
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < _LATEST:
        return None
    return datetime.fromtimestamp(value, UTC)
