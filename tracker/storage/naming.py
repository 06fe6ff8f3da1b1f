"""The words of sources and the canonical names behind them: the one place where storage holds canonical names.

Rows are written when words are first seen, and all of them anew when the registry changes. Nothing else moves then:
versions and changes hold words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, TypeAlias

from sqlalchemy import Connection, bindparam, insert, select, update

from tracker.domain.claims import Claim, Variant
from tracker.storage import tables
from tracker.storage.bulk import insert_rows
from tracker.storage.identifiers import Identifiers
from tracker.storage.types import clean

NameKind: TypeAlias = Literal["model", "benchmark", "metric"]


class ModelEntry(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def organisation(self) -> str | None: ...
    @property
    def known(self) -> bool: ...
    @property
    def confidence(self) -> float: ...


class BenchmarkEntry(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def direction(self) -> str: ...
    @property
    def known(self) -> bool: ...


class MetricEntry(Protocol):
    @property
    def id(self) -> str: ...


class Registry(Protocol):
    """`tracker.names.Names`, as far as storage asks it."""

    @property
    def version(self) -> str: ...

    def model(self, words: str, *, variant: Variant | None = None) -> ModelEntry | None: ...

    def benchmark(self, words: str) -> BenchmarkEntry | None: ...

    def metric(self, words: str) -> MetricEntry | None: ...


@dataclass(frozen=True, slots=True)
class Word:
    """Words of a source in one role; a model's variant may decide which entry they mean."""

    kind: NameKind
    words: str
    variant: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    """What words resolve to. Unresolved words stand for themselves, with no confidence."""

    canonical: str
    organisation: str | None = None
    direction: str | None = None
    known: bool = False
    confidence: float = 0.0


def words_of(claim: Claim) -> list[Word]:
    """The words of a claim that resolve to names: model, benchmark and, if there is one, metric."""
    words = [Word("model", claim.model, claim.setting.variant or ""), Word("benchmark", claim.benchmark)]
    if claim.metric:
        words.append(Word("metric", claim.metric))
    return words


def resolve(registry: Registry, word: Word) -> Name:
    if word.kind == "model":
        variant: Variant | None = (
            "base" if word.variant == "base" else "instruct" if word.variant == "instruct" else None
        )
        model = registry.model(word.words, variant=variant)
        if model is not None:
            return Name(model.id, model.organisation, None, model.known, model.confidence)
    elif word.kind == "benchmark":
        benchmark = registry.benchmark(word.words)
        if benchmark is not None:
            return Name(benchmark.id, None, benchmark.direction, benchmark.known, 1.0 if benchmark.known else 0.5)
    else:
        metric = registry.metric(word.words)
        if metric is not None:
            return Name(metric.id, known=True, confidence=1.0)
    return Name(word.words)


class Naming:
    """Gives words their row, within one transaction. `registry` is asked once for each new word."""

    def __init__(self, connection: Connection, registry: Registry) -> None:
        self._connection = connection
        self._registry = registry
        self._known: dict[Word, tuple[int, Name]] = {}
        self._ids = Identifiers(connection, tables.name)

    def learn(self, words: Iterable[Word]) -> None:
        """Make sure that every word has its row."""
        wanted = {Word(word.kind, clean(word.words), word.variant) for word in words} - self._known.keys()
        for kind in ("model", "benchmark", "metric"):
            self._load(kind, [word.words for word in wanted if word.kind == kind])
        rows = []
        for word in sorted(wanted - self._known.keys(), key=repr):
            name, number = resolve(self._registry, word), self._ids.take()
            self._known[word] = number, name
            rows.append({"id": number, **_key(word), **_values(name), "registry": self._registry.version})
        insert_rows(self._connection, tables.name, rows)

    def id(self, word: Word) -> int:
        return self._known[Word(word.kind, clean(word.words), word.variant)][0]

    def name(self, word: Word) -> Name:
        return self._known[Word(word.kind, clean(word.words), word.variant)][1]

    def _load(self, kind: str, words: list[str]) -> None:
        table = tables.name.c
        for start in range(0, len(words), 500):
            rows = self._connection.execute(
                select(tables.name).where(table.kind == kind, table.words.in_(words[start : start + 500]))
            )
            for row in rows:
                name = Name(row.canonical, row.organisation, row.direction, row.known, row.confidence)
                self._known[Word(row.kind, row.words, row.variant)] = row.id, name


def applied(connection: Connection) -> str | None:
    """The version of the registry that the stored names come from."""
    column = tables.registry.c
    return connection.execute(select(column.version).order_by(column.id.desc()).limit(1)).scalar()


def refresh(connection: Connection, registry: Registry, now: datetime) -> int:
    """Resolve every stored word again when the registry is another one; returns how many names changed."""
    if applied(connection) == registry.version:
        return 0
    changed = []
    for row in connection.execute(select(tables.name)).all():
        name = resolve(registry, Word(row.kind, row.words, row.variant))
        if name != Name(row.canonical, row.organisation, row.direction, row.known, row.confidence):
            changed.append({"key": row.id, **_values(name), "registry": registry.version})
    if changed:
        connection.execute(update(tables.name).where(tables.name.c.id == bindparam("key")), changed)
    connection.execute(insert(tables.registry), {"version": registry.version, "applied_at": now})
    return len(changed)


def _key(word: Word) -> dict[str, object]:
    return {"kind": word.kind, "words": word.words, "variant": word.variant}


def _values(name: Name) -> dict[str, object]:
    return {
        "canonical": name.canonical,
        "organisation": name.organisation,
        "direction": name.direction,
        "known": name.known,
        "confidence": name.confidence,
    }
