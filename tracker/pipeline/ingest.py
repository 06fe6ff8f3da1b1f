"""Ingest items: bytes first, then reading, then one transaction; and run a source through it.

::

    run(source, collector):
        for got in collector.collect(source, cursor):
            Item, Miss  → gathered; a batch (one for live sources) is ingested together
            Cursor      → what was gathered is ingested, and the cursor stored, in one transaction

    ingest(batch):
        look up what is known            (one read)
        read what is not                 (archive, parse, extract: no transaction open)
        record everything                (one transaction: snapshots, readings, versions, changes, outbox, cursor)
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tracker.domain.errors import FetchError, SourceError
from tracker.domain.history import Cause, RecordedChange
from tracker.domain.outcomes import Outcome
from tracker.domain.ports import Archive, Clock, Collector
from tracker.domain.sources import Authority, Cursor, DocumentState, Item, Miss, Source
from tracker.logs import get_log
from tracker.pipeline.batches import Prepared, Sender, observation_of
from tracker.pipeline.reader import Read, Reader
from tracker.pipeline.report import RunReport
from tracker.storage import (
    NOTHING,
    Announce,
    Archived,
    Database,
    Lookup,
    Observation,
    RunRecord,
)
from tracker.storage.naming import Registry

_log = get_log(__name__)

MAX_EVIDENCE = 1 << 20
"""Bytes of a rejected answer that are kept to show why it was rejected."""


@dataclass(frozen=True, slots=True)
class Ingested:
    """What one batch did, item by item (`outcomes` in the order of the batch) and in all. `rejected`: something in it
    must not count as seen, so that the source's validators and cursor stay what they were.
    """

    outcomes: tuple[Outcome, ...] = ()
    changes: tuple[RecordedChange, ...] = ()
    repeated: int = 0
    suspects: int = 0
    rejected: bool = False


class _OnlyTried(Exception):
    """Ends a transaction that was only tried."""


class Pipeline:
    """One per process: `ingest` may be called from several threads, one batch is recorded at a time."""

    def __init__(
        self,
        database: Database,
        archive: Archive,
        names: Registry,
        reader: Reader,
        clock: Clock,
        announce: Announce | None = None,
    ) -> None:
        self._database = database
        self._archive = archive
        self._names = names
        self._reader = reader
        self._clock = clock
        self._announce: Announce = announce or (lambda _changes: ())
        self._writer = threading.RLock()

    @property
    def reader(self) -> Reader:
        return self._reader

    @property
    def extractor(self) -> str:
        return self._reader.extractor

    def run(
        self,
        source: Source,
        collector: Collector,
        cause: Cause,
        *,
        batch: int = 1,
        owner: Source | None = None,
        progress: Callable[[RunReport], None] = lambda _report: None,
        stop: Callable[[], bool] = lambda: False,
    ) -> RunReport:
        """Look at a source once. Expected failures are in the report; what it raises is a defect or a full disk.

        `batch`: items recorded together; one for live sources, hundreds for backfills. `owner`: the source whose
        documents these are, where another one brings them (captures of a page that is watched). `stop` is asked between
        items.
        """
        report = RunReport(source.name, cause, self._clock.now())
        gathered: list[Item | Miss] = []
        rejected = False
        collected = iter(collector.collect(source, self._database.queries().cursor(source.name)))
        try:
            for got in collected:
                if isinstance(got, Cursor):
                    report.reached(got)
                    rejected = self._take(report, source, owner, gathered, got, rejected=rejected)
                    gathered.clear()
                    progress(report)
                    continue
                report.saw(got)
                gathered.append(got)
                if len(gathered) >= batch:
                    rejected = self._take(report, source, owner, gathered, None, rejected=rejected)
                    gathered.clear()
                    progress(report)
                if stop():
                    report.finished = False
                    break
        except (SourceError, FetchError) as error:
            report.error, report.finished = str(error), False
            _log.warning("source failed", source=source.name, reason=str(error))
        finally:
            close = getattr(collected, "close", None)
            if close is not None:
                close()
        self._take(report, source, owner, gathered, None, rejected=rejected)
        report.finished_at = self._clock.now()
        progress(report)
        self._keep(source, report)
        return report

    def ingest(
        self,
        source: Source,
        batch: Sequence[Item | Miss],
        cause: Cause,
        cursor: Cursor | None = None,
        *,
        owner: Source | None = None,
    ) -> Ingested:
        """Record a batch in one transaction; the cursor only when nothing in the batch was rejected."""
        with self._writer:
            prepared = self._prepare([got for got in batch if isinstance(got, Item)])
            return self._record(Sender(source, owner or source, cause), batch, prepared, cursor)

    def reread(self, document: str) -> None:
        """Read a document's archived snapshots with this extractor; its old rows are superseded (cause: reread)."""
        kept = self._database.archived(document)
        self.record_rereading(
            document, kept, [self._reader.read_kept(self._archive.get, one) for one in kept], apply=True
        )

    def record_rereading(
        self, document: str, kept: Sequence[Archived], reads: Sequence[Read], *, apply: bool
    ) -> tuple[RecordedChange, ...]:
        """Give a document new readings of its snapshots, in time order; without `apply` only say what would change."""
        readings = [(one, read.findings, read.condition) for one, read in zip(kept, reads, strict=True)]
        changes: tuple[RecordedChange, ...] = ()
        try:
            with self._writer, self._database.recording(self._names, Cause.REREAD, self._clock.now()) as recording:
                recording.reread(document, readings, self._reader.extractor)
                changes = recording.finish(self._announce)
                if not apply:
                    raise _OnlyTried  # noqa: TRY301  # leaving by an exception is what rolls the transaction back
        except _OnlyTried:
            pass
        return changes

    def _take(
        self,
        report: RunReport,
        source: Source,
        owner: Source | None,
        gathered: Sequence[Item | Miss],
        cursor: Cursor | None,
        *,
        rejected: bool,
    ) -> bool:
        """Ingest and count; says whether the next cursor still stands behind something rejected.

        A rejected item holds back the one cursor that comes next, and no later one. For a page that is all of them: its
        validators stay what they were, and it is asked for in full next time. A feed goes on behind a page that cannot
        be read: else that page would keep it where it is, and all others of the poll would be fetched again with every
        poll; the feed looks at the rejected one again with its daily second look.
        """
        if not gathered and (cursor is None or rejected):
            return rejected and cursor is None
        done = self.ingest(source, gathered, report.cause, None if rejected else cursor, owner=owner)
        report.outcomes.update(done.outcomes)
        report.repeated += done.repeated
        report.suspects += done.suspects
        report.took(done.changes)
        return (rejected or done.rejected) and cursor is None

    def _prepare(self, items: Sequence[Item]) -> list[Prepared]:
        seen = [observation_of(item) for item in items]
        known = self._database.lookup(seen, self._reader.extractor)
        for document in {one.document for one, lookup in zip(seen, known, strict=True) if lookup.stale}:
            self.reread(document)
        if any(lookup.stale for lookup in known):
            known = self._database.lookup(seen, self._reader.extractor)
        return [self._read(*each) for each in zip(items, seen, known, strict=True)]

    def _read(self, item: Item, seen: Observation, known: Lookup) -> Prepared:
        if known.repeated:
            return Prepared(seen, NOTHING, Outcome.UNCHANGED, known=True)
        if item.state is not DocumentState.PRESENT:
            kept = replace(seen, archived=False)
            return Prepared(kept, NOTHING, item.outcome)
        if known.reading is not None:
            kept = seen if item.pointer is None else replace(seen, archived=seen.snapshot in self._archive)
            same = item.outcome is Outcome.UNCHANGED and not known.waiting
            return Prepared(replace(kept, condition=known.reading.condition), known.reading, item.outcome, known=same)
        if item.pointer is None:
            self._archive.put(item.body)  # bytes first
        read = self._reader.read(item.body, item.media_type, item.url or item.document, item.context)
        said = bool(read.findings.claims or read.findings.comparisons or read.findings.facts)
        if item.pointer is not None and said:
            self._archive.put(item.body)
        observation = replace(
            seen,
            condition=read.condition,
            archived=said or item.pointer is None,
            outcome=item.outcome if read.outcome is Outcome.CHANGED else read.outcome,
        )
        return Prepared(observation, read.findings, observation.outcome, read.detail)

    def _record(
        self, sender: Sender, batch: Sequence[Item | Miss], prepared: list[Prepared], cursor: Cursor | None
    ) -> Ingested:
        source = sender.source
        outcomes: list[Outcome] = []
        repeated = suspects = 0
        rejected = False
        evidence = {got.document: self._evidence(got) for got in batch if isinstance(got, Miss)}
        with self._database.recording(self._names, sender.cause, self._clock.now()) as recording:
            recording.expect([(one.observation, one.findings) for one in prepared if not one.known])
            items = iter(prepared)
            for got in batch:
                if isinstance(got, Miss):
                    recording.missed(source, got, evidence[got.document])
                    outcomes.append(got.outcome)
                    continue
                one = next(items)
                if one.known:
                    repeated += 1
                    outcomes.append(Outcome.UNCHANGED)
                    if got.authority is Authority.FETCHED and sender.polls:
                        recording.missed(source, Miss(source.name, got.document, Outcome.UNCHANGED, url=got.url))
                    continue
                recorded = recording.record(sender.owner, one.observation, one.findings, self._reader.extractor)
                outcome = Outcome.SUSPICIOUS_LOSS if recorded.suspect else one.outcome
                repeated += recorded.repeated
                suspects += bool(recorded.suspect)
                outcomes.append(outcome)
                if got.authority is Authority.FETCHED and not outcome.accepted:
                    rejected = sender.polls
                    detail = recorded.suspect or one.detail
                    recording.missed(source, Miss(source.name, got.document, outcome, detail, url=got.url))
            if cursor is not None and not rejected:
                recording.keep_cursor(source, cursor)
            changes = recording.finish(self._announce)
        return Ingested(tuple(outcomes), changes, repeated, suspects, rejected)

    def _evidence(self, miss: Miss) -> str | None:
        return self._archive.put(miss.body[:MAX_EVIDENCE]) if miss.body else None

    def _keep(self, source: Source, report: RunReport) -> None:
        """Remember how the look went."""
        outcomes = {outcome.value: count for outcome, count in report.outcomes.items()}
        finished = report.finished_at or self._clock.now()
        with self._writer:
            self._database.ran(
                source,
                RunRecord(
                    report.cause,
                    report.started_at,
                    finished,
                    report.outcome,
                    report.detail,
                    report.items,
                    report.changed,
                    outcomes,
                ),
            )
        _log.info(
            "looked at source",
            source=source.name,
            outcome=report.outcome,
            items=report.items,
            changes=report.changed,
            detail=report.detail,
        )
