"""How a clause is meant: asserted, negated, hedged, or not asserted at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.domain.claims import Hedge
from tracker.extraction.prose import lexicon
from tracker.extraction.prose.parse import Sentence
from tracker.extraction.prose.pieces import Kind


@dataclass(frozen=True, slots=True)
class Modality:
    asserted: bool = True
    negated: bool = False
    hedge: Hedge | None = None


_VERB_GROUP = 6
"""Pieces before a verb in which its negation stands ("does not yet seem to quite match")."""
_DISPUTED = lexicon.words("debated disputed questioned debunked unlikely unproven unfounded")
_RANK: dict[Hedge, int] = {"could": 2, "expected": 1, "rumour": 0}


def modality(sentence: Sentence, at: int, end: int | None = None) -> Modality:
    """Of what is said at piece `at` (a verb or a number)."""
    start = sentence.clause_start(at)
    if sentence.asks(at) or sentence.low(0) in lexicon.SENTENCE_UNREAL or sentence.wishes:
        return Modality(asserted=False)
    before = _assertion(sentence, start, at)
    after = [sentence.low(i) for i in range(end or at, sentence.clause_end(at))]
    if any(word in lexicon.UNREAL for word in before) or any(word in _DISPUTED for word in after):
        return Modality(asserted=False)
    short = before[-1:] and before[-1] in _SHORT_OF and not (before[-2:-1] and before[-2] in lexicon.NEGATIONS)
    if short or sentence.mocked(at):
        return Modality(asserted=False)
    return Modality(True, _negated(sentence, at, start), _hedge(sentence, at, start))


def _assertion(sentence: Sentence, start: int, at: int) -> list[str]:
    """The words of the clause before `at`, from the last verb of saying on: "doubtful, but users found that X beats"."""
    inside = sentence.bracketed[at]
    words = [sentence.low(i) for i in range(start, at) if sentence.bracketed[i] in (-1, inside)]
    for i in range(len(words) - 1, -1, -1):
        before = words[max(0, i - 4) : i]
        if words[i] == "find" and before and (before[-1] == "to" or before[-1] in lexicon.NEGATIONS):
            return ["impossible"]  # "you need to find one that beats X", "I didn't find that X beats Y"
        asserts = words[i] in lexicon.SAYING or (words[i] == "which" and before[-1:] == [","])
        if asserts and i + 1 < len(words):
            return words[i + 1 :]
        if words[i] == "trying" and words[i + 1 : i + 2] != ["to"]:
            words[i] = ""  # "Trying X today, and it is better than Y"
        if _rules_out(words, i, before):
            return ["impossible"]
    return words


def _rules_out(words: Sequence[str], at: int, before: Sequence[str]) -> bool:
    """`not sure that`, `hard to believe that`, `no way`, `has yet to`: what follows is not asserted."""
    if words[at] in _UNSURE and (any(word in lexicon.NEGATIONS for word in before) or "hard" in before):
        return True
    return words[at : at + 2] == ["no", "way"] or (words[at : at + 2] in _OBLIGED and len(words) - at <= 3)


_UNSURE = lexicon.words("how see convinced sure certain believe imagine think agree")
_OBLIGED = (
    ["have", "to"],
    ["has", "to"],
    ["had", "to"],
    ["yet", "to"],
    ["designed", "to"],
    ["meant", "to"],
    ["supposed", "to"],
)
_HINDERING = lexicon.words("stops stop stopped prevents prevent prevented keeps keep kept far")
"""`what stops it from matching X`."""
_SHORT_OF = lexicon.words("almost nearly practically virtually")


def _negated(sentence: Sentence, at: int, start: int) -> bool:
    for here in range(at - 1, max(start, at - _VERB_GROUP) - 1, -1):
        word = sentence.low(here)
        if word == "from" and here == at - 1 and any(sentence.low(here - i) in _HINDERING for i in (1, 2, 3)):
            return True
        if word in lexicon.NEGATIONS:
            return sentence.low(here + 1) not in ("only", "just", "doubt", "surprise", "longer", "question", "wonder")
        if sentence.kind(here) in (Kind.MODEL, Kind.NUMBER) or word in (",", ":", "(", ")", "and", "that"):
            return False
    return False


def _hedge(sentence: Sentence, at: int, start: int) -> Hedge | None:
    """A hedge before the verb in its clause; rumour words also where they open the sentence."""
    found: list[Hedge] = []
    for here in range(at):
        word = sentence.low(here)
        hedge = lexicon.HEDGES.get(word)
        if hedge is None or (word == "said" and sentence.low(here + 1) not in ("to", "that")):
            continue
        if here >= start or (hedge == "rumour" and here < 4):
            found.append(hedge)
    return max(found, key=lambda hedge: _RANK[hedge], default=None)
