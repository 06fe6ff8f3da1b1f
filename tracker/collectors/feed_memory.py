"""What a feed's cursor remembers: the feed's validators, and for each entry what was last seen and fetched of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import astuple, dataclass, field
from hashlib import sha256

from tracker.domain.ports import Validators
from tracker.domain.sources import Cursor

_MOST_ENTRIES = 1_000


@dataclass(frozen=True, slots=True)
class Seen:
    """One entry. `stamp` is empty while its page has still to be fetched; `failures` counts polls that could not.

    `sha256` is of the page as last received, `first` and `checked` when it was first met and last asked for (seconds
    since 1970).
    """

    stamp: str = ""
    failures: int = 0
    sha256: str = ""
    first: int = 0
    checked: int = 0


@dataclass(slots=True)
class FeedMemory:
    """Entries in the order in which they were last touched; the oldest are forgotten."""

    feed: str
    validators: Validators = field(default_factory=Validators)
    polls: int = 0
    entries: dict[str, Seen] = field(default_factory=dict)

    @classmethod
    def of(cls, cursor: Cursor | None, feed: str) -> FeedMemory:
        """What the cursor says about this feed; nothing when the source's address has been changed or it is damaged."""
        values = cursor.values if cursor else {}
        if values.get("feed") != feed:
            return cls(feed)
        try:
            stored = json.loads(values.get("entries", "{}"))
            entries = {key: Seen(str(s), int(n), str(h), int(f), int(c)) for key, (s, n, h, f, c) in stored.items()}
            polls = int(values.get("polls", "0"))
        except (ValueError, TypeError, AttributeError):
            return cls(feed)
        validators = Validators(values.get("etag"), values.get("last_modified"), values.get("sha256"))
        return cls(feed, validators, polls, entries)

    def cursor(self) -> Cursor:
        held = {
            "etag": self.validators.etag,
            "last_modified": self.validators.last_modified,
            "sha256": self.validators.sha256,
        }
        recent = list(self.entries.items())[-_MOST_ENTRIES:]
        entries = {key: astuple(seen) for key, seen in recent}
        values = {name: value for name, value in held.items() if value}
        stored = json.dumps(entries, separators=(",", ":"))
        return Cursor({"feed": self.feed, "polls": str(self.polls), "entries": stored, **values})

    def seen(self, entry_id: str) -> Seen:
        return self.entries.get(_key(entry_id), Seen())

    def note(self, entry_id: str, seen: Seen) -> None:
        self.entries.pop(_key(entry_id), None)
        self.entries[_key(entry_id)] = seen

    def keep(self, entry_ids: Iterable[str]) -> None:
        """Entries that the feed still lists are the last to be forgotten."""
        for key in map(_key, entry_ids):
            if key in self.entries:
                self.entries[key] = self.entries.pop(key)


def _key(entry_id: str) -> str:
    return sha256(entry_id.encode("utf-8", "replace")).hexdigest()[:16]
