"""Who a sentence is about: its subjects, and what "it", "this model" or "the benchmark" stand for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tracker.extraction.prose import lexicon, lists
from tracker.extraction.prose.nameshapes import is_name_word, is_telling
from tracker.extraction.prose.parse import Sentence
from tracker.extraction.prose.pieces import Kind


@dataclass(frozen=True, slots=True)
class Subject:
    """Names, and the pieces that say them (none: an antecedent outside the sentence)."""

    names: tuple[str, ...]
    places: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.names)


NOBODY = Subject(())


@dataclass(frozen=True, slots=True)
class Topic:
    """What the text has been about so far: the models and benchmarks of the sentence before, and of the headings above
    it (nearest first, the title and the context last). `rival` is the right side of the last comparison,
    `others` are models that the sentence before names beside its subject; `stated` is whether the block has stated
    something already, so that a mere mention does not change what it is about; `near` is whether the benchmarks stand in
    the same paragraph or list, so that a score need not point to them; `columns` are the models of a line above that holds
    nothing else ("X/Y"), whose numbers stand in that order.
    """

    models: tuple[str, ...] = ()
    benchmarks: tuple[str, ...] = ()
    title_models: tuple[str, ...] = ()
    title_benchmarks: tuple[str, ...] = ()
    rival: Subject = NOBODY
    others: tuple[str, ...] = ()
    stated: bool = False
    near: bool = False
    columns: tuple[str, ...] = ()

    @property
    def model(self) -> str:
        return next(iter(self.models or self.title_models), "")

    @property
    def near_benchmark(self) -> str:
        """The benchmark that goes without saying: of the same paragraph, else the only one of the headings."""
        if self.near and self.benchmarks:
            return self.benchmarks[0]
        return self.title_benchmarks[0] if len(self.title_benchmarks) == 1 else ""

    @property
    def benchmark(self) -> str:
        return next(iter(self.benchmarks or self.title_benchmarks), "")


_PEOPLE = lexicon.words(
    "you we i u users user people humans human members member everyone someone anyone nobody they'd commenters he she who what little few none nobody nothing something anything stuff"
)
AUXILIARIES = lexicon.words("is are was were be been being has have had does do did can could may might will would to should must also even still already "
    "now just far well way both a tad bit much more than actually that which itself thus then often usually sometimes seems seem "
    "appears looks look said performs perform performed performing performance comes coming came ranks ranking ranked scores "
    "scoring scored reports report reported achieves achieving achieved results result shows showing roughly about at least some in most")  # fmt: skip


def subject(sentence: Sentence, at: int, topic: Topic, taken: frozenset[int] = frozenset()) -> Subject:
    """Who does what piece `at` says. `taken` are models that stand elsewhere in the statement (right sides)."""
    if sentence.low(0) in _ANY and sentence.low(1) in lexicon.MODEL_NOUNS and sentence.low(2) in ("which", "that"):
        return NOBODY  # "A model which is better than X is better than this one"
    near = beside(sentence, at, topic, taken)
    if near is not None:
        return near
    if _is_stranger(sentence, at):
        return NOBODY
    inside = sentence.bracketed[at]
    candidates = [
        i for i in reversed(sentence.of(Kind.MODEL, 0, at)) if i not in taken and sentence.bracketed[i] in (-1, inside)
    ]
    free = [i for i in candidates if not governed(sentence, i)]
    for place in free or candidates:
        return _named(sentence, place, taken)
    if _begins_subordinate(sentence, at):
        for place in sentence.of(Kind.MODEL, at):
            if place not in taken and not governed(sentence, place):
                return _named(sentence, _apposed(sentence, place), taken)
    if _has_other_subject(sentence, at):
        return NOBODY
    if topic.title_models and any(
        sentence.low(i) == "this" and sentence.low(i + 1) in lexicon.MODEL_NOUNS for i in range(at)
    ):
        return Subject(topic.title_models[:1])
    return _topical(topic)


def _is_stranger(sentence: Sentence, at: int) -> bool:
    """Whether a name that nobody knows stands right before the verb ("Foo Next beats …")."""
    here = at - 1
    while here > 0 and (sentence.low(here).endswith("ly") or sentence.low(here) in AUXILIARIES):
        here -= 1
    if sentence.kind(at) is Kind.NUMBER and here == at - 1:
        return False
    if sentence.low(here - 1) == "/" and sentence.kind(here) is Kind.WORD and sentence.pieces[here].text[0].isdigit():
        return True  # "the ratio 13b/80b is better than …"
    if here == 0 and here == at - 1 and sentence.low(at).endswith("s") and sentence.low(here) not in _OPENERS:
        return sentence.kind(here) is Kind.WORD and sentence.pieces[here].text.istitle()  # "Foo beats X"
    return here > 0 and sentence.kind(here) is Kind.WORD and is_name_word(sentence.pieces[here])


_OPENERS = lexicon.words(
    "also still even just easily already definitely totally absolutely actually then now often and but so maybe"
)


def _has_other_subject(sentence: Sentence, at: int) -> bool:
    """`A cat on a keyboard is better than …`: the clause begins with something else, spoken of for the first time."""
    start = sentence.clause_start(at)
    if sentence.low(start + 1) == "times":
        return False  # "Many times better than X"
    return sentence.low(start) in _INDEFINITE and not any(
        sentence.low(i) in lexicon.MODEL_NOUNS for i in range(start, min(at, start + 5))
    )


_ANY = frozenset(("a", "an", "any"))
_INDEFINITE = frozenset(("a", "an", "any", "some", "every", "another", "no", "most", "many"))


def _apposed(sentence: Sentence, place: int) -> int:
    """`the largest X model, X-72B, …`: the name that says it exactly."""
    named = sentence.low(place + 1) in lexicon.MODEL_NOUNS and sentence.low(place + 2) == ","
    return place + 3 if named and sentence.kind(place + 3) is Kind.MODEL else place


def _named(sentence: Sentence, place: int, taken: frozenset[int]) -> Subject:
    places = lists.ending_at(sentence.pieces, place, Kind.MODEL, taken)
    return Subject(tuple(sentence.pieces[i].words for i in places), places)


def beside(sentence: Sentence, at: int, topic: Topic, taken: frozenset[int]) -> Subject | None:
    """The subject right before the verb, over adverbs and auxiliaries; `None` where something else stands there."""
    here: int | None = at - 1
    if sentence.low(at - 1) in lexicon.APPROXIMATE and sentence.low(at - 2) == "(":
        here = at - 3  # "all models scored (about) 100%"
    while here is not None and here >= 0:
        if sentence.kind(here) is Kind.MODEL:
            inside = sentence.low(here - 1) in ("in", "within", "inside") and sentence.kind(here - 2) is Kind.MODEL
            if inside:
                here -= 2  # "X in Y outperforms"
                continue
            return None if here in taken else _named(sentence, here, taken)
        noun = _noun(sentence, here, topic, taken)
        if noun is not None:
            return noun
        here = _further_left(sentence, here)
    if here is None:
        return None
    return Subject((topic.model,)) if topic.model else None


def _noun(sentence: Sentence, here: int, topic: Topic, taken: frozenset[int]) -> Subject | None:
    """Who the noun or pronoun at `here` is as a subject; `None` where it is none."""
    word = sentence.low(here)
    if word in _PEOPLE:
        return NOBODY
    if word == "which" and (place := _before_relative(sentence, here)) is not None:
        return Subject((sentence.pieces[place].words,), (place,))
    if sentence.kind(here) is Kind.ORGANISATION:
        return NOBODY
    if word in _PLURALS and not _several_known(sentence, here) and sentence.kind(here - 1) is not Kind.MODEL:
        return NOBODY  # "today's 7B models"
    if word in ("these", "both") and (several := _several(sentence, here, topic, taken)):
        return several
    if word in lexicon.PRONOUNS or (word in lexicon.MODEL_NOUNS and _definite(sentence, here)):
        return _resolved(sentence, here, topic, taken)
    if word in lexicon.LATTER:
        return latter(sentence, here, word)
    if word in lexicon.MODEL_NOUNS and (article := _indefinite(sentence, here)) is not None:
        titled = sentence.low(article - 1) == ":" and sentence.kind(article - 2) is Kind.MODEL  # "X: A tiny LLM beats"
        described = titled or sentence.low(article - 1) in lexicon.BE | _BEFORE_DESCRIPTION
        return None if described else NOBODY  # "a model that gets 95%"
    does = sentence.low(here + 1) in lexicon.BE or sentence.low(here + 1) in lexicon.SCORE_VERBS
    if (
        does
        and sentence.kind(here) is Kind.WORD
        and (is_telling(sentence.pieces[here].text) or _SERIAL.fullmatch(sentence.pieces[here].text))
    ):
        return Subject((sentence.pieces[here].text,), (here,))
    return None


def _several(sentence: Sentence, at: int, topic: Topic, taken: frozenset[int]) -> Subject:
    """`These beat Z`: those that the text is about; `X reaches 70 and Y reaches 71, both outperforming Z`: the two that
    stand before.
    """
    named = sentence.of(Kind.MODEL, 0, at)
    if not named:
        return Subject(topic.models) if len(topic.models) > 1 else NOBODY
    two = tuple(i for i in named if i not in taken and not governed(sentence, i))
    if len(two) != 2 or sentence.low(at) != "both" or sentence.low(at - 1) != ",":
        return NOBODY
    return Subject(tuple(sentence.pieces[i].words for i in two), two)


_SERIAL = re.compile(r"[VR]\d(?:\.\d)?")
"""`V3 is better than X`: a release that its readers know without its family."""


def _before_relative(sentence: Sentence, at: int) -> int | None:
    """The model that `, which` belongs to ("Y (671B), which reports")."""
    here = at - 1 - (sentence.low(at - 1) == ",")
    if sentence.low(here) == ")":
        here = sentence.bracketed[here - 1] - 1
    return here if here >= 0 and sentence.kind(here) is Kind.MODEL else None


_PLURALS = frozenset(("models", "llms", "versions", "finetunes", "releases"))
_BEFORE_DESCRIPTION = lexicon.words(", — also still as remains became becomes reportedly")


def _further_left(sentence: Sentence, here: int) -> int | None:
    """Where the search for the subject goes on; `None` where a word stands that no subject stands before."""
    word = sentence.low(here)
    if word == ")":
        opened = sentence.bracketed[here - 1]
        return opened - 1 if opened >= 0 else here - 1
    if word in lexicon.MODEL_NOUNS and (article := _indefinite(sentence, here)) is not None:
        return article - 1
    passing = word in AUXILIARIES or word.endswith("ly") or word in lexicon.NEGATIONS or word in lexicon.HEDGES
    return here - 1 if passing else None


def _definite(sentence: Sentence, at: int) -> bool:
    """Whether some model spoken of before is meant ("this model", "the new version")."""
    for here in range(at - 1, max(-1, at - 5), -1):
        word = sentence.low(here)
        if word in ("this", "that", "the", "our", "its"):
            return True
        if sentence.kind(here) is not Kind.WORD:
            return False
    return False


def _several_known(sentence: Sentence, at: int) -> bool:
    """`these models`, `both new versions`; "the current phone models" are many more."""
    return any(sentence.low(i) in ("these", "those", "both", "two", "our", "its", "new") for i in range(at - 3, at))


def _indefinite(sentence: Sentence, at: int) -> int | None:
    """The place of the article in `a 7B model`, `an absolutely stellar coding model`."""
    for here in range(at - 1, max(-1, at - 7), -1):
        if sentence.low(here) in _INDEFINITE:
            return here
        if sentence.kind(here) not in (Kind.WORD, Kind.NUMBER) or sentence.low(here) in lexicon.OBJECT_STOPS:
            return None
    return None


def _resolved(sentence: Sentence, at: int, topic: Topic, taken: frozenset[int]) -> Subject:
    """What the pronoun at `at` stands for: an earlier subject of the sentence, else what the text is about."""
    pointing = "this" in (sentence.low(at), sentence.low(at - 1))
    if pointing and topic.title_models:
        return Subject(topic.title_models[:1])
    if pointing and topic.models:
        return _topical(topic)
    earlier = [i for i in sentence.of(Kind.MODEL, 0, at) if sentence.bracketed[i] == -1]
    free = [i for i in earlier if not governed(sentence, i) and i not in taken]
    headline = max(
        (i for i in range(at) if sentence.low(i) == ":"), default=-1
    )  # "Headline on X: Y gains, putting it …"
    for place in [i for i in free if i > headline] or free:
        return _named(sentence, place, taken)
    if topic.models:
        return _topical(topic)
    spoken_of = [i for i in earlier if i not in taken and sentence.low(i - 1) not in lexicon.COMPARED_AFTER]
    return _named(sentence, spoken_of[-1], taken) if spoken_of else _topical(topic)


def latter(sentence: Sentence, at: int, word: str) -> Subject:
    before = sentence.of(Kind.MODEL, 0, at)
    if not before:
        return NOBODY
    place = before[-1] if word in ("latter", "后者") else before[0]
    return Subject((sentence.pieces[place].words,), (place,))


def _topical(topic: Topic) -> Subject:
    return Subject((topic.model,)) if topic.model else NOBODY


def governed(sentence: Sentence, at: int) -> bool:
    """Whether the model stands behind a preposition that makes it no subject ("trained from X", "than X")."""
    here = at - 1
    while here >= 0 and (
        sentence.kind(here) is Kind.ORGANISATION
        or sentence.low(here) in lexicon.DETERMINERS
        or sentence.low(here) in ('"', "both")
    ):
        here -= 1
    if here > 0 and sentence.low(here) in ("/", ",", "and", "or") and sentence.kind(here - 1) is Kind.MODEL:
        return governed(sentence, here - 1)
    return here >= 0 and sentence.low(here) in lexicon.NOT_SUBJECT_AFTER


def compared_with(sentence: Sentence, at: int) -> bool:
    """Whether the model is only what something else is compared with or made from ("than X", "compare with X")."""
    word = sentence.low(at - 1)
    return word in lexicon.COMPARED_AFTER or (word in ("with", "to") and sentence.low(at - 2).startswith("compar"))


def _begins_subordinate(sentence: Sentence, at: int) -> bool:
    """`Despite trailing X, Y …`, `Beating X, Y …`: the subject follows."""
    start = sentence.clause_start(at)
    return not sentence.of(Kind.MODEL, start, at) and (
        at == 0 or sentence.low(start) in lexicon.SUBORDINATE or sentence.low(0) in lexicon.SUBORDINATE
    )
