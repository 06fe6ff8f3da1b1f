"""One writing transaction: observations in, versions, changes and alerts out — all of it, or nothing.

::

    record(observation, findings):
        known already?                       → nothing
        document, snapshot and reading rows
        the same face as before, in order?   → nothing more
        later than all before?               → one step of the decider, appended
        otherwise                            → fold the whole document anew at the end, and reconcile
    finish(announce): fold what waits, write all rows, put the new changes' alerts into the outbox
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import Connection, select

from tracker.domain.history import Cause, Change, Condition, Reading, RecordedChange
from tracker.domain.outbox import OutboxEntry
from tracker.domain.sources import Cursor, DocumentState, Miss, Source
from tracker.domain.timeline import Step, TimelineState, step, timeline
from tracker.storage import polls, tables
from tracker.storage.bulk import insert_rows, update_rows
from tracker.storage.codec import Findings, findings_of, is_current, state_body, state_of
from tracker.storage.documents import DocumentRow, Documents, Sources, in_chunks
from tracker.storage.ledger import Ledger, Stamp, claim_id
from tracker.storage.naming import Naming, Registry, words_of
from tracker.storage.observations import Archived, KnownReading, Observation, Recorded
from tracker.storage.outbox import put_entries
from tracker.storage.remarks import reconcile_remarks
from tracker.storage.snapshots import Snapshots

Announce: TypeAlias = Callable[[Sequence[RecordedChange]], Sequence[OutboxEntry]]

NOTHING = findings_of(())
"""What is found in bytes that hold no claim."""


class Recording:
    """Use through `Database.recording`; not shared between threads."""

    def __init__(self, connection: Connection, registry: Registry, cause: Cause, now: datetime) -> None:
        self._connection = connection
        self._now = now
        self._cause = cause
        self._stamp = Stamp(connection, now, cause)
        self._naming = Naming(connection, registry)
        self._sources = Sources(connection)
        self._documents = Documents(connection)
        self._snapshots = Snapshots(connection)
        self._ledger = Ledger(connection, self._naming, self._stamp)
        self._states: dict[int, TimelineState] = {}
        self._bodies: dict[int, bytes] = {}
        self._to_fold: dict[int, DocumentRow] = {}
        self._changes: list[tuple[DocumentRow, Change]] = []

    def expect(self, coming: Sequence[tuple[Observation, Findings | KnownReading]]) -> None:
        """Look up together what recording these will ask for: much cheaper than one by one."""
        if not coming:
            return
        self._documents.load(observation.document for observation, _ in coming)
        moments = [observation.valid_at for observation, _ in coming]
        known: dict[int, DocumentRow] = {}
        changed = []
        for observation, findings in coming:
            document = self._documents.find(observation.document)
            if document is not None:
                known[document.id] = document
                if isinstance(findings, Findings) and document.stored and findings.face.digest != document.face:
                    changed.append(document.id)
        self._snapshots.load(list(known), min(moments), max(moments))
        self._snapshots.load_findings(one.digest for _, one in coming if isinstance(one, Findings))
        self._load_states(changed)

    def record(
        self, source: Source, observation: Observation, findings: Findings | KnownReading, extractor: str
    ) -> Recorded:
        """Write one observation. A document that was read by another extractor is to be read again first."""
        source_id = self._sources.put(source)
        document = self._documents.get(observation, source_id)
        self._use(document, self._snapshots.extractor(extractor))
        if not self._snapshots.add(document, source_id, observation, findings):
            return Recorded(repeated=True)
        if observation.condition is Condition.CHALLENGE:
            return Recorded()  # it says nothing of the document: not even that the document was seen then
        before, order = document.last, observation.order
        if before is None or order >= before:
            document.last = order
            document.describe(observation)
        if before is not None and order <= before:
            self._fold_later(document, findings)
            return Recorded()
        if self._cause is not Cause.BACKFILL:  # an old capture is no answer to the question whether the page is there
            document.gone_streak = 0
        document.found(observation.state)
        if observation.state is DocumentState.PRESENT:
            document.seen_at = observation.valid_at
            self._remark(document, observation, findings)
        self._decide(document, observation, findings, first=before is None)
        return Recorded(suspect=document.suspect_why or "", flapping=document.flapping)

    def reread(self, name: str, readings: Sequence[tuple[Archived, Findings, Condition]], extractor: str) -> None:
        """Give a document's archived snapshots, in time order, their readings by another extractor; fold it anew."""
        document = self._documents.find(name)
        assert document is not None, "only a recorded document can be read again"
        number = self._snapshots.extractor(extractor)
        self._snapshots.adopt(document, number)
        document.extractor_id, document.dirty = number, True
        for archived, findings, condition in readings:
            self._snapshots.read(archived.id, number, findings, condition)
        if readings:
            _, findings, _ = readings[-1]
            self._reconcile_remarks(document, readings[-1][0].id, findings)
        if document.folded or any(findings.claims for _, findings, _ in readings):
            self._to_fold[document.id] = document

    def missed(self, source: Source, miss: Miss, evidence: str | None = None) -> None:
        """A poll that brought no item; the same outcome again only adds to its count."""
        polls.put_miss(self._connection, self._sources.put(source), miss, evidence, self._now)
        document = self._documents.find(miss.document)
        if document is not None:
            document.miss(miss.outcome)

    def keep_cursor(self, source: Source, cursor: Cursor) -> None:
        polls.put_cursor(self._connection, self._sources.put(source), cursor, self._now)

    def finish(self, announce: Announce) -> tuple[RecordedChange, ...]:
        """Write everything; returns the changes that no recording had told before, oldest first."""
        self._flush()
        for document in self._to_fold.values():
            self._fold(document)
        self._flush()
        self._keep_states()
        changes = self._recorded()
        if changes:
            entries = announce(changes)
            if entries:
                put_entries(self._connection, entries, self._now)
        return changes

    def _use(self, document: DocumentRow, extractor: int) -> None:
        if document.extractor_id == extractor:
            return
        if document.extractor_id is not None:
            self._snapshots.adopt(document, extractor)
            assert not self._snapshots.unread(document, extractor), "the document has to be read again first"
        document.extractor_id, document.dirty = extractor, True

    def _fold_later(self, document: DocumentRow, findings: Findings | KnownReading) -> None:
        if document.folded or isinstance(findings, KnownReading) or findings.claims:
            self._to_fold[document.id] = document

    def _remark(self, document: DocumentRow, observation: Observation, findings: Findings | KnownReading) -> None:
        if observation.condition is not Condition.SOUND:
            return
        if isinstance(findings, KnownReading):
            if (self._snapshots.remarks(findings.findings) or None) == document.remarks:
                return
            findings = self._snapshots.stored(findings.findings)
        if (findings.remarks or None) != document.remarks:
            snapshot = self._snapshots.place(document, observation.snapshot, observation.valid_at)
            self._reconcile_remarks(document, snapshot, findings)

    def _reconcile_remarks(self, document: DocumentRow, snapshot: int, findings: Findings) -> None:
        if (findings.remarks or None) == document.remarks:
            return
        self._flush()
        reconcile_remarks(self._connection, self._naming, self._stamp, document, snapshot, findings)
        document.remarks, document.dirty = findings.remarks or None, True

    def _decide(
        self, document: DocumentRow, observation: Observation, findings: Findings | KnownReading, *, first: bool
    ) -> None:
        if document.id in self._to_fold:
            return
        face = self._snapshots.face(findings)
        if not document.folded:
            if face == NOTHING.face.digest:
                return
            if not first:
                # Whatever was read so far held no claim, but it has its place in the fold.
                self._to_fold[document.id] = document
                return
        elif document.face == face and observation.state is DocumentState.PRESENT:
            return
        state = self._state(document)
        if state is None:
            self._to_fold[document.id] = document
            return
        known = findings.face if isinstance(findings, Findings) else None
        self._take(document, step(state, self._reading(document, observation, findings), known))

    def _take(self, document: DocumentRow, taken: Step) -> None:
        self._states[document.id] = taken.state
        document.show(taken.state)
        if taken.marks:
            wanted = [(mark.snapshot, mark.valid_from) for mark in taken.marks]
            self._ledger.append(document, taken.marks, taken.changes, self._snapshots.places(document, wanted))
        self._changes += [(document, change) for change in taken.changes]

    def _fold(self, document: DocumentRow) -> None:
        taken = timeline(self._snapshots.readings(document))
        self._states[document.id] = taken.state
        document.show(taken.state)
        wanted = [(mark.snapshot, mark.valid_from) for mark in taken.marks]
        told = self._ledger.reconcile(
            document, taken.marks, taken.changes, self._snapshots.places(document, wanted), self._cause
        )
        self._changes += [(document, change) for change in told]

    def _state(self, document: DocumentRow) -> TimelineState | None:
        """Where the fold stands; `None`: what is stored is of an earlier program, the document has to be folded anew."""
        state = self._states.get(document.id)
        if state is None and document.stored:
            self._load_states([document.id])
            body = self._bodies.pop(document.id)
            if not is_current(body):
                return None
            state = state_of(body, document.name)
        # The row knows of readings since then that said the same.
        return replace(state or TimelineState(), last=None, seen_at=document.seen_at)

    def _load_states(self, documents: Iterable[int]) -> None:
        """Fetch the stored states, still packed."""
        column = tables.timeline.c
        for chunk in in_chunks(sorted(set(documents) - self._bodies.keys())):
            rows = self._connection.execute(
                select(column.document_id, column.state).where(column.document_id.in_(chunk))
            )
            self._bodies.update({row.document_id: row.state for row in rows})

    def _reading(self, document: DocumentRow, observation: Observation, findings: Findings | KnownReading) -> Reading:
        known = self._snapshots.claims(findings.findings) if isinstance(findings, KnownReading) else findings.claims
        return Reading(
            document.name,
            observation.snapshot,
            observation.valid_at,
            known,
            observation.authority,
            self._snapshots.extractor_name(document),
            observation.sequence,
            observation.precision,
            observation.revision,
            observation.condition,
            observation.state,
        )

    def _flush(self) -> None:
        """Write all rows, those first that others refer to."""
        self._documents.flush()
        self._snapshots.flush()
        self._ledger.flush()

    def _keep_states(self) -> None:
        """Write how the folds stand, once for each document."""
        touched = [row for row in self._documents.rows() if row.id in self._states]
        states = {
            stored: [
                {"document_id": row.id, "state": state_body(self._states[row.id])}
                for row in touched
                if row.stored is stored
            ]
            for stored in (False, True)
        }
        insert_rows(self._connection, tables.timeline, states[False])
        update_rows(self._connection, tables.timeline, states[True], ["document_id"])
        for row in touched:
            row.stored = True

    def _recorded(self) -> tuple[RecordedChange, ...]:
        self._naming.learn(word for _, change in self._changes for word in words_of(change.claim))
        found = [self._recorded_change(document, change) for document, change in self._changes]
        return tuple(sorted(found, key=lambda recorded: recorded.change.valid_at))

    def _recorded_change(self, document: DocumentRow, change: Change) -> RecordedChange:
        source = self._sources.by_id(document.source_id)
        model, benchmark, *_ = words_of(change.claim)
        return RecordedChange(
            change,
            source.name,
            source.tier,
            source.organisation,
            self._stamp.at,
            self._cause,
            self._naming.name(model).canonical,
            self._naming.name(benchmark).canonical,
            document.url,
            document.title,
            document.author,
            claim_id(document.name, change.series),
        )
