"""A pipeline over a real database and archive, with a parser and extractor that tests can read at a glance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from tests.clock import FakeClock
from tracker.archive import FolderArchive, open_archive
from tracker.domain.claims import Claim, Evidence, Extraction, Score
from tracker.domain.errors import ParseError
from tracker.domain.outcomes import Outcome
from tracker.domain.pages import Page, Prose, lay_out
from tracker.domain.sources import Authority, Cursor, DocumentState, Item, Miss, Source, Tier
from tracker.names import Names
from tracker.pipeline import Pipeline, Reader
from tracker.storage import Database, open_database

START = datetime(2025, 3, 1, 12, 0, tzinfo=UTC)
SOURCE = Source("cards", "page", "http://127.0.0.1/card", tier=Tier.OFFICIAL, organisation="Meta")


def parse(body: bytes, _media_type: str, address: str) -> Page:
    """Bytes that begin with `!` cannot be parsed, those with `?` meet a defect of ours."""
    if body.startswith(b"!"):
        raise ParseError("it begins with an exclamation mark", where=address)
    if body.startswith(b"?"):
        raise ZeroDivisionError("a defect")
    return Page(lay_out([Prose(body.decode())]), complete=not body.startswith(b"~"))


def extract(page: Page, _context: str) -> Extraction:
    """Every line `model | benchmark | number` is a claim."""
    claims = []
    for line in page.text.splitlines():
        parts = [part.strip() for part in line.split("|")]
        if len(parts) == 3:
            at = page.text.index(line)
            score = Score(parts[2], Decimal(parts[2]))
            claims.append(Claim(parts[0], parts[1], score, Evidence.span(at, at + len(line)), line))
    return Extraction(tuple(claims), complete=page.complete)


@dataclass
class Scripted:
    """A collector that yields what a test tells it to, and remembers the cursor that it was given."""

    script: Sequence[Item | Miss | Cursor | Exception]
    cursors: list[Cursor | None] = field(default_factory=list)
    closed: bool = False

    def collect(self, _source: Source, cursor: Cursor | None) -> Iterator[Item | Miss | Cursor]:
        self.cursors.append(cursor)
        try:
            for got in self.script:
                if isinstance(got, Exception):
                    raise got
                yield got
        finally:
            self.closed = True


@dataclass
class World:
    database: Database
    archive: FolderArchive
    pipeline: Pipeline
    clock: FakeClock

    def said(self) -> list[tuple[str, str, str]]:
        return [(row.model_raw, row.benchmark_raw, row.text) for row in self.database.queries().scores()]

    def kinds(self) -> list[str]:
        return [recorded.change.kind.value for recorded in self.database.queries().changes()]


def make_world(folder: Path, url: str, extractor: str = "lines/1", **options: object) -> World:
    database = open_database(url)
    archive = open_archive(str(folder / "archive"))
    clock = FakeClock(START)
    reader = Reader(parse, extract, extractor)
    return World(database, archive, Pipeline(database, archive, Names.bundled(), reader, clock, **options), clock)  # type: ignore[arg-type]


def page(*lines: str, hours: float = 0, document: str = "http://127.0.0.1/card", prefix: str = "") -> Item:
    """A fetched page that says these lines, with enough words around them to be no shell."""
    at = START + timedelta(hours=hours)
    body = prefix + "\n".join([*lines, "and twenty more words " * 6])
    return Item(SOURCE.name, document, body.encode(), "text/plain", at, Authority.FETCHED, at, url=document)


def revision(
    *lines: str, hours: float = 0, pointer: str | None = None, state: DocumentState = DocumentState.PRESENT
) -> Item:
    """A file's revision in a repository."""
    at = START + timedelta(hours=hours)
    body = "\n".join([*lines, "and twenty more words " * 6]).encode() if state is DocumentState.PRESENT else b""
    document = "git:cards#README.md"
    return Item(SOURCE.name, document, body, "text/plain", at, Authority.REVISION, at, pointer=pointer, state=state)


def miss(outcome: Outcome, body: bytes = b"") -> Miss:
    return Miss(SOURCE.name, "http://127.0.0.1/card", outcome, "because", body=body)
