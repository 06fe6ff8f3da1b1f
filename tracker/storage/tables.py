"""The tables. `alembic/` makes them; `alembic check` holds the two together.

::

    source ─< document ─< snapshot ─< reading >─ claimset          what was collected, and what was read in it
                  │  └─ timeline (the fold's state, a cache)
                  └─< series ─< version ─ statement >─ snapshot    what the document said, when
                         └─< change >─ recording                   what became of it, and when we learnt it
    name: words → canonical names, rebuilt when the registry changes; nothing else holds canonical names

Append-only: `version`, `statement`, `change`, `comparison` and `fact` are only ever inserted; the one column that is set
later is `superseded_id`. A version has no end: the next one of its series ends it, and one that is not `said` ends the
claim. That makes both as-of questions one descent in `version`'s key.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from tracker.storage.types import BigId, Hex, Instant, Words

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

source = Table(
    "source",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("kind", String(64), nullable=False),
    Column("address", Words, nullable=False),
    Column("tier", String(16), nullable=False),
    Column("organisation", Words),
    Column("interval_seconds", Integer, nullable=False),
)

cursor = Table(
    "cursor",
    metadata,
    Column("source_id", ForeignKey("source.id"), primary_key=True),
    Column("value", Words, nullable=False),
    Column("stored_at", Instant, nullable=False),
)

schedule = Table(
    "schedule",
    metadata,
    Column("source", String(200), primary_key=True),
    Column("since", Instant, nullable=False),
    Column("next_check_at", Instant),
    Column("factor", Float, nullable=False),
    Column("error_streak", Integer, nullable=False),
    Column("unchanged_streak", Integer, nullable=False),
    Column("outcome", String(24)),
    Column("detail", Words, nullable=False),
    Column("checked_at", Instant),
    Column("answered_at", Instant),
    Column("changed_at", Instant),
)

host = Table(
    "host",
    metadata,
    Column("host", String(255), primary_key=True),
    Column("not_before", Instant),
    Column("error_streak", Integer, nullable=False),
)

run = Table(
    "run",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("source_id", ForeignKey("source.id"), nullable=False, index=True),
    Column("cause", String(16), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("answered_at", Instant),
    Column("outcome", String(24)),
    Column("detail", Words, nullable=False),
    Column("error_streak", Integer, nullable=False),
    Column("items", Integer, nullable=False),
    Column("changes", Integer, nullable=False),
    Column("outcomes", Words, nullable=False),
)

miss = Table(
    "miss",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("source_id", ForeignKey("source.id"), nullable=False),
    Column("document", Words, nullable=False),
    Column("outcome", String(24), nullable=False),
    Column("detail", Words, nullable=False),
    Column("url", Words, nullable=False),
    Column("first_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("polls", Integer, nullable=False),
    Column("evidence", Hex),
    Index("ix_miss_source_id_document", "source_id", "document"),
)

document = Table(
    "document",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("name", Words, nullable=False, unique=True),
    Column("source_id", ForeignKey("source.id"), nullable=False, index=True),
    Column("url", Words, nullable=False),
    Column("title", Words, nullable=False),
    Column("author", Words),
    Column("published_at", Instant),
    Column("state", String(16), nullable=False),
    Column("extractor_id", ForeignKey("extractor.id")),
    Column("last_valid_at", Instant),
    Column("last_sequence", Integer),
    Column("last_snapshot", Hex),
    Column("seen_at", Instant),
    Column("folded", Boolean, nullable=False),
    Column("face", Hex),
    Column("remarks", Hex),
    Column("suspect_since", Instant),
    Column("suspect_why", Words),
    Column("flapping", Boolean, nullable=False),
    Column("gone_streak", Integer, nullable=False),
)

timeline = Table(
    "timeline",
    metadata,
    Column("document_id", ForeignKey("document.id"), primary_key=True),
    Column("state", LargeBinary, nullable=False),
)

snapshot = Table(
    "snapshot",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("document_id", ForeignKey("document.id"), nullable=False),
    Column("source_id", ForeignKey("source.id"), nullable=False),
    Column("valid_at", Instant, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("sha256", Hex, nullable=False, index=True),
    Column("state", String(16), nullable=False),
    Column("precision", String(8), nullable=False),
    Column("authority", String(16), nullable=False),
    Column("outcome", String(24), nullable=False),
    Column("retrieved_at", Instant, nullable=False),
    Column("media_type", Words, nullable=False),
    Column("revision", Words),
    Column("context", Words, nullable=False),
    Column("pointer", Words),
    Column("size", Integer, nullable=False),
    Column("archived", Boolean, nullable=False),
    UniqueConstraint("document_id", "valid_at", "sequence", "sha256", "state"),
)

extractor = Table(
    "extractor",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
)

claimset = Table(
    "claimset",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("digest", Hex, nullable=False, unique=True),
    Column("face", Hex, nullable=False),
    Column("remarks", Hex),
    Column("claims", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

reading = Table(
    "reading",
    metadata,
    Column("snapshot_id", ForeignKey("snapshot.id"), primary_key=True),
    Column("extractor_id", ForeignKey("extractor.id"), primary_key=True),
    Column("claimset_id", ForeignKey("claimset.id"), nullable=False),
    Column("condition", String(16), nullable=False),
    sqlite_with_rowid=False,
)

name = Table(
    "name",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("words", Words, nullable=False),
    Column("variant", String(16), nullable=False),
    Column("canonical", Words, nullable=False, index=True),
    Column("organisation", Words),
    Column("direction", String(8)),
    Column("known", Boolean, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("registry", String(64), nullable=False),
    UniqueConstraint("kind", "words", "variant"),
)

series = Table(
    "series",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("claim", String(16), nullable=False, unique=True),
    Column("document_id", ForeignKey("document.id"), nullable=False, index=True),
    Column("key", Words, nullable=False),
    Column("model", Words, nullable=False),
    Column("benchmark", Words, nullable=False),
    Column("metric", Words),
    Column("shots", String(32)),
    Column("cot", Boolean),
    Column("variant", String(16)),
    Column("extra", Words, nullable=False),
    Column("model_id", ForeignKey("name.id"), nullable=False, index=True),
    Column("benchmark_id", ForeignKey("name.id"), nullable=False, index=True),
    Column("metric_id", ForeignKey("name.id")),
)

statement = Table(
    "statement",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("snapshot_id", ForeignKey("snapshot.id"), nullable=False),
    Column("extractor_id", ForeignKey("extractor.id"), nullable=False),
    Column("valid_from", Instant, nullable=False),
    Column("recorded_id", ForeignKey("recording.id"), nullable=False),
    Column("said", Boolean, nullable=False),
    Column("model", Words, nullable=False),
    Column("benchmark", Words, nullable=False),
    Column("metric", Words),
    Column("context", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("value", Words, nullable=False),
    Column("unit", String(32)),
    Column("uncertainty", Words),
    Column("kind", String(8), nullable=False),
    Column("locator", Words, nullable=False),
    Column("quote", Words, nullable=False),
    Column("relayed", Boolean, nullable=False),
    Column("confidence", Float, nullable=False),
)

recording = Table(
    "recording",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("recorded_at", Instant, nullable=False, index=True),
    Column("cause", String(16), nullable=False),
)

version = Table(
    "version",
    metadata,
    Column("series_id", ForeignKey("series.id"), primary_key=True),
    Column("valid_from", Instant, primary_key=True),
    Column("position", SmallInteger, primary_key=True),
    Column("recorded_id", ForeignKey("recording.id"), primary_key=True),
    Column("superseded_id", ForeignKey("recording.id")),
    Column("statement_id", ForeignKey("statement.id"), nullable=False),
    sqlite_with_rowid=False,
)

change = Table(
    "change",
    metadata,
    Column("row", BigId, primary_key=True),
    Column("id", Hex, nullable=False),
    Column("recorded_id", ForeignKey("recording.id"), nullable=False, index=True),
    Column("superseded_id", ForeignKey("recording.id")),
    Column("document_id", ForeignKey("document.id"), nullable=False, index=True),
    Column("series_id", ForeignKey("series.id"), nullable=False, index=True),
    Column("old_series_id", ForeignKey("series.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("rounding", Boolean, nullable=False),
    Column("valid_at", Instant, nullable=False, index=True),
    Column("old_statement_id", ForeignKey("statement.id")),
    Column("new_statement_id", ForeignKey("statement.id")),
    Column("snapshot_id", ForeignKey("snapshot.id"), nullable=False),
    UniqueConstraint("id", "recorded_id"),
)

comparison = Table(
    "comparison",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("document_id", ForeignKey("document.id"), nullable=False, index=True),
    Column("snapshot_id", ForeignKey("snapshot.id"), nullable=False),
    Column("recorded_id", ForeignKey("recording.id"), nullable=False),
    Column("superseded_id", ForeignKey("recording.id")),
    Column("left", Words, nullable=False),
    Column("relation", String(2), nullable=False),
    Column("right", Words, nullable=False),
    Column("benchmark", Words),
    Column("margin", Words),
    Column("margin_unit", String(32)),
    Column("hedge", String(16)),
    Column("negated", Boolean, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("locator", Words, nullable=False),
    Column("quote", Words, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("left_id", ForeignKey("name.id"), nullable=False),
    Column("right_id", ForeignKey("name.id"), nullable=False),
    Column("benchmark_id", ForeignKey("name.id")),
)

fact = Table(
    "fact",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("document_id", ForeignKey("document.id"), nullable=False, index=True),
    Column("snapshot_id", ForeignKey("snapshot.id"), nullable=False),
    Column("recorded_id", ForeignKey("recording.id"), nullable=False),
    Column("superseded_id", ForeignKey("recording.id")),
    Column("model", Words, nullable=False),
    Column("what", String(32), nullable=False),
    Column("value", Words, nullable=False),
    Column("hedge", String(16)),
    Column("kind", String(8), nullable=False),
    Column("locator", Words, nullable=False),
    Column("quote", Words, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("model_id", ForeignKey("name.id"), nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("rule", String(200), nullable=False),
    Column("channel", String(200), nullable=False),
    Column("subject", Words, nullable=False),
    Column("body", Words, nullable=False),
    Column("change_id", Hex),
    Column("created_at", Instant, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("retry_at", Instant),
    Column("message", Words),
    Column("error", Words, nullable=False),
    Column("closed_at", Instant),
    Index("ix_outbox_channel_state_position", "channel", "state", "position"),
)

pace = Table(
    "pace",
    metadata,
    Column("site", Text, primary_key=True),
    Column("free_at", Instant, nullable=False),
    Column("held_until", Instant),
)

registry = Table(
    "registry",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("version", String(64), nullable=False),
    Column("applied_at", Instant, nullable=False),
)
