"""How a stated score was obtained, as far as its sentence says: shots, chain of thought, metric, variant, tools."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tracker.domain.claims import Setting, Variant
from tracker.extraction.prose import lexicon
from tracker.extraction.prose.figures import Figure, Use
from tracker.extraction.prose.parse import Sentence
from tracker.extraction.prose.pieces import Kind, Piece

_SHOTS = re.compile(r"(?P<shots>\d{1,3}(?:-\d{1,3})?|zero|one|two|three|four|five|ten)-?shots?")
_NUMBERS = {"zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "ten": "10"}
_NOT_A_SETTING = lexicon.words(
    "rl learning tts voice cloning generalization generalisation transfer classification snake"
)
_THOUGHT = lexicon.words("cot chain-of-thought chain-of-thoughts")
_WITHOUT = lexicon.words("without no w/o not non")
_TOOLS = lexicon.words("tools tool tool-use")
_INSTRUCT = re.compile(r"(?<![A-Za-z])(?:instruct|chat|it|inst|sft)(?![A-Za-z])", re.IGNORECASE)
_BASE = re.compile(r"(?<![A-Za-z])(?:base|pt|pretrained)(?![A-Za-z])", re.IGNORECASE)


def variant(model: str) -> Variant | None:
    """What the model's own name says."""
    if _INSTRUCT.search(model):
        return "instruct"
    return "base" if _BASE.search(model) else None


def setting(sentence: Sentence, figure: Figure, model: str) -> Setting:
    shots: str | None = None
    cot: bool | None = None
    extra: dict[str, str] = {}
    for here in _near(sentence, figure):
        word = sentence.low(here)
        plain = sentence.low(here - 1) not in _WITHOUT
        if (match := _SHOTS.fullmatch(word)) and sentence.low(here + 1) not in _NOT_A_SETTING:
            shots = shots or _NUMBERS.get(match["shots"], match["shots"])
        elif sentence.kind(here) is Kind.NUMBER and sentence.low(here + 1) in ("shot", "shots"):
            shots = shots or sentence.pieces[here].text
        elif word in _THOUGHT or [sentence.low(here + i) for i in range(3)] == ["chain", "of", "thought"]:
            cot = plain
        elif word in _TOOLS and sentence.low(here - 1) in (*_WITHOUT, "with", "using"):
            extra["tools"] = "with" if plain else "without"
    if sentence.low(figure.last + 1) == "for" and sentence.low(figure.last + 2) in lexicon.EFFORTS:
        extra["effort"] = sentence.low(figure.last + 2)
    return Setting(shots, cot, variant(model), tuple(sorted(extra.items())))


def metric(sentence: Sentence, figure: Figure, benchmark: int) -> str | None:
    """The metric said with the number or right behind the benchmark ("on HumanEval pass@1")."""
    if figure.metric is not None or benchmark < 0:
        return figure.metric
    low, high = sorted((benchmark, figure.first))
    named = [*sentence.of(Kind.METRIC, low, high), *sentence.of(Kind.METRIC, benchmark, benchmark + 2)]
    return sentence.pieces[named[0]].text if named else None


def _near(sentence: Sentence, figure: Figure) -> Sequence[int]:
    """The pieces that can say how a number was obtained: between the numbers before and after it, in its clause; what
    stands before the first number holds for all.
    """
    scores = [other for other in sentence.figures if other.use is Use.SCORE]
    start, end = sentence.clause_start(figure.first), sentence.clause_end(figure.last)
    first = next((other.first for other in scores if other.first >= start), figure.first)
    after = next((other.first for other in scores if other.first > figure.last), end)
    alone = sum(start <= other.first < end for other in scores) == 1
    own = range(figure.last + 1, end if alone else min(after, end))
    return [*range(start, first), *own]


def words_in_bracket(sentence: Sentence, opened: int) -> str:
    """The words of a bracket without its number: the setting of a second score ("with test-time scaling")."""
    inside: list[Piece] = []
    for here in range(opened + 1, len(sentence.pieces)):
        if sentence.low(here) == ")":
            break
        if sentence.kind(here) is not Kind.NUMBER and sentence.low(here) not in ("%", ":"):
            inside.append(sentence.pieces[here])
    return " ".join(piece.text for piece in inside)
