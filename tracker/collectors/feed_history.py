"""A whole feed, its older documents too: what a backfill reads once, where a poll looks at the newest entries.

A feed shows the latest entries; many also link to the document with those before (RFC 5005: `prev-archive`, or `next` of a
paged feed). The walk goes from the newest document to the oldest. It may be broken off anywhere and goes on there; walked
again, it stops at the first document that has nothing new.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from tracker.collectors.feed_entries import Entry, FeedDocument, newest_first, read_feed
from tracker.collectors.feed_items import (
    ACCEPT_FEED,
    ACCEPT_PAGE,
    content_item,
    document_of,
    leads_elsewhere,
    page_item,
)
from tracker.collectors.misses import missed
from tracker.collectors.patience import Patience, passes
from tracker.domain.errors import ParseError
from tracker.domain.outcomes import Outcome
from tracker.domain.ports import Clock, Fetched, Fetcher, Listed
from tracker.domain.sources import Cursor, Item, Miss, Source
from tracker.domain.urls import canonical_url

MOST_DOCUMENTS = 1_000

_MOST_REMEMBERED = 5_000
_CURSOR_ENTRIES = 10


@dataclass(slots=True)
class _Walk:
    """`at`: the document to read next, nothing for the feed's own address. `done`: digests of entries that were read.
    `whole`: an earlier walk came to the feed's end and nothing was left out, so that a document without news ends this
    one. `failed`: entries of this walk whose page may be had another time.
    """

    identity: dict[str, str]
    at: str = ""
    done: dict[str, None] = field(default_factory=dict)
    whole: bool = False
    failed: int = 0

    @classmethod
    def of(cls, cursor: Cursor | None, identity: dict[str, str]) -> _Walk:
        values = cursor.values if cursor else {}
        if any(values.get(name) != value for name, value in identity.items()):
            return cls(identity)
        done = dict.fromkeys(values.get("done", "").split())
        failed = values.get("failed", "0")
        return cls(
            identity, values.get("at", ""), done, bool(values.get("whole")), int(failed) if failed.isdecimal() else 0
        )

    def ended(self) -> None:
        self.at, self.whole, self.failed = "", not self.failed, 0

    def cursor(self) -> Cursor:
        held = {"at": self.at, "done": " ".join(list(self.done)[-_MOST_REMEMBERED:]), "failed": str(self.failed)}
        return Cursor({**self.identity, **held, **({"whole": "yes"} if self.whole else {})})


class FeedHistory:
    """`pages`: fetch the page of each entry (the entry stands in for it where it cannot be had); else read the entries."""

    def __init__(
        self, source: Source, fetcher: Fetcher, clock: Clock, *, pages: bool, since: datetime | None = None
    ) -> None:
        self._source = source
        self._patience = Patience(fetcher, clock)
        self._clock = clock
        self._pages = pages
        self._since = since
        self._feed = canonical_url(source.address)
        self._identity = {
            "feed": self._feed,
            "history": "link" if pages else "content",
            "since": since.isoformat() if since else "",
        }

    def read(self, cursor: Cursor | None) -> Iterator[Item | Miss | Cursor]:
        walk = _Walk.of(cursor, self._identity)
        for found in self._documents(walk):
            if isinstance(found, Miss):
                yield found
                return
            for count, entry in enumerate(self._fresh(walk, found), start=1):
                for got in self._entry(walk, entry):
                    yield got
                    if isinstance(got, Miss) and got.outcome is Outcome.RATE_LIMITED:
                        return  # the cursor stands before this entry
                if count % _CURSOR_ENTRIES == 0:
                    yield walk.cursor()
            walk.at = found.older
            yield walk.cursor()
        walk.ended()
        yield walk.cursor()

    def survey(self, cursor: Cursor | None) -> Iterator[Listed | Miss]:
        walk = _Walk.of(cursor, self._identity)
        for found in self._documents(walk):
            if isinstance(found, Miss):
                yield found
                return
            for entry in self._fresh(walk, found):
                walk.done[_digest(entry)] = None
                size = None if self._pages and leads_elsewhere(entry, self._feed) else len(entry.content.encode())
                yield Listed(document_of(entry, self._feed), entry.said_at, size)
            walk.at = found.older

    def _documents(self, walk: _Walk) -> Iterator[FeedDocument | Miss]:
        """From where the walk is to the oldest; each is read when the one before it is done with."""
        met: set[str] = set()
        while len(met) < MOST_DOCUMENTS:
            address = walk.at or self._source.address
            met.add(address)
            fetched = self._patience.fetch(address, accept=ACCEPT_FEED)
            if not fetched.outcome.accepted:
                yield missed(self._source, address, fetched)
                return
            try:
                document = read_feed(fetched)
            except ParseError as error:
                yield self._unread(address, fetched, error.what)
                return
            nothing_new = next(self._fresh(walk, document), None) is None
            early = bool(document.entries) and all(self._is_early(entry) for entry in document.entries)
            older = document.older if document.older not in met else ""
            yield FeedDocument(document.entries, older)
            if not older or early or (walk.whole and nothing_new):
                return
        what = f"more than {MOST_DOCUMENTS:,} documents; the oldest are not read"
        yield Miss(self._source.name, self._feed, Outcome.TOO_LARGE, what, url=walk.at)

    def _unread(self, address: str, fetched: Fetched, why: str) -> Miss:
        return Miss(self._source.name, address, Outcome.PARSE_FAILED, why, url=fetched.url, body=fetched.body)

    def _fresh(self, walk: _Walk, document: FeedDocument) -> Iterator[Entry]:
        """Entries that were not read as they are now, oldest first."""
        for entry in reversed(newest_first(document.entries)):
            if not self._is_early(entry) and _digest(entry) not in walk.done:
                yield entry

    def _is_early(self, entry: Entry) -> bool:
        return self._since is not None and entry.said_at is not None and entry.said_at < self._since

    def _entry(self, walk: _Walk, entry: Entry) -> Iterator[Item | Miss]:
        now = self._clock.now
        if not (self._pages and leads_elsewhere(entry, self._feed)):
            yield content_item(self._source, entry, self._feed, now())
            walk.done[_digest(entry)] = None
            return
        fetched = self._patience.fetch(entry.link, accept=ACCEPT_PAGE)
        if fetched.outcome.accepted:
            yield page_item(self._source, entry, fetched, now())
            walk.done[_digest(entry)] = None
            return
        yield missed(self._source, canonical_url(entry.link), fetched)
        if entry.content:
            yield content_item(self._source, entry, self._feed, now())
        if passes(fetched):
            walk.failed += 1
        else:
            walk.done[_digest(entry)] = None


def _digest(entry: Entry) -> str:
    return sha256(f"{entry.id}\0{entry.stamp}".encode("utf-8", "replace")).hexdigest()[:12]
