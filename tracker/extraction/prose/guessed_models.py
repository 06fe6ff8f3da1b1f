"""Models that no registry lists, told by the verb beside them: "Foo-2 outperforms X", "X beats Foo Bar"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tracker.extraction.prose import lexicon
from tracker.extraction.prose.guessed_neighbours import (
    AROUND,
    agents,
    listed_with,
    number_follows,
    numbers_in_row,
    owners,
)
from tracker.extraction.prose.nameshapes import LONGEST, is_name_word, is_telling, is_version, merged, name_end
from tracker.extraction.prose.pieces import Kind, Piece
from tracker.extraction.prose.relations import verbs

_SERIAL = re.compile(r"[VR]\d(?:\.\d)?")
_SERIES = re.compile(r"[a-z]\d(?:\.\d)?")
_TAILS = lexicon.words(
    "alpha beta mini pro max large small medium flash preview instruct coder chat base lite ultra nano turbo plus thinking next"
)
_AGENT_VERBS = lexicon.words("scored scores achieved achieves attained attains")
_BETWEEN = lexicon.words(
    "has have had is was also even just still now can could may might will does did not recently both all"
)
_INTRODUCING = lexicon.words(
    "launched launches released releases introduced introduces unveiled unveils announced announces"
)
_MODEL_NOUNS = frozenset(("model", "llm", "vlm", "family", "series"))
_DISTINCT_VERSION = re.compile(r"[vV]\d+(?:\.\d+)?|\d\.\d")
_COMPARING_VERBS = lexicon.BE | lexicon.words("performs performed works worked does did seems")
_TO_RIGHT = 8
"""Pieces from a name to the model it is compared with ("performs far worse on A than X")."""
_GENERATIONS = frozenset("123456789")
_NUMBERED = lexicon.MONTHS | lexicon.words(
    "table figure fig section chapter part step stage phase round attempt version run test task question problem option "
    "example case day week level tier rank place number no experiment trial row column config configuration setup prompt "
    "batch group team player user seed fold epoch layer gen generation method approach model variant setting strategy agent checkpoint window type scenario "
    "candidate condition iteration draft set split page line turn note point rule image node"
)
"""Things that are counted ("Run 2 beats X"); no names."""
_POINTING = lexicon.words("it it's this its")


TELLING = verbs() | _MODEL_NOUNS | {"than"}
"""Words without one of which no model is guessed in a sentence that names none and holds no number."""


# Without one of these words, or a percentage, `_by_verbs` finds nothing.
_ACTING = TELLING | lexicon.SCORE_VERBS | _AGENT_VERBS | _INTRODUCING


def with_models(pieces: Sequence[Piece]) -> list[Piece]:
    lows = {piece.low for piece in pieces}
    result = list(agents(pieces)) if lows & AROUND else list(pieces)
    if "'" in lows:
        owners(result)
    if "and" in lows or "or" in lows:
        listed_with(result)
    if any(piece.kind is Kind.MODEL for piece in result):
        numbers_in_row(result)
    scored = "%" in lows
    if scored or not lows.isdisjoint(_ACTING):
        _by_verbs(result, scored=scored)
    return result


def _by_verbs(result: list[Piece], *, scored: bool) -> None:
    """From right to left, so that joining pieces moves no place that is still to be looked at."""
    at = len(result) - 1
    while at >= 0:
        piece = result[at]
        if piece.kind is Kind.WORD:
            headline = at > 0 and piece.text[:1].isupper()  # other words have capitals too
            if scored:
                at = _before_score(result, at)
            if piece.low in _MODEL_NOUNS:
                at = _named_model(result, at)
            if piece.low in _INTRODUCING:
                _introduced(result, at)
            noun = at > 0 and result[at - 1].low in lexicon.DETERMINERS  # "the best OS"
            if piece.low == "than" or (piece.low in verbs() and not noun):
                _name_behind(result, at, strict=headline)
            if piece.low == "than":
                at = _name_compared(result, at)
            if at > 0:
                _scoring_tool(result, at)
            if piece.low in verbs() or (piece.low in lexicon.SCORE_VERBS and number_follows(result, at, 5)):
                at = _name_before(result, at, strict=headline)
        at -= 1


def _named_model(pieces: list[Piece], noun: int) -> int:
    """`the Foo Audio V2 model`: a name that its noun calls a model, told by its spelling or version; returns the noun's
    new place.
    """
    start = noun
    while start > 0 and noun - start < LONGEST and (is_name_word(pieces[start - 1]) or is_version(pieces[start - 1])):
        start -= 1
    while start < noun and not is_name_word(pieces[start]):
        start += 1
    if start == noun or pieces[start - 1].low not in lexicon.DETERMINERS:
        return noun
    words = pieces[start:noun]
    if len(words) < 2 or not (is_telling(words[0].text) or _DISTINCT_VERSION.fullmatch(words[-1].text)):
        return noun
    pieces[start:noun] = [merged(pieces, start, noun, Kind.MODEL, 0.6)]
    return start + 1


def _introduced(pieces: list[Piece], verb: int) -> None:
    """`Acme launched Foo3, claiming 78.9% on A`: what is launched, where the spelling tells a name with a number."""
    end = name_end(pieces, verb + 1)
    named = pieces[verb + 1 : end]
    spoken = any(piece.kind is Kind.BENCHMARK for piece in pieces[end:])
    if named and spoken and is_telling(named[0].text) and any(letter.isdigit() for letter in named[0].text):
        pieces[verb + 1 : end] = [merged(pieces, verb + 1, end, Kind.MODEL, 0.6)]


def _before_score(pieces: list[Piece], at: int) -> int:
    """`FOO 53.8% pass@1 on A`: the name right before a percentage of a benchmark, where no model stands before it."""
    if not (is_name_word(pieces[at]) and at + 2 < len(pieces) and pieces[at + 1].kind is Kind.NUMBER):
        return at
    after = at + 3 + (at + 3 < len(pieces) and pieces[at + 3].kind is Kind.METRIC)
    scores = pieces[at + 2].low == "%" and after + 1 < len(pieces) and pieces[after].low == "on"
    named = any(piece.kind in (Kind.MODEL, Kind.BENCHMARK) for piece in pieces[:at])
    if (
        scores
        and pieces[after + 1].kind is Kind.BENCHMARK
        and not named
        and (at == 0 or pieces[at - 1].kind is Kind.MARK)
    ):
        pieces[at] = pieces[at]._replace(kind=Kind.MODEL, name=pieces[at].text, confidence=0.6)
    return at


def _scoring_tool(pieces: list[Piece], verb: int) -> None:
    """`Aider scored 18.9% on A`: a tool that gave its name to a benchmark, as the subject of a score on another one."""
    subject = pieces[verb - 1]
    if subject.kind is Kind.BENCHMARK and pieces[verb].low in _AGENT_VERBS and _scores_on(pieces, verb):
        pieces[verb - 1] = subject._replace(kind=Kind.MODEL, confidence=0.6)


def _scores_on(pieces: Sequence[Piece], verb: int) -> bool:
    """Whether a number and a benchmark follow: "scored 18.9% on A"."""
    after = pieces[verb + 1 : verb + 12]
    return number_follows(pieces, verb, 4) and any(piece.kind is Kind.BENCHMARK for piece in after)


def _name_before(pieces: list[Piece], verb: int, *, strict: bool) -> int:
    """Makes the name that ends right before the verb a model; returns the verb's new place."""
    end = _subject_end(pieces, verb)
    start = end
    while start > 0 and end - start < LONGEST and _continues(pieces, start - 1, last=start == end):
        start -= 1
    while start < end and not is_name_word(pieces[start]):
        start += 1
    if start == end or (start > 0 and pieces[start - 1].kind is Kind.MODEL):
        return verb
    if not _is_somebody(pieces, start, end, verb, strict=strict):
        return verb
    pieces[start:end] = [merged(pieces, start, end, Kind.MODEL, 0.6)]
    return verb - (end - start) + 1


