"""What a subreddit's cursor remembers: how each recent post and comment last looked."""

from __future__ import annotations

import json
from dataclasses import astuple, dataclass, field
from hashlib import sha256

from tracker.domain.sources import Cursor, Item

_MOST = 2_000


@dataclass(frozen=True, slots=True)
class Looked:
    """One post or comment. `comments` is how many comments a post had when they were last read (-1: never).

    Times are seconds since 1970.
    """

    print: str
    revision: str
    created: int
    checked: int
    comments: int = -1


@dataclass(slots=True)
class RedditMemory:
    """By document id, in the order in which they were last looked at; the oldest are forgotten."""

    subreddit: str
    looks: dict[str, Looked] = field(default_factory=dict)

    @classmethod
    def of(cls, cursor: Cursor | None, subreddit: str) -> RedditMemory:
        """Nothing when the cursor is of another subreddit, or damaged."""
        values = cursor.values if cursor else {}
        if values.get("subreddit") != subreddit:
            return cls(subreddit)
        try:
            stored = json.loads(values.get("looks", "{}"))
            looks = {
                key: Looked(str(p), str(r), int(made), int(seen), int(comments))
                for key, (p, r, made, seen, comments) in stored.items()
            }
        except (ValueError, TypeError, AttributeError):
            return cls(subreddit)
        return cls(subreddit, looks)

    def cursor(self) -> Cursor:
        recent = dict(list(self.looks.items())[-_MOST:])
        stored = json.dumps({key: astuple(look) for key, look in recent.items()}, separators=(",", ":"))
        return Cursor({"subreddit": self.subreddit, "looks": stored})

    def look(self, item: Item) -> Looked | None:
        """Remember how the item looks now; what it looked like before."""
        before = self.looks.pop(item.document, None)
        self.looks[item.document] = Looked(
            print=fingerprint(item),
            revision=item.revision or "",
            created=int((item.published_at or item.valid_at).timestamp()),
            checked=int(item.retrieved_at.timestamp()),
            comments=before.comments if before else -1,
        )
        return before


def fingerprint(item: Item) -> str:
    """Changes when the text or the state does."""
    return f"{item.state.value[:3]}{sha256(item.body).hexdigest()[:12]}"
