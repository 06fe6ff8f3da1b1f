"""Days in seconds: memory, file handles, threads and the write-ahead log stay flat.

A simulated day takes four seconds. There are a few by default; `TRACKER_SOAK_DAYS=30` for the month.
"""

from __future__ import annotations

import json
import os
import random
import signal
import statistics
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.alerts.receiver import receiver
from tests.daemon.crash import FACTOR
from tests.daemon.site import serving
from tests.daemon.test_crashes import Nursery, Site, check, write_settings

DAYS = int(os.environ.get("TRACKER_SOAK_DAYS", "4"))
DAY_SECONDS = 86400 / FACTOR


@dataclass(frozen=True)
class Sample:
    resident: int
    handles: int
    threads: int
    wal: int


def sample(process: int, home: Path) -> Sample:
    status = dict(line.split(":", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines())
    wal = home / "tracker.sqlite3-wal"
    return Sample(
        resident=int(status["VmRSS"].split()[0]) * 1024,
        handles=sum(1 for _ in Path(f"/proc/{process}/fd").iterdir()),
        threads=int(status["Threads"]),
        wal=wal.stat().st_size if wal.exists() else 0,
    )


class SlowSite(Site):
    """Changes a card at one request in four, answers with an error at one in twenty."""

    def __init__(self) -> None:
        super().__init__()
        self._chance = random.Random(3)

    def __call__(self, path: str):
        with self._lock:
            roll = self._chance.random()
            if roll < 0.05:
                return 503, {}, "busy"
            if roll < 0.25 or not self.served[path]:
                self.served[path] += 1
        return self.page(path)


@pytest.mark.timeout(120 + DAYS * 10)
def test_time_changes_nothing_but_the_database(tmp_path):
    failing = random.Random(1)
    with (
        serving(SlowSite()) as address,
        receiver(lambda _: (500 if failing.random() < 0.1 else 200, {})) as (hook, inbox),
    ):
        settings, file = write_settings(tmp_path, address, hook)
        nursery = Nursery(file)
        try:
            child = nursery.run()
            samples = []
            began = time.monotonic()
            for day in range(1, DAYS + 1):
                threading.Event().wait(max(0.0, began + day * DAY_SECONDS - time.monotonic()))
                samples.append(sample(child, tmp_path))
            assert nursery.end(signal.SIGTERM) == 0
            assert nursery.once() == 0
        finally:
            nursery.close()
    third = max(1, DAYS // 3)
    early, late = samples[third : 2 * third] or samples, samples[-third:]
    assert middle(late, "resident") < middle(early, "resident") * 1.10 + 2_000_000
    assert middle(late, "handles") <= middle(early, "handles") + 3
    assert middle(late, "threads") <= middle(early, "threads") + 1
    assert max(each.wal for each in samples) < 16_000_000
    check(settings, [json.loads(body)["data"] for _, body in inbox])


def middle(samples: list[Sample], what: str) -> float:
    return statistics.median(getattr(each, what) for each in samples)
