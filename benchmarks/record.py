"""Measures recording: `python -m benchmarks.record [--documents 1010] [--claims 100] [--changed 1000]`.

Every document was read before; it is read again from other bytes. 100,000 claims say the same, 1,000 another number. Prints
rows per CPU second beside the same work done by hand with `sqlite3`: a table of claims, and for each claim read an insert
if the latest number differs. The changed claims stand in few documents, as when one board is revised, or one in each.
"""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from tracker.domain.claims import Claim, Evidence, Score
from tracker.domain.history import Cause
from tracker.domain.sources import Authority, Source
from tracker.names import Names
from tracker.storage import Observation, findings_of, open_database

SOURCE = Source("bench", "page", "https://bench.example/")
START = datetime(2024, 7, 1, tzinfo=UTC)
BATCH = 100
_INSERT = """
INSERT INTO claim (document, model, benchmark, valid_from, value)
SELECT ?1, ?2, ?3, ?4, ?5 WHERE ?5 IS NOT (
    SELECT value FROM claim WHERE document = ?1 AND model = ?2 AND benchmark = ?3 ORDER BY valid_from DESC LIMIT 1)
"""

Reading = tuple[str, tuple[Claim, ...]]


def make(documents: int, claims: int, changed: Callable[[int, int], bool], row: int) -> list[Reading]:
    """`row` shifts every place on the page, so that not even an unchanged reading has the bytes of the last one."""
    found = []
    for document in range(documents):
        read = []
        for number in range(claims):
            value = f"{(document * 7 + number * 13) % 900 / 10 + (5 if changed(document, number) else 0):.1f}"
            model, benchmark = f"Nova {number // 10}B", f"Benchmark {number % 10}"
            evidence = Evidence.cell("table[0]", number // 10 + row, number % 10)
            read.append(Claim(model, benchmark, Score(value, Decimal(value)), evidence, value))
        found.append((f"https://bench.example/{document}", tuple(read)))
    return found


def by_hand(path: Path, readings: Sequence[Sequence[Reading]]) -> float:
    """CPU seconds of the second round."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(
        "CREATE TABLE claim (document, model, benchmark, valid_from, value,"
        " PRIMARY KEY (document, model, benchmark, valid_from)) WITHOUT ROWID"
    )
    spent = 0.0
    for round_number, documents in enumerate(readings):
        before = time.process_time()
        for start in range(0, len(documents), BATCH):
            connection.execute("BEGIN IMMEDIATE")
            for name, claims in documents[start : start + BATCH]:
                connection.executemany(
                    _INSERT, [(name, one.model, one.benchmark, round_number, one.score.text) for one in claims]
                )
            connection.execute("COMMIT")
        spent = time.process_time() - before
    connection.close()
    return spent


def recorded(path: Path, readings: Sequence[Sequence[Reading]]) -> float:
    """CPU seconds of the second round, from claims in memory to committed rows."""
    database, names = open_database(f"sqlite:///{path}"), Names.bundled()
    spent = 0.0
    for round_number, documents in enumerate(readings):
        at = START + timedelta(days=round_number)
        before = time.process_time()
        for start in range(0, len(documents), BATCH):
            batch = documents[start : start + BATCH]
            with database.recording(names, Cause.LIVE, at) as recording:
                recording.expect([name for name, _ in batch])
                for number, (name, claims) in enumerate(batch, start):
                    seen = Observation(
                        SOURCE.name, name, f"{round_number:032x}{number:032x}", at, Authority.FETCHED, at, url=name
                    )
                    recording.record(SOURCE, seen, findings_of(claims), "bench/1")
                recording.finish(lambda _changes: ())
        spent = time.process_time() - before
    database.close()
    return spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=1010)
    parser.add_argument("--claims", type=int, default=100)
    parser.add_argument("--changed", type=int, default=1000)
    given = parser.parse_args()
    total, each = given.documents * given.claims, given.changed * given.claims // 10
    shapes: dict[str, Callable[[int, int], bool]] = {
        "a tenth of a document": lambda document, number: document < each // given.claims and number % 10 == 0,
        "one in each document": lambda document, number: number == 0 and document < given.changed,
    }
    for name, changed in shapes.items():
        first = make(given.documents, given.claims, lambda _document, _number: False, 1)
        second = make(given.documents, given.claims, changed, 2)
        with tempfile.TemporaryDirectory() as folder:
            hand = by_hand(Path(folder) / "hand.sqlite3", (first, second))
            ours = recorded(Path(folder) / "ours.sqlite3", (first, second))
        print(
            f"{name:22} {total:,} claims, {given.changed:,} changed: by hand {total / hand:,.0f} rows a CPU second,"
            f" recorded {total / ours:,.0f}: {hand / ours:.0%}"
        )


if __name__ == "__main__":
    main()
