"""Storage: the only room that imports SQLAlchemy. SQLite (WAL) or PostgreSQL behind one door.

Opening::

    database = open_database(settings.database)          # creates or migrates; raises StorageError, ConfigError
    database.close()

Reading (`Queries`: frozen rows, names resolved, one consistent state a call)::

    queries = database.queries()
    queries.scores(ScoreFilter(model=…, benchmark=…, source=…, document=…, kind=…, organisation=…, as_of=…, known_at=…))
    queries.history(ScoreFilter(model=…, benchmark=…)) · queries.claim("3fa2…") · queries.proof("3fa2…")
    queries.changes(ChangeFilter(kinds=…, source=…, document=…, model=…, benchmark=…, causes=…, since=…, until=…, limit=…))
    queries.comparisons(ScoreFilter(…)) · queries.facts(ScoreFilter(…))
    queries.sources() · queries.documents(source=…, waiting=True) · queries.misses(source=…) · queries.cursor("name")
    queries.is_known_model("…") · queries.standings("MMLU-Pro")

Writing (the pipeline's; everything of one transaction)::

    with database.recording(names, Cause.LIVE, clock.now()) as recording:
        recording.record(source, observation, findings_of(claims, comparisons, facts), extractor)
        recording.missed(source, miss); recording.keep_cursor(source, cursor)
        changes = recording.finish(announce)              # writes all rows and the outbox entries of new changes

Alerts and daemon: `database.outbox()` (due, bundle, delivered, failed, wake, messages_since, put) and
`database.schedule()` (sources, hosts, store, store_host; for workers source and host).

Several machines, on PostgreSQL: `queue.Queue` is what the clock puts looks into, `workforce.work` works it off,
`database.pace(clock)` is one politeness budget for all.

Moving: `copy_database(source, target)`, `back_up(database, file)`, `restore(file, url)`; `open_source(url)` only reads.
"""

from tracker.storage.backups import back_up, restore
from tracker.storage.codec import Findings, findings_of
from tracker.storage.copying import TableCount, copy_database
from tracker.storage.database import Database
from tracker.storage.migrations import new_database, open_database, open_source, upgrade_database
from tracker.storage.observations import Archived, KnownReading, Lookup, Observation, Recorded, RunRecord
from tracker.storage.outbox import Outbox
from tracker.storage.queries import Queries
from tracker.storage.recording import NOTHING, Announce, Recording
from tracker.storage.rows import (
    ChangeFilter,
    ComparisonRow,
    DocumentSummary,
    FactRow,
    MissRow,
    Party,
    Proof,
    ScoreFilter,
    ScoreRow,
    SourceHealth,
)
from tracker.storage.schedule import Schedule

__all__ = [
    "NOTHING",
    "Announce",
    "Archived",
    "ChangeFilter",
    "ComparisonRow",
    "Database",
    "DocumentSummary",
    "FactRow",
    "Findings",
    "KnownReading",
    "Lookup",
    "MissRow",
    "Observation",
    "Outbox",
    "Party",
    "Proof",
    "Queries",
    "Recorded",
    "Recording",
    "RunRecord",
    "Schedule",
    "ScoreFilter",
    "ScoreRow",
    "SourceHealth",
    "TableCount",
    "back_up",
    "copy_database",
    "findings_of",
    "new_database",
    "open_database",
    "open_source",
    "restore",
    "upgrade_database",
]
