"""Archived copies of one web page: what a page said before anybody here looked at it.

A copy is valid at the time of its capture, and stands in the timeline of the same document as the live page. It can lie
as a fetched page can: a large loss has to be confirmed by the copy after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from tracker.collectors import options
from tracker.collectors.misses import missed
from tracker.collectors.patience import Patience, passes
from tracker.collectors.wayback_index import Capture, Index
from tracker.domain.errors import FetchError, SourceError
from tracker.domain.outcomes import Outcome
from tracker.domain.ports import Clock, CollectorKit, Fetched, Listed
from tracker.domain.sources import Authority, Cursor, Item, Miss, Source
from tracker.domain.urls import canonical_url, same_page

SERVER = "https://web.archive.org"

_ACCEPT = "text/html,application/xhtml+xml,text/*;q=0.9,application/json;q=0.9,*/*;q=0.5"
_MOST_IN_A_ROW = 3
"""So many copies one after the other that cannot be had now mean that the archive cannot be had now."""

_MOST_KEPT = 200
_SERVED = re.compile(r"/(\d{14})(?:[a-z]{2}_)?/(.{1,4096})$", re.DOTALL)


class WaybackCollector:
    """The source's address is a page's. Copies are read oldest first, each with a cursor behind it.

    A copy that the archive cannot serve is a `Miss`; where that may pass, it is tried again by the next run.

    Options: `since` and `until` (dates or times), `limit` (0: none): read the first so many copies only, `server`
    (`https://web.archive.org`): an archive with a CDX index at `/cdx/search/cdx` and copies at `/web/<time>id_/<page>`.
    """

    def __init__(self, kit: CollectorKit) -> None:
        self._clock = kit.clock
        self._patience = Patience(kit.fetcher, kit.clock)

    def collect(self, source: Source, cursor: Cursor | None) -> Iterator[Item | Miss | Cursor]:
        question = _Question.of(source)
        progress = self._progress(source, question, cursor)
        if isinstance(progress, Miss):
            yield progress
        else:
            yield from _Reading(source, question, progress, self._patience, self._clock).read()

    def survey(self, source: Source, cursor: Cursor | None) -> Iterator[Listed | Miss]:
        """By the index alone: sizes are what the archive stores, mostly compressed."""
        question = _Question.of(source)
        progress = self._progress(source, question, cursor)
        if isinstance(progress, Miss):
            yield progress
        else:
            yield from (Listed(question.document, capture.at, capture.size) for capture in progress.left())

    def _progress(self, source: Source, question: _Question, cursor: Cursor | None) -> _Progress | Miss:
        """The whole list is asked for each time: what a copy without a content of its own repeats may stand far before."""
        try:
            found = Index(question.server, self._patience).captures(question.document, question.since, question.until)
        except FetchError as error:
            return Miss(source.name, question.document, error.outcome, str(error), url=source.address)
        return _Progress.of(cursor, question, found[: question.limit] if question.limit else found)


@dataclass(frozen=True, slots=True)
class _Question:
    document: str
    server: str
    since: datetime | None
    until: datetime | None
    limit: int

    @classmethod
    def of(cls, source: Source) -> _Question:
        options.known(source, "since", "until", "limit", "server")
        if urlsplit(source.address).scheme not in ("http", "https"):
            raise SourceError(
                f"{source.address!r} is no web page", where=f"source {source.name}", hint="write https://…"
            )
        return cls(
            canonical_url(source.address),
            options.word(source, "server", SERVER).rstrip("/"),
            options.moment(source, "since"),
            options.moment(source, "until", end=True),
            options.whole(source, "limit", 0),
        )

    @property
    def identity(self) -> dict[str, str]:
        """What a cursor belongs to. The limit is not part of it: a larger one goes on behind a smaller one."""
        return {
            "document": self.document,
            "server": self.server,
            "since": self.since.isoformat() if self.since else "",
        }

    def address(self, capture: Capture) -> str:
        """Where the archive gives back exactly what it received."""
        return f"{self.server}/web/{capture.stamp}id_/{capture.original}"


@dataclass(slots=True)
class _Progress:
    """`after` is the time of the last copy that is done with; `again` are copies before it that could not be had."""

    identity: dict[str, str]
    captures: Sequence[Capture]
    after: str = ""
    again: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, cursor: Cursor | None, question: _Question, captures: Sequence[Capture]) -> _Progress:
        values = cursor.values if cursor else {}
        if any(values.get(name) != value for name, value in question.identity.items()):
            return cls(question.identity, captures)
        again = {stamp for stamp in values.get("again", "").split(",") if stamp}
        return cls(question.identity, captures, values.get("after", ""), again)

    def left(self) -> list[Capture]:
        """New copies first: old ones that can never be had do not stand in their way."""
        new = [capture for capture in self.captures if capture.stamp > self.after]
        return new + [c for c in self.captures if c.stamp <= self.after and c.stamp in self.again]

    def cursor(self) -> Cursor:
        read = sum(capture.stamp <= self.after for capture in self.captures) - len(self.again)
        return Cursor(
            {
                **self.identity,
                "after": self.after,
                "again": ",".join(sorted(self.again)[-_MOST_KEPT:]),
                "read": str(max(read, 0)),
                "size": str(len(self.captures)),
            }
        )


@dataclass(slots=True)
class _Reading:
    source: Source
    question: _Question
    progress: _Progress
    patience: Patience
    clock: Clock

    def read(self) -> Iterator[Item | Miss | Cursor]:
        failed: list[Capture] = []
        for capture in self.progress.left():
            address = self.question.address(capture)
            fetched = self.patience.fetch(address, accept=_ACCEPT)
            if passes(fetched):
                yield missed(self.source, address, fetched)
                failed.append(capture)
                if fetched.outcome is Outcome.RATE_LIMITED or len(failed) >= _MOST_IN_A_ROW:
                    return
                continue
            for one in failed:  # the archive answers, so it was about these copies
                self._done(one, again=True)
            failed.clear()
            yield self._capture(capture, address, fetched)
            self._done(capture, again=False)
            yield self.progress.cursor()
        for one in failed:
            self._done(one, again=True)
        yield self.progress.cursor()

    def _done(self, capture: Capture, *, again: bool) -> None:
        self.progress.after = max(self.progress.after, capture.stamp)
        if again:
            self.progress.again.add(capture.stamp)
        else:
            self.progress.again.discard(capture.stamp)

    def _capture(self, capture: Capture, address: str, fetched: Fetched) -> Item | Miss:
        if not fetched.outcome.accepted:
            return missed(self.source, address, fetched)
        if not _is_served(capture, fetched):
            return Miss(
                self.source.name, address, Outcome.MOVED, "the archive answers with another copy", url=fetched.url
            )
        return Item(
            source=self.source.name,
            document=self.question.document,
            body=fetched.body,
            media_type=fetched.content_type or capture.media_type,
            valid_at=capture.at,
            authority=Authority.FETCHED,
            retrieved_at=self.clock.now(),
            url=self.source.address,
            revision=f"wayback:{capture.stamp}",
        )


def _is_served(capture: Capture, fetched: Fetched) -> bool:
    """Whether the answer is this copy. A copy that cannot be shown is answered with a redirect to another one."""
    if not fetched.redirects:
        return True
    found = _SERVED.search(fetched.url)
    return found is not None and found[1] == capture.stamp and same_page(found[2], capture.original)
