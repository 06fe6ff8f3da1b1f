"""One batch on its way into a transaction: who sent it, and what is known of each item before it is recorded."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from tracker.domain.history import Cause
from tracker.domain.outcomes import Outcome
from tracker.domain.sources import Item, Source
from tracker.storage import Findings, KnownReading, Observation


@dataclass(frozen=True, slots=True)
class Prepared:
    """One item on its way into the transaction."""

    observation: Observation
    findings: Findings | KnownReading
    outcome: Outcome
    detail: str = ""
    known: bool = False


@dataclass(frozen=True, slots=True)
class Sender:
    """Who brought a batch (`source`), whose documents it tells of (`owner`), and why now."""

    source: Source
    owner: Source
    cause: Cause

    @property
    def polls(self) -> bool:
        """Whether this is a look at how documents are now. A backfill reads what will not change: what it brought before
        says nothing about today, and what was rejected would be the same if it were asked for again.
        """
        return self.cause is Cause.LIVE


def observation_of(item: Item) -> Observation:
    return Observation(
        source=item.source,
        document=item.document,
        snapshot=hashlib.sha256(item.body).hexdigest(),
        valid_at=item.valid_at,
        authority=item.authority,
        retrieved_at=item.retrieved_at,
        sequence=item.sequence,
        precision=item.precision,
        revision=item.revision,
        state=item.state,
        outcome=item.outcome,
        media_type=item.media_type,
        context=item.context,
        pointer=item.pointer,
        size=len(item.body),
        url=item.url,
        title=item.title,
        author=item.author,
        published_at=item.published_at,
    )