def _name_compared(pieces: list[Piece], than: int) -> int:
    """`Foo 2 is better than X`, `Foo 2 performs far worse than X`: a name with a version, as what is compared with a
    model right behind `than`; returns the new place of `than`.
    """
    if not any(piece.kind is Kind.MODEL for piece in pieces[than + 1 : than + _TO_RIGHT]):
        return than
    for verb in range(than - 2, max(0, than - _TO_RIGHT), -1):
        if pieces[verb].low in _COMPARING_VERBS:
            if not any(letter.isdigit() for piece in pieces[max(0, verb - LONGEST) : verb] for letter in piece.text):
                return than  # "Prompt Engineering is better than X"
            return than - verb + _name_before(pieces, verb, strict=False)
        if pieces[verb].kind is not Kind.WORD:
            break
    return than


def _subject_end(pieces: Sequence[Piece], verb: int) -> int:
    """The place behind the subject: over a bracket, auxiliaries, and `is the first model to`."""
    end = verb
    if end > 2 and pieces[end - 1].low == ")":
        end = next((i for i in range(end - 2, max(-1, end - 7), -1) if pieces[i].low == "("), end)
    end = _before_apposition(pieces, _before_being_first(pieces, end))
    while end > 0 and pieces[end - 1].kind is Kind.WORD:
        if not pieces[end - 1].low.endswith("ly") and pieces[end - 1].low not in _BETWEEN:
            break
        end -= 1
    return end


