"""A subreddit's listings to the API's end of them (about 1,000 posts each): what a backfill reads once.

Reddit shows no more than that of any listing; several listings (the newest, the best of the year, of all time) overlap, and
together reach further. What is older is in dumps. A post that was taken away is left out: when, a listing does not say.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import praw
import prawcore
from praw.models import Comment, Submission

from tracker.collectors.patience import LONGEST_WAIT, TRIES, wait_out
from tracker.collectors.reddit_api import carries_table, record_of
from tracker.collectors.reddit_client import ERRORS, RateWindow, explain
from tracker.collectors.reddit_items import comment_item, post_item
from tracker.domain.errors import SourceError
from tracker.domain.ports import Clock, Listed
from tracker.domain.sources import Cursor, DocumentState, Item, Miss, Source

T = TypeVar("T")

MOST_POSTS = 1_000
"""Where Reddit's listings end."""

_PAGE = 100
_MOST_THREADS = 2_000
_MORE_COMMENTS = 8
"""Requests for comments that a thread hides at first, so many at the most."""

_FIRST_WAIT = 5.0
_PASSING = (prawcore.RequestException, prawcore.ServerError, prawcore.TooManyRequests)
_PLAIN = ("new", "hot", "rising")
_TIMED = ("top", "controversial")
_TIMES = ("all", "year", "month", "week", "day", "hour")


@dataclass(frozen=True, slots=True)
class HistoryPlan:
    """`listings`: `new`, `hot`, `rising`, and `top` and `controversial` with a time: `top:year`."""

    listings: tuple[str, ...] = ("new", "top:all", "top:year")
    posts: int = MOST_POSTS
    comments: bool = True
    since: datetime | None = None


def check_listings(source: Source, listings: tuple[str, ...]) -> tuple[str, ...]:
    """Raises `SourceError` for a listing that Reddit does not have."""
    known = [*_PLAIN, *_TIMED, *(f"{name}:{time}" for name in _TIMED for time in _TIMES)]
    for listing in listings:
        if listing not in known:
            raise SourceError(
                f"there is no listing {listing!r}",
                where=f"source {source.name}",
                hint=f"one of: {', '.join(_PLAIN)}, top:year, controversial:all (or {', '.join(_TIMES[2:])})",
            )
    return listings


@dataclass(slots=True)
class _Place:
    """`listing` and `after` are where to go on, `count` how far in; `threads`: how many comments of a post were read."""

    identity: dict[str, str]
    listing: int = 0
    after: str = ""
    count: int = 0
    threads: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, cursor: Cursor | None, identity: dict[str, str]) -> _Place:
        values = cursor.values if cursor else {}
        if any(values.get(name) != value for name, value in identity.items()):
            return cls(identity)
        try:
            threads = {str(key): int(count) for key, count in json.loads(values.get("threads", "{}")).items()}
            listing, count = int(values.get("listing", "0")), int(values.get("count", "0"))
        except (ValueError, TypeError, AttributeError):
            return cls(identity)
        return cls(identity, listing, values.get("after", ""), count, threads)

    def turn_to(self, listing: int) -> None:
        self.listing, self.after, self.count = listing, "", 0

    def cursor(self) -> Cursor:
        threads = dict(list(self.threads.items())[-_MOST_THREADS:])
        return Cursor(
            {
                **self.identity,
                "listing": str(self.listing),
                "after": self.after,
                "count": str(self.count),
                "threads": json.dumps(threads, separators=(",", ":")),
            }
        )


