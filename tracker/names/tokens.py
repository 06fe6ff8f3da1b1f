"""The parts that model names are made of: sizes, versions, dates, quantisations. Patterns only, no registry."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SEPARATED = re.compile(r"[^\s\-_/:,()\[\]|~]+")

SIZE = re.compile(r"(?:\d{1,3}x)?\d{1,4}(?:\.\d{1,2})?(?:b|bn|m)|\d(?:\.\d{1,2})?t|e\d{1,2}b", re.IGNORECASE)
ACTIVE = re.compile(r"a\d{1,3}(?:\.\d{1,2})?b|a\d{1,2}", re.IGNORECASE)
EXPERTS = re.compile(r"\d{1,3}e", re.IGNORECASE)
CONTEXT = re.compile(r"\d{1,4}k|[1-9]0?m", re.IGNORECASE)
VERSION = re.compile(r"v?\d{1,3}(?:\.\d{1,3}){0,2}[a-z]?", re.IGNORECASE)
TAIL_VERSION = re.compile(r"v\d{1,3}(?:\.\d{1,3}){0,2}", re.IGNORECASE)
SHORT_DATE = re.compile(
    r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|2[2-9](?:0[1-9]|1[0-2])|2[2-9](?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
)
HEAD_AND_VERSION = re.compile(r"([^\W\d_]+(?:\.[^\W\d_]+){0,2})(\d.*)")

_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec"
_LONG_DATE = re.compile(
    r"(?<![\w.])(?:"
    r"20[1-4]\d[\-/.](?:0[1-9]|1[0-2])[\-/.](?:0[1-9]|[12]\d|3[01])"  # 2024-08-06
    r"|20[1-4]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"  # 20241022
    r"|20[1-4]\d(?:0[1-9]|1[0-2])"  # 202404
    r"|20[1-4]\d-(?:0[1-9]|1[0-2])"  # 2025-07
    r"|(?:0[1-9]|1[0-2])-20[1-4]\d"  # 08-2024
    r"|(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"  # 05-06
    r"|(?:" + _MONTHS + r")[a-z]{0,6}\.? (?:\d{1,2},? )?(?:20[1-4]\d|'?2\d)"  # Nov 2023
    r")(?![\w])",
    re.IGNORECASE,
)
_QUANTISATION = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"(?:ud[\-_])?i?q[1-8](?:[_\-](?:k|[01]|nl|xxs|xs|s|m|l))(?:[_\-](?:xxs|xs|s|m|l|xl))?"  # UD-Q4_K_XL, IQ2_XXS, q8_0
    r"|(?:ud[\-_])?i?q[1-8]"
    r"|(?:bnb|gptq|awq|mlx|hqq|exl[23])?[\-_]?(?:[1-8](?:\.\d{1,2})?)[\-_ ]?bits?"  # bnb-4bit, 4-bit
    r"|(?:exl[23][\-_ ])?\d(?:\.\d{1,3})?[\-_ ]?bpw"
    r"|(?:nv|mx)?(?:fp|int|nf|bf|w)(?:4|6|8|16|32)(?:[\-_]?(?:dynamic|static|block|e4m3|e5m2|torchao))?"
    r"|w[48]a(?:4|8|16)"
    r"|f(?:16|32)"
    r")(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_DECIMAL_MARKS = re.compile(
    r"(?<=\d)p(?=\d[bmt]?(?![\w.]))|(?:(?<=[\s\-vV]\d)|(?<=^\d)|(?<=[A-Za-z]{3}\d))_(?=\d[bmt]?(?![\w.]))",
    re.IGNORECASE,
)

_NEGATED = re.compile(r"(?<![A-Za-z])non[\-_ ](thinking|reasoning)(?![A-Za-z])", re.IGNORECASE)
_HYPHENED_VERSION = re.compile(r"(?<=[A-Za-z]-)([1-9])-(\d)(?=-|$)")


@dataclass(frozen=True, slots=True)
class Token:
    """A part of a name, and where it stands in the words it was taken from."""

    text: str
    start: int
    end: int

    @property
    def low(self) -> str:
        return self.text.casefold()


def split_tokens(text: str, start: int = 0) -> list[Token]:
    return [Token(found[0], found.start(), found.end()) for found in _SEPARATED.finditer(text, start)]


def take_quantisations(text: str) -> tuple[str, list[str]]:
    """The words without number formats, and those formats as usually written (`Q4_K_M`, `FP8`, `4bit`, `Int4`)."""
    found = [_spell_quantisation(match[0]) for match in _QUANTISATION.finditer(text)]
    return (_QUANTISATION.sub(" ", text), found) if found else (text, found)


def _spell_quantisation(written: str) -> str:
    bits = re.fullmatch(r"(.*?)[\-_ ]?(\d(?:\.\d+)?)[\-_ ]?bits?", written, re.IGNORECASE)
    if bits:
        prefix = bits[1].strip("-_ ").upper()
        return f"{prefix}-{bits[2]}bit" if prefix else f"{bits[2]}bit"
    if written.casefold().endswith("bpw"):
        return re.sub(r"[\-_ ]", "", written).casefold()
    return written.upper().replace("-", "_") if "q" in written.casefold() else written.upper()


def take_dates(text: str) -> tuple[str, list[str]]:
    """The words without full dates, and those dates, eight digits as `2024-10-22`."""
    found = [_spell_date(match[0]) for match in _LONG_DATE.finditer(text)]
    return (_LONG_DATE.sub(" ", text), found) if found else (text, found)


def _spell_date(written: str) -> str:
    if len(written) == 8 and written.isdigit():
        return f"{written[:4]}-{written[4:6]}-{written[6:]}"
    return written.replace("/", "-").replace(".", "-") if written[:1].isdigit() else written


def plain_decimals(text: str) -> str:
    """`1_8B`, `m2p5` and `claude-3-5-haiku` with the decimal point that file names avoid; `non-thinking` one word."""
    if "non" in text.casefold():
        text = _NEGATED.sub(r"non\1", text)
    return _HYPHENED_VERSION.sub(r"\1.\2", _DECIMAL_MARKS.sub(".", text)) if any(map(str.isdigit, text)) else text


def spell_size(written: str) -> str:
    """`8x7b` → `8x7B`, `e4b` → `E4B`, `350m` → `350M`, `7bn` → `7B`."""
    return written.upper().replace("X", "x").replace("BN", "B")


def spell_version(written: str) -> tuple[str, bool]:
    """The version without its `v`, and whether it had one: `V0.2` → (`0.2`, True), `4V` → (`4V`, False)."""
    has_v = written[:1] in "vV"
    number = written[1:] if has_v else written
    return (number[:-1] + "V" if number[-1:] == "v" else number.casefold() if number[-1:] != "V" else number), has_v
