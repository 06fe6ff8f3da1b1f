"""Footnote marks, superscripts, pictures, arrows and percent signs of a label, apart from its words."""

from __future__ import annotations

import re

_FOOTNOTE = re.compile(
    r"\s?\[(?:\^([\w*†‡-]{1,24})|(\d{1,3}|[*†‡]))\]"
    r"|\s?\^\{\s?\(?(\d{1,2}(?:\s?,\s?\d{1,2}){0,4}|[*†‡§¶#,\s]{1,6}|[a-z])\)?\s?\}"
    r"|([†‡§¶∗＊※✝]+|(?<!\d)\*+|\*+(?![\dA-Za-z])|[¹²³⁴-⁹]+)"
    r"|(?<=\w)\^(\d?)(?=\s|$)"
)
_EMPTY_BRACKETS = re.compile(r"\(\s{0,3}\)|\[\s{0,3}\]|（\s{0,3}）")
_NESTED_SCRIPT = re.compile(r"[\^_]\{\s{0,3}([\^_]\{[^{}]{1,60}\})\s{0,3}\}")
_NOTE_SCRIPT = re.compile(r"[\^_]\{([^{}]{1,60})\}")
_PICTURES = re.compile("[\u2600-\u27bf\U0001f000-\U0001faff\u2b00-\u2bff\ufe0f\u200d]|:[a-z_]{3,30}:")
_ARROWS = re.compile(r"\s?[(（]\s?[↑↓⬆⬇▲▼△▽]\s?[)）]|,?\s?[↑↓⬆⬇▲▼△▽]")
_PERCENT = re.compile(r"[(（]\s?(?:in )?[%％]\s?[)）]|[%％]\s?$|\[[%％]\]|,\s?[%％](?=\))")
_SPACE = re.compile(r"[ \t\u00a0]+")


def _unwrapped(text: str) -> str:
    """A cell that is small print as a whole is no superscript: `^{Model ^{(note)}}`."""
    if text[:2] not in ("^{", "_{") or not text.endswith("}"):
        return text
    depth = 0
    for at, character in enumerate(text):
        depth += (character == "{") - (character == "}")
        if not depth and at and character == "}":
            return text[2:-1] if at == len(text) - 1 and len(text) > 6 else text
    return text


def _bracketed(match: re.Match[str]) -> str:
    return f" ({match[1].strip().removeprefix('(').removesuffix(')')})"


def without_marks(text: str) -> tuple[str, tuple[str, ...]]:
    """Footnote marks and pictures off; words in a superscript are a setting in brackets (`MMLU^{5-shot}`)."""
    marks: list[str] = []
    text = _unwrapped(text)

    def take(match: re.Match[str]) -> str:
        mark = next((group for group in match.groups() if group), match[0].strip())
        marks.extend(part for part in re.split(r"[,\s]+", mark) if part)
        return " "

    plain = _FOOTNOTE.sub(take, _NESTED_SCRIPT.sub(r"\1", text))
    plain = _NOTE_SCRIPT.sub(_bracketed, plain)
    plain = _EMPTY_BRACKETS.sub(" ", _PICTURES.sub(" ", plain))
    return plain.strip(), tuple(marks)


def without_presentation(words: str) -> tuple[str, bool]:
    """The words without arrows and percent signs, on one line; and whether a percent sign was there."""
    words = _EMPTY_BRACKETS.sub(" ", _ARROWS.sub("", words))
    percent = _PERCENT.search(words) is not None
    return _SPACE.sub(" ", _PERCENT.sub(" ", words)).strip(" :：-–|,"), percent
