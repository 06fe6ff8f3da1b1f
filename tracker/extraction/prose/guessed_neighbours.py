"""Models that no registry lists, told by a listed name or number beside them: "X and FooChat", "FooAgent + X"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tracker.extraction.prose import lexicon
from tracker.extraction.prose.nameshapes import LONGEST, is_name_word, is_telling, is_version, merged
from tracker.extraction.prose.pieces import Kind, Piece
from tracker.extraction.prose.relations import verbs

AROUND = frozenset(("with", "+"))
"""What joins an agent to the model inside it."""
_AFTER_ROW = lexicon.words(". , ; ) ! on in at by across")


def numbers_in_row(pieces: list[Piece]) -> None:
    """`X gets 61.2 and Foo-2 60.1`: a name told by its spelling, with a number like the model's right before it."""
    for at in range(3, len(pieces) - 1):
        if pieces[at - 1].low not in ("and", ",") or pieces[at + 1].kind is not Kind.NUMBER:
            continue
        before = at - 2 - (pieces[at - 2].low == "%")
        if pieces[before].kind is not Kind.NUMBER or "." not in pieces[before].text + pieces[at + 1].text:
            continue
        owner = before - 1 - (pieces[before - 1].low in lexicon.SCORE_VERBS)
        if owner < 0 or pieces[owner].kind is not Kind.MODEL:
            continue
        if is_name_word(pieces[at]) and is_telling(pieces[at].text):
            pieces[at] = pieces[at]._replace(kind=Kind.MODEL, name=pieces[at].text, confidence=0.6)


def owners(pieces: list[Piece]) -> None:
    """`Foo 2.5's MMLU score of 52.3`: who owns a score of a benchmark is a model."""
    for at in range(len(pieces) - 3, 0, -1):
        if [piece.low for piece in pieces[at : at + 2]] != ["'", "s"] or pieces[at + 2].kind is not Kind.BENCHMARK:
            continue
        start = at
        while start > 0 and at - start < LONGEST and (is_version(pieces[start - 1]) or is_name_word(pieces[start - 1])):
            start -= 1
        if start < at - 1 and is_name_word(pieces[start]) and number_follows(pieces, at, 7):
            pieces[start : at + 2] = [merged(pieces, start, at, Kind.MODEL, 0.6)._replace(possessive=True)]


def listed_with(pieces: list[Piece]) -> None:
    """`comparable to X and FooChat`: a name told by its spelling that a conjunction joins to a model."""
    for at in range(2, len(pieces)):
        piece = pieces[at]
        ends = at + 1 == len(pieces) or pieces[at + 1].low in _AFTER_ROW
        if pieces[at - 1].low in ("and", "or") and ends and is_name_word(piece) and is_telling(piece.text):
            before = pieces[at - 2]
            if before.kind is Kind.MODEL and not piece.possessive:
                pieces[at] = piece._replace(kind=Kind.MODEL, name=piece.text, confidence=0.6)


def agents(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """`CodeAgent v1.8 + X`, `AFlow with X`: a method or agent around a model is a model under both names."""
    at = 0
    while at < len(pieces):
        end = _agent_end(pieces, at)
        if end is None:
            yield pieces[at]
            at += 1
        else:
            yield merged(pieces, at, end, Kind.MODEL, 0.6)
            at = end


def _agent_end(pieces: Sequence[Piece], at: int) -> int | None:
    if not is_name_word(pieces[at]) or not is_telling(pieces[at].text):
        return None
    joint = at + 1 + (at + 1 < len(pieces) and (is_version(pieces[at + 1]) or is_name_word(pieces[at + 1])))
    if joint + 1 >= len(pieces) or pieces[joint].low not in AROUND or pieces[joint + 1].kind is not Kind.MODEL:
        return None
    after = pieces[joint + 2].low if joint + 2 < len(pieces) else ""
    acts = after in verbs() or after in lexicon.SCORE_VERBS or after in lexicon.BE
    return joint + 2 if acts or pieces[joint].low == "+" else None


def number_follows(pieces: Sequence[Piece], at: int, reach: int) -> bool:
    return any(piece.kind is Kind.NUMBER for piece in pieces[at + 1 : at + 1 + reach])
