"""A feed: a way to find documents, not a document.

Which time is right. A page that a feed leads to is valid from the moment at which it was fetched: that its text already
stood there when the entry was published is likely, but nobody saw it. Where the entry's own content is read instead,
the feed dates exactly what was read, and it is valid from the entry's updated or published time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from tracker.collectors import options
from tracker.collectors.feed_entries import Entry, newest_first, read_feed
from tracker.collectors.feed_history import FeedHistory
from tracker.collectors.feed_items import ACCEPT_FEED, ACCEPT_PAGE, content_item, leads_elsewhere, page_item
from tracker.collectors.feed_memory import FeedMemory, Seen
from tracker.collectors.misses import missed
from tracker.domain.errors import ParseError
from tracker.domain.outcomes import Outcome
from tracker.domain.ports import CollectorKit, Fetched, Listed, Validators
from tracker.domain.sources import Cursor, Item, Miss, Source
from tracker.domain.urls import canonical_url

_WORTH_A_RETRY = frozenset({Outcome.RATE_LIMITED, Outcome.HTTP_ERROR, Outcome.TRUNCATED, Outcome.CHALLENGE})
_MOST_FAILURES = 4
_RECHECK_SECONDS = 86_400
_FULL_EVERY = 20


class FeedCollector:
    """Fetches the feed, then the pages of new and changed entries, and looks again at recent pages once a day.

    A page that cannot be fetched is a `Miss`; what the entry itself says then stands in for it until it can.
    The cursor goes with every page, so that a poll that is broken off goes on where it was. The feed's validators are
    kept only when nothing is left to do: otherwise a 304 would hide the rest.

    Options: `follow` (`link`; or `content`: read the entries only), `entries` (50): how many of the newest are looked
    at, `pages` (10): how many pages are fetched a poll, `recheck_days` (14): how long a page is looked at again;
    `history` (false): read the whole feed, its older documents too, once; `since` (a date): of a history only what was
    published from then on.
    """

    def __init__(self, kit: CollectorKit) -> None:
        self._fetcher = kit.fetcher
        self._clock = kit.clock

    def collect(self, source: Source, cursor: Cursor | None) -> Iterator[Item | Miss | Cursor]:
        options.known(source, "follow", "entries", "pages", "recheck_days", "history", "since")
        if options.flag(source, "history", default=False):
            yield from self._history(source).read(cursor)
            return
        follow = options.choice(source, "follow", ("link", "content"))
        feed = canonical_url(source.address)
        memory = FeedMemory.of(cursor, feed)
        fetched = self._fetcher.fetch(source.address, self._asked(source, memory), accept=ACCEPT_FEED)
        if not fetched.outcome.accepted:
            yield missed(source, feed, fetched)
            return
        memory.polls += 1
        if fetched.outcome is Outcome.NOT_MODIFIED:
            yield missed(source, feed, fetched)
            yield memory.cursor()
            return
        try:
            entries = read_feed(fetched).entries
        except ParseError as error:
            yield replace(
                missed(source, feed, fetched), outcome=Outcome.PARSE_FAILED, detail=error.what, body=fetched.body
            )
            return
        yield from self._entries(source, memory, entries, fetched, follow=follow)

    def survey(self, source: Source, cursor: Cursor | None) -> Iterator[Listed | Miss]:
        """The entries of the whole feed; of its documents only, no pages are fetched."""
        yield from self._history(source).survey(cursor)

    def _history(self, source: Source) -> FeedHistory:
        follow = options.choice(source, "follow", ("link", "content"))
        since = options.moment(source, "since")
        return FeedHistory(source, self._fetcher, self._clock, pages=follow == "link", since=since)

    def _asked(self, source: Source, memory: FeedMemory) -> Validators:
        """No conditional request when pages have to be looked at again: a 304 would not say which they are."""
        full = (memory.polls + 1) % _FULL_EVERY == 0 or any(
            self._is_due(source, seen) for seen in memory.entries.values()
        )
        return Validators(sha256=memory.validators.sha256) if full else memory.validators

    def _entries(
        self, source: Source, memory: FeedMemory, entries: tuple[Entry, ...], fetched: Fetched, *, follow: str
    ) -> Iterator[Item | Miss | Cursor]:
        considered = newest_first(entries)[: options.whole(source, "entries", 50, least=1)]
        most = options.whole(source, "pages", 10, least=1) if follow == "link" else len(considered)
        fresh = [entry for entry in considered if memory.seen(entry.id).stamp != entry.stamp]
        chosen = fresh[:most]
        if follow == "link":
            due = [entry for entry in considered if entry not in fresh and self._is_due(source, memory.seen(entry.id))]
            chosen += due[: most - len(chosen)]
        if not chosen:
            yield replace(missed(source, memory.feed, fetched), outcome=Outcome.UNCHANGED, detail="no new entries")
        memory.validators = Validators(sha256=fetched.validators.sha256)
        busy: set[str | None] = set()
        for entry in reversed(chosen):
            host = urlsplit(entry.link).hostname
            if follow == "content" or not leads_elsewhere(entry, memory.feed):
                yield content_item(source, entry, memory.feed, self._clock.now())
                memory.note(entry.id, self._met(memory, entry, stamp=entry.stamp))
            elif host not in busy:
                for found in self._page(source, memory, entry):
                    yield found
                    if isinstance(found, Miss) and found.outcome is Outcome.RATE_LIMITED:
                        busy.add(host)
            yield memory.cursor()
        memory.keep(entry.id for entry in reversed(considered))
        if all(memory.seen(entry.id).stamp == entry.stamp for entry in fresh):
            memory.validators = fetched.validators
        yield memory.cursor()

    def _page(self, source: Source, memory: FeedMemory, entry: Entry) -> Iterator[Item | Miss]:
        """The entry's page; and what the entry says, when the page cannot be had for the first time."""
        before = memory.seen(entry.id)
        fetched = self._fetcher.fetch(entry.link, Validators(sha256=before.sha256 or None), accept=ACCEPT_PAGE)
        if fetched.outcome.accepted:
            yield page_item(source, entry, fetched, self._clock.now())
            digest = fetched.validators.sha256 or before.sha256
            memory.note(entry.id, self._met(memory, entry, stamp=entry.stamp, sha256=digest))
            return
        yield missed(source, canonical_url(entry.link), fetched)
        if entry.content and not before.sha256 and not before.failures:
            yield content_item(source, entry, memory.feed, self._clock.now())
        again = fetched.outcome in _WORTH_A_RETRY and before.failures + 1 < _MOST_FAILURES
        failed = self._met(memory, entry, stamp="" if again else entry.stamp, sha256=before.sha256)
        memory.note(entry.id, replace(failed, failures=before.failures + 1))

    def _met(self, memory: FeedMemory, entry: Entry, *, stamp: str, sha256: str = "") -> Seen:
        now = _seconds(self._clock.now())
        return Seen(stamp=stamp, sha256=sha256, first=memory.seen(entry.id).first or now, checked=now)

    def _is_due(self, source: Source, seen: Seen) -> bool:
        now = _seconds(self._clock.now())
        days = options.whole(source, "recheck_days", 14)
        return bool(seen.sha256) and now - seen.first < days * 86_400 and now - seen.checked >= _RECHECK_SECONDS


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
