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
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
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
FETCHED = Authority.FETCHED
BATCH = 100
_INSERT = """
INSERT INTO claim (document, model, benchmark, valid_from, value)
SELECT ?1, ?2, ?3, ?4, ?5 WHERE ?5 IS NOT (
    SELECT value FROM claim WHERE document = ?1 AND model = ?2 AND benchmark = ?3 ORDER BY valid_from DESC LIMIT 1)
"""

Reading = tuple[str, tuple[Claim, ...]]
Changed = Callable[[int, int], bool]


@dataclass(frozen=True, slots=True)
class Round:
    """Every document read once. A batch is made just before it is recorded, as extraction makes it, and off the clock.
    `row` shifts every place on the page, so that not even an unchanged reading has the bytes of the last one.
    """

    documents: int
    claims: int
    changed: Changed
    row: int

    def batches(self) -> Iterator[list[Reading]]:
        for start in range(0, self.documents, BATCH):
            yield [self._reading(number) for number in range(start, min(start + BATCH, self.documents))]

    def _reading(self, document: int) -> Reading:
        read = []
        for number in range(self.claims):
            value = f"{(document * 7 + number * 13) % 900 / 10 + (5 if self.changed(document, number) else 0):.1f}"
            model, benchmark = f"Nova {number // 10}B", f"Benchmark {number % 10}"
            evidence = Evidence.cell("table[0]", number // 10 + self.row, number % 10)
            read.append(Claim(model, benchmark, Score(value, Decimal(value)), evidence, value))
        return f"https://bench.example/{document}", tuple(read)


def by_hand(path: Path, rounds: Sequence[Round]) -> float:
    """CPU seconds of the last round."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(
        "CREATE TABLE claim (document, model, benchmark, valid_from, value,"
        " PRIMARY KEY (document, model, benchmark, valid_from)) WITHOUT ROWID"
    )
    spent = 0.0
    for number, one_round in enumerate(rounds):
        spent = 0.0
        for batch in one_round.batches():
            before = time.process_time()
            connection.execute("BEGIN IMMEDIATE")
            for name, claims in batch:
                connection.executemany(
                    _INSERT, [(name, one.model, one.benchmark, number, one.score.text) for one in claims]
                )
            connection.execute("COMMIT")
            spent += time.process_time() - before
    connection.close()
    return spent


def recorded(path: Path, rounds: Sequence[Round]) -> float:
    """CPU seconds of the last round, from claims in memory to committed rows."""
    database, names = open_database(f"sqlite:///{path}"), Names.bundled()
    spent = 0.0
    for number, one_round in enumerate(rounds):
        at = START + timedelta(days=number)
        spent = 0.0
        for batch in one_round.batches():
            before = time.process_time()
            seen = [Observation(SOURCE.name, name, _hash(number, name), at, FETCHED, at, url=name) for name, _ in batch]
            found = [findings_of(claims) for _, claims in batch]
            with database.recording(names, Cause.LIVE, at) as recording:
                recording.expect(list(zip(seen, found, strict=True)))
                for observation, findings in zip(seen, found, strict=True):
                    recording.record(SOURCE, observation, findings, "bench/1")
                recording.finish(lambda _changes: ())
            spent += time.process_time() - before
    database.close()
    return spent


def _hash(number: int, name: str) -> str:
    """Of the bytes that the document had in this round; the archive makes it, not the recording."""
    return f"{number:032x}{int(name.rpartition('/')[2]):032x}"


def compared(documents: int, claims: int, changed: Changed, repeats: int) -> tuple[float, float]:
    """Rows a CPU second by hand and recorded: the best of several runs, taken in turns, for the machine is shared."""
    rounds = Round(documents, claims, lambda _document, _number: False, 1), Round(documents, claims, changed, 2)
    spent: list[tuple[float, float]] = []
    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as folder:
            hand = by_hand(Path(folder) / "hand.sqlite3", rounds)
            spent.append((hand, recorded(Path(folder) / "ours.sqlite3", rounds)))
    total = documents * claims
    return total / min(hand for hand, _ in spent), total / min(ours for _, ours in spent)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=1010)
    parser.add_argument("--claims", type=int, default=100)
    parser.add_argument("--changed", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    total, each = given.documents * given.claims, given.changed * given.claims // 10
    shapes: dict[str, Changed] = {
        "a tenth of a document": lambda document, number: document < each // given.claims and number % 10 == 0,
        "one in each document": lambda document, number: number == 0 and document < given.changed,
    }
    for name, changed in shapes.items():
        hand, ours = compared(given.documents, given.claims, changed, given.repeats)
        print(
            f"{name:22} {total:,} claims, {given.changed:,} changed: by hand {hand:,.0f} rows a CPU second,"
            f" recorded {ours:,.0f}: {ours / hand:.0%}"
        )


if __name__ == "__main__":
    main()
