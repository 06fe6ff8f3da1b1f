"""The registry's mentions as name pieces, as far as running text means them as names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tracker.extraction.prose import lexicon
from tracker.extraction.prose.pieces import Kind, Piece, fold
from tracker.names import Mention

_LEFT_OF_HYPHEN = re.compile(r"(?<![\w.-])[A-Za-z][\w.]{0,30}(?:[-‑][\w.]{1,30}){0,4}[-‑]$")
_RIGHT_OF_HYPHEN = re.compile(r"[-‑](?P<first>[A-Za-z]\w{0,30})(?:[-‑.]\w{1,30}){0,4}")
_DESCRIBING = lexicon.words(
    "level based like style class powered generated compatible tuned sized quality driven only series family equivalent "
    "scale inspired derived specific related ish tier grade adjacent level-performance"
)
"""`o1-level`, `Qwen-based`: said of something else."""
_OWNER = re.compile(r"(\w)['’]s(?= )")
_SCORE_BEHIND = re.compile(r"(?P<name>.*\S) (?:\d{2,3}\.\d{1,2}|\d\.\d\d)")
_NOUN_BEHIND = re.compile(r"(?P<name>.*\S) (?:scores?|accuracy|results?)")
_CAPITAL_LEFT = re.compile(r"(?<![\w.-])[A-Z][\w.]{1,30}[-‑]$")
_CAPITAL_RIGHT = re.compile(r"(?:[-‑][A-Z0-9]\w{0,20}){1,3}(?![\w-])")
_SERIES_BEHIND = re.compile(r" [A-Za-z]\d{1,2}(?:\.\d)?(?![\w.-])")
_NOUN_ENDING = re.compile(r"(?<=\w) (?:[Mm]odels?|LLMs?)$|[-‑](?:[Ll]evel|[Cc]lass|[Ss]tyle|[Ll]ike|[Bb]ased)$")
_UPDATE = re.compile(r" Small$")
_LINE_BEHIND = re.compile(
    r" (?:non-)?thinking(?= with| without| is| in| on|[.,;:)!]|$)|(?<=istral) (?:small|medium|large)(?![\w-])"
)
_VERSION_BEHIND = re.compile(r" v?0\.\d(?![\w%.])")
_GLUED_SIZE_BEHIND = re.compile(r" \d{1,3}[bB][aA]\d{1,2}[bB]?(?![\w-])")
_EFFORT_BEHIND = re.compile(
    r" (?:xhigh|High|Low|Minimal)(?![\w-]| school)|(?:(?<=mini)|(?<=PT-5)|(?<=PT‑5)) (?:high|low|medium)(?= in| on| is| was| with|$|[,.;)])"
)
_CATEGORY_BEHIND = re.compile(r": [A-Z]\w{2,20}(?=[,.;)]| and |$)")
_GUESSED = 0.8
"""Up to this confidence a model's name was told from its shape alone (`tracker.names.ModelName`)."""


def named(text: str, mentions: Sequence[Mention]) -> tuple[Piece, ...]:
    """The mentions as pieces, left to right. A metric's name that is an ordinary word ("score") stays a word, and so does
    a word of another kind before a size ("SOTA 7B"); what a hyphen joins to a model's name belongs to it.
    """
    kept = [
        mention
        for mention, after in zip(mentions, [*mentions[1:], None], strict=False)
        if not (_is_ordinary(mention) or _owns_path(text, mention, after))
    ]
    ends = [0, *(mention.end for mention in kept)]
    starts = [*(mention.start for mention in kept), len(text)]
    return tuple(_piece(text, mention, ends[i], starts[i + 1]) for i, mention in enumerate(kept))


def _is_ordinary(mention: Mention) -> bool:
    if mention.kind == "metric":
        return fold(mention.words) in lexicon.PLAIN_METRICS
    first = fold(mention.words).partition(" ")[0]
    guessed = mention.kind == "model" and mention.confidence <= _GUESSED and first != fold(mention.words)
    return guessed and (first in lexicon.NOT_NAMES or first.endswith("ly"))


def _owns_path(text: str, mention: Mention, after: Mention | None) -> bool:
    """The account in `Qwen/Qwen3-8B`."""
    joined = after is not None and mention.kind == after.kind == "model" and after.start == mention.end + 1
    return joined and text[mention.end] == "/" and not any(character.isdigit() for character in mention.words)


def _piece(text: str, mention: Mention, free_from: int, free_to: int) -> Piece:
    start, end = mention.start, mention.end
    if mention.kind == "model":
        end -= len(mention.words) - len(_NOUN_ENDING.sub("", mention.words))
        if text.startswith((" Update", " update"), end):
            end -= len(text[start:end]) - len(_UPDATE.sub("", text[start:end]))
        start, end = _joined_by_hyphens(text, start, end, free_from, free_to)
    elif mention.kind == "benchmark":
        start, end = _benchmark_span(text, mention, free_from, free_to)
    words = text[start:end]
    name = _OWNER.sub(r"\1", words) if mention.kind == "benchmark" else ""
    confidence = min(mention.confidence, 0.6) if mention.ambiguous else mention.confidence
    return Piece(Kind(mention.kind), words, fold(words), start, end, name=name, confidence=confidence)


def _benchmark_span(text: str, mention: Mention, free_from: int, free_to: int) -> tuple[int, int]:
    """Without a score behind the name ("MMLU 61.4") and the word "score"; with what hyphens join (`Video-MMMU`) and
    the category of an arena ("Code Arena: Frontend").
    """
    start, end = mention.start, mention.end
    for pattern in (_SCORE_BEHIND, _NOUN_BEHIND):
        if match := pattern.fullmatch(text[start:end]):
            end = start + len(match["name"])
    if start > free_from and text[start - 1] in "-‑" and (left := _CAPITAL_LEFT.search(text, free_from, start)):
        start = left.start()
    if match := _CAPITAL_RIGHT.match(text, end, free_to):
        end = match.end()
    if text[start:end].endswith("Arena") and (match := _CATEGORY_BEHIND.match(text, end, free_to)):
        end = match.end()
    return start, end


def _joined_by_hyphens(text: str, start: int, end: int, free_from: int, free_to: int) -> tuple[int, int]:
    if start > free_from and text[start - 1] in "-‑":
        left = _LEFT_OF_HYPHEN.search(text, max(free_from, start - 60), start)
        start = left.start() if left else start
    right = _RIGHT_OF_HYPHEN.match(text, end, free_to)
    if right and right["first"].casefold() not in _DESCRIBING:
        end = right.end()
    if not any(character.isdigit() for character in text[start:end]) and (
        match := _SERIES_BEHIND.match(text, end, free_to)
    ):
        end = match.end()
    if text[end - 1 : end] in "bB" and (match := _VERSION_BEHIND.match(text, end, free_to)):
        end = match.end()
    for pattern in (_GLUED_SIZE_BEHIND, _LINE_BEHIND, _EFFORT_BEHIND):
        if match := pattern.match(text, end, free_to):
            end = match.end()
    return start, end