def _before_apposition(pieces: Sequence[Piece], at: int) -> int:
    """`X v2, an on-device 2B model, beats Y`: from the second comma back to the first."""
    if at < 5 or pieces[at - 1].low != ",":
        return at
    for here in range(at - 3, max(0, at - 12), -1):
        if pieces[here].low == ",":
            return here if pieces[here + 1].low in ("a", "an", "the") else at
    return at


def _before_being_first(pieces: Sequence[Piece], at: int) -> int:
    """`X is the first model to surpass Y`: from the verb back to `is`."""
    if at < 4 or pieces[at - 1].low != "to":
        return at
    for here in range(at - 2, max(0, at - 9), -1):
        if pieces[here].low in lexicon.BE:
            return here if any(piece.low in ("first", "only") for piece in pieces[here:at]) else at
    return at


def _continues(pieces: Sequence[Piece], at: int, *, last: bool) -> bool:
    """Whether the piece may belong to the name that goes on behind it."""
    piece = pieces[at]
    if is_name_word(piece) or (piece.low == "of" and not last and at > 0 and is_name_word(pieces[at - 1])):
        return True
    if piece.kind is Kind.WORD and last and (piece.low in _TAILS or _SERIES.fullmatch(piece.text)):
        return True
    decimal = "." in piece.text or piece.text[:1] in "vV"  # "Foo 3.0 scoring 37"; a whole number may be anything
    return (
        (not last or decimal or _is_whole_version(pieces, at))
        and is_version(piece)
        and at > 0
        and is_name_word(pieces[at - 1])
    )


def _is_whole_version(pieces: Sequence[Piece], at: int) -> bool:
    """The 2 of `Foo 2 beats X`, where a comparison with a model follows."""
    name = pieces[at - 1]
    if pieces[at].text not in _GENERATIONS or name.low in _NUMBERED or len(name.text) <= 2:
        return False
    after = pieces[at + 1 : at + _TO_RIGHT]
    compares = any(piece.low in verbs() or piece.low == "than" for piece in after)
    return compares and any(piece.kind is Kind.MODEL for piece in after)


def _is_somebody(pieces: Sequence[Piece], start: int, end: int, verb: int, *, strict: bool) -> bool:
    """Whether the words before the verb are a name and no ordinary word with a capital: by their spelling, else by being
    several, or by a statement that only a model can be the subject of.
    """
    if any(is_telling(piece.text) for piece in pieces[start:end]):
        return True
    if strict:
        return False
    scoring = pieces[verb].low in _AGENT_VERBS and _scores_on(pieces, verb)
    comparing = pieces[verb].low in verbs() and any(piece.kind is Kind.MODEL for piece in pieces[verb:])
    if end - start > 1:
        return True
    return scoring or (comparing and start > 0)


def _name_behind(pieces: list[Piece], verb: int, *, strict: bool) -> None:
    """Makes the name right behind a comparing word a model, where the sentence speaks of another one before it."""
    start = verb + 1
    while start < len(pieces) and (
        pieces[start].low in lexicon.DETERMINERS
        or pieces[start].low in ("out", "both", "even")
        or pieces[start].kind is Kind.ORGANISATION
    ):
        start += 1
    end = name_end(pieces, start)
    if end == start or pieces[end - 1].possessive:
        return
    if end < len(pieces) and pieces[end].kind in (Kind.MODEL, Kind.BENCHMARK, Kind.METRIC):
        return
    telling = any(is_telling(piece.text) or _SERIAL.fullmatch(piece.text) for piece in pieces[start:end])
    than = pieces[verb].low == "than"
    spoken_of = any(piece.kind is Kind.MODEL or (than and piece.low in _POINTING) for piece in pieces[:verb])
    if spoken_of and (telling or not (strict or (than and end - start < 2))):
        pieces[start:end] = [merged(pieces, start, end, Kind.MODEL, 0.6)]
