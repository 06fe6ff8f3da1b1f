"""`python -m tests.crash --kills 500`: kill -9 that often at random points of each kind of work.

Daemons that collect, ingest and deliver, on SQLite and (a quarter as often) on PostgreSQL; backfills and migrations on
both. Says what was asked of the databases afterwards, and fails where anything was lost, doubled or torn.
"""

from __future__ import annotations

import argparse
import os
import sys

WORK = {
    "daemon": ["tests/daemon/test_crashes.py"],
    "daemon-postgresql": ["tests/daemon/test_postgres.py", "-k", "lost_doubled"],
    "backfill": ["tests/crash/test_backfill.py"],
    "migrate": ["tests/crash/test_migrations.py"],
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--work", choices=WORK, action="append", help="default: all")
    asked = parser.parse_args()
    os.environ["TRACKER_KILLS"] = str(asked.kills)
    import pytest  # after the number is set: the tests read it when they are imported

    return max(pytest.main([*WORK[name], "-q", "--durations=0"]) for name in asked.work or WORK)


if __name__ == "__main__":
    sys.exit(main())
