"""Whom a comparison is with: its right side, as it is named, pointed at, left out, or said before."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from tracker.domain.claims import fold_words
from tracker.extraction.prose import lexicon, lists
from tracker.extraction.prose.antecedents import AUXILIARIES, NOBODY, Subject, Topic, beside, governed, latter, subject
from tracker.extraction.prose.figures import Use
from tracker.extraction.prose.parse import Sentence
from tracker.extraction.prose.pieces import Kind
from tracker.extraction.prose.triggers import Trigger


def right_sides(sentence: Sentence) -> tuple[lists.Row, ...]:
    """The named right side of each comparing word, in the order of `Sentence.triggers` (no members: none)."""
    return tuple(_row_behind(sentence, trigger) for trigger in sentence.triggers)


def _row_behind(sentence: Sentence, trigger: Trigger) -> lists.Row:
    if trigger.backward:
        return lists.Row((), trigger.end)
    row = lists.read(sentence.pieces, _over_not_only(sentence, trigger.end), Kind.MODEL)
    if not row.members and not trigger.passive:
        row = _examples(sentence, trigger.end) or row
    return _with_parallels(sentence, row)


def _examples(sentence: Sentence, start: int) -> lists.Row | None:
    """`outperforms both open models and leading closed models (e.g., X, Y)`: those that are named."""
    for here in range(start, min(start + _TO_EXAMPLES, sentence.clause_end(start))):
        if sentence.kind(here) in (Kind.MODEL, Kind.NUMBER) or sentence.low(here) in lexicon.SCORE_VERBS:
            return None
        if sentence.low(here) in _EXAMPLES and any(sentence.low(i) in lexicon.MODEL_NOUNS for i in range(start, here)):
            row = lists.read(sentence.pieces, here + 1 + (sentence.low(here + 1) in (",", "as")), Kind.MODEL)
            return row if row.members else None
    return None


_TO_EXAMPLES = 16
_EXAMPLES = lexicon.words("e.g. e.g including like such namely")


def _over_not_only(sentence: Sentence, at: int) -> int:
    """`outperforms not only models of its size but also X`: where the named right side begins."""
    if sentence.low(at) != "not" or sentence.low(at + 1) not in ("only", "just"):
        return at
    for here in range(at + 2, min(at + 16, len(sentence.pieces))):
        if sentence.low(here) == "but":
            return here + 1 + (sentence.low(here + 1) == "also")
    return at


def _with_parallels(sentence: Sentence, row: lists.Row) -> lists.Row:
    """`beating X's score of 10 with less memory, and Y's score of 11`: what is built alike belongs to the row."""
    members = row.members
    if not members or not sentence.pieces[members[-1]].possessive:
        return row
    for here in sentence.of(Kind.MODEL, row.end, sentence.clause_end(members[-1])):
        before = sentence.low(here - 1), sentence.low(here - 2)
        if sentence.pieces[here].possessive and before[0] == "and" and before[1] == ",":
            members = (*members, here)
    return lists.Row(members, row.end) if members is not row.members else row


@dataclass(frozen=True, slots=True)
class Opponents:
    """Looks for the right sides of a sentence's comparisons. `taken` are those that follow their comparing word."""

    sentence: Sentence
    topic: Topic
    taken: frozenset[int]

    def of(self, trigger: Trigger, row: lists.Row, last: Subject) -> Subject:
        """The right side of one comparison; `last` is that of the comparison before in the sentence."""
        pieces = self.sentence.pieces
        if row.members:
            return Subject(tuple(pieces[i].words for i in row.members), row.members)
        if trigger.backward:
            return self._named_before(trigger) or self._meant(trigger)
        if self.sentence.low(trigger.end) == "them" and last:
            return last
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
        return last or self.topic.rival or Subject(self.topic.title_models[:1])

    def _meant(self, trigger: Trigger) -> Subject:
        """`X is far better.`: than the one other model that the text has just named."""
        sentence = self.sentence
        place = self._predicated(trigger)
        if place is None or not self._ends_there(trigger):
            return NOBODY
        if len(lists.ending_at(sentence.pieces, place, Kind.MODEL)) > 1:
            return NOBODY  # "X and Y are better": each than the other?
        said = sentence.pieces[place].words
        own = [sentence.pieces[i].words for i in sentence.of(Kind.MODEL, 0, place)]
        for spoken in (own, (*self.topic.models, *self.topic.others), self.topic.title_models):
            others = tuple(dict.fromkeys(name for name in spoken if not akin(name, said)))
            if others:
                return Subject(others) if len(others) == 1 else NOBODY
        return NOBODY

    def _predicated(self, trigger: Trigger) -> int | None:
        """The model that a comparative is said of: right before `is far`, `actually performs`."""
        sentence = self.sentence
        here = trigger.start - 1
        verb = False
        while here >= 0:
            word = sentence.low(here)
            if sentence.kind(here) is Kind.MODEL:
                return here if verb and not governed(sentence, here) else None
            verb = verb or word in lexicon.BE or word in _PERFORMS
            if not (word in lexicon.BE or word in _PERFORMS or word in _DEGREES or word.endswith("ly")):
                return None
            here -= 1
        return None

    def _ends_there(self, trigger: Trigger) -> bool:
        after = self.sentence.low(trigger.end)
        return (
            after in _STATEMENT_ENDS
            or after in lexicon.CLAUSE_BREAKS
            or (after in lexicon.ON and self.sentence.kind(trigger.end + 1) is not Kind.MODEL)
        )

    def _named_before(self, trigger: Trigger) -> Subject:
        """The right side where it stands before the comparing word: "compared to X, Y is better", "与 X 相当"."""
        sentence = self.sentence
        after = range(trigger.end, sentence.clause_end(trigger.start)) if trigger.backward else ()
        start = sentence.clause_start(trigger.start)
        before = range(start + 1, trigger.start) if trigger.backward else range(trigger.start - 1, start, -1)
        for here in (*before, *after):
            if sentence.kind(here) is Kind.MODEL and here not in self.taken and self._leads_to_right(here):
                if trigger.backward and not self._is_compared(here):
                    continue
                row = self._row_from(here) if trigger.backward else ()
                places = row or lists.ending_at(sentence.pieces, here, Kind.MODEL)
                return Subject(tuple(sentence.pieces[i].words for i in places), places)
        return NOBODY

    def _row_from(self, at: int) -> tuple[int, ...]:
        """`compared to A, B and C, D is better`: up to the comma behind the conjunction."""
        members = lists.read(self.sentence.pieces, at, Kind.MODEL).members
        joined = False
        for number, (one, other) in enumerate(pairwise(members)):
            comma = self.sentence.low(one + 1) == ","
            if comma and joined:
                return members[: number + 1]
            joined = joined or any(self.sentence.low(i) in ("and", "/", "和") for i in range(one + 1, other))
        return members if joined or len(members) == 1 else members[:1]

    def _is_compared(self, at: int) -> bool:
        """`与 X 相比`, `相比 X`, `compared to X`; "与 X" alone joins."""
        near = {self.sentence.low(i) for i in (*range(max(0, at - 5), at), at + 1)}
        return not near.isdisjoint(_COMPARED_WITH)

    def _leads_to_right(self, at: int) -> bool:
        word = self.sentence.low(at - 1)
        here = at - 1
        while here > 0 and word in _BEFORE_PREDECESSOR:
            here -= 1
            word = self.sentence.low(here)
        return word in _BEFORE_RIGHT or (word in ("to", "with") and self.sentence.low(here - 1) in _COMPARED)

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


