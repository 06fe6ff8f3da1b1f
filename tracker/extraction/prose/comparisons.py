"""Comparisons that a sentence states: left, relation, right, benchmark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tracker.domain.claims import Relation
from tracker.extraction.prose import lexicon, lists
from tracker.extraction.prose.antecedents import NOBODY, Subject, Topic, referent, subject
from tracker.extraction.prose.figures import Figure, Use
from tracker.extraction.prose.modality import Modality, modality
from tracker.extraction.prose.models import sizes
from tracker.extraction.prose.parse import Sentence
from tracker.extraction.prose.pieces import Kind
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


def right_sides(sentence: Sentence) -> tuple[lists.Row, ...]:
    """The named right side of each comparing word, in the order of `Sentence.triggers` (no members: none)."""
    return tuple(lists.read(sentence.pieces, trigger.end, Kind.MODEL) for trigger in sentence.triggers)


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
        self.last_right = NOBODY

    def read(self) -> Iterator[Compared]:
        for number, (trigger, row) in enumerate(zip(self.sentence.triggers, self.rights, strict=True)):
            meant = modality(self.sentence, trigger.start, trigger.end)
            if not meant.asserted or (trigger.weak and not self._measures()):
                continue
            right = self._right(trigger, row)
            left = self._left(trigger, right)
            if set(left.names) & set(right.names) and not left.places:
                left = Subject(tuple(name for name in self.topic.title_models[:1] if name not in right.names))
            if not left.names or not right.names:
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

    def _measures(self) -> bool:
        return any(piece.kind is Kind.BENCHMARK or piece.low in _MEASURING for piece in self.sentence.pieces)

    def _left(self, trigger: Trigger, right: Subject) -> Subject:
        if trigger.symbol:
            place = trigger.start - 1
            return Subject((self.sentence.pieces[place].words,), (place,))
        return subject(self.sentence, trigger.start, self.topic, self.taken.union(right.places))

    def _right(self, trigger: Trigger, row: lists.Row) -> Subject:
        pieces = self.sentence.pieces
        if row.members:
            return Subject(tuple(pieces[i].words for i in row.members), row.members)
        if self.sentence.low(trigger.end) == "them" and self.last_right:
            return self.last_right
        pointed = referent(self.sentence, trigger, self.topic)
        if pointed.names:
            return pointed
        before = self._named_before(trigger)
        if before.names:
            return before
        if self.sentence.low(trigger.end) == "(" and self.topic.others:
            return Subject(self.topic.others[:1])
        if not self._elided(trigger):
            return NOBODY
        return self.last_right or self.topic.rival or Subject(self.topic.title_models[:1])

    def _named_before(self, trigger: Trigger) -> Subject:
        """The right side where it stands before the comparing word: "compared to X, Y is better", "与 X 相当"."""
        sentence = self.sentence
        for here in range(trigger.start - 1, sentence.clause_start(trigger.start), -1):
            if sentence.kind(here) is Kind.MODEL and here not in self.taken and self._leads_to_right(here):
                places = lists.ending_at(sentence.pieces, here, Kind.MODEL)
                return Subject(tuple(sentence.pieces[i].words for i in places), places)
        return NOBODY

    def _leads_to_right(self, at: int) -> bool:
        word = self.sentence.low(at - 1)
        return word in _BEFORE_RIGHT or (word in ("to", "with") and self.sentence.low(at - 2) in _COMPARED)

    def _elided(self, trigger: Trigger) -> bool:
        """`…, but trails on D and E`: the right side is the one of the comparison before."""
        sentence = self.sentence
        after = trigger.end
        for figure in sentence.figures:
            if figure.use is Use.MARGIN and trigger.end <= figure.first <= trigger.end + 1:
                after = figure.last + 1
        if sentence.low(after) not in lexicon.ON:
            return False
        return bool(sentence.of(Kind.BENCHMARK, after, sentence.clause_end(trigger.start)))

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
        yield from ((one, other) for other in right if other != one)


_BEFORE_RIGHT = lexicon.words("与 和 跟 同 比")
_COMPARED = lexicon.words("compared comparison relative contrast")
_MEASURING = lexicon.SCORE_NOUNS | lexicon.words(
    "scored scores performance perform performs performed performing ranks ranked ranking coming comes came quality places placed"
)
