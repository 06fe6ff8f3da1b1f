"""A web archive on loopback: a CDX index with filters, collapsing and resume keys, and the captures themselves."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from hashlib import sha1

from tests.loopback import Answer, Asked, Loopback, Raw

FIELDS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")


@dataclass(frozen=True)
class Row:
    stamp: str
    original: str
    media_type: str
    status: str
    digest: str
    length: str

    def fields(self) -> dict[str, str]:
        values = (self.original.lower(), self.stamp, self.original, self.media_type, self.status, self.digest)
        return dict(zip(FIELDS, (*values, self.length), strict=True))


class FakeArchive:
    """`rows_a_search` is the server's own bound; rows are kept in the order of their times."""

    def __init__(self, server: Loopback, rows_a_search: int = 100_000) -> None:
        self.server = server
        self.rows: list[Row] = []
        self.rows_a_search = rows_a_search
        server.answer("/cdx/search/cdx", self._search)

    def capture(
        self,
        stamp: str,
        body: str,
        *answers: Answer | Raw,
        page: str = "https://lab.example/card",
        media_type: str = "text/html",
        status: str = "200",
        digest: str = "",
        length: str = "",
    ) -> None:
        """One capture. `answers` in place of the honest one; a digest of its own unless the content names it."""
        row = Row(
            stamp,
            page,
            media_type,
            status,
            digest or sha1(f"{stamp}{body}".encode()).hexdigest(),
            length or str(len(body)),
        )
        self.rows = sorted([*self.rows, row], key=lambda one: one.stamp)
        served = media_type if "/" in media_type and media_type != "warc/revisit" else "text/html"
        self.server.answer(f"/web/{stamp}id_/{page}", *(answers or [Answer(body, media_type=served)]))

    @property
    def searches(self) -> list[Asked]:
        return self.server.asked_for("/cdx/search/cdx")

    @property
    def fetched(self) -> list[str]:
        """The times of the captures that were asked for."""
        return [asked.path[5:19] for asked in self.server.asked if asked.path.startswith("/web/")]

    def _search(self, asked: Asked) -> Answer:
        query = asked.query
        rows = [row.fields() for row in self.rows if row.original.lower() == query["url"][0].lower()]
        for written in query.get("filter", []):
            name, _, pattern = written.partition(":")
            rows = [row for row in rows if re.fullmatch(pattern, row[name])]
        if query.get("collapse") == ["digest"]:
            rows = [row for at, row in enumerate(rows) if not at or rows[at - 1]["digest"] != row["digest"]]
        start = query.get("from", ["0"])[0].ljust(14, "0")
        end = query.get("to", ["9"])[0].ljust(14, "9")
        rows = [row for row in rows if start <= row["timestamp"] <= end]
        after = query.get("resumeKey", [""])[0]
        rows = [row for row in rows if row["timestamp"] > after]
        most = min(int(query.get("limit", ["100000"])[0]), self.rows_a_search)
        names = query["fl"][0].split(",")
        table = [names, *([row[name] for name in names] for row in rows[:most])] if rows else []
        if len(rows) > most and query.get("showResumeKey") == ["true"]:
            table += [[], [rows[most - 1]["timestamp"]]]
        return Answer(json.dumps(table), media_type="application/json")
