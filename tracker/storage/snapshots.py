"""Snapshots and their readings within one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Connection, Table, and_, exists, insert, literal, select

from tracker.domain.claims import Claim
from tracker.domain.history import Condition, Reading
from tracker.domain.sources import Authority, DocumentState, Precision
from tracker.storage import tables
from tracker.storage.bulk import insert_rows
from tracker.storage.codec import Findings, stored_claims, stored_findings
from tracker.storage.documents import DocumentRow, in_chunks
from tracker.storage.identifiers import Identifiers
from tracker.storage.observations import KnownReading, Observation

_SNAPSHOT = tables.snapshot.c
_READING = tables.reading.c

_Identity: TypeAlias = tuple[int, datetime, int, str, str]
"""Document, valid time, sequence, hash and state: what makes a snapshot the same one."""


class Snapshots:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._ids = Identifiers(connection, tables.snapshot)
        self._findings_ids = Identifiers(connection, tables.claimset)
        self._extractors: dict[str, int] = {}
        self._findings: dict[str, int | None] = {}
        self._claims: dict[int, tuple[Claim, ...]] = {}
        self._seen: dict[_Identity, int] = {}
        self._read: set[tuple[int, int]] = set()
        self._looked: dict[int, tuple[datetime, datetime]] = {}
        self._places: dict[int, dict[tuple[str, datetime], int]] = {}
        self._new: dict[Table, list[dict[str, Any]]] = {
            table: [] for table in (tables.claimset, tables.snapshot, tables.reading)
        }

    def extractor(self, name: str) -> int:
        known = self._extractors.get(name)
        if known is None:
            column = tables.extractor.c
            known = self._connection.execute(select(column.id).where(column.name == name)).scalar()
            if known is None:
                made = self._connection.execute(insert(tables.extractor).values(name=name)).inserted_primary_key
                assert made is not None
                known = int(made[0])
            self._extractors[name] = known
        return known

    def extractor_name(self, document: DocumentRow) -> str:
        return next(name for name, number in self._extractors.items() if number == document.extractor_id)

    def load(self, documents: Sequence[int], earliest: datetime, latest: datetime) -> None:
        """Look up what is there of these documents between two valid times, both included."""
        columns = _SNAPSHOT.id, _SNAPSHOT.document_id, _SNAPSHOT.valid_at, _SNAPSHOT.sequence
        for chunk in in_chunks(documents):
            query = (
                select(*columns, _SNAPSHOT.sha256, _SNAPSHOT.state, _READING.extractor_id)
                .outerjoin(tables.reading, _READING.snapshot_id == _SNAPSHOT.id)
                .where(_SNAPSHOT.document_id.in_(chunk), _SNAPSHOT.valid_at.between(earliest, latest))
            )
            for number, document, valid_at, sequence, sha256, state, extractor in self._connection.execute(query):
                self._seen[document, valid_at, sequence, sha256, state] = number
                self._read.add((number, extractor))
        self._looked.update(dict.fromkeys(documents, (earliest, latest)))

    def load_findings(self, digests: Iterable[str]) -> None:
        """Look up the rows of these findings."""
        wanted = sorted(set(digests) - self._findings.keys())
        self._findings.update(dict.fromkeys(wanted))
        column = tables.claimset.c
        for chunk in in_chunks(wanted):
            rows = self._connection.execute(select(column.digest, column.id).where(column.digest.in_(chunk)))
            self._findings.update({row.digest: row.id for row in rows})

    def add(
        self,
        document: DocumentRow,
        source_id: int,
        observation: Observation,
        findings: Findings | KnownReading,
    ) -> bool:
        """Write an observation and its reading; false when both are there already."""
        assert document.extractor_id is not None
        identity = _identity(document, observation)
        if not self._has_looked(document, observation.valid_at):
            self.load([document.id], observation.valid_at, observation.valid_at)
        snapshot = self._seen.get(identity)
        if snapshot is not None and (snapshot, document.extractor_id) in self._read:
            return False
        if snapshot is None:
            snapshot = self._ids.take()
            self._new[tables.snapshot].append(_snapshot_row(snapshot, document.id, source_id, observation))
        self._seen[identity] = snapshot
        self._places.setdefault(document.id, {})[observation.snapshot, observation.valid_at] = snapshot
        self.read(snapshot, document.extractor_id, findings, observation.condition)
        return True

    def read(self, snapshot: int, extractor: int, findings: Findings | KnownReading, condition: Condition) -> None:
        number = findings.findings if isinstance(findings, KnownReading) else self.put(findings)
        self._read.add((snapshot, extractor))
        self._new[tables.reading].append(
            {
                "snapshot_id": snapshot,
                "extractor_id": extractor,
                "claimset_id": number,
                "condition": condition.value,
            }
        )

    def put(self, findings: Findings) -> int:
        """The row of these findings; equal ones share it."""
        self.load_findings([findings.digest])
        known = self._findings[findings.digest]
        if known is None:
            known = self._findings_ids.take()
            self._new[tables.claimset].append(
                {
                    "id": known,
                    "digest": findings.digest,
                    "face": findings.face.digest,
                    "remarks": findings.remarks or None,
                    "claims": len(findings.claims),
                    "body": findings.body,
                }
            )
        self._findings[findings.digest] = known
        return known

    def places(self, document: DocumentRow, wanted: Sequence[tuple[str, datetime]]) -> dict[tuple[str, datetime], int]:
        """Snapshot rows of a document by hash and valid time."""
        known = self._places.setdefault(document.id, {})
        for sha256, valid_at in wanted:
            if (sha256, valid_at) not in known:
                row = self._connection.execute(
                    select(_SNAPSHOT.id).where(
                        _SNAPSHOT.document_id == document.id,
                        _SNAPSHOT.valid_at == valid_at,
                        _SNAPSHOT.sha256 == sha256,
                    )
                ).scalar()
                assert row is not None, "a mark of a snapshot that is not recorded"
                known[sha256, valid_at] = row
        return known

    def readings(self, document: DocumentRow) -> list[Reading]:
        """All readings of a document by its extractor, in time order. What is new must be flushed first."""
        rows = self._connection.execute(
            select(
                tables.snapshot, _READING.claimset_id, _READING.condition, tables.extractor.c.name.label("extractor")
            )
            .join(tables.reading, _READING.snapshot_id == _SNAPSHOT.id)
            .join(tables.extractor, tables.extractor.c.id == _READING.extractor_id)
            .where(_SNAPSHOT.document_id == document.id, _READING.extractor_id == document.extractor_id)
            .order_by(_SNAPSHOT.valid_at, _SNAPSHOT.sequence, _SNAPSHOT.sha256, _SNAPSHOT.state)
        ).all()
        places = self._places.setdefault(document.id, {})
        for row in rows:
            places[row.sha256, row.valid_at] = row.id
        return [self._reading(document, row) for row in rows]

    def _reading(self, document: DocumentRow, row: Any) -> Reading:
        return Reading(
            document.name,
            row.sha256,
            row.valid_at,
            self.claims(row.claimset_id),
            Authority(row.authority),
            row.extractor,
            row.sequence,
            Precision(row.precision),
            row.revision,
            Condition(row.condition),
            DocumentState(row.state),
        )

    def claims(self, findings: int) -> tuple[Claim, ...]:
        known = self._claims.get(findings)
        if known is None:
            column = tables.claimset.c
            body = self._connection.execute(select(column.body).where(column.id == findings)).scalar_one()
            known = self._claims[findings] = stored_claims(body)
        return known

    def stored(self, findings: int) -> Findings:
        column = tables.claimset.c
        return stored_findings(self._connection.execute(select(column.body).where(column.id == findings)).scalar_one())

    def remarks(self, findings: int) -> str | None:
        column = tables.claimset.c
        digest: str | None = self._connection.execute(select(column.remarks).where(column.id == findings)).scalar_one()
        return digest

    def face(self, findings: Findings | KnownReading) -> str:
        """The digest of the face."""
        if isinstance(findings, KnownReading):
            column = tables.claimset.c
            chosen = select(column.face).where(column.id == findings.findings)
            return str(self._connection.execute(chosen).scalar_one())
        return findings.face.digest

    def place(self, document: DocumentRow, sha256: str, valid_at: datetime) -> int:
        return self.places(document, [(sha256, valid_at)])[sha256, valid_at]

    def unread(self, document: DocumentRow, extractor: int) -> bool:
        """Whether a snapshot whose bytes are kept has no reading by this extractor."""
        done = exists().where(_READING.snapshot_id == _SNAPSHOT.id, _READING.extractor_id == extractor)
        found = select(_SNAPSHOT.id).where(_SNAPSHOT.document_id == document.id, _SNAPSHOT.archived, ~done).limit(1)
        return self._connection.execute(found).first() is not None

    def adopt(self, document: DocumentRow, extractor: int) -> None:
        """Take over the empty readings of snapshots whose bytes are not kept: no extractor can read those again."""
        self.flush()
        newer = tables.reading.alias("newer")
        done = exists().where(newer.c.snapshot_id == _SNAPSHOT.id, newer.c.extractor_id == extractor)
        unread = (
            select(_SNAPSHOT.id, literal(extractor), _READING.claimset_id, _READING.condition)
            .join(tables.reading, and_(_READING.snapshot_id == _SNAPSHOT.id))
            .where(
                _SNAPSHOT.document_id == document.id,
                _READING.extractor_id == document.extractor_id,
                ~_SNAPSHOT.archived,
                ~done,
            )
        )
        self._connection.execute(insert(tables.reading).from_select(list(_READING.keys()), unread))
        self._looked.pop(document.id, None)

    def flush(self) -> None:
        for table, rows in self._new.items():
            insert_rows(self._connection, table, rows)
            rows.clear()

    def _has_looked(self, document: DocumentRow, valid_at: datetime) -> bool:
        if document.new:
            return True
        span = self._looked.get(document.id)
        return span is not None and span[0] <= valid_at <= span[1]


def _identity(document: DocumentRow, observation: Observation) -> _Identity:
    return document.id, observation.valid_at, observation.sequence, observation.snapshot, observation.state


def _snapshot_row(number: int, document: int, source: int, observation: Observation) -> dict[str, Any]:
    return {
        "id": number,
        "document_id": document,
        "source_id": source,
        "valid_at": observation.valid_at,
        "sequence": observation.sequence,
        "sha256": observation.snapshot,
        "state": observation.state.value,
        "precision": observation.precision.value,
        "authority": observation.authority.value,
        "outcome": observation.outcome.value,
        "retrieved_at": observation.retrieved_at,
        "media_type": observation.media_type,
        "revision": observation.revision,
        "context": observation.context,
        "pointer": observation.pointer,
        "size": observation.size,
        "archived": observation.archived,
    }
