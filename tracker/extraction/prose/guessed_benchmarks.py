"""Benchmarks that no registry lists, told by ending, by noun, or by where a score's benchmark stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from tracker.extraction.prose import lexicon
from tracker.extraction.prose.nameshapes import LONGEST, is_name_word, is_telling, merged, name_end
from tracker.extraction.prose.pieces import Kind, Piece, fold

_SHAPE = re.compile(
    r"(?:\d{1,2}[A-Z]?-)?(?:[A-Za-z0-9]{2,30}-?[Bb](?:ench|ENCH)|[A-Za-z0-9]{1,30}-?Eval|[A-Za-z0-9]{1,30}-[Ee]val|[A-Z][A-Za-z0-9]{1,30}-?QA"
    r"|[A-Z][A-Za-z]{1,30}Arena|[A-Z][A-Za-z0-9]{0,30}-?Bench-[A-Za-z0-9]{1,30})\+?(?:-?v?\d{1,4}(?:\.\d{1,2})?)?"
)
_NOT_BENCHMARKS = lexicon.words("workbench microbench backbench llama-bench")
_QUALIFIER = re.compile(r"\d\.0|Verified|Pro|Lite|Hard|Full|Mini|Plus|[vV]\d{1,2}(?:\.\d{1,2})?")
_KEPT_HEADS = lexicon.words("arena index exam exams olympiad")
TELLING = _KEPT_HEADS | lexicon.GENERIC_BENCHMARK | lexicon.TOOL_BENCHMARKS
ENDINGS = ("bench", "eval", "qa", "arena")
"""Words and parts of words without one of which no benchmark is guessed by its shape or noun."""
_ADJECTIVES = lexicon.words("new own main latest")
_ABBREVIATION = re.compile(r"[A-Z]{2,6}\d?")


def with_benchmarks(pieces: Sequence[Piece], *, told: bool = True) -> list[Piece]:
    """`told`: whether the text holds any of `TELLING` or `ENDINGS`; else a number has to tell."""
    return _by_place(_by_head(_by_shape(pieces)) if told else list(pieces))


def _by_shape(pieces: Sequence[Piece]) -> list[Piece]:
    """`SVGBench`, `LV-Eval`, `FooQA v2`."""
    result: list[Piece] = []
    at = 0
    while at < len(pieces):
        piece, end = pieces[at], at + 1
        if piece.kind is Kind.WORD and _has_shape(piece.text) and piece.low not in _NOT_BENCHMARKS:
            while end < min(len(pieces), at + 3) and _QUALIFIER.fullmatch(pieces[end].text):
                end += 1
            piece = merged(pieces, at, end, Kind.BENCHMARK, 0.8)
        elif piece.low in lexicon.TOOL_BENCHMARKS and _tests(pieces, at):
            piece = piece._replace(kind=Kind.BENCHMARK, name=piece.text.rstrip("s"), confidence=0.6)
        result.append(piece)
        at = end
    return result


def _tests(pieces: Sequence[Piece], at: int) -> bool:
    """`38 on aider`, `the aider benchmark`: a tool's name in lower case where its benchmark is meant."""
    before = pieces[at - 1].low if at else ""
    after = pieces[at + 1].low if at + 1 < len(pieces) else ""
    return pieces[at].kind is Kind.WORD and (before == "on" or after in lexicon.ONE_BENCHMARK | _SCORES)


_SCORES = lexicon.words("score scores benchmarks leaderboards")


@lru_cache(maxsize=32768)
def _has_shape(word: str) -> bool:
    return _SHAPE.fullmatch(word) is not None


def _by_head(pieces: Sequence[Piece]) -> list[Piece]:
    """`the Frontend Code Arena`, `Lab Play (%) benchmark`, `aider's new code benchmark`: a name before its noun."""
    result: list[Piece] = []
    for piece in pieces:
        result.append(piece)
        named = piece.low in _KEPT_HEADS and piece.kind in (Kind.BENCHMARK, Kind.WORD)
        if named or (piece.kind is Kind.WORD and piece.low in lexicon.GENERIC_BENCHMARK):
            _join_head(result, named=named)
    return result


def _join_head(pieces: list[Piece], *, named: bool) -> None:
    """`named`: the noun is part of the name ("Code Arena"), as it is where it has a capital."""
    head = len(pieces) - 1
    start = _name_start(pieces, head, named=named)
    if start is None:
        owner = _owner_before(pieces, head) if pieces[head].low in lexicon.ONE_BENCHMARK else None
        if owner is not None:
            pieces[owner:] = [_owned(pieces, owner)]
    elif named or pieces[head].text[:1].isupper():
        pieces[start:] = [merged(pieces, start, head + 1, Kind.BENCHMARK, 0.7)]
    else:
        end = head - 3 if _has_percent(pieces, head) else head
        pieces[start:end] = [merged(pieces, start, end, Kind.BENCHMARK, 0.7)]


def _has_percent(pieces: Sequence[Piece], head: int) -> bool:
    return head > 3 and [piece.low for piece in pieces[head - 3 : head]] == ["(", "%", ")"]


