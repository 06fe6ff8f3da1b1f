"""Comparisons that a sentence states: left, relation, right, benchmark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tracker.domain.claims import Relation, fold_words
from tracker.extraction.prose import lexicon, lists
from tracker.extraction.prose.antecedents import NOBODY, Subject, Topic, subject
from tracker.extraction.prose.figures import Figure, Use
from tracker.extraction.prose.modality import Modality, modality
from tracker.extraction.prose.models import sizes
from tracker.extraction.prose.opponents import Opponents, akin
from tracker.extraction.prose.parse import Sentence
from tracker.extraction.prose.pieces import Kind
from tracker.extraction.prose.relations import Form
from tracker.extraction.prose.scopes import about_cost, benchmarks_of
from tracker.extraction.prose.scores import Stated
from tracker.extraction.prose.triggers import Trigger


@dataclass(frozen=True, slots=True)
class Compared:
    """One left model, one right model, one benchmark ("" for an unnamed set). `places` are the pieces that say it.
    `costly`: it is about speed, price or size, and no claim.
    """

    left: str
    relation: Relation
    right: str
    benchmark: str
    modality: Modality
    places: tuple[int, ...]
    margin: Decimal | None = None
    margin_unit: str | None = None
    sure: float = 0.85
    costly: bool = False


_FLIPPED: dict[Relation, Relation] = {">": "<", "<": ">", "=": "="}


def compared(
    sentence: Sentence, topic: Topic, rights: Sequence[lists.Row], scores: Sequence[Stated]
) -> tuple[Compared, ...]:
    """All comparisons of a sentence. `rights` are its right sides, `scores` the scores that it states."""
    if not sentence.triggers:
        return ()
    return tuple(_Reader(sentence, topic, rights, scores).read())


class _Reader:
    def __init__(self, sentence: Sentence, topic: Topic, rights: Sequence[lists.Row], scores: Sequence[Stated]) -> None:
        self.sentence = sentence
        self.topic = topic
        self.rights = rights
        self.scores = scores
        self.taken = frozenset(member for row in rights for member in row.members)
        self.opponents = Opponents(sentence, topic, self.taken)
        self.last_right = NOBODY

    def read(self) -> Iterator[Compared]:
        for number, (trigger, row) in enumerate(zip(self.sentence.triggers, self.rights, strict=True)):
            meant = modality(self.sentence, trigger.start, trigger.end)
            orders = trigger.start == 0 and trigger.form is Form.FINITE and not self.sentence.low(0).endswith("s")
            if orders or not meant.asserted or (trigger.weak and not (self._measures() or self._strong())):
                continue
            if self._announces(trigger, row):
                continue
            right = self.opponents.of(trigger, row, self.last_right)
            left = self._left(trigger, right)
            if not left.places and any(akin(one, other) for one in left.names for other in right.names):
                left = Subject(
                    tuple(
                        name
                        for name in self.topic.title_models[:1]
                        if not any(akin(name, other) for other in right.names)
                    )
                )
            if not left.names or not right.names or self._of_any(left):
                continue
            if not left.places and self._of_unnamed(trigger):
                continue
            if not (left.places or right.places or self._measures()):
                continue  # "it does not destroy it": of two things that other sentences name, only a measure is told
            self.last_right = right
            if about_cost(self.sentence, trigger, row):
                for one, other in _couples(left.names, right.names):
                    yield Compared(
                        one,
                        trigger.relation,
                        other,
                        "",
                        meant,
                        (*left.places, trigger.start, *right.places),
                        costly=True,
                    )
                continue
            yield from self._told(number, trigger, row, meant, left, right)

    def _told(
        self, number: int, trigger: Trigger, row: lists.Row, meant: Modality, left: Subject, right: Subject
    ) -> Iterator[Compared]:
        relation = _FLIPPED.get(trigger.relation, trigger.relation) if trigger.passive else trigger.relation
        benchmarks = benchmarks_of(self.sentence, self.topic, self.rights, number, self.scores)
        margins = self._margins(trigger, row, len(benchmarks))
        for one, other in _couples(left.names, right.names):
            for i, (name, place) in enumerate(benchmarks):
                margin = margins.get(other, margins.get(str(i)))
                places = (
                    *left.places,
                    trigger.start,
                    trigger.end - 1,
                    *right.places,
                    *((place,) if place >= 0 else ()),
                )
                yield Compared(
                    one, relation, other, name, meant, places,
                    margin.value if margin else None, (margin.unit or "points") if margin else None,
                )  # fmt: skip

    def _announces(self, trigger: Trigger, row: lists.Row) -> bool:
        """`Outperforming X and Y: Z beats X …`: a headline of which the sentence says more behind the colon."""
        headline = trigger.start == 0 and trigger.form is Form.PARTICIPLE and self.sentence.low(row.end) == ":"
        return headline and any(other.start > row.end for other in self.sentence.triggers)

    def _of_unnamed(self, trigger: Trigger) -> bool:
        """`room for even better models than X`: of models that nobody has named."""
        inside = range(trigger.start, trigger.end)
        return any(self.sentence.low(i) in ("models", "llms") for i in inside) and not any(
            self.sentence.low(i) in lexicon.BE for i in range(trigger.start - 3, trigger.start)
        )

    def _of_any(self, left: Subject) -> bool:
        """`every X finetune claims to beat Y`: no model of its own."""
        return any(self.sentence.low(place - 1) in ("every", "any", "each", "another", "no") for place in left.places)

    def _measures(self) -> bool:
        return any(piece.kind is Kind.BENCHMARK or piece.low in _MEASURING for piece in self.sentence.pieces)

    def _strong(self) -> bool:
        """`better than X, but still below Y`: beside another comparison the vague word is one too."""
        return any(
            row.members and not other.weak for other, row in zip(self.sentence.triggers, self.rights, strict=True)
        )

    def _left(self, trigger: Trigger, right: Subject) -> Subject:
        if trigger.symbol:
            place = trigger.start - 1
            return Subject((self.sentence.pieces[place].words,), (place,))
        return subject(self.sentence, trigger.start, self.topic, self.taken.union(right.places))

    def _margins(self, trigger: Trigger, row: lists.Row, benchmarks: int) -> dict[str, Figure]:
        """Margins by right model ("X (+6.8), Y (+15.3)"), or by the number of the benchmark ("by 7.9% and 9.3%")."""
        sentence = self.sentence
        found: dict[str, Figure] = {}
        for member, after in zip(row.members, [*row.members[1:], row.end], strict=False):
            for figure in sentence.figures:
                if figure.use is Use.MARGIN and member < figure.first < after:
                    found[sentence.pieces[member].words] = figure
        if found:
            return found
        start, end = sentence.clause_start(trigger.start), sentence.clause_end(trigger.start)
        loose = [figure for figure in sentence.figures if figure.use is Use.MARGIN and start <= figure.first < end]
        if len(loose) == benchmarks or len(loose) == 1:
            return {str(i): loose[i if len(loose) > 1 else 0] for i in range(benchmarks)}
        return {}


def _couples(left: Sequence[str], right: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each left with each right; lists of the same sizes ("X-7B/72B … Y-7B/72B") one with one."""
    if (
        len(left) == len(right) > 1
        and [sizes(name) for name in left] == [sizes(name) for name in right]
        and sizes(left[0])
    ):
        yield from zip(left, right, strict=True)
        return
    for one in left:
        yield from ((one, other) for other in right if fold_words(other) != fold_words(one))


_MEASURING = lexicon.SCORE_NOUNS | lexicon.words(
    "scored scores performance perform performs performed performing ranks ranked ranking coming comes came quality places placed"
)
