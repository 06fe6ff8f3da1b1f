"""How two spellings of one name become equal, and which never do.

Letter case, spaces, hyphens and underscores do not tell names apart; digits, `+` and a point between digits do.
Letters of different scripts stay different: `GPТ-4o` with a Cyrillic Т is not `GPT-4o`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_INVISIBLE = dict.fromkeys(
    [0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFE0E, 0xFE0F, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)
_DASHES = dict.fromkeys([*range(0x2010, 0x2016), 0x2212, 0xFE58, 0xFE63, 0xFF0D], "-")
_MARKS = re.compile(r"[*†‡§¶`^]+|\[\d{1,3}\]")
_ASCII_MARK = re.compile(r"[*`^\[{]")
# Superscripts and subscripts as the parsers write them: a footnote's number goes, words stay.
_RAISED_NUMBER = re.compile(r"[\^_]\{[\d,\s*†‡§]{0,8}\}")
_RAISED = re.compile(r"[\^_]\{([^{}]{0,80})\}")
_TIMES = re.compile(r"(?<=\d)\*(?=\d{1,3}[bB])")  # 8*7B
# A separator between two digits is part of the name ("Llama 3 8B" is not "Llama 38B"), elsewhere it is not.
_DIGIT_GAP = re.compile(r"(?<=\d)[\s\-_/:,()]+(?=\d)")
_DROP = re.compile(r"[\s\-_/:,()'’\"“”\[\]{}|!?;]+|(?<!\d)\.|\.(?!\d)")
_GREEK_SYMBOLS = frozenset("τμµΔδλσαβ∞∆")


@lru_cache(maxsize=16384)
def clean(words: str) -> str:
    """The words as a reader sees them: NFKC, one kind of dash, no pictures, invisible characters, marks or runs of space."""
    text = words
    if text.isascii() and not _ASCII_MARK.search(text):
        return " ".join(text.split())
    if not text.isascii():
        plain = "".join(
            " " if unicodedata.category(letter) == "So" else letter for letter in text.translate(_INVISIBLE)
        )
        text = unicodedata.normalize("NFKC", plain).translate(_DASHES)
    if "{" in text:
        text = _RAISED.sub(r" \1 ", _RAISED.sub(r" \1 ", _RAISED_NUMBER.sub("", text)))
    if "*" in text:
        text = _TIMES.sub("x", text)
    return " ".join(_MARKS.sub("", text).split())


@lru_cache(maxsize=65536)
def name_key(words: str) -> str:
    """The key that equal names share: `MMLU-Pro`, `mmlu_pro` and `MMLU PRO` are `mmlupro`; `Llama 3 8B` is `llama3-8b`."""
    folded = clean(words).casefold()
    if folded.isalnum():
        return folded
    return _DROP.sub("", _DIGIT_GAP.sub("\x00", folded)).replace("\x00", "-").strip("-")


def mixed_script(words: str) -> bool:
    """Whether a single word mixes Latin with Cyrillic, Greek or Armenian letters, as homoglyph spellings do.

    Lone Greek letters in use as symbols (`τ-bench`) and a script change between words are ordinary.
    """
    if words.isascii():
        return False
    for word in re.split(r"[^\w]+|_", clean(words)):
        scripts = {_script(letter) for letter in word if letter.isalpha() and letter not in _GREEK_SYMBOLS}
        if "latin" in scripts and scripts & {"cyrillic", "greek", "armenian", "cherokee"}:
            return True
    return False


def _script(letter: str) -> str:
    name = unicodedata.name(letter, "")
    return name.split(" ", 1)[0].casefold()


_SPREAD = re.compile(r"(?P<first>[A-Z][A-Za-z0-9]{1,24}?)(?P<last>Bench|Eval|QA|Vista)(?P<rest>(?:[ -].{1,20})?)")
_ANY_SUBJECT = frozenset(
    [
        "character",
        "class",
        "co",
        "count",
        "debug",
        "edit",
        "emo",
        "fair",
        "finance",
        "geo",
        "head",
        "health",
        "if",
        "in",
        "law",
        "legal",
        "long",
        "math",
        "med",
        "mine",
        "needle",
        "news",
        "next",
        "office",
        "paper",
        "person",
        "plot",
        "poker",
        "pop",
        "process",
        "proto",
        "pub",
        "reward",
        "role",
        "safety",
        "sci",
        "seal",
        "search",
        "stack",
        "sys",
        "table",
        "tool",
        "tree",
        "triton",
        "tv",
        "vita",
        "voice",
        "web",
        "wiki",
        "writing",
        "zero",
    ]
)
"""Words that make no name with "bench" and "QA" ("the math bench people")."""
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def spread_out(name: str) -> str:
    """A benchmark's name as people type it with spaces ("LiveBench": "Live Bench"); empty where none stands inside."""
    match = _SPREAD.fullmatch(name)
    if match is None or (match["last"] != "Vista" and match["first"].casefold() in _ANY_SUBJECT):
        return ""
    return f"{_CAMEL.sub(' ', match['first'])} {match['last']}{match['rest']}"