class SubredditHistory:
    """Used by one thread; waits where Reddit says so."""

    def __init__(
        self,
        reddit: praw.Reddit,
        window: RateWindow,
        clock: Clock,
        source: Source,
        subreddit: str,
        plan: HistoryPlan,
    ) -> None:
        self._subreddit = reddit.subreddit(subreddit)
        self._window = window
        self._clock = clock
        self._source = source
        self._name = subreddit
        self._plan = plan
        self._identity = {
            "subreddit": subreddit,
            "listings": " ".join(plan.listings),
            "since": plan.since.isoformat() if plan.since else "",
        }

    def read(self, cursor: Cursor | None) -> Iterator[Item | Miss | Cursor]:
        place = _Place.of(cursor, self._identity)
        try:
            for number in range(place.listing, len(self._plan.listings)):
                for post in self._posts(place, self._plan.listings[number]):
                    yield from self._post(place, post)
                    if place.count % _PAGE == 0:
                        yield place.cursor()
                place.turn_to(number + 1)
                yield place.cursor()
        except ERRORS as error:
            yield self._miss(error)
            return
        place.turn_to(0)
        yield place.cursor()

    def survey(self, cursor: Cursor | None) -> Iterator[Listed | Miss]:
        """The posts that the listings show; comments are not asked for."""
        place = _Place.of(cursor, self._identity)
        try:
            for number in range(place.listing, len(self._plan.listings)):
                for post in self._posts(place, self._plan.listings[number]):
                    item = self._item(post_item, record_of(post))
                    if item is not None:
                        yield Listed(item.document, item.valid_at, len(item.body))
                place.turn_to(number + 1)
        except ERRORS as error:
            yield self._miss(error)

    def _posts(self, place: _Place, listing: str) -> Iterator[Submission]:
        """One listing from the place on, in its own order; the place moves along."""
        name, _, time = listing.partition(":")
        asked: dict[str, Any] = {"limit": self._plan.posts - place.count, "params": {"after": place.after}}
        if not place.after:
            del asked["params"]
        if name in _TIMED:
            asked["time_filter"] = time or "all"
        posts = iter(getattr(self._subreddit, name)(**asked)) if asked["limit"] > 0 else iter(())
        while (post := self._ask(lambda: next(posts, None))) is not None:
            early = self._plan.since is not None and post.created_utc < self._plan.since.timestamp()
            if early and name == "new":
                return
            place.count += 1
            place.after = str(post.fullname)
            if not early:
                yield post

    def _post(self, place: _Place, post: Submission) -> Iterator[Item]:
        record = record_of(post)
        item = self._item(post_item, record)
        if item is None:
            return
        yield item
        comments = int(record.get("num_comments") or 0)
        wanted = self._plan.comments and comments and carries_table(item.body.decode())
        if wanted and place.threads.get(post.id) != comments:
            yield from self._comments(post, item.title)
            place.threads.pop(post.id, None)
            place.threads[post.id] = comments

    def _comments(self, post: Submission, title: str) -> Iterator[Item]:
        self._ask(lambda: post.comments.replace_more(limit=_MORE_COMMENTS))
        for comment in post.comments.list():
            if isinstance(comment, Comment):
                item = self._item(comment_item, record_of(comment), thread=title)
                if item is not None:
                    yield item

    def _item(self, make: Callable[..., Item], record: dict[str, Any], **more: str) -> Item | None:
        """None for a record without id or time, and for what was taken away."""
        try:
            item = make(record, source=self._source.name, retrieved_at=self._clock.now(), **more)
        except SourceError:
            return None
        return item if item.state is DocumentState.PRESENT else None

    def _ask(self, call: Callable[[], T]) -> T:
        """Wait until there are requests left, and again after what passes; raises an error of `ERRORS`."""
        pause = _FIRST_WAIT
        for _ in range(TRIES - 1):
            self._await_requests()
            try:
                return call()
            except _PASSING as error:
                _, why, asked = explain(error, self._clock)
                if (asked or 0) > LONGEST_WAIT:
                    raise
                wait_out(self._clock, max(asked or 0.0, pause), why)
                pause *= 3
        self._await_requests()
        return call()

    def _await_requests(self) -> None:
        wait_out(self._clock, self._window.wait(), "Reddit's requests are used up")

    def _miss(self, error: Exception) -> Miss:
        outcome, detail, wait = explain(error, self._clock)
        return Miss(
            self._source.name,
            f"reddit:r/{self._name}",
            outcome,
            detail,
            retry_after_seconds=wait,
            url=self._source.address,
        )
