"""Small worlds to record: claims, observations, a registry, and what a database holds in the end."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from tracker.domain.claims import Claim, Evidence, Score
from tracker.domain.history import Cause, Condition
from tracker.domain.sources import Authority, DocumentState, Source, Tier
from tracker.storage import Observation, findings_of, tables

START = datetime(2024, 7, 1, tzinfo=UTC)
DAY = timedelta(days=1)
NOW = datetime(2024, 9, 1, tzinfo=UTC)
SOURCE = Source("card", "page", "https://cards.example/alpha", Tier.OFFICIAL, organisation="Acme")


@dataclass(frozen=True)
class Entry:
    id: str
    organisation: str | None = None
    direction: str = "higher"
    known: bool = True
    confidence: float = 1.0


@dataclass(frozen=True)
class FakeRegistry:
    """Knows what it is told; everything else is unresolved."""

    models: tuple[tuple[str, str, str], ...] = (("Alpha", "Alpha 1", "Acme"), ("Alpha 7B", "Alpha 1", "Acme"))
    benchmarks: tuple[tuple[str, str], ...] = (("MMLU", "MMLU"), ("mmlu", "MMLU"))
    version: str = "r1"

    def model(self, words, *, variant=None):
        return next((Entry(name, maker) for known, name, maker in self.models if known == words), None)

    def benchmark(self, words):
        return next((Entry(name) for known, name in self.benchmarks if known == words), None)

    def metric(self, words):
        return None


def claim(model="Alpha", benchmark="MMLU", value="70.1", *, row=1, **more):
    evidence = more.pop("evidence", Evidence.cell("table[0]", row, 1))
    return Claim(model, benchmark, Score(value, Decimal(value)), evidence, more.pop("quote", value), **more)


def sha(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()


@dataclass(frozen=True)
class Seen:
    """A document seen on a day."""

    day: float
    claims: tuple[Claim, ...] = ()
    document: str = "https://cards.example/alpha"
    authority: Authority = Authority.REVISION
    condition: Condition = Condition.SOUND
    state: DocumentState = DocumentState.PRESENT
    sequence: int = 0
    body: str = ""
    comparisons: tuple = ()

    @property
    def observation(self) -> Observation:
        at = START + self.day * DAY
        body = self.body or repr((self.claims, self.state))
        return Observation(
            SOURCE.name,
            self.document,
            sha(body),
            at,
            self.authority,
            at,
            sequence=self.sequence,
            state=self.state,
            condition=self.condition,
            revision=f"rev-{self.day}",
            url="https://cards.example/alpha",
            title="Alpha's card",
        )


def record(database, *seen, cause=Cause.LIVE, now=NOW, extractor="x/1", registry=None, announce=lambda changes: ()):
    with database.recording(registry or FakeRegistry(), cause, now) as recording:
        for one in seen:
            findings = findings_of(one.claims, one.comparisons)
            recording.record(SOURCE, one.observation, findings, extractor)
        return recording.finish(announce)


def contents(database) -> dict[str, list]:
    """Everything that counts, without row numbers and times of recording: two databases that know the same are equal."""
    series, statement, version, change = (tables.series.c, tables.statement.c, tables.version.c, tables.change.c)
    old, new = tables.statement.alias(), tables.statement.alias()
    said = [column for column in statement if column.name not in {"id", "snapshot_id", "recorded_id", "extractor_id"}]
    with database.reading() as connection:
        versions = connection.execute(
            select(
                tables.document.c.name,
                series.key,
                version.valid_from,
                version.position,
                tables.snapshot.c.sha256,
                *said,
            )
            .select_from(
                tables.version.join(tables.series)
                .join(tables.document, tables.document.c.id == series.document_id)
                .join(tables.statement, statement.id == version.statement_id)
                .join(tables.snapshot, tables.snapshot.c.id == statement.snapshot_id)
            )
            .where(version.superseded_id.is_(None))
        ).all()
        changes = connection.execute(
            select(
                change.id,
                change.kind,
                change.rounding,
                change.valid_at,
                tables.snapshot.c.sha256,
                old.c.value,
                new.c.value,
            )
            .select_from(
                tables.change.join(tables.snapshot, tables.snapshot.c.id == change.snapshot_id)
                .outerjoin(old, old.c.id == change.old_statement_id)
                .outerjoin(new, new.c.id == change.new_statement_id)
            )
            .where(change.superseded_id.is_(None))
        ).all()
        ignored = {"id", "source_id", "extractor_id"}
        documents = connection.execute(
            select(*(column for column in tables.document.c if column.name not in ignored))
        ).all()
    return {
        "versions": sorted(map(tuple, versions), key=repr),
        "changes": sorted(map(tuple, changes), key=repr),
        "documents": sorted(map(tuple, documents), key=repr),
    }
