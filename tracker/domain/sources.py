"""Sources, and the items that collectors bring from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tracker.domain.outcomes import Outcome


class Tier(StrEnum):
    """How close a source stands to the makers of a score."""

    LEAK = "leak"
    COMMUNITY = "community"
    PRESS = "press"
    INDEPENDENT = "independent"
    OFFICIAL = "official"


class Authority(StrEnum):
    """What absence of a claim in a later reading means.

    `REVISION`: a git revision or a post's edit; what it no longer says is withdrawn at once.
    `FETCHED`: a fetched page or a web archive's capture; it can lie, so a large loss has to be confirmed.
    """

    REVISION = "revision"
    FETCHED = "fetched"


class Precision(StrEnum):
    """How exactly a valid time is known: a date is not midnight."""

    SECOND = "second"
    DAY = "day"


class DocumentState(StrEnum):
    """What a source did to a document as a whole. Its claims stay until a reading says otherwise."""

    PRESENT = "present"
    DELETED = "deleted"  # by its author: what a post claimed stays on record
    ERASED = "erased"  # a file that a commit removed: what it said is withdrawn
    REMOVED = "removed"  # by moderators
    GONE = "gone"  # 404 or 410, confirmed


@dataclass(frozen=True, slots=True)
class Source:
    """A configured place to collect from. `kind` names a collector's entry point."""

    name: str
    kind: str
    address: str
    tier: Tier = Tier.COMMUNITY
    organisation: str | None = None
    interval_seconds: int = 3600
    options: Mapping[str, str | int | bool | tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Item:
    """One document at one moment, as a collector brings it.

    `valid_at` is when the source began to say this (edit, commit, capture, or retrieval time; UTC).
    `revision` is the source's own word for this state (ETag, commit id, edit id).
    `body` is empty and `state` says why when the document is no longer there.
    `context` is text that belongs to the document's meaning but is not in its bytes (a comment's thread title).
    `pointer` says where the same bytes stand in an immutable file (dump hash + offset, commit + path).
    `sequence` orders items of one document with equal `valid_at` (a commit's position); it must not depend on arrival.
    `outcome` is set by collectors that fetched the item over HTTP.
    """

    source: str
    document: str
    body: bytes
    media_type: str
    valid_at: datetime
    authority: Authority
    retrieved_at: datetime
    url: str = ""
    title: str = ""
    author: str | None = None
    published_at: datetime | None = None
    precision: Precision = Precision.SECOND
    revision: str | None = None
    state: DocumentState = DocumentState.PRESENT
    context: str = ""
    pointer: str | None = None
    sequence: int = 0
    outcome: Outcome = Outcome.CHANGED


@dataclass(frozen=True, slots=True)
class Miss:
    """A poll that brought no item, and why: an expected failure travelling as a value."""

    source: str
    document: str
    outcome: Outcome
    detail: str = ""
    retry_after_seconds: float | None = None
    url: str = ""
    body: bytes = b""
    """Evidence kept for suspects: a challenge page, a body that could not be parsed."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a collector was in its source; opaque to everybody else. Serialised as JSON text by storage."""

    values: Mapping[str, str] = field(default_factory=dict)
