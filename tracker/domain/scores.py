r"""The score grammar: what a table cell must look like to be a score, and what the number in it is.

::

    cell   = line | stack                       stack = lines of a cell, each a score of its own
    line   = [~] score tail*                    or several of them: 82.9/74.0   82.9 | 74.0   91.2, 80.1   91.2 80.1
    score  = 73.4   .905   07.6   1,287   73.4%   81,48% (decimal comma: only where it can be nothing else)
    tail   = uncertainty  ± 0.2   (±0.2)   _{0.04}
           | change       (+1.1)   +1.1   ↑   (↑ 2.0)            dropped
           | rank, medal  (#1)   (2nd)   🥇                       dropped
           | marks        *  †  ‡  ^{1}  [2]                      kept as marks
           | note         (5-shot)   (report)   A   pass@1        kept as notes

Strict on purpose: ASCII digits only, no exponents, no `1_000`, no `nan`; what could be read in two ways (`85,3`,
`1.234,5`, a range, a date, a quantity with a unit) is no score. Digits are kept as written: `73.40` stays `73.40`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal, TypeAlias

from tracker.domain.claims import Score

Joint: TypeAlias = Literal["", "/", ",", "(", "\n"]

LONGEST_CELL = 160
"""Longer cells are prose; no score with all its tails comes near (longest seen: 46 characters)."""


@dataclass(frozen=True, slots=True)
class ParsedCell:
    """What a cell says. `joint` is what stands between several scores (`(`: the second is in brackets after the first);
    a part may be blank (`78.2 / -`), but not all of them.

    `ratio` is set where `k/n` may also be "k of n" (4/30 problems solved); the scores are then the two numbers, and the
    table has to decide. `marks` are footnote marks without their markup, `notes` words that came with the number.
    """

    parts: tuple[Score | None, ...]
    joint: Joint = ""
    marks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    ratio: tuple[int, int] | None = None

    @property
    def scores(self) -> tuple[Score, ...]:
        return tuple(part for part in self.parts if part is not None)


_BLANK_SIGNS = "- -- --- – — − −− / \\ . .. ... … ? ?? * × x ✗ ✘ ❌"
_BLANK_WORDS = "n/a na n.a. n.a n\\a n/r tbd tba tbc none null nil nan oom pending unknown skip failed timeout"
_BLANK_CHINESE = "无 暂无 待定 未公布 未知"
_BLANKS = frozenset(f"{_BLANK_SIGNS} {_BLANK_WORDS} {_BLANK_CHINESE}".split())

_DIGITS = r"(?:\d{1,3}(?:,\d{3}){1,3}(?:\.\d{1,20})?|\d{1,9}(?:\.\d{1,20})?|\.\d{1,20})"
_NUMBER = re.compile(rf"[-−]?{_DIGITS}(?![\d_.,]*\d)", re.ASCII)
_COMMA_NUMBER = re.compile(r"[-−]?\d{1,3},\d{1,2}(?![\d_.,]*\d)", re.ASCII)
_PLAIN = re.compile(r"\d{1,5}(?:\.\d{1,8})?", re.ASCII)
_SIGNED = rf"[-+−–±]\s?{_DIGITS}"

_SPACE = re.compile(r"\s+")
_PERCENT = re.compile(r"\s?[%％]")
_UNCERTAINTY = re.compile(rf"(?:±|\+/-|\+-|∓)\s?({_DIGITS})(\s?[%％])?(?!\s?/)", re.ASCII)
_ASYMMETRIC = re.compile(rf"\+\s?({_DIGITS})\s?/\s?[-−–]\s?({_DIGITS})", re.ASCII)
_CHANGE = re.compile(rf"(?:{_SIGNED}|[↑↓▲▼⬆⬇🔺🔻]\s?[-+−]?\s?{_DIGITS})\s?(?:[%％]|pp|pts?|points)?(?!\w)", re.ASCII)
_ARROWS = re.compile(r"[↑↓▲▼△▽⬆⬇🔺🔻\ufe0f]")
_SCRIPT = re.compile(r"([\^_])\{([^{}]{0,40})\}")
_BRACKETS = re.compile(r"[（(]([^()（）]{0,60})[）)]|\[([^\[\]]{0,40})\]")
_MARKS = re.compile(r"[*†‡§¶#∗＊※✝◇♦♠♣⋆★☆^]+|[¹²³⁴-⁹ᵃᵇᶜ]+|\\[*]")
_GRADE = re.compile(r"[A-F][+-]?(?![\w])")
_UNIT = re.compile(r"(elo|points?|pts)\b\.?", re.IGNORECASE)
_WORDS = re.compile(
    r"(?:\d{1,2}[- ]?shots?|cot|acc|em|f1|bleu|pass@\d+|maj@\d+|cons@\d+|avg@\d+|best@\d+)(?![\w@])", re.IGNORECASE
)
_QUANTITY = re.compile(
    rf"{_DIGITS}\s?(?:[x×]|[kKmMbBgGtT]i?[bB]?|ms|s|sec|h|hrs?|min|tok|tokens?|tps|t/s|gpus?|\$|€|usd|w|kwh)\b"
    r"|[x×]\s?\d|[$€£¥]\s?\d|\d\s?[x×](?!\w)",
    re.IGNORECASE | re.ASCII,
)
_RANK = re.compile(r"#\s?\d{1,3}|(?:rank\s?)?\d{1,3}(?:st|nd|rd|th)|rank\s?\d{1,3}|top[- ]?\d{1,3}", re.IGNORECASE)
_FOOTNOTE = re.compile(r"\^?\d{1,3}|\^?[a-z]|[*†‡§¶]+", re.IGNORECASE)
_INTERVAL = re.compile(rf"[-−]?{_DIGITS}\s?[%％]?\s?(?:,|;|-|–|—|to|~)\s?[-−]?{_DIGITS}\s?[%％]?", re.ASCII)
_LATEX = re.compile(r"\\(?:textbf|mathbf|underline|textit|text|mathrm|emph)\s?\{([^{}]{0,40})\}")
_OPENING = re.compile(r"[~≈∼]\s?")


def is_blank(text: str) -> bool:
    """Whether a cell says "no value here": empty, a dash, N/A, TBD."""
    stripped = text.strip().strip("`*_").strip()
    return not stripped or stripped.casefold() in _BLANKS


def parse_score(text: str, *, decimal_comma: bool = False) -> ParsedCell | None:
    """Read a cell; `None` when it is no score, or could be read in two ways.

    `decimal_comma` says that the table is known to write `85,3` for 85.3.
    """
    if _PLAIN.fullmatch(text):
        return ParsedCell((Score(text, Decimal(text)),))
    if len(text) > LONGEST_CELL:
        return None
    clean = _unstyled(text)
    if not clean:
        return None
    if "\n" not in clean:
        return _line(clean, decimal_comma)
    spaced = _SPACE.sub(" ", clean)
    return _single(spaced, decimal_comma) or _stack(clean, decimal_comma) or _several(spaced, decimal_comma)


def _unstyled(text: str) -> str:
    """Emphasis, code marks and LaTeX around the number off; a trailing star is a footnote mark and stays."""
    clean = text.strip()
    while clean[:1] in "*_`$" and clean[:1]:
        mark = clean[0]
        length = len(clean) - len(clean.lstrip(mark))
        if not clean.endswith(mark * length) or len(clean) < 2 * length + 1:
            break
        clean = clean[length : len(clean) - length].strip()
    if "\\" in clean:
        clean = _LATEX.sub(r"\1", clean).replace("\\pm", "±").replace("\\%", "%").replace("\\*", "*")
        clean = clean.replace("\\uparrow", "↑").replace("\\downarrow", "↓").replace("$", "").strip()
    if clean.startswith("**") and (end := clean.find("**", 2)) > 2:
        clean = clean[2:end] + clean[end + 2 :]  # a footnote mark after the bold number
    if clean.startswith("~~"):
        return ""  # struck out: no longer said
    return clean


def _stack(text: str, decimal_comma: bool) -> ParsedCell | None:
    return _joined([line.strip() for line in text.split("\n") if line.strip()], "\n", decimal_comma)


def _joined(parts: list[str], joint: Joint, decimal_comma: bool) -> ParsedCell | None:
    cells: list[ParsedCell | None] = []
    for part in parts:
        cell = None if is_blank(part) else _single(part, decimal_comma)
        if (cell is None and not is_blank(part)) or (cell is not None and len(cell.parts) != 1):
            return None
        cells.append(cell)
    known = [cell for cell in cells if cell is not None]
    if not known or not 2 <= len(cells) <= 6:
        return None
    marks = tuple(mark for cell in known for mark in cell.marks)
    notes = tuple(note for cell in known for note in cell.notes)
    return ParsedCell(tuple(cell.parts[0] if cell else None for cell in cells), joint, marks, notes)


def _line(text: str, decimal_comma: bool) -> ParsedCell | None:
    return _single(text, decimal_comma) or _several(text, decimal_comma)


def _several(text: str, decimal_comma: bool) -> ParsedCell | None:
    """`82.9/74.0`, `82.9 | 74.0`, `82.9, 74.0`, `82.9 74.0` (a space and decimals on both sides: nothing else it could be)."""
    joint: Joint = "/"
    if "/" in text:
        parts = re.split(r"(?<![NnAa])/(?![Aa]\b)", text)
    elif "|" in text:
        parts = text.split("|")
    elif " " in text and text.count(".") >= 2:
        parts, joint = re.split(r"[,;]?\s+", text), ","
        if not all("." in part for part in parts):
            return None
    else:
        return None
    cell = _joined([part.strip() for part in parts], joint, decimal_comma)
    if cell is None or _is_date(cell.scores):
        return None
    return replace(cell, ratio=_ratio(cell.scores))


def _is_date(scores: tuple[Score, ...]) -> bool:
    first, *others = (score.text for score in scores)
    return len(first) == 4 and first.startswith(("19", "20")) and all(len(o) <= 2 and o.isdigit() for o in others)


def _ratio(scores: tuple[Score, ...]) -> tuple[int, int] | None:
    if len(scores) != 2 or any(not score.text.isdigit() for score in scores):
        return None
    part, whole = int(scores[0].text), int(scores[1].text)
    return (part, whole) if 0 <= part <= whole and whole > 0 else None


def _single(text: str, decimal_comma: bool) -> ParsedCell | None:
    start = _skip_opening(text)
    marks: list[str] = []
    if (opening := _MARKS.match(text, start)) and opening.end() < len(text) and opening[0] != "#":
        marks.append(opening[0])
        start = opening.end()
    number = _number(text, start, decimal_comma)
    if number is None:
        return None
    value, end = number
    tail = _Tail(marks, decimals=value != value.to_integral_value())
    position: int | None = end
    while position is not None and position < len(text):
        position = tail.read(text, position)
    if position is None:
        return None
    score = Score(text[start:].strip(), value, tail.unit, tail.uncertainty)
    if tail.second is not None:
        return ParsedCell((score, tail.second), "(", tuple(tail.marks), tuple(tail.notes))
    return ParsedCell((score,), "", tuple(tail.marks), tuple(tail.notes))


def _skip_opening(text: str) -> int:
    """Medals and other pictures before the number, and a tilde."""
    position = 0
    while position < len(text) and (unicodedata.category(text[position]) == "So" or text[position] in " \ufe0f"):
        position += 1
    if match := _OPENING.match(text, position):
        position = match.end()
    return position


def _number(text: str, start: int, decimal_comma: bool) -> tuple[Decimal, int] | None:
    if match := _COMMA_NUMBER.match(text, start):
        certain = decimal_comma or _PERCENT.match(text, match.end())
        return (Decimal(match[0].replace(",", ".").replace("−", "-")), match.end()) if certain else None
    if match := _NUMBER.match(text, start):
        return Decimal(match[0].replace(",", "").replace("−", "-")), match.end()
    return None


def _is_minus(text: str, at: int) -> bool:
    """`85.2 -0.5` is a change; `85-90` and `85 - 90` are ranges, which nobody can read as one score."""
    return text[at - 1] in " %％" and text[at] != "–" and text[at + 1 : at + 2].isdigit()


class _Tail:
    """Reads what follows the number, piece by piece; `None` from `read` means that the cell is no score."""

    def __init__(self, marks: list[str], *, decimals: bool) -> None:
        self.marks = marks
        self.decimals = decimals
        self.notes: list[str] = []
        self.unit: str | None = None
        self.uncertainty: Decimal | None = None
        self.second: Score | None = None

    def read(self, text: str, at: int) -> int | None:
        if match := _SPACE.match(text, at):
            return match.end()
        if match := _PERCENT.match(text, at):
            self.unit = "percent"
            return match.end()
        if match := _ASYMMETRIC.match(text, at):
            self._spread(match[1], match[2])
            return match.end()
        if match := _UNCERTAINTY.match(text, at):
            self._spread(match[1])
            self.unit = "percent" if match[2] else self.unit  # `73.4 ± 0.2 %`
            return match.end()
        if match := _SCRIPT.match(text, at):
            return match.end() if self._script(match[1], match[2].strip()) else None
        if match := _BRACKETS.match(text, at):
            inside = match[1] if match[1] is not None else match[2]
            return match.end() if self._brackets(inside.strip(), square=match[1] is None) else None
        if (match := _CHANGE.match(text, at)) or (match := _ARROWS.match(text, at)):
            return match.end() if text[at] not in "-−–" or _is_minus(text, at) else None
        return self._word(text, at)

    def _spread(self, *numbers: str) -> None:
        self.uncertainty = max(Decimal(number.replace(",", "")) for number in numbers)

    def _word(self, text: str, at: int) -> int | None:
        if match := _MARKS.match(text, at):
            self.marks.append(match[0].removeprefix("\\"))
            return match.end()
        if match := _UNIT.match(text, at):
            self.unit = "elo" if match[1].casefold() == "elo" else "points"
            return match.end()
        if (match := _WORDS.match(text, at)) or (text[at - 1] in " %" and (match := _GRADE.match(text, at))):
            self.notes.append(match[0])
            return match.end()
        if unicodedata.category(text[at]) in ("So", "Mn") or text[at] == "\ufe0f":
            return at + 1
        return len(text) if text[at:] == "." else None

    def _script(self, kind: str, inside: str) -> bool:
        bare = inside.strip("()").strip()
        if match := _UNCERTAINTY.fullmatch(bare):
            self._spread(match[1])
        elif _CHANGE.fullmatch(bare) or _ARROWS.fullmatch(bare):
            pass
        elif kind == "_" and "." in bare and _NUMBER.fullmatch(bare.rstrip("%")):
            self._spread(bare.rstrip("%"))
        elif len(inside) <= 12 and not _QUANTITY.fullmatch(bare):
            self.marks.append(inside)
        else:
            self.notes.append(inside)
        return True

    def _brackets(self, inside: str, *, square: bool) -> bool:
        if match := _UNCERTAINTY.fullmatch(inside):
            self._spread(match[1])
        elif match := _ASYMMETRIC.fullmatch(inside):
            self._spread(match[1], match[2])
        elif _INTERVAL.fullmatch(inside) or _CHANGE.fullmatch(inside) or _RANK.fullmatch(inside):
            pass
        elif square and _FOOTNOTE.fullmatch(inside):
            self.marks.append(inside.removeprefix("^"))
        elif _QUANTITY.search(inside):
            return False  # `50.2 (2.6x)`, `8.1 (12 GB)`: a speed or a size
        elif self.decimals and inside.isdigit() and len(inside) <= 2:
            self.notes.append(inside)  # `85.2 (3)`: a rank or a footnote, no second score
        elif (parsed := _single(inside, decimal_comma=False)) and len(parsed.scores) == 1 and not square:
            self.second = self.second or parsed.scores[0]
            self.marks.extend(parsed.marks)
        else:
            self.notes.append(inside)
        return True
