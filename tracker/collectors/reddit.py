"""One subreddit: through Reddit's API with credentials, through its public feed without."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tracker.collectors import options
from tracker.collectors.reddit_feed import WHY, read_public_feed
from tracker.collectors.reddit_memory import RedditMemory
from tracker.collectors.threaded import in_thread
from tracker.domain.errors import SourceError
from tracker.domain.outcomes import Outcome
from tracker.domain.ports import CollectorKit, Listed
from tracker.domain.sources import Cursor, Item, Miss, Source
from tracker.logs import get_log

if TYPE_CHECKING:
    from tracker.collectors.reddit_history import SubredditHistory

_log = get_log(__name__)
_SUBREDDIT = re.compile(r"(?:^|/)(?:r/)?([A-Za-z0-9_]{2,21})/?$")
_SITE = "https://www.reddit.com"


def subreddit_of(source: Source) -> str:
    """Raises `SourceError` when the address is no subreddit's."""
    found = _SUBREDDIT.search(source.address)
    if found is None:
        raise SourceError(
            f"{source.address!r} is not a subreddit", where=f"source {source.name}", hint="write r/LocalLLaMA"
        )
    return found[1]


class RedditCollector:
    """The source's address is a subreddit: `r/LocalLLaMA`, or its full URL.

    PRAW is synchronous and not thread-safe, and sleeps as it sees fit: each run has a client and a thread of its own.

    Options: `posts` (100): how many of the newest are listed, `recheck` (200) and `recheck_days` (7): how many posts
    and comments that are no older are asked for again, `comments` (true): read comments where tables are, `trees` (5):
    how many threads are read a poll; `listings` (none): read these listings to their end instead, `since` (a date): of
    them only what was posted from then on.
    """

    def __init__(self, kit: CollectorKit) -> None:
        self._kit = kit

    def collect(self, source: Source, cursor: Cursor | None) -> Iterator[Item | Miss | Cursor]:
        options.known(source, "posts", "recheck", "recheck_days", "comments", "trees", "listings", "since")
        if source.options.get("listings"):
            with self._history(source) as history:
                yield from history.read(cursor)
            return
        memory = RedditMemory.of(cursor, subreddit_of(source))
        quiet = True
        for found_one in self._poll(source, memory):
            quiet = quiet and isinstance(found_one, Cursor)
            yield found_one
        if quiet:
            document = f"reddit:r/{memory.subreddit}"
            yield Miss(source.name, document, Outcome.UNCHANGED, detail="nothing new", url=source.address)

    def survey(self, source: Source, cursor: Cursor | None) -> Iterator[Listed | Miss]:
        """What the listings show."""
        with self._history(source) as history:
            yield from history.survey(cursor)

    @contextmanager
    def _history(self, source: Source) -> Iterator[SubredditHistory]:
        """In the caller's own thread: only a backfill does this, and nothing else of it waits."""
        from tracker.collectors.reddit_client import RateWindow, open_reddit
        from tracker.collectors.reddit_history import MOST_POSTS, HistoryPlan, SubredditHistory, check_listings

        credentials = self._kit.credentials
        if not (credentials.get("reddit_client_id") and credentials.get("reddit_client_secret")):
            raise SourceError(
                "Reddit's listings are read through its API only, and there are no credentials",
                where=f"source {source.name}",
                hint="set reddit.client_id and reddit.client_secret, or read dumps: tracker backfill dump",
            )
        plan = HistoryPlan(
            check_listings(source, options.words(source, "listings")),
            posts=options.whole(source, "posts", MOST_POSTS, least=1),
            comments=options.flag(source, "comments", default=True),
            since=options.moment(source, "since"),
        )
        window = RateWindow(self._kit.clock)
        with open_reddit(credentials, self._kit.user_agent, window) as reddit:
            yield SubredditHistory(reddit, window, self._kit.clock, source, subreddit_of(source), plan)

    def _poll(self, source: Source, memory: RedditMemory) -> Iterator[Item | Miss | Cursor]:
        credentials = self._kit.credentials
        if credentials.get("reddit_client_id") and credentials.get("reddit_client_secret"):
            yield from in_thread(lambda: self._api(source, memory), name=f"reddit-{source.name}")
            return
        _log.info("reddit without its API", source=source.name, why=WHY)
        site = credentials.get("reddit_url", _SITE).rstrip("/")
        posts = options.whole(source, "posts", 100, least=1)
        yield from read_public_feed(self._kit.fetcher, self._kit.clock, source, memory, site, posts)

    def _api(self, source: Source, memory: RedditMemory) -> Iterator[Item | Miss | Cursor]:
        from tracker.collectors.reddit_api import Limits, SubredditReader
        from tracker.collectors.reddit_client import RateWindow, open_reddit

        window = RateWindow(self._kit.clock)
        with open_reddit(self._kit.credentials, self._kit.user_agent, window) as reddit:
            limits = Limits(
                posts=options.whole(source, "posts", 100, least=1),
                recheck=options.whole(source, "recheck", 200),
                recheck_days=options.whole(source, "recheck_days", 7),
                trees=options.whole(source, "trees", 5, least=1),
                comments=options.flag(source, "comments", default=True),
            )
            yield from SubredditReader(reddit, window, self._kit.clock, source, memory, limits).read()
