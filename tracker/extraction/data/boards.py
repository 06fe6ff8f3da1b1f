"""Boards: lists of records, mappings of models, single records — whatever a file arranges them in.

The tree is walked from the outside in; names of mappings passed on the way say which benchmark, or which part of one, the
records below are about.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from tracker.domain.claims import Claim
from tracker.domain.scores import is_blank
from tracker.extraction.data.address import meaningful
from tracker.extraction.data.fields import (
    AVERAGES,
    CONTAINERS,
    ITEM_FIELDS,
    MODEL_FIELDS,
    PERHAPS_MODEL_FIELDS,
    Role,
    field_words,
    role_of,
    word_set,
)
from tracker.extraction.data.formats import Format
from tracker.extraction.data.records import (
    Around,
    Told,
    benchmark_of,
    model_of,
    read_record,
    said,
    settings_of,
    tell_apart,
)
from tracker.extraction.data.scores import number_of
from tracker.extraction.data.sheet import Sheet
from tracker.extraction.data.tree import Node

_DEEPEST = 8
_CONFIDENT = 0.7
_ENOUGH_MODELS = 0.3
"""Share of a list's model words that must look like models where no benchmark is known: boards of unheard-of models have
many structured names among them, lists of cars and telephones hardly any."""

_LONGEST_PART = 40
_ITEMS = 3
"""So many different questions for each model make a list one of single answers, not of scores."""
_NEARLY_ALL = 0.8
_SEVERAL = 3

_ARRANGEMENT = (
    CONTAINERS
    | AVERAGES
    | word_set(
        """data rows entries leaderboard leaderboards records items models list table tables props page state payload content
    children body values query queries response output summary full default main tasks"""
    )
)


def _accepts(sheet: Sheet) -> bool:
    return sheet.root.is_mapping or sheet.root.is_list


def _read(sheet: Sheet) -> Iterator[Claim]:
    words, known = sheet.benchmark
    around = Around(words, known)
    told = list(_walk(sheet, sheet.root, around, 0))
    if not told and sheet.model and sheet.root.is_mapping:
        told = list(_own_file(sheet, around))
    yield from tell_apart(told)


def _walk(sheet: Sheet, node: Node, around: Around, depth: int) -> Iterator[Told]:
    if depth > _DEEPEST:
        return
    if node.is_list:
        yield from _list(sheet, list(node.elements), around, depth)
    elif node.is_mapping:
        model = model_of(node)
        told = list(read_record(sheet, node, model, around)) if model else []
        if told and _credible(sheet, [model], told):
            yield from told
            return
        around = _about(sheet, node, around)
        models = _models(sheet, node)
        scoreless = bool(node.key) and role_of(node.key, sheet.names) is Role.NO_SCORE
        for child in node.fields:
            if child.key in models:
                if child.is_mapping or not scoreless:
                    yield from _of_model(sheet, child, around)
            elif child.is_mapping or child.is_list:
                yield from _walk(sheet, child, _below(sheet, child.key, around), depth + 1)


def _about(sheet: Sheet, node: Node, around: Around) -> Around:
    """What a mapping's own fields say it is about: a benchmark, or by its title a part of the one around it."""
    own = benchmark_of(node, sheet.names)
    if own:
        return around.on(own)
    part = said(node, ("name", "title", "label")).words
    whole = f"{around.benchmark} {part}"
    titled = part and around.known and len(part) <= _LONGEST_PART and sheet.names.benchmark(whole) is not None
    return around.on(whole) if titled else around


def _below(sheet: Sheet, key: str, around: Around) -> Around:
    """What the name of a mapping or list says about what is in it."""
    if sheet.names.benchmark(key) is not None:
        return around.on(key)
    if (
        set(field_words(key).split()) <= _ARRANGEMENT
        or len(key) > 60
        or "/" in key
        or key.startswith("_")
        or sheet.names.model(key) is not None
    ):
        return around
    return around.within(key)


def _models(sheet: Sheet, node: Node) -> set[str]:
    """The keys of a mapping that is keyed by models, all or some of them; empty when it is not."""
    fields = [field for field in node.fields if field.is_mapping or number_of(field) is not None]
    found = {field.key for field in fields if _is_model(sheet, field.key)}
    return found if found and (len(found) * 2 >= len(fields) or len(found) >= _SEVERAL) else set()


def _is_model(sheet: Sheet, words: str) -> bool:
    model = sheet.names.model(words.rpartition("/")[2] or words)
    return model is not None and (model.known or model.confidence >= _CONFIDENT)


def _of_model(sheet: Sheet, node: Node, around: Around) -> Iterator[Told]:
    """What stands under a model's name: its record, its score on a known benchmark, or more of the tree."""
    if node.is_mapping:
        told = list(read_record(sheet, node, node.key, around))
        deeper = [told for child in node.fields if child.is_mapping for told in _groups(sheet, child, node.key, around)]
        yield from told or deeper
    elif (number := number_of(node)) is not None and around.known and _are_scores(sheet, around, number):
        for claim in sheet.claim(node, model=node.key, benchmark=around.whole):
            yield Told(claim)


