"""The real parts: the pipeline over the configured database, archive and network, with its alerts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import timedelta
from importlib.util import find_spec

from tracker.alerts import Route, RuleSet, open_routes
from tracker.alerts.ports import Standing
from tracker.config import Settings
from tracker.daemon.notebook import Collected, Notebook, Notes, SharedNotes
from tracker.daemon.ports import Open, Parts, Run
from tracker.domain.claims import Score
from tracker.domain.errors import ConfigError
from tracker.domain.history import Cause, RecordedChange
from tracker.domain.outbox import OutboxEntry
from tracker.domain.outcomes import Outcome
from tracker.domain.ports import ChannelKit, Clock
from tracker.domain.sources import Source
from tracker.logs import get_log
from tracker.pipeline import Assembly, RunReport, assemble, source_problem
from tracker.storage import Database, Outbox, Schedule
from tracker.storage.housekeeping import prune_runs
from tracker.storage.queue import Queue
from tracker.storage.queue_schema import prepare_queue

_log = get_log(__name__)


class StoredStandings:
    """What the database knew before the transaction that is open now: another connection does not see that one."""

    def __init__(self, database: Database) -> None:
        self._queries = database.queries()

    def known(self, model: str) -> bool:
        return self._queries.is_known_model(model)

    def scores(self, benchmark: str) -> Sequence[Standing]:
        return [
            Standing(row.model, Score(row.text, row.value, row.unit, row.uncertainty), row.tier)
            for row in self._queries.standings(benchmark)
        ]


class LiveParts:
    """Everything opened for one configuration. Raises `ConfigError` for one that cannot work, and closes what it had."""

    routes: Mapping[str, Route]
    rules: RuleSet

    def __init__(self, settings: Settings, clock: Clock, *, worker: bool = False) -> None:
        self.settings = settings
        self.queue: Queue | None = None
        self._assembly: Assembly = assemble(settings, clock, lambda _database, _names: self._announce)
        with ExitStack() as undo:
            undo.callback(self._assembly.close)
            database = self._assembly.database
            database.expect_writable()
            self.schedule: Schedule = database.schedule()
            self.alerts: Outbox = database.outbox()
            self.rules = RuleSet.from_settings(settings.alerts, self._assembly.names, StoredStandings(database))
            self.routes = open_routes(settings.alerts, ChannelKit(self._assembly.fetcher, clock, str(settings.home)))
            self._notes: Notes = SharedNotes(database, clock) if worker else Notebook(database, clock)
            if worker or has_queue(settings):
                prepare_queue(database)
                self.queue = Queue(settings.database, settings.daemon.stalled_seconds)
            undo.pop_all()

    def skipped(self, source: Source) -> str | None:
        return source_problem(source)

    def run(self, source: Source, stop: Callable[[], bool]) -> Run:
        """A source that says again and again that nothing is new costs a request and a note; everything else goes
        through the pipeline.
        """
        collected = Collected(self._assembly.collector(source), source, self._notes.cursor(source))
        if collected.quiet and self._notes.note(source, collected.last):
            return Run(Outcome.NOT_MODIFIED)
        report = self._assembly.pipeline.run(source, collected, Cause.LIVE, stop=stop)
        self._notes.forget(source, quiet=collected.quiet and not report.failed)
        return summary(report)

    def settle(self) -> None:
        self._notes.write()

    def tidy(self) -> None:
        """Old looks, and files of archive writers that were killed."""
        now = self._assembly.clock.now()
        pruned = prune_runs(self._assembly.database, now - timedelta(days=self.settings.daemon.keep_runs_days))
        swept = self._assembly.archive.sweep()
        if pruned or swept:
            _log.info("tidied", looks=pruned, files=swept)

    def close(self) -> None:
        try:
            self._notes.write()
        finally:
            if self.queue is not None:
                self.queue.close()
            self._assembly.close()

    def _announce(self, changes: Sequence[RecordedChange]) -> Sequence[OutboxEntry]:
        return self.rules.announce(changes)


def summary(report: RunReport) -> Run:
    """What the schedule needs to know of a run. A source that broke off has failed, whatever it brought before; one
    that had nothing to say is unchanged.
    """
    outcome = report.outcome or Outcome.UNCHANGED
    if report.error and outcome.accepted:
        outcome = Outcome.HTTP_ERROR
    return Run(
        outcome=outcome,
        items=report.items,
        changes=report.changed,
        detail=report.detail,
        retry_after_seconds=report.miss.retry_after_seconds if report.miss else None,
        finished=report.finished or bool(report.error),
    )


def has_queue(settings: Settings) -> bool:
    """Whether the clock only queues looks. Raises `ConfigError` when it is told to and cannot."""
    wanted, possible = settings.daemon.queue, settings.database.startswith("postgresql")
    if wanted and not possible:
        raise ConfigError(
            "a queue of looks needs PostgreSQL", where="daemon.queue", hint="set TRACKER_DATABASE_URL, or leave it out"
        )
    if wanted is None:
        return possible and find_spec("procrastinate") is not None
    return wanted


def live(clock: Clock) -> Open:
    """What a `Daemon` opens outside tests."""

    def open_parts(settings: Settings) -> Parts:
        return LiveParts(settings, clock)

    return open_parts


def working(clock: Clock) -> Open:
    """What a `Worker` opens. Raises `ConfigError` where workers have nothing to do."""

    def open_parts(settings: Settings) -> Parts:
        if not settings.database.startswith("postgresql"):
            raise ConfigError(
                "workers share a queue in PostgreSQL, and this database is SQLite, whose sources `tracker run` looks at",
                where=settings.database,
                hint="start `tracker run` instead, or set TRACKER_DATABASE_URL to a PostgreSQL database",
            )
        if settings.daemon.queue is False:
            raise ConfigError(
                "`tracker run` looks at the sources itself (daemon.queue = false)",
                where="daemon.queue",
                hint="leave it out, on the clock's machine too",
            )
        return LiveParts(settings, clock, worker=True)

    return open_parts
