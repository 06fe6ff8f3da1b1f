"""The index of a web archive: which copies of a page it has.

The CDX server's API (archive.org's, pywb's and OutbackCDX's alike): one row a capture, sorted by time, its fields chosen
by `fl`; `filter` is a regular expression on a field, `collapse` leaves out neighbours that are alike, and a search that
is cut off by `limit` ends with an empty row and a key to go on with.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

import orjson

from tracker.collectors.patience import Patience
from tracker.domain.errors import FetchError
from tracker.domain.outcomes import Outcome
from tracker.domain.urls import same_page

SEARCH_SECONDS = 2.5
"""Between two searches: 24 a minute, which the Internet Archive answers without refusing."""

ROWS_A_SEARCH = 2_000
MOST_SEARCHES = 100

_FIELDS = ("timestamp", "original", "mimetype", "statuscode", "digest", "length")
_REVISIT = "warc/revisit"
_TYPES = r"text/.*|application/(xhtml\+xml|json|x-ndjson|jsonl|yaml|x-yaml|xml)"
_FILTERS = (
    ("filter", "statuscode:(200|-)"),  # a revisit has no status of its own
    ("filter", f"mimetype:({_TYPES}|{_REVISIT})"),
)


@dataclass(frozen=True, slots=True)
class Capture:
    """One archived copy. `stamp` is its time as the archive writes it (14 digits, UTC), `digest` a name for its content
    (of what the archive stores: it cannot be checked against what it serves), `size` the bytes stored.
    """

    stamp: str
    original: str
    media_type: str
    digest: str
    size: int | None

    @property
    def at(self) -> datetime:
        return _moment(self.stamp) or datetime.min.replace(tzinfo=UTC)


def stamp_of(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%d%H%M%S")


class Index:
    """`server` is the archive's address; the index is asked at `/cdx/search/cdx` under it."""

    def __init__(self, server: str, patience: Patience) -> None:
        self._address = f"{server}/cdx/search/cdx"
        self._patience = patience

    def captures(self, page: str, since: datetime | None, until: datetime | None) -> list[Capture]:
        """Copies of a page that were answered with 200 and text, oldest first; of neighbours with the same content only
        the first. Raises `FetchError` when the index cannot be read to its end.
        """
        found: list[Capture] = []
        known: set[str] = set()
        for capture in sorted(self._rows(page, since, until), key=lambda one: one.stamp):
            if capture.media_type == _REVISIT and capture.digest not in known:
                continue  # of a copy that was no text, or that is older than what was asked for
            known.add(capture.digest)
            if found and (capture.stamp == found[-1].stamp or capture.digest == found[-1].digest):
                continue
            found.append(capture)
        return found

    def _rows(self, page: str, since: datetime | None, until: datetime | None) -> Iterator[Capture]:
        question = [("url", page), ("output", "json"), ("fl", ",".join(_FIELDS)), *_FILTERS, ("collapse", "digest")]
        if since is not None:
            question.append(("from", stamp_of(since)))
        if until is not None:
            question.append(("to", stamp_of(until)))
        question += [("limit", str(ROWS_A_SEARCH)), ("showResumeKey", "true")]
        key = ""
        for _ in range(MOST_SEARCHES):
            rows, following = self._search([*question, ("resumeKey", key)] if key else question)
            yield from (capture for row in rows if (capture := _capture(row, page)) is not None)
            if not following or following == key:
                return
            key = following
        raise FetchError(
            f"the archive has more than {MOST_SEARCHES * ROWS_A_SEARCH:,} copies",
            outcome=Outcome.TOO_LARGE,
            where=page,
            hint="ask for a part of them with --since and --until",
        )

    def _search(self, question: list[tuple[str, str]]) -> tuple[list[list[str]], str]:
        """Rows, and the key to go on with, if there are more."""
        address = f"{self._address}?{urlencode(question)}"
        fetched = self._patience.fetch(address, accept="application/json", delay=SEARCH_SECONDS)
        if not fetched.outcome.accepted:
            said = "".join(
                mark if mark.isprintable() else " " for mark in fetched.body[:200].decode("utf-8", "replace")
            )
            what = f"the archive's index cannot be read: {fetched.detail}"
            raise FetchError(f"{what} ({said.strip()})" if said.strip() else what, outcome=fetched.outcome)
        try:
            table = orjson.loads(fetched.body)
        except orjson.JSONDecodeError as error:
            raise FetchError(f"the archive's index is not JSON: {error}", outcome=Outcome.UNDECODABLE) from None
        rows = [row for row in table if isinstance(row, list)] if isinstance(table, list) else None
        if rows is None or (rows and tuple(rows[0]) != _FIELDS):
            raise FetchError("the archive's index has another form", outcome=Outcome.UNDECODABLE)
        if len(rows) >= 2 and rows[-2] == [] and len(rows[-1]) == 1:
            return rows[1:-2], str(rows[-1][0])
        return rows[1:], ""


def _capture(row: list[str], page: str) -> Capture | None:
    """None for a row that is damaged or of another page: the index takes addresses for equal that differ in case."""
    if len(row) != len(_FIELDS) or not all(isinstance(value, str) for value in row):
        return None
    stamp, original, media_type, _, digest, length = row
    if _moment(stamp) is None or not _is_page(original, page):
        return None
    return Capture(stamp, original, media_type.lower(), digest, int(length) if length.isdecimal() else None)


def _is_page(original: str, page: str) -> bool:
    try:
        return same_page(original, page)
    except ValueError:
        return False


def _moment(stamp: str) -> datetime | None:
    if len(stamp) != 14 or not (stamp.isascii() and stamp.isdigit()):
        return None
    try:
        return datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
