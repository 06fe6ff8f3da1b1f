"""A page's prose, block by block and sentence by sentence, to claims, comparisons and facts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tracker.domain.claims import Claim, Comparison, Evidence, Fact, Score
from tracker.domain.pages import Page, Prose, ProseKind
from tracker.extraction.prose import facts, lexicon, models, settings
from tracker.extraction.prose.antecedents import Subject, Topic, governed
from tracker.extraction.prose.comparisons import Compared, compared, right_sides
from tracker.extraction.prose.guessed_benchmarks import with_benchmarks
from tracker.extraction.prose.guessed_models import with_models
from tracker.extraction.prose.naming import named
from tracker.extraction.prose.parse import Sentence
from tracker.extraction.prose.pieces import Kind, Piece, cut
from tracker.extraction.prose.repeats import without_repeats
from tracker.extraction.prose.scores import Stated, stated
from tracker.extraction.prose.sentences import sentences
from tracker.names import Names


@dataclass(frozen=True, slots=True)
class ProseReading:
    claims: tuple[Claim, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    facts: tuple[Fact, ...] = ()


def read_prose(page: Page, names: Names, context: str = "") -> ProseReading:
    """What the page's running text states. `context` is text outside the page that it speaks of (a thread's title).

    A title is not read where text follows it: it announces what the text says, often more boldly. It tells what "it"
    and "the benchmark" are.
    """
    blocks = [block for block in page.blocks if isinstance(block, Prose) and not _is_code(block)]
    if len(blocks) > 1 and blocks[0].kind in (ProseKind.TITLE, ProseKind.HEADING):
        blocks = blocks[1:]
    reader = _Reader(names, page.title, context)
    readings = [reading for block in blocks for reading in reader.read(block)]
    return ProseReading(
        tuple(claim for reading in readings for claim in reading.claims),
        tuple(comparison for reading in readings for comparison in reading.comparisons),
        tuple(fact for reading in readings for fact in reading.facts),
    )


def _is_code(block: Prose) -> bool:
    """Code is no prose, but a list whose bullets an indent made "code" is."""
    return block.kind is ProseKind.CODE and not all(line.lstrip().startswith("•") for line in block.text.splitlines())


class _Reader:
    """Keeps what the text has been about from block to block."""

    def __init__(self, names: Names, title: str, context: str) -> None:
        self.names = names
        self.outer = (title, context)
        self.titles: dict[str, tuple[Piece, ...]] = {}
        self.topic = Topic()
        self.goes_on = False

    def read(self, block: Prose) -> Iterator[ProseReading]:
        goes_on = self.goes_on or block.kind is ProseKind.ITEM
        self.topic = replace(self._headed(block.headings), stated=False, near=goes_on)
        self.goes_on = block.text.rstrip().endswith(":") or block.text.lstrip().startswith("http")
        if not self._worth_reading(block.text):
            return
        claims: list[Claim] = []
        comparisons: list[Comparison] = []
        costly: list[Comparison] = []
        told: list[Fact] = []
        for sentence in self._sentences(block.text):
            rights = right_sides(sentence)
            scores = stated(sentence, self.topic, rights)
            relations = compared(sentence, self.topic, rights, scores)
            claims.extend(_claim(score, sentence, block) for score in scores)
            comparisons.extend(_comparison(relation, sentence, block) for relation in relations if not relation.costly)
            costly.extend(_comparison(relation, sentence, block) for relation in relations if relation.costly)
            told.extend(_fact(fact, sentence, block) for fact in facts.facts(sentence, self.topic))
            self.topic = _after(sentence, self.topic, scores, relations)
        yield ProseReading(tuple(claims), without_repeats(comparisons, claims, costly), tuple(told))

    def _worth_reading(self, text: str) -> bool:
        return self.names.could_mention(text) or (
            bool(self.topic.model) and ("%" in text or _COMPARES.search(text) is not None)
        )

    def _headed(self, headings: Sequence[str]) -> Topic:
        pieces = [piece for title in (*reversed(headings), *self.outer) for piece in self._title(title)]
        return replace(
            self.topic,
            title_models=tuple(dict.fromkeys(_title_models(pieces))),
            title_benchmarks=tuple(dict.fromkeys(piece.words for piece in pieces if piece.kind is Kind.BENCHMARK)),
        )

    def _title(self, title: str) -> tuple[Piece, ...]:
        if title and title not in self.titles:
            self.titles[title] = self._pieces(title)
        return self.titles.get(title, ())

    def _sentences(self, text: str) -> Iterator[Sentence]:
        pieces = models.spread(text, named(text, self.names.mentions(text)))
        for start, end in sentences(text, [(piece.start, piece.end) for piece in pieces]):
            found = with_models(with_benchmarks(cut(text, pieces, start, end)))
            yield Sentence(text, start, end, models.joined(found, self.topic.model))

    def _pieces(self, text: str) -> tuple[Piece, ...]:
        return models.joined(
            with_models(with_benchmarks(cut(text, models.spread(text, named(text, self.names.mentions(text))))))
        )


_COMPARES = re.compile(r"(?i)(?:better|worse|beats|outperforms) than|beats|outperforms|better then")


def _title_models(pieces: Sequence[Piece]) -> Iterator[str]:
    """The models that headings are about; not what they use or compare with ("… using X", "… than X")."""
    for before, piece in zip([None, *pieces], pieces, strict=False):
        if piece.kind is Kind.MODEL and not (before is not None and before.low in lexicon.BESIDE_TOPIC):
            yield piece.words


def _after(sentence: Sentence, topic: Topic, scores: Sequence[Stated], relations: Sequence[Compared]) -> Topic:
    """What the next sentence's "it" and "the benchmark" are: this one's subject first, then whatever it names."""
    subjects = [*(relation.left for relation in relations), *(score.model for score in scores)]
    places = sentence.of(Kind.MODEL)
    free = [sentence.pieces[i].words for i in places if not governed(sentence, i)]
    leading = [
        sentence.pieces[i].words
        for i in places[:1]
        if i <= 1 and sentence.low(0) in (*lexicon.DETERMINERS, sentence.low(i))
    ]
    found = dict.fromkeys(subjects[:1] or (free if not topic.stated else leading))
    benchmarks = [sentence.pieces[i].words for i in sentence.of(Kind.BENCHMARK)]
    linked = [piece.name for piece in sentence.pieces if piece.kind is Kind.LINK and piece.name]
    return replace(
        topic,
        models=tuple(found) or topic.models,
        others=tuple(sentence.pieces[i].words for i in places if sentence.pieces[i].words not in found) or topic.others,
        stated=topic.stated or bool(subjects),
        benchmarks=tuple(benchmarks or linked) or topic.benchmarks,
        near=topic.near or bool(benchmarks or linked),
        rival=Subject((relations[-1].right,)) if relations else topic.rival,
    )


def _place(places: Sequence[int], sentence: Sentence, block: Prose) -> tuple[Evidence, str]:
    start, end = sentence.pieces[min(places)].start, sentence.pieces[max(places)].end
    return Evidence.span(block.start + start, block.start + end), block.text[start:end]


def _claim(one: Stated, sentence: Sentence, block: Prose) -> Claim:
    evidence, quote = _place(one.places, sentence, block)
    score = Score(one.figure.text, one.figure.value, one.figure.unit)
    return Claim(
        one.model,
        one.benchmark,
        score,
        evidence,
        quote,
        metric=settings.metric(sentence, one.figure, one.place),
        setting=one.with_setting(settings.setting(sentence, one.figure, one.model)),
        confidence=one.sure,
    )


def _comparison(two: Compared, sentence: Sentence, block: Prose) -> Comparison:
    evidence, quote = _place(two.places, sentence, block)
    return Comparison(
        two.left,
        two.relation,
        two.right,
        two.benchmark or None,
        evidence,
        quote,
        margin=two.margin,
        margin_unit=two.margin_unit,
        hedge=two.modality.hedge,
        negated=two.modality.negated,
        confidence=two.sure,
    )


def _fact(told: facts.Told, sentence: Sentence, block: Prose) -> Fact:
    evidence, quote = _place(told.places, sentence, block)
    return Fact(told.model, told.what, told.value, evidence, quote, hedge=told.hedge)