def _owned(pieces: Sequence[Piece], owner: int) -> Piece:
    words = " ".join(piece.text for piece in pieces[owner:] if piece.low not in _ADJECTIVES)
    words = words.replace("’s", "").replace("'s", "")
    return Piece(Kind.BENCHMARK, words, fold(words), pieces[owner].start, pieces[-1].end, name=words, confidence=0.6)


def _owner_before(pieces: Sequence[Piece], head: int) -> int | None:
    """The owner in `aider's new code benchmark`: a thing or person that has a benchmark named after it."""
    for at in range(head - 1, max(-1, head - 5), -1):
        piece = pieces[at]
        if piece.possessive:
            proper = piece.kind in (Kind.WORD, Kind.BENCHMARK) and piece.low not in lexicon.NOT_NAMES
            return at if proper else None
        if piece.kind is not Kind.WORD or piece.low in lexicon.OBJECT_STOPS:
            return None
    return None


def _name_start(pieces: Sequence[Piece], head: int, *, named: bool) -> int | None:
    """Where the capitalised words that end before the noun begin; `None` for none. Before `exams` and the like one word
    in lower case may stand between ("IMO qualifying exams").
    """
    at = head - 3 if not named and _has_percent(pieces, head) else head
    start: int | None = None
    skipped = 0
    while at > 0 and head - at < LONGEST:
        piece = pieces[at - 1]
        if named and piece.kind is Kind.BENCHMARK and at < head:
            return at - 1  # "the Artificial Analysis Quality Index"
        if piece.kind is not Kind.WORD or piece.possessive or piece.low in lexicon.NOT_NAMES | lexicon.SCORE_VERBS:
            break
        if is_name_word(piece) or (piece.low == "of" and start == at and at > 1 and is_name_word(pieces[at - 2])):
            start = at - 1
        elif start is not None or not named or skipped:
            break
        else:
            skipped += 1
        at -= 1
    if start and pieces[start - 1].low == "/":
        return None  # "UI/UX benchmark": two things that are tested
    lone = start == 0 and head == 1 and not named
    return None if lone and not is_telling(pieces[0].text) else start


def _by_place(pieces: list[Piece]) -> list[Piece]:
    """`88.6 on Foo Bar`, `62% Foo Bar (FB)`: the name where a score's benchmark stands."""
    if not any(piece.kind is Kind.NUMBER for piece in pieces):
        return pieces
    result: list[Piece] = []
    at = 0
    while at < len(pieces):
        result.append(pieces[at])
        at += 1
        if pieces[at - 1].low in ("on", "in") and _follows_score(result):
            while at < len(pieces) and pieces[at].low in lexicon.DETERMINERS:
                result.append(pieces[at])
                at += 1
            end = name_end(pieces, at)
            named = _is_benchmark_of_score(pieces, at, end, weak=result[-1].low == "in")
        else:
            end = _abbreviated(pieces, at)
            named = end > at
        if named:
            result.append(merged(pieces, at, end, Kind.BENCHMARK, 0.6))
            at = end
    return result


def _is_benchmark_of_score(pieces: Sequence[Piece], at: int, end: int, *, weak: bool) -> bool:
    """Whether the words are a name of their own: not part of a listed one behind them, no owner ("on Anthropic's …"),
    no month; behind `in` the spelling has to tell.
    """
    if end == at or pieces[at].low in lexicon.MONTHS or pieces[end - 1].possessive:
        return False
    if end < len(pieces) and pieces[end].kind in (Kind.BENCHMARK, Kind.MODEL):
        return False
    return is_telling(pieces[at].text) or not weak


def _follows_score(before: Sequence[Piece]) -> bool:
    """Whether a number with at most its unit and "score" stands right before the preposition that ends `before`."""
    for here in range(len(before) - 2, max(-1, len(before) - 5), -1):
        piece = before[here]
        if piece.kind is Kind.NUMBER:
            return here == 0 or before[here - 1].low not in ("$", "#")
        if piece.low not in lexicon.SCORE_NOUNS and piece.low not in ("%", ")") and piece.kind is not Kind.METRIC:
            return False
    return False


def _abbreviated(pieces: Sequence[Piece], at: int) -> int:
    """`62% Action Completion (AC)`, `(94% TSQ)`, `0.53 AC,`: the place behind the measure right after a number."""
    if at < 1 or at >= len(pieces):
        return at
    percent = pieces[at - 1].low == "%" and at > 1 and pieces[at - 2].kind is Kind.NUMBER
    fraction = pieces[at - 1].kind is Kind.NUMBER and pieces[at - 1].text.startswith(("0.", "."))
    if not (percent or fraction):
        return at
    end = name_end(pieces, at)
    if end - at > 1 and end + 2 < len(pieces) and pieces[end].low == "(" and pieces[end + 2].low == ")":
        return end
    bracket = pieces[at - 3].low == "(" if percent and at > 2 else False
    closed = pieces[at + 1].low in (",", ")", "and") if at + 1 < len(pieces) else False
    plain = _ABBREVIATION.fullmatch(pieces[at].text) and pieces[at].low not in lexicon.NOT_NAMES
    return at + 1 if plain and closed and (bracket or fraction) else at
