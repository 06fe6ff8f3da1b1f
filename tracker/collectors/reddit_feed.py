"""Reads a subreddit's public Atom feed: all that Reddit may show without credentials. No comments, no deletions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from tracker.collectors.feed_entries import Entry, newest_first, read_feed
from tracker.collectors.misses import missed
from tracker.collectors.reddit_memory import RedditMemory, fingerprint
from tracker.collectors.reddit_text import post_document
from tracker.domain.errors import ParseError
from tracker.domain.outcomes import Outcome
from tracker.domain.ports import Clock, Fetcher, Validators
from tracker.domain.sources import Authority, Cursor, Item, Miss, Source

_POST_ID = re.compile(r"(?:^|/)t3_([a-z0-9]{1,16})$")
WHY = "there are no credentials (reddit.client_id, reddit.client_secret), so only the subreddit's public feed is asked"


def read_public_feed(
    fetcher: Fetcher, clock: Clock, source: Source, memory: RedditMemory, site: str, limit: int
) -> Iterator[Item | Miss | Cursor]:
    """New and changed posts, oldest first. What Reddit refuses is a `Miss` that says that credentials would help."""
    address = f"{site}/r/{memory.subreddit}/new/.rss?limit={min(limit, 100)}"
    document = f"reddit:r/{memory.subreddit}"
    fetched = fetcher.fetch(address, Validators(), accept="application/atom+xml")
    if not fetched.outcome.accepted:
        miss = missed(source, document, fetched)
        yield replace(miss, detail=f"{miss.detail}; {WHY}")
        return
    try:
        entries = read_feed(fetched).entries
    except ParseError as error:
        yield replace(missed(source, document, fetched), outcome=Outcome.PARSE_FAILED, detail=f"{error.what}; {WHY}")
        return
    for entry in reversed(newest_first(entries)):
        item = _item(entry, source, clock)
        if item is None:
            continue
        before = memory.look(item)
        if before is None:
            yield item
        elif before.print != fingerprint(item):
            # The feed keeps a post's first time when its text is edited.
            yield replace(item, valid_at=item.retrieved_at)
    yield memory.cursor()


def _item(entry: Entry, source: Source, clock: Clock) -> Item | None:
    """None for an entry that is not a post."""
    found = _POST_ID.search(entry.id)
    if found is None:
        return None
    now = clock.now()
    moment = entry.published or entry.updated
    author = (entry.author or "").removeprefix("/u/")
    return Item(
        source=source.name,
        document=post_document(found[1]),
        body=entry.content.encode("utf-8", "replace"),
        media_type=f"{entry.content_type}; charset=utf-8",
        valid_at=min(moment or now, now),
        authority=Authority.FETCHED,
        retrieved_at=now,
        url=entry.link,
        title=entry.title,
        author=author or None,
        published_at=moment,
        context=entry.title,
    )
