"""A database with rows in every table."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import func, insert, select

from tests.storage.worlds import DAY, NOW, SOURCE, FakeRegistry, Seen, claim, findings_of, sha
from tracker.domain.claims import Comparison, Evidence, Fact
from tracker.domain.history import Cause
from tracker.domain.outbox import OutboxEntry
from tracker.domain.outcomes import Outcome
from tracker.domain.schedule import HostState, SourceState
from tracker.domain.sources import Cursor, Miss
from tracker.storage import RunRecord, tables

HOSTILE = "Größe\x00 “𝒜” \ud800 \\N \t\r\n, 'quoted' \"twice\" \\x41 NULL"


def fill(database, many: int = 30) -> None:
    claims = tuple(claim(f"Alpha {number}B", value=f"{number}.5", row=number) for number in range(many))
    strange = claim(HOSTILE, value="1", quote=HOSTILE, row=many)
    better = Comparison("Alpha", ">", "Beta", "MMLU", Evidence.span(0, 9), "Alpha beats Beta on MMLU")
    fact = Fact("Alpha", "parameters", "70000000000", Evidence.span(3, 8), "70B")
    first, second = Seen(0, (*claims, strange)), Seen(1, (*claims[:-1], replace(claims[-1], quote="1")))

    def announce(changes):
        return [OutboxEntry(one.change.id[:32], "r", "c", "subject", "body", one.change.id) for one in changes]

    registry = FakeRegistry()
    database.refresh_names(registry, NOW)
    for number, seen in enumerate((first, second)):
        with database.recording(registry, Cause.LIVE, NOW + number * DAY) as recording:
            found = findings_of(seen.claims, (better,), (fact,))
            recording.record(SOURCE, seen.observation, found, "x/1")
            recording.missed(SOURCE, Miss(SOURCE.name, "https://cards.example/beta", Outcome.GONE, "404"), sha("404"))
            recording.keep_cursor(SOURCE, Cursor({"etag": '"a"', "page": "2"}))
            recording.finish(announce)
        database.ran(SOURCE, RunRecord(Cause.LIVE, NOW, NOW + DAY, Outcome.CHANGED, items=1, outcomes={"changed": 1}))
    database.schedule().store([SourceState(SOURCE.name, NOW, NOW + DAY, 1.0 / 3.0, outcome=Outcome.CHANGED)])
    database.schedule().store_host(HostState("cards.example", NOW + DAY, 2))
    with database.writing() as connection:
        connection.execute(insert(tables.pace).values(site="cards.example", free_at=NOW, held_until=NOW + DAY))


def sizes(database) -> dict[str, int]:
    with database.reading() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in tables.metadata.sorted_tables
        }
