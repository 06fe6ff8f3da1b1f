"""A page's prose, block by block and sentence by sentence, to claims, comparisons and facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from tracker.domain.claims import Claim, Comparison, Evidence, Fact
from tracker.domain.pages import Page, Prose, ProseKind
from tracker.extraction.prose import facts, lexicon, models, stating
from tracker.extraction.prose.antecedents import Subject, Topic, compared_with, governed
from tracker.extraction.prose.comparisons import Compared, compared
from tracker.extraction.prose.guessed_benchmarks import with_benchmarks
from tracker.extraction.prose.guessed_models import with_models
from tracker.extraction.prose.naming import named
from tracker.extraction.prose.opponents import right_sides
from tracker.extraction.prose.parse import Sentence
from tracker.extraction.prose.pieces import Kind, Piece, cut
from tracker.extraction.prose.relations import transitive
from tracker.extraction.prose.repeats import without_repeats
from tracker.extraction.prose.scores import Stated, stated
from tracker.extraction.prose.sentences import sentences
from tracker.extraction.prose.signals import Signals, may_state
from tracker.names import Names

MAX_REMEMBERED = 4000
"""Characters of a block whose reading is kept: longer ones are few, and would make the memory large."""


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
    if not names.could_mention(page.text) and not names.could_mention(f"{page.title}\n{context}"):
        return ProseReading()
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
        self.headings: tuple[str, ...] | None = None
        self.topic = Topic()
        self.goes_on = False

    def read(self, block: Prose) -> Iterator[ProseReading]:
        near = self.goes_on or block.kind is ProseKind.ITEM
        self.goes_on = block.text.rstrip().endswith(":") or block.text.lstrip().startswith("http")
        named_here = self.names.could_mention(block.text)
        if not named_here and not may_state(block.text):
            return
        self._head(block.headings)
        if not named_here and not self.topic.model:
            return
        self.topic = replace(self.topic, stated=False, near=near)
        yield self._remembered(block)

    def _remembered(self, block: Prose) -> ProseReading:
        """A block is read once: most of a revision's stand in the one before, in the same words about the same things."""
        if len(block.text) > MAX_REMEMBERED:
            return self.state(block)
        reading, self.topic = _read_block(self.names, block.text, self.topic)
        return _moved(reading, block.start)

    def state(self, block: Prose) -> ProseReading:
        claims: list[Claim] = []
        comparisons: list[Comparison] = []
        costly: list[Comparison] = []
        told: list[Fact] = []
        for sentence, worth in self._sentences(block.text):
            if not worth or not sentence.is_prose:
                self.topic = _after(sentence, self.topic, (), ())
                continue
            rights = right_sides(sentence)
            scores = stated(sentence, self.topic, rights)
            relations = compared(sentence, self.topic, rights, scores)
            claims.extend(stating.claim(score, sentence, block) for score in scores)
            for relation in relations:
                (costly if relation.costly else comparisons).append(stating.comparison(relation, sentence, block))
            told.extend(stating.fact(fact, sentence, block) for fact in facts.facts(sentence, self.topic))
            self.topic = _after(sentence, self.topic, scores, relations)
        return ProseReading(tuple(claims), without_repeats(comparisons, claims, costly), tuple(told))

    def _sentences(self, text: str) -> Iterator[tuple[Sentence, bool]]:
        """The sentences that name something or may state something, and whether they may state something."""
        pieces = models.spread(text, named(text, self.names.mentions(text)))
        signals = Signals(text, pieces)
        upcoming = 0
        for span in sentences(text, [(piece.start, piece.end) for piece in pieces]):
            start, end = span
            while upcoming < len(pieces) and pieces[upcoming].end <= start:
                upcoming += 1
            after = upcoming
            while after < len(pieces) and pieces[after].start < end:
                after += 1
            here = pieces[upcoming:after]
            names_something = bool(here)
            worth = span in signals if names_something else bool(self.topic.model) and signals.score_like(span)
            if worth:
                states = signals.states(span)
                told = signals.may_name(span)
                if states or names_something or told:
                    yield Sentence(text, start, end, self._joined(text, here, span, told=told)), states
            elif names_something:
                yield Sentence(text, start, end, models.joined(cut(text, here, start, end), self.topic.model)), False

    def _joined(self, text: str, pieces: Sequence[Piece], span: tuple[int, int], *, told: bool) -> tuple[Piece, ...]:
        """The sentence's pieces, unlisted names among them; `told`: one may be a benchmark by its shape or noun."""
        return models.joined(with_models(with_benchmarks(cut(text, pieces, *span), told=told)), self.topic.model)

    def _head(self, headings: tuple[str, ...]) -> None:
        """Take what the headings above the block are about into the topic."""
        if headings == self.headings:
            return
        self.headings = headings
        pieces = [piece for title in (*reversed(headings), *self.outer) for piece in self._title(title)]
        self.topic = replace(
            self.topic,
            title_models=tuple(dict.fromkeys(_title_models(pieces))),
            title_benchmarks=tuple(dict.fromkeys(piece.words for piece in pieces if piece.kind is Kind.BENCHMARK)),
        )

    def _title(self, title: str) -> tuple[Piece, ...]:
        if title and title not in self.titles:
            names = models.spread(title, named(title, self.names.mentions(title)))
            self.titles[title] = models.joined(with_models(with_benchmarks(cut(title, names))))
        return self.titles.get(title, ())


