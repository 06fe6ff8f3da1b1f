"""What a sentence says of a model that is no score: parameters, context length, status, release date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tracker.domain.claims import Hedge
from tracker.extraction.prose import lexicon, lists
from tracker.extraction.prose.antecedents import Subject, Topic, subject
from tracker.extraction.prose.modality import modality
from tracker.extraction.prose.nameshapes import is_name_word
from tracker.extraction.prose.parse import Sentence
from tracker.extraction.prose.pieces import Kind


@dataclass(frozen=True, slots=True)
class Told:
    model: str
    what: str
    value: str
    hedge: Hedge | None
    places: tuple[int, ...]


_COUNT = re.compile(
    r"(?P<number>\d+(?:\.\d+)?)-?(?P<unit>[bmtk]|billion|million|trillion)?(?P<noun>-parameter|-param)?"
)
_UNITS = {"billion": "B", "million": "M", "trillion": "T", "b": "B", "m": "M", "t": "T", "bn": "B", "亿": "亿"}
_PARAMETERS = lexicon.words("parameters parameter params param 参数")
_MORE = lexicon.words("over above than exceeding")
_CONTEXT = lexicon.words("context context-length 上下文")
_LENGTH = re.compile(r"(?P<number>\d+(?:\.\d+)?)(?P<unit>[km])(?:-token|-context)?")

STATUS: dict[str, str] = {
    **dict.fromkeys(["announced", "announces", "announce", "unveiled", "unveils", "introduced", "introduces", "introducing", "upcoming", "teased", "发布会"], "announced"),
    **dict.fromkeys(["leaked", "leak", "leaks", "leaking"], "leaked"),
    **dict.fromkeys(
        ["released", "releases", "release", "launched", "launches", "open-sourced", "opensourced", "released", "open-sources", "debuted", "发布", "开源", "推出"], "released"
    ),
}  # fmt: skip
_TRAINED = lexicon.words("training trained 训练")
_STILL = lexicon.words("under still currently in being")
_PASSIVE = lexicon.words("was were is are been be being got get just finally")
_COMING = lexicon.words(
    "coming arrive arrives arriving released launched launching releasing expected release ships shipping drop drops debut"
)

_TELLING = _PARAMETERS | STATUS.keys() | _TRAINED | _COMING
"""Words with which a fact is told; others begin with a digit ("128K", "671B-parameter")."""
TELLING = _TELLING | _CONTEXT | {"tokens"}
"""Words without one of which no fact is told, where no number is said."""


def facts(sentence: Sentence, topic: Topic) -> tuple[Told, ...]:
    """The facts of a sentence; nothing of questions, wishes and hypotheses."""
    if sentence.wishes or sentence.low(0) in lexicon.SENTENCE_UNREAL:
        return ()
    return tuple(dict.fromkeys(_Finder(sentence, topic).all()))


class _Finder:
    def __init__(self, sentence: Sentence, topic: Topic) -> None:
        self.sentence = sentence
        self.topic = topic

    def all(self) -> Iterator[Told]:
        for at, piece in enumerate(self.sentence.pieces):
            if piece.low not in _TELLING and not piece.low[:1].isdigit():
                continue
            if self.sentence.asks(at):
                return
            yield from self._parameters(at)
            yield from self._context(at)
            yield from self._status(at)
            yield from self._date(at)

    def _of(self, who: Subject, what: str, value: str, at: int) -> Iterator[Told]:
        hedge = modality(self.sentence, at).hedge
        for i, name in enumerate(who.names):
            yield Told(name, what, value, hedge, (*who.places[i : i + 1], at))

    def _whose(self, at: int) -> Subject:
        """Whose property is said at `at`: the subject before it, else the model that follows ("At 24B parameters, X")."""
        sentence = self.sentence
        before = sentence.of(Kind.MODEL, 0, at)
        if before and any(is_name_word(sentence.pieces[i]) for i in range(before[-1] + 1, at)):
            return Subject(())  # "… X, despite Foo having 109B parameters"
        if before:
            return subject(sentence, at, self.topic)
        after = sentence.of(Kind.MODEL, at)
        if after and at <= 4 and "," in {sentence.low(i) for i in range(at, at + 4)}:
            places = lists.ending_at(sentence.pieces, after[0], Kind.MODEL)
            return Subject(tuple(sentence.pieces[i].words for i in places), places)
        return subject(sentence, at, self.topic)

    def _parameters(self, at: int) -> Iterator[Told]:
        """`236B parameters`, `175 billion parameters`, `671B-parameter`; not those that are active at a time."""
        sentence = self.sentence
        word = sentence.low(at)
        if word in _PARAMETERS:
            count = at - 1
            if sentence.low(at + 1) in ("models", "llms"):
                return  # "on par with 7B parameter models"
            if sentence.low(count) in ("active", "activated", "trainable", "激活"):
                return
        elif (match := _COUNT.fullmatch(word)) and match["noun"]:
            count = at
        else:
            return
        value = self._count(count)
        if value:
            yield from self._of(self._whose(count), "parameters", value, at)

    def _count(self, at: int) -> str:
        sentence = self.sentence
        while at > 0 and sentence.low(at) in ("moe", "-", "total", "dense"):
            at -= 1
        unit = _UNITS.get(sentence.low(at), "")
        if unit and sentence.kind(at - 1) is Kind.NUMBER:
            return self._more(at - 1, sentence.pieces[at - 1].text + unit)
        match = _COUNT.fullmatch(sentence.low(at))
        if match and match["unit"]:
            return self._more(at, match["number"] + _UNITS.get(match["unit"], ""))
        return ""

    def _more(self, at: int, value: str) -> str:
        return value + ("+" if self.sentence.low(at - 1) in _MORE else "")

    def _context(self, at: int) -> Iterator[Told]:
        """`128K context`, `context window of 64k`, `up to 128K tokens`."""
        sentence = self.sentence
        match = _LENGTH.fullmatch(sentence.low(at))
        if match is None:
            return
        near = {sentence.low(i) for i in range(max(0, at - 6), at + 4)}
        supports = {"support", "supports", "supporting", "up"} <= near or ({"up", "to"} <= near and "tokens" in near)
        if near & _CONTEXT or (supports and sentence.low(at + 1) == "tokens"):
            yield from self._of(self._whose(at), "context", match["number"] + match["unit"].upper(), at)

    def _status(self, at: int) -> Iterator[Told]:
        sentence = self.sentence
        word = sentence.low(at)
        value = STATUS.get(word)
        if word in _TRAINED and sentence.low(at - 1) in _STILL:
            yield from self._of(self._before(at), "status", "training", at)
        if value is None or modality(sentence, at).negated:
            return
        row = lists.read(sentence.pieces, at + 1, Kind.MODEL)
        passive = any(sentence.low(at - i) in _PASSIVE for i in (1, 2))
        between = range(at + 1, row.members[0] if row.members else at + 1)
        if any(sentence.low(i) in lexicon.SCORE_NOUNS for i in between):
            return  # "the leaked numbers of X"
        if row.members and not passive:
            who = Subject(tuple(sentence.pieces[i].words for i in row.members), row.members)
            yield from self._of(who, "status", value, at)
        elif passive:
            yield from self._of(self._before(at), "status", value, at)

    def _before(self, at: int) -> Subject:
        places = self.sentence.of(Kind.MODEL, 0, at)
        if not places:
            return Subject(())
        row = lists.ending_at(self.sentence.pieces, places[-1], Kind.MODEL)
        return Subject(tuple(self.sentence.pieces[i].words for i in row), row)

    def _date(self, at: int) -> Iterator[Told]:
        """`released in February 2024`, `could arrive in 2024`, `is coming sometime in July`."""
        sentence = self.sentence
        if sentence.low(at) not in _COMING:
            return
        for here in range(at + 1, min(at + 5, len(sentence.pieces))):
            if sentence.low(here - 1) not in ("in", "on", "by", "for", "this", "next"):
                continue
            value = self._calendar(here)
            if value:
                yield from self._of(self._before(at), "release_date", value, here)
                return

    def _calendar(self, at: int) -> str:
        words: list[str] = []
        for here in range(at, min(at + 4, len(self.sentence.pieces))):
            piece = self.sentence.pieces[here]
            year = piece.kind is Kind.NUMBER and len(piece.text) == 4 and piece.text.startswith("20")
            day = piece.kind is Kind.NUMBER and words and len(piece.text) <= 2
            if piece.low.rstrip(".") in lexicon.MONTHS or year or day:
                words.append(piece.text)
            elif piece.low != ",":
                break
        return " ".join(words)
