"""An answer that brought no document, as the value that the pipeline records."""

from __future__ import annotations

from tracker.domain.outcomes import Outcome
from tracker.domain.ports import Fetched
from tracker.domain.sources import Miss, Source

# Bodies that a person may want to look at; an error page of a server tells nothing.
_EVIDENCE = frozenset({Outcome.CHALLENGE, Outcome.TRUNCATED, Outcome.UNDECODABLE, Outcome.TOO_LARGE})
_MOST_EVIDENCE = 1_000_000


def missed(source: Source, document: str, fetched: Fetched) -> Miss:
    """A poll whose answer is not the document: refused, broken, gone, not modified."""
    return Miss(
        source=source.name,
        document=document,
        outcome=fetched.outcome,
        detail=fetched.detail,
        retry_after_seconds=fetched.retry_after_seconds,
        url=fetched.url,
        body=fetched.body[:_MOST_EVIDENCE] if fetched.outcome in _EVIDENCE else b"",
    )


def moved(source: Source, document: str, fetched: Fetched) -> Miss:
    """The server says that the page lives elsewhere for good. Which page that is, is for a person to confirm."""
    return Miss(
        source=source.name,
        document=document,
        outcome=Outcome.MOVED,
        detail=f"the page has moved to {fetched.moved_to}; if that is the same page, change the source's address",
        url=fetched.moved_to,
    )
