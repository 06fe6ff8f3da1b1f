"""One record of a Reddit dump to the items that it stands for.

Pushshift and Arctic Shift keep what Reddit's API answered, and add: `retrieved_on` (seconds), and where they asked a
second time `_meta` with `retrieved_2nd_on`, `was_deleted_later` and `removal_type`, the first text being kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from tracker.collectors.reddit_items import Record, comment_item, post_item
from tracker.collectors.reddit_text import content_state, is_placeholder
from tracker.domain.sources import DocumentState, Item

_EARLIEST = datetime(2005, 1, 1, tzinfo=UTC)
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands: its source, the dump that holds it, and when the dump is read."""

    source: str
    pointer: str
    read_at: datetime


def is_post(record: Record) -> bool:
    return "title" in record


def dump_items(record: Record, place: Place, *, thread: str = "") -> tuple[Item, ...]:
    """The text as its author left it, then what became of it (deleted, removed) where the record tells.

    Raises `SourceError` for a record that is no post or comment, or lacks a usable id or time.
    """
    meta = record.get("_meta")
    meta = meta if isinstance(meta, Mapping) else {}
    text = str(record.get("selftext" if is_post(record) else "body") or "")
    state = _state(record, meta, text)
    seen = moment(record.get("retrieved_on")) or moment(record.get("retrieved_utc"))
    if state is DocumentState.PRESENT:
        return (_as_written(record, place, seen, thread),)
    written = _as_written({**record, "removed_by_category": None}, place, seen, thread)
    gone_at = moment(meta.get("retrieved_2nd_on")) or seen or written.published_at or written.valid_at
    gone = replace(
        written,
        body=b"",
        state=state,
        valid_at=max(gone_at, written.published_at or gone_at),
        retrieved_at=max(gone_at, written.retrieved_at),
        revision=None,
        sequence=1,
    )
    if is_placeholder(text):
        return (gone,)
    return (written, replace(gone, valid_at=max(gone.valid_at, written.valid_at)))


def _as_written(record: Record, place: Place, seen: datetime | None, thread: str) -> Item:
    at = seen or place.read_at
    if is_post(record):
        item = post_item(record, source=place.source, retrieved_at=at, escaped=True, pointer=place.pointer)
    else:
        item = comment_item(
            record, source=place.source, retrieved_at=at, thread=thread, escaped=True, pointer=place.pointer
        )
    if record.get("edited") is True and seen is not None:  # old dumps do not say when: it read so when it was retrieved
        return replace(item, valid_at=max(seen, item.valid_at))
    return item


def _state(record: Record, meta: Mapping[str, Any], text: str) -> DocumentState:
    removed_by = record.get("removed_by_category") or meta.get("removal_type")
    if removed_by is None and meta.get("was_deleted_later") is True:
        return DocumentState.DELETED
    return content_state(text, removed_by if isinstance(removed_by, str) else None)


def moment(value: object) -> datetime | None:
    """A time in seconds since 1970, as a number or its digits; `None` for anything else, and outside Reddit's life."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        when = datetime.fromtimestamp(float(value), UTC).replace(microsecond=0)
    except (ValueError, OverflowError, OSError):
        return None
    return when if _EARLIEST <= when < _LATEST else None
