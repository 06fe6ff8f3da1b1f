"""What an answer means: one outcome of the closed list, from status, headers and body alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

from tracker.domain.outcomes import Outcome
from tracker.domain.ports import Fetched, Validators
from tracker.http.challenges import recognise

# Where a server only closes the connection to end a body, these formats at least have an end of their own.
_END_MARKS: Mapping[str, tuple[bytes, ...]] = {
    "text/html": (b"</html", b"</body"),
    "application/xhtml+xml": (b"</html", b"</body"),
    "application/rss+xml": (b"</rss", b"</rdf"),
    "application/atom+xml": (b"</feed",),
    "application/json": (b"}", b"]"),
    "application/feed+json": (b"}",),
}


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer, no redirect followed. `outcome` is what went wrong with the body, if anything did."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    outcome: Outcome | None = None
    detail: str = ""


def conclude(asked: str, url: str, exchange: Exchange, validators: Validators) -> Fetched:
    """The result of a poll whose last answer is no redirect. `asked` is the address before redirects."""
    media_type, charset = content_type(exchange.headers.get("content-type", ""))
    fetched = Fetched(
        outcome=Outcome.CHANGED,
        url=url,
        status=exchange.status,
        body=exchange.body,
        media_type=media_type,
        charset=charset,
        headers=exchange.headers,
    )
    if exchange.status == 304:
        return _not_modified(fetched, validators)
    problem, detail = _problem(asked, url, exchange, media_type)
    if problem is not None:
        return replace(fetched, outcome=problem, detail=detail)
    digest = sha256(exchange.body).hexdigest()
    return replace(
        fetched,
        outcome=Outcome.UNCHANGED if digest == validators.sha256 else Outcome.CHANGED,
        validators=Validators(_validator(exchange, "etag"), _validator(exchange, "last-modified"), digest),
    )


def meaning(status: int) -> tuple[Outcome | None, str]:
    """The outcome of a status on its own; None for a 200, whose body decides."""
    if status == 200:
        return None, ""
    if status in (404, 410):
        return Outcome.GONE, f"HTTP {status}"
    if status == 429:
        return Outcome.RATE_LIMITED, "HTTP 429"
    if status == 206:
        return Outcome.TRUNCATED, "HTTP 206: a part that was not asked for"
    return Outcome.HTTP_ERROR, f"HTTP {status}"


def posted(status: int) -> Outcome:
    """What the answer to something sent means."""
    if 200 <= status < 300:
        return Outcome.CHANGED
    if 300 <= status < 400:
        return Outcome.MOVED
    return meaning(status)[0] or Outcome.CHANGED


def _validator(exchange: Exchange, name: str) -> str | None:
    """A validator that can be sent back as it came; a server's odd one is as good as none."""
    value = exchange.headers.get(name, "")
    return value if value and value.isascii() and value.isprintable() and len(value) <= 1_000 else None


def _problem(asked: str, url: str, exchange: Exchange, media_type: str) -> tuple[Outcome | None, str]:
    outcome, detail = meaning(exchange.status)
    if outcome in (Outcome.GONE, Outcome.RATE_LIMITED):
        return outcome, detail
    challenge = recognise(
        asked=asked,
        url=url,
        status=exchange.status,
        headers=exchange.headers,
        media_type=media_type,
        body=exchange.body,
    )
    if challenge is not None:
        return Outcome.CHALLENGE, f"the server answers with {challenge}"
    if outcome is not None:
        return outcome, detail
    if exchange.outcome is not None:
        return exchange.outcome, exchange.detail
    cut = _cut_short(exchange, media_type)
    return (Outcome.TRUNCATED, cut) if cut else (None, "")


def _not_modified(fetched: Fetched, validators: Validators) -> Fetched:
    if not (validators.etag or validators.last_modified):
        return replace(fetched, outcome=Outcome.HTTP_ERROR, detail="HTTP 304 to an unconditional request")
    return replace(fetched, outcome=Outcome.NOT_MODIFIED, body=b"", validators=validators)


def _cut_short(exchange: Exchange, media_type: str) -> str:
    """Why a body that came without an error is not believed to be whole."""
    if not exchange.body.strip():
        return "the body is empty"
    counted = any(name in exchange.headers for name in ("content-length", "transfer-encoding", "content-encoding"))
    marks = _END_MARKS.get(media_type, ())
    tail = exchange.body[-2048:].rstrip().lower()
    if not counted and marks and not any(mark in tail for mark in marks):
        return "the server named no length and the body has no end"
    return ""


def content_type(header: str) -> tuple[str, str | None]:
    """Media type, lower-case, and charset. Anything odd counts as absent; parsers look at the bytes as well."""
    media_type, *parameters = header[:200].lower().split(";")
    charset = None
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        word = value.strip().strip("\"'")
        if (
            name.strip() == "charset"
            and word
            and word.isascii()
            and all(sign.isalnum() or sign in "-_:." for sign in word)
        ):
            charset = word
    return media_type.strip(), charset
