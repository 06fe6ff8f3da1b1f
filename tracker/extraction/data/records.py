"""One record to claims: a mapping that names a model and holds numbers, some of which are scores.

Wide records have a field a score (`pass_rate_2: 68.4`), long ones say in other fields which score it is (`benchmark: …,
metric: …, value: …`), nested ones keep their scores in a container (`metrics: {accuracy: 0.867}`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from tracker.domain.claims import Claim, ClaimKey
from tracker.extraction.data.fields import (
    AVERAGES,
    BENCHMARK_FIELDS,
    CONTAINERS,
    KINDS_OF_WORK,
    METRIC_FIELDS,
    MODEL_FIELDS,
    QUALIFIERS,
    SETTING_FIELDS,
    SHOTS_FIELDS,
    VALUE_FIELDS,
    Role,
    field_words,
    role_of,
    split_metric,
    spread_of,
)
from tracker.extraction.data.formats import setting
from tracker.extraction.data.scores import number_of
from tracker.extraction.data.sheet import Sheet
from tracker.extraction.data.tree import Node
from tracker.names import Names

_MODEL_ROOMS = frozenset({"config", "model info", "metadata", "model config"})
_ROOMS = _MODEL_ROOMS | {"benchmark", "dataset", "properties", "settings", "tags", "args", "task", "evaluation config"}
"""Mappings inside a record that say more about the record itself."""

_DEEPEST = 4
_SURE, _LIKELY = 0.95, 0.8


@dataclass(frozen=True, slots=True)
class Around:
    """What holds for a record from outside: the benchmark that the file or a mapping around it is about (`known`: to the
    registry, or because a field says so), the parts of it passed on the way, and fields that the whole list shows to be
    scores though their names do not say so.
    """

    benchmark: str = ""
    known: bool = False
    parts: tuple[str, ...] = ()
    scored: frozenset[str] = frozenset()

    @property
    def whole(self) -> str:
        return " ".join((self.benchmark, *self.parts)).strip()

    def on(self, benchmark: str) -> Around:
        return replace(self, benchmark=benchmark, known=True, parts=())

    def within(self, part: str) -> Around:
        return replace(self, parts=(*self.parts, part))


@dataclass(frozen=True, slots=True)
class Told:
    """A claim, and what else its record says that could tell it from another one with the same words, the best first.
    `named`: a field of the record names the benchmark.
    """

    claim: Claim
    marks: tuple[tuple[str, str], ...] = ()
    named: bool = False


def said(record: Node, wanted: tuple[str, ...]) -> Node:
    """The best of these fields that a record has and that says something; of a mapping, the name in it."""
    found: dict[str, Node] = {}
    for node in record.fields:
        words = field_words(node.key)
        if words in wanted and not node.is_list and node.value not in (None, "", {}):
            found.setdefault(words, node)
    best = next((found[name] for name in wanted if name in found), Node(None))
    return best.first("name", "display_name", "id") if best.is_mapping else best


def model_of(record: Node) -> str:
    """The model that a record's own fields name."""
    for room in _rooms(record, _MODEL_ROOMS):
        if words := said(room, MODEL_FIELDS).words:
            return words
    return ""


def benchmark_of(record: Node, names: Names) -> str:
    """The benchmark that a record's own fields name."""
    for room in _rooms(record, _ROOMS):
        for name in BENCHMARK_FIELDS:
            words = said(room, (name,)).words
            if words and (name not in KINDS_OF_WORK or names.benchmark(words) is not None):
                return words
    return ""


def _rooms(record: Node, wanted: frozenset[str]) -> Iterator[Node]:
    yield record
    for node in record.fields:
        if node.is_mapping and field_words(node.key) in wanted:
            yield node


def read_record(
    sheet: Sheet, record: Node, model: str, around: Around, telling: Collection[str] = ()
) -> Iterator[Told]:
    """The claims of one record about a model. `telling` are the setting fields that all of its board has."""
    own = benchmark_of(record, sheet.names)
    reader = _Reader(sheet, model, _shots(record), said(record, METRIC_FIELDS).words)
    marks = tuple((name, words) for name, words in settings_of(record).items() if name in telling)
    for claim, parts in reader.scores(record, around.on(own) if own else around, inside=False):
        yield Told(claim, (*marks, *((("part", " ".join(parts)),) if parts else ())), named=bool(own))


