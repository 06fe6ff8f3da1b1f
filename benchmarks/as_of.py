"""Measures questions about the past: `python -m benchmarks.as_of [--small 1000000] [--large 10000000] [--folder DIR]`.

Writes two databases of claims with twenty versions each, a few of them superseded, the second many times the size of the
first, and prints

- the median time of one claim as of two times, by that of `SELECT 1` through the same door,
- the median time of a board of 200 claims as of two times, the large database's by the small one's,
- the bytes that a version takes beside the texts it refers to.

`--folder` keeps the databases; those that are there are used again. Times are CPU seconds of this process.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from tracker.storage import Database, ScoreFilter, open_database
from tracker.storage.types import to_microseconds

START = datetime(2022, 1, 1, tzinfo=UTC)
VERSIONS = 20
"""Versions of a claim."""
BOARD = 200
"""Claims on one benchmark, as many as a large leaderboard has."""
DOCUMENT = 500
"""Claims in a document."""
EVERY = timedelta(days=60)
ASKED = 300
"""Questions of each kind; their median is told."""


def moment(number: int) -> datetime:
    return START + number * EVERY


def write(path: Path, versions: int) -> None:
    """The rows that recording would write, by `sqlite3` itself: revision by revision, as they come over the years."""
    open_database(f"sqlite:///{path}").close()
    series = versions // VERSIONS
    documents = series // DOCUMENT + 1
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        for table, rows in _fixed(series, documents):
            _insert(connection, table, rows)
        for number in range(VERSIONS):
            _insert(connection, "recording", [(number + 1, to_microseconds(moment(number)), "live")])
            _insert(connection, "snapshot", (_snapshot(number, each, documents) for each in range(documents)))
            _insert(connection, "statement", (_statement(number, each, series, documents) for each in range(series)))
            _insert(connection, "version", (_version(number, each, series) for each in range(series)))
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _insert(connection: sqlite3.Connection, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    places = ", ".join("?" * len(columns))
    connection.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # our own names


def _fixed(series: int, documents: int) -> Iterator[tuple[str, Iterable[tuple[Any, ...]]]]:
    boards = max(series // BOARD, 1)
    yield "source", [(1, "bench", "page", "https://bench.example/", "community", None, 3600)]
    yield "extractor", [(1, "bench/1")]
    yield "name", (_name(number, "benchmark", f"Benchmark {number}") for number in range(1, boards + 1))
    yield "name", (_name(boards + number, "model", f"Nova {number}B") for number in range(1, BOARD + 1))
    yield "document", (_document(number) for number in range(1, documents + 1))
    yield "series", (_series(number, boards) for number in range(series))


def _name(number: int, kind: str, words: str) -> tuple[Any, ...]:
    return number, kind, words, "", words, None, "higher", True, 1.0, "bench"


def _document(number: int) -> tuple[Any, ...]:
    name = f"https://bench.example/{number}"
    last = to_microseconds(moment(VERSIONS - 1))
    described = number, name, 1, name, "", None, None, "present", 1, last, 0, bytes(32), last, True, bytes(16)
    return *described, None, None, None, False, 0


def _series(number: int, boards: int) -> tuple[Any, ...]:
    board, model = number % boards + 1, number // boards % BOARD + 1
    words = f"Nova {model}B", f"Benchmark {board}"
    claim = f"{number * 0x9E3779B97F4A7C15 % (1 << 64):016x}"
    said = number + 1, claim, number // DOCUMENT + 1, "\x1f".join(words), *words
    return *said, None, None, None, None, "[]", boards + model, board, None


def _snapshot(number: int, document: int, documents: int) -> tuple[Any, ...]:
    at = to_microseconds(moment(number))
    row, sha256 = number * documents + document + 1, (number * documents + document).to_bytes(32)
    seen = row, document + 1, 1, at, 0, sha256, "present", "second", "fetched", "changed", at
    return *seen, "text/html", None, "", None, 1000, True


def _statement(number: int, claim: int, series: int, documents: int) -> tuple[Any, ...]:
    snapshot = number * documents + claim // DOCUMENT + 1
    value = f"{(claim * 7 + number * 13) % 900 / 10:.1f}"
    made = number * series + claim + 1, snapshot, 1, to_microseconds(moment(number)), number + 1, True
    words = f"Nova {claim % BOARD}B", f"Benchmark {claim // BOARD}", None, "", value, value, None, None
    return *made, *words, "table", f"table[0]/row[{claim % DOCUMENT}]/col[1]", value, False, 1.0


def _version(number: int, claim: int, series: int) -> tuple[Any, ...]:
    superseded = number + 2 if (claim + number) % 50 == 0 and number + 2 <= VERSIONS else None
    return claim + 1, to_microseconds(moment(number)), 0, number + 1, superseded, number * series + claim + 1


def medians(*questions: Callable[[], object]) -> list[float]:
    """CPU seconds of each question, the median of many, asked in turns so that a busy machine is busy for all."""
    taken: list[list[float]] = [[] for _ in questions]
    for _ in range(ASKED):
        for ask, times in zip(questions, taken, strict=True):
            before = time.process_time()
            ask()
            times.append(time.process_time() - before)
    return [statistics.median(times) for times in taken]


def asked(database: Database, versions: int) -> list[float]:
    """Medians of `SELECT 1`, of one claim and of a board."""
    queries, source = database.queries(), random.Random(0)  # no secret
    series = versions // VERSIONS
    boards = max(series // BOARD, 1)

    def nothing() -> object:
        with database.reading() as connection:
            return connection.execute(_SELECT_1).scalar()

    def claim() -> object:
        number, at = source.randrange(series), source.randrange(VERSIONS)
        found = queries.said(f"{number * 0x9E3779B97F4A7C15 % (1 << 64):016x}", moment(at), moment(VERSIONS))
        assert found is not None or at == 0
        return found

    def board() -> object:
        number, at = source.randrange(boards) + 1, source.randrange(1, VERSIONS)
        wanted = ScoreFilter(benchmark=f"Benchmark {number}", exact=True, as_of=moment(at), known_at=moment(VERSIONS))
        found = queries.scores(wanted)
        assert len(found) == BOARD, len(found)
        return found

    return medians(nothing, claim, board)


_SELECT_1 = text("SELECT 1")


def bytes_a_version(path: Path) -> float:
    """Pages of the table of versions and of its indexes, by its rows. The texts stand in another table."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT count(*) FROM version").fetchone()[0]
        with (
            tempfile.TemporaryDirectory(dir=path.parent) as folder,
            closing(sqlite3.connect(Path(folder) / "alone.sqlite3")) as alone,
        ):
            for (made,) in connection.execute(
                "SELECT sql FROM sqlite_master WHERE tbl_name = 'version' AND sql IS NOT NULL"
            ):
                alone.execute(made)
            # In the order of recording, which leaves the pages as full as daily work does.
            alone.executemany(
                "INSERT INTO version VALUES (?, ?, ?, ?, ?, ?)",
                connection.execute("SELECT * FROM version ORDER BY statement_id"),
            )
            alone.commit()
            pages, size = (alone.execute(f"PRAGMA {what}").fetchone()[0] for what in ("page_count", "page_size"))
    return float(pages * size / rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=int, default=100_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        boards = []
        for versions in (given.small, given.large):
            path = folder / f"versions-{versions}.sqlite3"
            if not path.exists():
                write(path, versions)
            with closing(open_database(f"sqlite:///{path}")) as database:
                nothing, claim, board = asked(database, versions)
            boards.append(board)
            print(
                f"{versions:>12,} versions: SELECT 1 {nothing * 1e6:,.0f} µs, one claim {claim * 1e6:,.0f} µs"
                f" ({claim / nothing:.2f} ×), a board of {BOARD} {board * 1e3:,.1f} ms"
            )
        print(f"board, large by small: {boards[1] / boards[0]:.2f} ×")
        print(f"bytes a version: {bytes_a_version(folder / f'versions-{given.small}.sqlite3'):.1f}")


if __name__ == "__main__":
    main()