def _are_scores(sheet: Sheet, around: Around, number: Decimal) -> bool:
    """Whether bare numbers by model are scores: within the benchmark's bounds, in a file whose own name, where it says
    anything, says the benchmark and nothing else ("LongBench/model2length.json").
    """
    benchmark = sheet.names.benchmark(around.whole)
    if benchmark is not None and benchmark.high is not None and number > Decimal(str(benchmark.high)):
        return False
    own = meaningful(sheet.address.stem)
    return around.benchmark != sheet.benchmark[0] or not own or sheet.names.benchmark(own) is not None


def _groups(sheet: Sheet, node: Node, model: str, around: Around) -> Iterator[Told]:
    """Scores of one model in groups whose names only arrange them."""
    for told in read_record(sheet, node, model, around):
        yield replace(told, marks=(*told.marks, ("group", node.key)))


def _list(sheet: Sheet, elements: Sequence[Node], around: Around, depth: int) -> Iterator[Told]:
    records = [element for element in elements if element.is_mapping]
    if not records:
        for element in elements:
            if element.is_list:
                yield from _walk(sheet, element, around, depth + 1)
        return
    models = _model_words(sheet, records)
    if _of_items(records, models):
        return
    around = replace(around, scored=_scored(sheet, records))
    telling = _throughout(records)
    told: list[Told] = []
    for record, model in zip(records, models, strict=True):
        own = list(read_record(sheet, record, model, around, telling)) if model else []
        told += own
        if not own:
            yield from _walk(sheet, record, replace(around, scored=frozenset()), depth + 1)
    if _credible(sheet, [model for model in models if model], told):
        yield from told


def _of_items(records: Sequence[Node], models: Sequence[str]) -> bool:
    """Whether each record is about one question of a benchmark: answers, whose scores are no scores of a benchmark."""
    for name in ITEM_FIELDS:
        words = [said(record, (name,)).words for record in records]
        said_by = [one for one in words if one]
        if len(said_by) >= _NEARLY_ALL * len(records) and len(set(said_by)) >= _ITEMS * max(1, len(set(models))):
            return True
    return False


def _model_words(sheet: Sheet, records: Sequence[Node]) -> list[str]:
    """Each record's model: by a field that is called so, else by one that holds models in most of the records."""
    found = [model_of(record) for record in records]
    if any(found):
        return found
    for field in PERHAPS_MODEL_FIELDS:
        words = [said(record, (field,)).words for record in records]
        if sum(bool(one) and _names_model(sheet, one) for one in words) * 2 > len(records):
            return words
    return found


def _throughout(records: Sequence[Node]) -> frozenset[str]:
    """Setting fields that a board has in nearly every record: its dimensions. One that stands here and there is a note."""
    counts = Counter(name for record in records for name in settings_of(record))
    return frozenset(name for name, count in counts.items() if count >= _NEARLY_ALL * len(records))


def _scored(sheet: Sheet, records: Sequence[Node]) -> frozenset[str]:
    """Fields that neither name nor vocabulary tell to be scores, but that stand among scores and look like them: between 0
    and 100 in every record, and written in percent, or with decimals in some and not more of them than of known ones.
    """
    values: dict[str, list[str]] = defaultdict(list)
    scores: set[str] = set()
    refused: set[str] = set()
    ordinary: set[str] = set()
    for record in records:
        for field in record.fields:
            words, role, number = field_words(field.key), role_of(field.key, sheet.names), number_of(field)
            if role is Role.SCORE and number is not None:
                scores.add(words)
            elif role is Role.MAYBE and number is not None and sheet.names.benchmark(field.key) is not None:
                ordinary.add(words)
            elif role is not Role.MAYBE or words in MODEL_FIELDS or (number is None and not is_blank(field.words)):
                refused.add(words)
            elif number is not None:
                values[words].append(str(field.value))
                if not 0 <= number <= 100:
                    refused.add(words)
    percent = {words for words, seen in values.items() if words not in refused and all("%" in value for value in seen)}
    decimal = {words for words, seen in values.items() if words not in refused and any("." in value for value in seen)}
    percent |= ordinary if scores | percent | decimal else set()
    return frozenset(percent | decimal) if len(scores | percent) >= len(decimal - percent) else frozenset(percent)


def _credible(sheet: Sheet, models: Sequence[str], told: Sequence[Told]) -> bool:
    """Whether records are about language models on benchmarks at all, and not about cars and their ratings."""
    if any(one.named or sheet.names.benchmark(one.claim.benchmark) is not None for one in told[:200]):
        return True
    distinct = set(models)
    return bool(distinct) and sum(_names_model(sheet, model) for model in distinct) >= _ENOUGH_MODELS * len(distinct)


def _names_model(sheet: Sheet, words: str) -> bool:
    """Whether words are, or begin with, a model's name ("Foo 32B diff on Bar, default settings")."""
    if _is_model(sheet, words):
        return True
    first = next((mention for mention in sheet.names.mentions(words) if mention.kind == "model"), None)
    return first is not None and first.start == 0 and first.confidence >= _CONFIDENT


def _own_file(sheet: Sheet, around: Around) -> Iterator[Told]:
    """A file of scores whose path says whose they are (`results/<model>/<benchmark>.json`)."""
    for told in read_record(sheet, sheet.root, sheet.model, around):
        if around.known or sheet.names.benchmark(told.claim.benchmark) is not None:
            yield told


BOARDS = Format("boards", _accepts, _read)
