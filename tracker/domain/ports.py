"""The doors between rooms: one small Protocol each, so that a test can fake a port instead of patching a module."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from tracker.domain.history import RecordedChange
from tracker.domain.outbox import OutboxEntry
from tracker.domain.outcomes import Outcome
from tracker.domain.pages import Page
from tracker.domain.sources import Cursor, Item, Miss, Source


class Clock(Protocol):
    """Tells the time (aware, UTC) and waits. A fake one makes waiting instant."""

    def now(self) -> datetime: ...

    def sleep(self, seconds: float) -> None: ...


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave with an accepted body, sent back with the next request."""

    etag: str | None = None
    last_modified: str | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """One polite request, ended. `body` is decoded (content encoding off) and complete when `outcome.accepted`;
    otherwise it is whatever was received, kept as evidence. `url` is the address after redirects.
    `validators` are empty unless `outcome.accepted`, so that they can be stored only with an accepted body.
    `moved_to` is set when the server said that the page now lives at another address for good (301, 308).
    """

    outcome: Outcome
    url: str
    status: int | None = None
    body: bytes = b""
    media_type: str = ""
    charset: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    validators: Validators = field(default_factory=Validators)
    retry_after_seconds: float | None = None
    detail: str = ""
    redirects: tuple[str, ...] = ()
    moved_to: str = ""

    @property
    def content_type(self) -> str:
        """Media type and charset in one, as parsers take them."""
        return f"{self.media_type}; charset={self.charset}" if self.media_type and self.charset else self.media_type


class Fetcher(Protocol):
    """The only door to the network. Expected failures come back as an outcome; nothing is raised for them.

    `delay`: seconds until the next request to the same host, where that is longer than usual (a search that is dear to
    its server).
    """

    def fetch(
        self, url: str, validators: Validators | None = None, *, accept: str = "*/*", delay: float = 0.0
    ) -> Fetched: ...


class Poster(Protocol):
    """Sends one body to an address behind the same guard as fetching; redirects are never followed. A 2xx answer is
    `CHANGED`; everything else, a refused address included, is an outcome too: nothing is raised for it.
    """

    def post(self, url: str, body: bytes, headers: Mapping[str, str], /) -> Fetched: ...

    def barred(self, host: str, port: int | None, /, *, look_up: bool) -> str:
        """Why that guard would not let a connection be opened, in plain words, or `""`. For channels whose library opens
        its own. Without `look_up` only the words of the name are judged, and not what it resolves to.
        """
        ...


class Collector(Protocol):
    """Brings items from one source, lazily, oldest first where the source allows it.

    Yields `Item` for what was received and `Miss` for an expected failure. Yields a `Cursor` whenever everything
    yielded before it may be forgotten: the pipeline stores it once those items are recorded, and hands the last one
    back next time.
    """

    def collect(self, source: Source, cursor: Cursor | None) -> Iterator[Item | Miss | Cursor]: ...


@dataclass(frozen=True, slots=True)
class Listed:
    """One item that a collector would bring, as far as it is known without fetching it. `size` is in bytes."""

    document: str
    valid_at: datetime | None = None
    size: int | None = None


@runtime_checkable
class Surveyor(Protocol):
    """A collector that can say what it would bring without bringing it: what `--dry-run` asks. Others are asked for the
    items themselves.
    """

    def survey(self, source: Source, cursor: Cursor | None) -> Iterator[Listed | Miss]: ...


Parse = Callable[[bytes, str], Page]
"""A parser: bytes and media type (with parameters such as charset) to a page. Raises `ParseError` only."""


class Archive(Protocol):
    """Content-addressed, append-only store of snapshots; names are lower-case SHA-256 hex digests."""

    def put(self, body: bytes) -> str: ...

    def get(self, sha256: str) -> bytes: ...

    def __contains__(self, sha256: str) -> bool: ...


class Channel(Protocol):
    """Delivers one message. Raises `DeliveryError` when it was not accepted; may be called again with the same id."""

    def deliver(self, message: Message) -> None: ...


@dataclass(frozen=True, slots=True)
class Message:
    """A plain-text alert: what changed, from what to what, who said it, when, link, proof. A digest carries several
    `entries`; `changes` are theirs, as far as they tell of changes.
    """

    id: str
    subject: str
    body: str
    changes: tuple[RecordedChange, ...] = ()
    rule: str = ""
    entries: tuple[OutboxEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class ChannelKit:
    """What a channel may use; every channel's class is called with its settings and one of these. `home` is the folder
    that relative file names are under.
    """

    poster: Poster
    clock: Clock
    home: str


@dataclass(frozen=True, slots=True)
class CollectorKit:
    """What a collector may use; every collector's class is called with one. `credentials` hold plain secrets by name
    (`reddit_client_id`, `reddit_client_secret`, …); a missing one is simply not there. `cache` is a folder to keep clones in.
    """

    fetcher: Fetcher
    clock: Clock
    cache: str
    credentials: Mapping[str, str] = field(default_factory=dict)
    user_agent: str = "scoretrail"
