"""Open what a command needs, with the settings of the environment."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.domain.errors import UsageError

if TYPE_CHECKING:
    from tracker.config import Settings
    from tracker.domain.ports import CollectorKit
    from tracker.pipeline import Assembly
    from tracker.storage import Database


def settings() -> Settings:
    from tracker.config import load_settings

    return load_settings(os.environ)


@contextmanager
def opened_parts(chosen: Settings | None = None) -> Iterator[Assembly]:
    """Everything that collecting needs; changes are announced by the configured rules."""
    from tracker.alerts import RuleSet
    from tracker.daemon.live import StoredStandings
    from tracker.domain.clocks import SystemClock
    from tracker.pipeline import assemble

    chosen = chosen or settings()
    rules = chosen.alerts
    with assemble(
        chosen,
        SystemClock(),
        lambda database, names: RuleSet.from_settings(rules, names, StoredStandings(database)).announce,
    ) as parts:
        yield parts


@contextmanager
def opened_kit(chosen: Settings) -> Iterator[CollectorKit]:
    """What collectors need, and nothing that is written to."""
    from tracker.domain.clocks import SystemClock
    from tracker.http import PoliteClient
    from tracker.pipeline import collector_kit

    clock = SystemClock()
    with PoliteClient(chosen.http, clock) as client:
        yield collector_kit(chosen, client, clock)


@contextmanager
def opened_database(chosen: Settings | None = None) -> Iterator[Database]:
    """The database, to read. Raises `UsageError` where nothing has been collected yet."""
    from tracker.storage import open_database

    chosen = chosen or settings()
    file = chosen.database.removeprefix("sqlite:///")
    if file != chosen.database and not Path(file).exists():
        raise UsageError(
            "nothing has been collected yet",
            where=file,
            hint="run tracker demo, collect or backfill, or set TRACKER_HOME",
        )
    database = open_database(chosen.database)
    try:
        yield database
    finally:
        database.close()
