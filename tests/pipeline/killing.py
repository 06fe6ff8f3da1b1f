"""Real backfills to be killed: `python -m tests.pipeline.killing` (see `tests.forking`).

A line is a job as JSON with a home, which a process carries out and ends. Transactions are small and cursors close together,
so that a kill finds many places; time stands still but for what is slept, so that two runs can be compared.
"""

from __future__ import annotations

import json
from typing import Any

from tests.clock import FakeClock
from tests.forking import fork_a_line
from tracker.collectors.dump import DumpCollector
from tracker.collectors.git import GitCollector
from tracker.collectors.wayback import WaybackCollector
from tracker.config import Settings
from tracker.domain.history import Cause
from tracker.domain.ports import Collector, CollectorKit
from tracker.domain.sources import Source
from tracker.pipeline import assemble, collector_kit

BATCH = 7


def carry_out(job: dict[str, Any]) -> int:
    http = {"allow_hosts": job["hosts"], "host_delay_seconds": 0}
    settings = Settings.model_validate({"home": job["home"], "http": http})
    options = {name: tuple(value) if isinstance(value, list) else value for name, value in job["options"].items()}
    source = Source(job["kind"], job["kind"], job["address"], options=options)
    clock = FakeClock()
    with assemble(settings, clock) as parts:
        collector = collector_for(source.kind, collector_kit(settings, parts.fetcher, clock))
        report = parts.pipeline.run(source, collector, Cause.BACKFILL, batch=BATCH)
    return 0 if report.finished else 5


def collector_for(kind: str, kit: CollectorKit) -> Collector:
    if kind == "git":
        return GitCollector(kit, cursor_items=10)
    if kind == "dump":
        return DumpCollector(kit, cursor_bytes=1)
    return WaybackCollector(kit)


if __name__ == "__main__":
    fork_a_line(lambda line: carry_out(json.loads(line)))
