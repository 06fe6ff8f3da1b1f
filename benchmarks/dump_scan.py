"""Measures the scan of a Reddit dump against plain decompression: `python -m benchmarks.dump_scan`.

Writes two dumps of comments in the shape of the published ones (sorted keys, one zstd frame with a window of 2 GiB,
twenty thousand subreddits of very different sizes), unless they are there already, and prints

- the processor time of `zstd -dc --long=31` divided by that of the collector, for one subreddit and for twenty (the
  interpreter's start left out; the best of several rounds, taken in turns so that a busy machine is busy for both),
- the collector's memory beyond the window,
- how much faster two files are on two processes than one after the other.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import zstandard

from tracker.collectors.dump import DumpCollector
from tracker.domain.ports import CollectorKit, Fetched
from tracker.domain.sources import Item, Source

ROOT = Path(__file__).resolve().parent.parent
WINDOW_LOG = 31
LETTERS = "etaoinshrdlucmfwypvbgkqjxz"


def _names(count: int) -> list[str]:
    source = random.Random(0)
    return sorted(
        {"".join(source.choices(LETTERS, k=source.randint(4, 14))).title() for _ in range(count)}, key=hash_of
    )


def hash_of(name: str) -> int:
    return zlib.crc32(name.encode())


SUBREDDITS = _names(20_000)
WANTED_ONE = (SUBREDDITS[400],)
WANTED_TWENTY = tuple(SUBREDDITS[400:420])


class _Clock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:  # noqa: ARG002  # the port's own shape
        raise AssertionError


class _NoNetwork:
    def fetch(self, *_: object, **__: object) -> Fetched:
        raise AssertionError


def write_dump(path: Path, megabytes: int, seed: int) -> None:
    """Lines of about 1.7 kB that compress as much as real ones do (12 to 20 times)."""
    parameters = zstandard.ZstdCompressionParameters.from_level(3, window_log=WINDOW_LOG, enable_ldm=True)
    left = megabytes << 20
    with path.open("wb") as file, zstandard.ZstdCompressor(compression_params=parameters).stream_writer(file) as writer:
        for line in _lines(seed):
            writer.write(line)
            left -= len(line)
            if left <= 0:
                return


def _lines(seed: int) -> Iterator[bytes]:
    source = random.Random(seed)
    words = ["".join(source.choices(LETTERS, k=source.randint(2, 10))) for _ in range(30_000)]
    word_weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(len(words))))
    text = source.choices(words, cum_weights=word_weights, k=1_000_000)
    subreddit_weights = list(itertools.accumulate(1 / (rank + 20) for rank in range(len(SUBREDDITS))))
    for number in itertools.count():
        subreddit = source.choices(SUBREDDITS, cum_weights=subreddit_weights)[0]
        start, length = source.randrange(900_000), 3 + int(source.expovariate(1 / 40))
        id36, thread = f"{10**12 + number:x}", f"{10**11 + number // 50:x}"
        yield (
            json.dumps(
                _SAME
                | {
                    "author": f"{source.choice(words)}{source.randrange(10_000)}",
                    "author_fullname": f"t2_{source.randrange(10**10):x}",
                    "body": " ".join(text[start : start + length]),
                    "created_utc": 1_720_000_000 + number // 60,
                    "id": id36,
                    "link_id": f"t3_{thread}",
                    "name": f"t1_{id36}",
                    "parent_id": f"t3_{thread}",
                    "permalink": f"/r/{subreddit}/comments/{thread}/x/{id36}/",
                    "retrieved_on": 1_720_000_009 + number // 60,
                    "score": source.randrange(50),
                    "subreddit": subreddit,
                    "subreddit_id": f"t5_{source.randrange(10**6):x}",
                    "subreddit_name_prefixed": f"r/{subreddit}",
                },
                separators=(",", ":"),
                sort_keys=True,
            ).encode()
            + b"\n"
        )


_NULLS = """approved_at_utc approved_by associated_award author_flair_background_color author_flair_css_class
    author_flair_template_id author_flair_text author_flair_text_color banned_at_utc banned_by
    collapsed_because_crowd_control collapsed_reason collapsed_reason_code comment_type distinguished likes mod_note
    mod_reason_by mod_reason_title num_reports removal_reason report_reasons top_awarded_type unrepliable_reason"""
_FALSES = """archived author_is_blocked author_patreon_flair author_premium can_gild can_mod_post collapsed edited
    is_submitter locked saved score_hidden send_replies stickied"""
_SAME = dict.fromkeys(_NULLS.split()) | dict.fromkeys(_FALSES.split(), False)


def scan(path: Path, wanted: tuple[str, ...]) -> dict[str, float]:
    """In this very process: processor seconds, peak memory in bytes, items."""
    kit = CollectorKit(fetcher=_NoNetwork(), clock=_Clock(), cache="")
    source = Source("bench", "dump", str(path), options={"subreddits": wanted})
    began = time.process_time()
    items = sum(isinstance(result, Item) for result in DumpCollector(kit).collect(source, None))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {"seconds": time.process_time() - began, "peak": peak, "items": items}


def _scan_apart(path: Path, wanted: tuple[str, ...]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "benchmarks.dump_scan", "--scan", str(path), "--wanted", ",".join(wanted)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def _scanned(process: subprocess.Popen[str]) -> dict[str, float]:
    said, _ = process.communicate()
    found: dict[str, float] = json.loads(said)
    return found


def _decompress(path: Path) -> float:
    """Processor seconds of zstd itself."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with Path(os.devnull).open("wb") as nowhere:
        subprocess.run(["zstd", "-dc", f"--long={WINDOW_LOG}", str(path)], stdout=nowhere, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)