@lru_cache(maxsize=2048)
def _read_block(names: Names, text: str, topic: Topic) -> tuple[ProseReading, Topic]:
    """What a block at the beginning of a page states, and what the text is about after it."""
    reader = _Reader(names, "", "")
    reader.topic = topic
    reading = reader.state(Prose(text))
    return reading, reader.topic


def _moved(reading: ProseReading, by: int) -> ProseReading:
    """The same words, further on in the page."""
    return ProseReading(
        tuple(replace(claim, evidence=_span(claim.evidence, by)) for claim in reading.claims),
        tuple(replace(comparison, evidence=_span(comparison.evidence, by)) for comparison in reading.comparisons),
        tuple(replace(fact, evidence=_span(fact.evidence, by)) for fact in reading.facts),
    )


def _span(evidence: Evidence, by: int) -> Evidence:
    assert evidence.start is not None
    assert evidence.end is not None
    return Evidence.span(evidence.start + by, evidence.end + by)


def _title_models(pieces: Sequence[Piece]) -> Iterator[str]:
    """The models that headings are about; not what they use or compare with ("… using X", "… than X")."""
    for before, piece in zip([None, *pieces], pieces, strict=False):
        if piece.kind is Kind.MODEL and not (before is not None and before.low in lexicon.BESIDE_TOPIC | transitive()):
            yield piece.words


def _columns(sentence: Sentence, places: Sequence[int], topic: Topic) -> tuple[str, ...]:
    """The models of a line that only names them ("X / Y", "X vs Y"); kept until another sentence names one."""
    if len(places) > 1 and all(i in places or sentence.low(i) in _COLUMN_JOINTS for i in range(len(sentence.pieces))):
        return tuple(sentence.pieces[i].words for i in places)
    return () if places else topic.columns


_COLUMN_JOINTS = lexicon.words("/ vs vs. versus | : , ( )")


def _after(sentence: Sentence, topic: Topic, scores: Sequence[Stated], relations: Sequence[Compared]) -> Topic:
    """What the next sentence's "it" and "the benchmark" are: this one's subject first, then whatever it names."""
    subjects = [*(relation.left for relation in relations), *(score.model for score in scores)]
    places = sentence.of(Kind.MODEL)
    free = [sentence.pieces[i].words for i in places if not governed(sentence, i)]
    free = free or [sentence.pieces[i].words for i in places if not compared_with(sentence, i)]
    leading = [
        sentence.pieces[i].words
        for i in places[:1]
        if i <= 1 and sentence.low(0) in (*lexicon.DETERMINERS, sentence.low(i))
    ]
    found = dict.fromkeys(subjects[:1] or (free if not topic.stated else leading))
    benchmarks = [sentence.pieces[i].words for i in sentence.of(Kind.BENCHMARK)]
    linked = [name for i in sentence.of(Kind.LINK) if (name := sentence.pieces[i].name)]
    if not (places or benchmarks or linked or scores or relations):
        return topic
    return replace(
        topic,
        models=tuple(found) or topic.models,
        others=tuple(sentence.pieces[i].words for i in places if sentence.pieces[i].words not in found) or topic.others,
        stated=topic.stated or bool(subjects),
        benchmarks=tuple(benchmarks or linked) or topic.benchmarks,
        near=topic.near or bool(benchmarks or linked),
        rival=Subject((relations[-1].right,)) if relations else topic.rival,
        columns=_columns(sentence, places, topic),
    )
