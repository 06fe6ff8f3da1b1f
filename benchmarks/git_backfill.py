"""Measures the backfill of a repository: `python -m benchmarks.git_backfill [--revisions 203] [--rows 100]`.

Writes a repository whose README holds a leaderboard and the text around it, as such pages are: every revision adds a
row, edits another and touches a paragraph. Prints the revisions a CPU second of `tracker backfill git`, from the start
of the process to the committed changes, git's own work included.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

START = 1_690_000_000
"""The first commit's time, in seconds since 1970."""
WORDS = [
    "the",
    "score",
    "of",
    "a",
    "model",
    "on",
    "this",
    "benchmark",
    "depends",
    "much",
    "more",
    "than",
    "one",
    "might",
    "think",
    "on",
    "how",
    "its",
    "answers",
    "are",
    "read",
]
COLUMNS = ("MMLU", "GSM8K", "HumanEval")


def revisions(count: int, rows: int) -> Iterator[str]:
    source = random.Random(1)  # no secret
    board = [[f"Nova-{number}B", *_scores(source)] for number in range(max(rows - count, rows // 2))]
    paragraphs = [_paragraph(source, number) for number in range(60)]
    for revision in range(count):
        if len(board) < rows:
            board.append([f"Nova-{len(board)}B", *_scores(source)])
        board[source.randrange(len(board))][1] = f"{source.uniform(20, 90):.1f}"
        paragraphs[source.randrange(len(paragraphs))] = _paragraph(source, revision)
        yield _page(board, paragraphs)


def _scores(source: random.Random) -> list[str]:
    return [f"{source.uniform(20, 90):.1f}" for _ in COLUMNS]


def _paragraph(source: random.Random, number: int) -> str:
    said = " ".join(source.choices(WORDS, k=30))
    return f"In round {number} Nova-{number}B beat Nova-{number + 1}B: {said}. It scores {source.uniform(20, 90):.1f} on MMLU."


def _page(board: list[list[str]], paragraphs: list[str]) -> str:
    ranked = sorted(board, key=lambda row: -float(row[1]))
    table = [("Model", *COLUMNS), ("---",) * (len(COLUMNS) + 1), *ranked]
    lines = [f"| {' | '.join(row)} |" for row in table]
    return "\n\n".join(["# Leaderboard", *paragraphs[:30], "\n".join(lines), "## Notes", *paragraphs[30:], ""])


def write(folder: Path, count: int, rows: int) -> None:
    stream = []
    for number, text in enumerate(revisions(count, rows)):
        body, at = text.encode(), START + number * 86_400
        head = f"commit refs/heads/main\ncommitter bench <bench@bench.example> {at} +0000\ndata 1\nx\n"
        stream.append(f"{head}M 100644 inline README.md\ndata {len(body)}\n".encode() + body + b"\n")
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", str(folder)], check=True)
    subprocess.run(["git", "-C", str(folder), "fast-import", "--quiet"], check=True, input=b"".join(stream))


def backfill(home: Path, repository: Path) -> float:
    """CPU seconds of the command and of the processes that it started."""
    environment = {**os.environ, "TRACKER_HOME": str(home)}
    tracker = [sys.executable, "-m", "tracker"]
    subprocess.run([*tracker, "init"], check=True, env=environment, stdout=subprocess.DEVNULL)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([*tracker, "backfill", "git", str(repository)], check=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--revisions", type=int, default=203)
    parser.add_argument("--rows", type=int, default=100)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        repository = Path(folder) / "leaderboard.git"
        write(repository, given.revisions, given.rows)
        spent = backfill(Path(folder) / "home", repository)
    print(f"{given.revisions} revisions in {spent:.1f} CPU seconds: {given.revisions / spent:.1f} a second")


if __name__ == "__main__":
    main()