def _shots(record: Node) -> str:
    for room in _rooms(record, _ROOMS):
        for node in room.fields:
            if field_words(node.key) in SHOTS_FIELDS and node.words:
                return node.words
    return ""


def settings_of(record: Node) -> dict[str, str]:
    """What a record says of how its scores were obtained, in the order of `SETTING_FIELDS`."""
    found: dict[str, str] = {}
    for room in _rooms(record, _ROOMS):
        for node in room.fields:
            words = field_words(node.key)
            if words in SETTING_FIELDS and node.words:
                found.setdefault(words, node.words)
    return {name: found[name] for name in SETTING_FIELDS if name in found}


@dataclass(frozen=True, slots=True)
class _Reader:
    sheet: Sheet
    model: str
    shots: str
    metric: str
    """What the record's `metric` field says its `value` is."""

    def scores(
        self, node: Node, around: Around, *, inside: bool, depth: int = 0, parts: tuple[str, ...] = ()
    ) -> Iterator[tuple[Claim, tuple[str, ...]]]:
        """`inside` a container every number is a score unless its name says that it is none. `parts` are the groups
        passed on the way, which may tell repeated names apart.
        """
        roles = {field.key: role_of(field.key, self.sheet.names) for field in node.fields}
        alone = sum(role is Role.SCORE for role in roles.values()) == 1
        for field in node.fields:
            if field.is_mapping:
                if depth < _DEEPEST:
                    yield from self._mapping(field, roles[field.key], around, inside, depth, parts)
            elif number_of(field) is not None and self._is_score(field, roles[field.key], around, inside):
                spread = _spread(node, field.key, alone=alone)
                for claim in self._claim(field, field.key, roles[field.key], around, spread):
                    yield claim, parts

    def _is_score(self, field: Node, role: Role, around: Around, inside: bool) -> bool:
        words = field_words(field.key)
        if words in VALUE_FIELDS and (self.metric or around.known):
            return True
        return role is Role.SCORE or (role is Role.MAYBE and (inside or words in around.scored))

    def _mapping(
        self, field: Node, role: Role, around: Around, inside: bool, depth: int, parts: tuple[str, ...]
    ) -> Iterator[tuple[Claim, tuple[str, ...]]]:
        words = field_words(field.key)
        value = said(field, ("value", "score", "mean"))
        if number_of(value) is not None and (role is Role.SCORE or (inside and role is Role.MAYBE)):
            for claim in self._claim(value, field.key, role, around, _spread(field, "value", alone=True)):
                yield claim, parts
        elif self.sheet.names.benchmark(field.key) is not None:
            yield from self.scores(field, around.on(field.key), inside=True, depth=depth + 1, parts=parts)
        elif words in CONTAINERS or (words in AVERAGES and self._holds_metrics(field)):
            yield from self.scores(field, around, inside=True, depth=depth + 1, parts=parts)
        elif role is Role.SCORE:
            yield from self._parts_of_a_metric(field, role, around, parts)
        elif words.rpartition(" ")[2] in CONTAINERS:
            yield from self.scores(field, around, inside=True, depth=depth + 1, parts=(*parts, field.key))
        elif not inside and around.known and self._groups_parts(field):
            for part in field.fields:
                yield from self.scores(part, around.within(part.key), inside=True, depth=depth + 2, parts=parts)
        elif inside and role is Role.MAYBE:
            below = around.within(field.key) if around.known or around.benchmark else around.on(field.key)
            yield from self.scores(field, below, inside=True, depth=depth + 1, parts=(*parts, field.key))

    def _groups_parts(self, field: Node) -> bool:
        """`skills: {algebra: {accuracy: 0.3}, logic: {accuracy: 0.2}}`: parts of a benchmark, each with its metrics."""
        parts = list(field.fields)
        return len(parts) > 1 and all(part.is_mapping and self._holds_metrics(part) for part in parts)

    def _holds_metrics(self, field: Node) -> bool:
        """`average: {accuracy: 0.3}`."""
        return any(self.sheet.names.metric(child.key) is not None for child in field.fields)

    def _parts_of_a_metric(
        self, field: Node, role: Role, around: Around, parts: tuple[str, ...]
    ) -> Iterator[tuple[Claim, tuple[str, ...]]]:
        """`pass_rate: {law: 0.3, finance: 0.2}`; a metric that repeats its own name stands for the whole."""
        for part in field.fields:
            whole = field_words(part.key) in (field_words(field.key), *AVERAGES)
            if number_of(part) is not None and role_of(part.key, self.sheet.names) in (Role.MAYBE, Role.SCORE):
                below = around if whole else around.within(part.key)
                for claim in self._claim(part, field.key, role, below, None):
                    yield claim, parts

    def _claim(self, value: Node, key: str, role: Role, around: Around, uncertainty: Decimal | None) -> Iterator[Claim]:
        benchmark, metric = self._resolve(key, role, around)
        known = self.sheet.names.metric(metric) if metric else None
        yield from self.sheet.claim(
            value,
            model=self.model,
            benchmark=benchmark,
            metric=metric,
            setting=setting(shots=self.shots),
            unit="elo" if known is not None and known.unit == "elo" else None,
            uncertainty=uncertainty,
            confidence=_SURE if around.known or self.sheet.names.benchmark(benchmark) is not None else _LIKELY,
        )

    def _resolve(self, key: str, role: Role, around: Around) -> tuple[str, str | None]:
        """Which benchmark and which metric a field's name says, as written."""
        names = self.sheet.names
        if field_words(key) in VALUE_FIELDS and self.metric:
            return around.whole, self.metric
        if names.benchmark(key) is not None:
            return key, self.metric or None
        split = split_metric(key, names)
        if split is not None and names.benchmark(split[0]) is not None:
            return split
        if split is not None and (not around.whole or not set(field_words(split[0]).split()) <= QUALIFIERS):
            return (f"{around.whole} {split[0]}" if around.known else split[0]), split[1]
        if role is Role.SCORE or field_words(key) in AVERAGES or field_words(key) in VALUE_FIELDS:
            return around.whole, key
        return f"{around.whole} {key}".strip(), None


