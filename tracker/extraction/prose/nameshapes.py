"""What a name that no registry lists may look like."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tracker.extraction.prose import lexicon
from tracker.extraction.prose.pieces import Kind, Piece, fold

LONGEST = 6
"""Words in a guessed name; "Hungarian National High-School Exam" has four."""
_LONGEST_WORD = 48
_ACRONYM = 4
"""Letters of an acronym that may be anything (QAT, TRL, RAG)."""
_CAPITAL = re.compile(r"[A-Z][\w+.-]+")
_VERSION = re.compile(r"v\d+(?:\.\d+)?|\d{2,4}|\d(?:\.\d)?", re.IGNORECASE)


_QUANTISATION = re.compile(
    r"(?:UD-)?I?Q\d(?:_\w{1,6})*|(?:FP|BF|INT|NF|MXFP)\d{1,2}|W\dA\d+|\w{1,20}GGUF", re.IGNORECASE
)


def is_quantisation(word: str) -> bool:
    """`Q4_K_M`, `FP8`, `W4A16`."""
    return _QUANTISATION.fullmatch(word) is not None


def is_telling(word: str) -> bool:
    """Whether the spelling alone says "a name": a capital and a digit, an inner capital, or a hyphen; a short acronym
    says nothing.
    """
    if not 2 < len(word) <= _LONGEST_WORD or word.islower() or _QUANTISATION.fullmatch(word):
        return False
    if word.isupper() and word.isalpha() and len(word) <= _ACRONYM:
        return False
    if any(letter.isdigit() for letter in word) or any(letter.isupper() for letter in word[1:]):
        return any(letter.isupper() for letter in word)
    return word[0].isupper() and "-" in word


def is_name_word(piece: Piece) -> bool:
    """A capitalised word that may be part of a name."""
    return (
        piece.kind is Kind.WORD
        and len(piece.text) <= _LONGEST_WORD
        and bool(_CAPITAL.fullmatch(piece.text))
        and not _QUANTISATION.fullmatch(piece.text)
        and piece.low not in lexicon.NOT_NAMES
        and piece.low not in lexicon.SCOPES
    )


def is_version(piece: Piece) -> bool:
    return piece.kind in (Kind.NUMBER, Kind.WORD) and bool(_VERSION.fullmatch(piece.text))


def name_end(pieces: Sequence[Piece], start: int) -> int:
    """The place behind the capitalised words, and versions after the first, that begin at `start`."""
    end = start
    while end < min(len(pieces), start + LONGEST) and (
        is_name_word(pieces[end]) or (end > start and is_version(pieces[end]))
    ):
        end += 1
    return end


def merged(pieces: Sequence[Piece], start: int, end: int, kind: Kind, confidence: float) -> Piece:
    """One name piece of several pieces."""
    first, last = pieces[start], pieces[end - 1]
    words = " ".join(piece.text for piece in pieces[start:end])
    for joint in ("-", ".", ":"):
        words = words.replace(f" {joint} ", joint)
    return Piece(kind, words, fold(words), first.start, last.end, last.possessive, words, confidence)
