"""One web page, polled with conditional requests."""

from __future__ import annotations

from collections.abc import Iterator

from tracker.collectors import options
from tracker.collectors.misses import missed, moved
from tracker.collectors.received import received
from tracker.domain.outcomes import Outcome
from tracker.domain.ports import CollectorKit, Validators
from tracker.domain.sources import Cursor, Item, Miss, Source
from tracker.domain.urls import canonical_url

_ACCEPT = "text/html,application/xhtml+xml,text/markdown,text/plain;q=0.9,application/json;q=0.9,*/*;q=0.5"


class PageCollector:
    """Yields one `Item` when the page was received, else one `Miss`; then a `Cursor` when the answer was accepted.

    The cursor holds the validators of the last accepted body. The pipeline must not store a cursor that follows an item
    it rejected: the next poll then asks unconditionally, and a bad body cannot become permanent through a 304.

    Options: `full_every` (20): every so many polls the page is asked for in full, because servers err with 304.
    """

    def __init__(self, kit: CollectorKit) -> None:
        self._fetcher = kit.fetcher
        self._clock = kit.clock

    def collect(self, source: Source, cursor: Cursor | None) -> Iterator[Item | Miss | Cursor]:
        options.known(source, "full_every")
        full_every = options.whole(source, "full_every", 20, least=1)
        document = canonical_url(source.address)
        known, polls = _remembered(cursor, document)
        asked = known if (polls + 1) % full_every else Validators(sha256=known.sha256)
        fetched = self._fetcher.fetch(source.address, asked, accept=_ACCEPT)
        if not fetched.outcome.accepted:
            yield missed(source, document, fetched)
            return
        if fetched.moved_to:
            yield moved(source, document, fetched)
            return
        if fetched.outcome is Outcome.NOT_MODIFIED:
            yield missed(source, document, fetched)
        else:
            yield received(source, document, fetched, self._clock.now())
        yield _remember(document, fetched.validators, polls + 1)


def _remembered(cursor: Cursor | None, document: str) -> tuple[Validators, int]:
    """What the cursor says about this document; nothing when the source's address has been changed since."""
    values = cursor.values if cursor else {}
    if values.get("document") != document:
        return Validators(), 0
    polls = values.get("polls", "0")
    return (
        Validators(values.get("etag"), values.get("last_modified"), values.get("sha256")),
        int(polls) if polls.isdecimal() and len(polls) < 10 else 0,
    )


def _remember(document: str, validators: Validators, polls: int) -> Cursor:
    held = {"etag": validators.etag, "last_modified": validators.last_modified, "sha256": validators.sha256}
    values = {name: value for name, value in held.items() if value}
    return Cursor({"document": document, "polls": str(polls), **values})