def akin(one: str, other: str) -> bool:
    """Whether one name may be short for the other."""
    first, second = (frozenset(fold_words(name).split()) for name in (one, other))
    return first <= second or second <= first


_PERFORMS = lexicon.words("performs perform performed works worked does did seems feels felt looks")
_DEGREES = lexicon.words(
    "by far so much way even still just actually a lot bit tad far also still probably overall definitely and"
)
_STATEMENT_ENDS = lexicon.words(". , ! ; ) : —") | {""}
_BEFORE_RIGHT = lexicon.words("与 和 跟 同 比 相比 相较 对比")
_BEFORE_PREDECESSOR = lexicon.words("于 前 代 一 上 its the predecessor previous version")
_COMPARED_WITH = lexicon.words("相比 相较 对比 比 compared relative contrast comparison")
_COMPARED = lexicon.words("compared comparison relative contrast")


def referent(sentence: Sentence, trigger: Trigger, topic: Topic) -> Subject:
    """The models that a pronoun in the place of the right side stands for ("beats it", "below those models")."""
    at = trigger.end
    word = sentence.low(at)
    if word in ("the", "both") and sentence.low(at + 1) in lexicon.LATTER:
        return latter(sentence, at + 1, sentence.low(at + 1))
    several = word in ("those", "these", "them") and (word == "them" or _names_models(sentence, at + 1))
    one = word in ("it", "that", "this") and not _goes_on(sentence, at + 1)
    if not (several or one):
        return NOBODY
    left = beside(sentence, trigger.start, topic, frozenset())
    doers = left.places if left is not None else ()
    before = [i for i in sentence.of(Kind.MODEL, 0, trigger.start) if i not in doers]
    if several and not doers:
        first = subject(sentence, trigger.start, topic, frozenset(before[1:]))
        before = [i for i in before if i not in first.places]
    if one and not doers:  # "X is out and will run circles around this": the statement is X's own
        before = [i for i in before if not _is_doer(sentence, i)]
    if before:
        places = tuple(before) if several else (before[-1],)
        return Subject(tuple(sentence.pieces[i].words for i in places), places)
    if several:
        return Subject(topic.title_models)
    spoken = (*topic.models, *topic.others, *topic.title_models)
    said = left.names if left is not None and left.places else ()
    return Subject(tuple(name for name in spoken if name not in said)[:1])


def _is_doer(sentence: Sentence, at: int) -> bool:
    """Whether a statement begins with the model and its verb."""
    if at and sentence.low(at - 1) not in _BEFORE_DOER:
        return False
    return sentence.pieces[at].possessive or sentence.low(at + 1) in lexicon.BE | lexicon.SCORE_VERBS | AUXILIARIES


_BEFORE_DOER = lexicon.words(", ; : but and then that") | {"."}


def _names_models(sentence: Sentence, at: int) -> bool:
    return any(sentence.low(i) in lexicon.MODEL_NOUNS for i in range(at, at + 3))


def _goes_on(sentence: Sentence, at: int) -> bool:
    """Whether the pronoun is the subject of a clause of its own, or belongs to a noun ("as good as it scores")."""
    word = sentence.low(at)
    return (
        word in lexicon.SCORE_VERBS
        or word in lexicon.BE
        or word in ("does", "did", "has", "had", "can", "could", "should", "of")
        or word in lexicon.GENERIC_BENCHMARK
        or sentence.kind(at) is Kind.MODEL
    )