def measure(paths: list[Path], rounds: int, text_bytes: int) -> None:
    plain, one, twenty = [], [], []
    for _ in range(rounds):
        plain.append(_decompress(paths[0]))
        one.append(_scanned(_scan_apart(paths[0], WANTED_ONE)))
        twenty.append(_scanned(_scan_apart(paths[0], WANTED_TWENTY)))
    best = min(plain)
    print(f"zstd -dc --long={WINDOW_LOG}:  {best:6.2f} CPU s, {text_bytes / best / 1e9:.2f} GB/s")
    for name, found in (("one subreddit", one), ("20 subreddits", twenty)):
        least = min(run["seconds"] for run in found)
        print(f"{name}:       {least:6.2f} CPU s, {best / least:.0%} of its speed, {found[0]['items']:,} items")
    beyond = max(run["peak"] for run in one + twenty) - min(text_bytes, 1 << WINDOW_LOG)
    print(f"memory beyond the window: {beyond / (1 << 20):.0f} MB")
    print(f"two files on two processes: {_in_turn(paths, rounds) / _at_once(paths, rounds):.2f} × as fast")


def _in_turn(paths: list[Path], rounds: int) -> float:
    return min(_wall(lambda: [_scanned(_scan_apart(path, WANTED_ONE)) for path in paths]) for _ in range(rounds))


def _at_once(paths: list[Path], rounds: int) -> float:
    return min(
        _wall(lambda: [_scanned(process) for process in [_scan_apart(path, WANTED_ONE) for path in paths]])
        for _ in range(rounds)
    )


def _wall(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--megabytes", type=int, default=1500, help="text in each dump")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "scoretrail-benchmark")
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--seed", type=int, default=1, help=argparse.SUPPRESS)
    parser.add_argument("--scan", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--wanted", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.scan:
        print(json.dumps(scan(asked.scan, tuple(asked.wanted.split(",")))))
        return
    if asked.write:
        write_dump(asked.write, asked.megabytes, asked.seed)
        return
    asked.folder.mkdir(parents=True, exist_ok=True)
    paths = [asked.folder / f"RC_{asked.megabytes}_{seed}.zst" for seed in (1, 2)]
    for seed, path in enumerate(paths, start=1):
        if not path.exists():
            print(f"writing {path}")
            # in a process of its own: a child inherits its parent's peak of memory
            command = [sys.executable, "-m", "benchmarks.dump_scan", "--write", str(path), "--seed", str(seed)]
            subprocess.run([*command, "--megabytes", str(asked.megabytes)], cwd=ROOT, check=True)
    measure(paths, asked.rounds, asked.megabytes << 20)


if __name__ == "__main__":
    main()
