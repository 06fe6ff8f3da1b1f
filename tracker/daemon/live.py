"""The real parts: the pipeline over the configured database, archive and network, with its alerts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import timedelta

from tracker.alerts import Route, RuleSet, open_routes
from tracker.alerts.ports import Standing
from tracker.config import Settings
from tracker.daemon.notebook import Collected, Notebook
from tracker.daemon.ports import Open, Parts, Run
from tracker.domain.claims import Score
from tracker.domain.history import Cause, RecordedChange
from tracker.domain.outbox import OutboxEntry
from tracker.domain.outcomes import Outcome
from tracker.domain.ports import ChannelKit, Clock
from tracker.domain.sources import Source
from tracker.logs import get_log
from tracker.pipeline import Assembly, RunReport, assemble, source_problem
from tracker.storage import Database, Outbox, Schedule
from tracker.storage.housekeeping import prune_runs

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

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings = settings
        self._assembly: Assembly = assemble(settings, clock, lambda _database, _names: self._announce)
        with ExitStack() as undo:
            undo.callback(self._assembly.close)
            database = self._assembly.database
            database.expect_writable()
            self.schedule: Schedule = database.schedule()
            self.alerts: Outbox = database.outbox()
            self.rules = RuleSet.from_settings(settings.alerts, self._assembly.names, StoredStandings(database))
            self.routes = open_routes(settings.alerts, ChannelKit(self._assembly.fetcher, clock, str(settings.home)))
            self._notebook = Notebook(database, clock)
            undo.pop_all()

    def skipped(self, source: Source) -> str | None:
        return source_problem(source)

    def run(self, source: Source, stop: Callable[[], bool]) -> Run:
        """A source that says again and again that nothing is new costs a request and a note; everything else goes
        through the pipeline.
        """
        collected = Collected(self._assembly.collector(source), source, self._notebook.cursor(source))
        if collected.quiet and self._notebook.note(source, collected.last):
            return Run(Outcome.NOT_MODIFIED)
        report = self._assembly.pipeline.run(source, collected, Cause.LIVE, stop=stop)
        self._notebook.forget(source, quiet=collected.quiet and not report.failed)
        return summary(report)

    def settle(self) -> None:
        self._notebook.write()

    def tidy(self) -> None:
        """Old looks, and files of archive writers that were killed."""
        now = self._assembly.clock.now()
        pruned = prune_runs(self._assembly.database, now - timedelta(days=self.settings.daemon.keep_runs_days))
        swept = self._assembly.archive.sweep()
        if pruned or swept:
            _log.info("tidied", looks=pruned, files=swept)

    def close(self) -> None:
        try:
            self._notebook.write()
        finally:
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


def live(clock: Clock) -> Open:
    """What a `Daemon` opens outside tests."""

    def open_parts(settings: Settings) -> Parts:
        return LiveParts(settings, clock)

    return open_parts
