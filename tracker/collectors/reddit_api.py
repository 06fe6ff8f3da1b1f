"""Reads a subreddit through PRAW: new posts, edits and deletions of recent ones, and comments where tables are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import praw
from praw.models import Comment, Submission

from tracker.collectors.reddit_client import ERRORS, RateWindow, explain
from tracker.collectors.reddit_items import comment_item, post_item
from tracker.collectors.reddit_memory import RedditMemory, fingerprint
from tracker.domain.errors import FetchError, SourceError
from tracker.domain.outcomes import Outcome
from tracker.domain.ports import Clock
from tracker.domain.sources import Cursor, DocumentState, Item, Miss, Source
from tracker.logs import get_log

_log = get_log(__name__)
_PAGE = 100
# The row under a Markdown table's header, with or without outer pipes; nothing else looks like it.
_DELIMITER_ROW = re.compile(r"^[ \t]{0,12}\|?[ \t]{0,12}:?-+:?[ \t]{0,12}\|[-:| \t]{0,400}$", re.MULTILINE)

Found = Iterator[Item | Miss | Cursor]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one poll reads. `recheck` is a number of posts and comments, `trees` of threads."""

    posts: int = 100
    recheck: int = 200
    recheck_days: int = 7
    trees: int = 5
    comments: bool = True


def carries_table(text: str) -> bool:
    """Whether Markdown text has a table in it."""
    return "|" in text and _DELIMITER_ROW.search(text) is not None


class SubredditReader:
    """One poll of one subreddit; used by one thread."""

    def __init__(
        self,
        reddit: praw.Reddit,
        window: RateWindow,
        clock: Clock,
        source: Source,
        memory: RedditMemory,
        limits: Limits,
    ) -> None:
        self._reddit = reddit
        self._window = window
        self._clock = clock
        self._source = source
        self._memory = memory
        self._limits = limits
        self._started = int(clock.now().timestamp())
        self._threads: list[Submission] = []

    def read(self) -> Found:
        """Each step is a few requests; the first refusal ends the poll, and what was read before it stays read."""
        steps = [self._posts, self._recheck]
        if self._limits.comments:
            steps += [self._new_comments, self._trees]
        for step in steps:
            try:
                yield from step()
            except _UsedUp as error:
                yield self._miss(error.outcome, error.what, error.seconds)
                return
            except ERRORS as error:
                outcome, detail, wait = explain(error, self._clock)
                yield self._miss(outcome, detail, wait)
                return
            yield self._memory.cursor()

    def _posts(self) -> Found:
        """The newest posts, oldest first."""
        listing = self._reddit.subreddit(self._memory.subreddit).new(limit=self._limits.posts)
        for post in reversed(list(self._paged(listing))):
            yield from self._post(post)

    def _recheck(self) -> Found:
        """Recent posts and comments that have left the listing: only asking for them shows an edit or a deletion."""
        oldest = self._started - self._limits.recheck_days * 86_400
        looks = self._memory.looks.items()
        due = [key for key, look in looks if look.created > oldest and look.checked < self._started]
        names = [key.removeprefix("reddit:") for key in due[: self._limits.recheck]]
        if names:
            for thing in self._paged(self._reddit.info(fullnames=names)):
                if isinstance(thing, Submission):
                    yield from self._post(thing)
                elif isinstance(thing, Comment):
                    yield from self._comment(thing, wanted=True)

    def _new_comments(self) -> Found:
        listing = self._reddit.subreddit(self._memory.subreddit).comments(limit=_PAGE)
        for comment in reversed(list(self._paged(listing))):
            yield from self._comment(comment, wanted=carries_table(record_of(comment).get("body") or ""))

    def _trees(self) -> Found:
        """All comments of posts that carry a table, when there are new ones."""
        for post in self._threads[-self._limits.trees :]:
            self._check()
            post.comment_sort = "new"
            post.comments.replace_more(limit=0)
            title = post.title
            for comment in post.comments.list():
                if isinstance(comment, Comment):
                    yield from self._comment(comment, wanted=True, thread=title)
            key = f"reddit:t3_{post.id}"
            if key in self._memory.looks:
                self._memory.looks[key] = replace(self._memory.looks[key], comments=int(post.num_comments))
            yield self._memory.cursor()

    def _post(self, post: Submission) -> Found:
        record = record_of(post)
        item = self._made(post_item, record)
        if item is None:
            return
        yield from self._if_new(item)
        look = self._memory.looks[item.document]
        if carries_table(item.body.decode()) and record.get("num_comments", 0) not in (0, look.comments):
            self._threads.append(post)

    def _comment(self, comment: Comment, *, wanted: bool, thread: str = "") -> Found:
        record = record_of(comment)
        known = f"reddit:t1_{record.get('id')}" in self._memory.looks
        if wanted or known:
            title = thread or record.get("link_title") or ""
            item = self._made(comment_item, record, thread=title)
            if item is not None and (known or item.state is DocumentState.PRESENT):
                yield from self._if_new(item)

    def _made(self, make: Any, record: Mapping[str, Any], **more: str) -> Item | None:
        try:
            item: Item = make(record, source=self._source.name, retrieved_at=self._clock.now(), **more)
        except SourceError as error:
            _log.warning("record skipped", source=self._source.name, error=None, why=str(error))
            return None
        return item

    def _if_new(self, item: Item) -> Found:
        """The item, unless it looks as it did before."""
        before = self._memory.look(item)
        if before is None:
            yield item
        elif before.print != fingerprint(item):
            # Reddit does not mark an edit in the first minutes: then it is known only that it was made since we looked.
            silent = item.state is DocumentState.PRESENT and before.revision == (item.revision or "")
            yield replace(item, valid_at=item.retrieved_at) if silent else item

    def _paged(self, listing: Iterable[Any]) -> Iterator[Any]:
        """A listing, asked before each page whether there are requests left: PRAW itself would sleep until there are."""
        things = iter(listing)
        count = 0
        while True:
            if count % _PAGE == 0:
                self._check()
            thing = next(things, None)
            if thing is None:
                return
            count += 1
            yield thing

    def _check(self) -> None:
        wait = self._window.wait()
        if wait > 0:
            raise _UsedUp(wait)

    def _miss(self, outcome: Outcome, detail: str, wait: float | None) -> Miss:
        return Miss(
            source=self._source.name,
            document=f"reddit:r/{self._memory.subreddit}",
            outcome=outcome,
            detail=detail,
            retry_after_seconds=wait,
            url=self._source.address,
        )


class _UsedUp(FetchError):
    """Ends the poll; never leaves this module."""

    def __init__(self, seconds: float) -> None:
        super().__init__("Reddit's requests are used up", outcome=Outcome.RATE_LIMITED)
        self.seconds = seconds


def record_of(thing: Any) -> dict[str, Any]:
    """What the API said, with Reddit's own names; PRAW keeps it as attributes and makes objects of some."""
    said = dict(vars(thing))
    author = said.get("author")
    said["author"] = getattr(author, "name", None) if author is not None else None
    return said