def _spread(record: Node, key: str, *, alone: bool) -> Decimal | None:
    """The uncertainty beside a score: of its own name, or the only one of a record with one score."""
    for node in record.fields:
        of = spread_of(node.key)
        if of is not None and (of == field_words(key) or (of == "" and alone)):
            return number_of(node)
    return None


def tell_apart(told: Sequence[Told]) -> Iterator[Claim]:
    """Where several records say the same words with different numbers, the first field that differs among all of them
    joins their setting. Records that nothing tells apart are runs of one thing: the last one counts.
    """
    groups: dict[ClaimKey, list[Told]] = defaultdict(list)
    for one in told:
        groups[one.claim.key].append(one)
    extra: dict[int, tuple[str, str]] = {}
    kept: set[int] = set()
    for group in groups.values():
        if name := _telling(group):
            extra.update({id(one): (name, dict(one.marks)[name]) for one in group})
            kept.update(map(id, group))
        else:
            kept.add(id(group[-1]))
    for one in told:
        claim = one.claim
        if mark := extra.get(id(one)):
            said_already = dict(claim.setting.extra) | dict([mark])
            claim = replace(claim, setting=replace(claim.setting, extra=tuple(sorted(said_already.items()))))
        if id(one) in kept:
            yield claim


def _telling(group: Sequence[Told]) -> str:
    if len({one.claim.score.value for one in group}) == 1:
        return ""
    for name, _ in group[0].marks:
        words = [dict(one.marks).get(name) for one in group]
        if None not in words and len(set(words)) == len(group):
            return name
    return ""
