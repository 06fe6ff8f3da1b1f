"""What extraction reads on a page: claims, comparisons and facts, each with its proof."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Literal, TypeAlias

Variant: TypeAlias = Literal["base", "instruct"]


class EvidenceKind(StrEnum):
    TABLE = "table"
    PROSE = "prose"
    DATA = "data"
    PICTURE = "picture"


_DATA = EvidenceKind.DATA


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where in the snapshot a claim stands. `locator` alone is enough to find it again:
    `table[2]/row[4]/col[3]`, `drawn[0]/row[1]/col[1]`, `text[120:161]` (span in `Page.text`), `data[front-matter]/a/0/b`.
    """

    kind: EvidenceKind
    locator: str
    table: int | None = None
    row: int | None = None
    col: int | None = None
    start: int | None = None
    end: int | None = None

    @classmethod
    def cell(cls, place: str, row: int, col: int) -> Evidence:
        """`place` is `Table.place`; a drawn table has no number among the document's tables."""
        number = int(place[6:-1]) if place.startswith("table[") else None
        return cls(EvidenceKind.TABLE, f"{place}/row[{row}]/col[{col}]", table=number, row=row, col=col)

    @classmethod
    def span(cls, start: int, end: int) -> Evidence:
        return cls(EvidenceKind.PROSE, f"text[{start}:{end}]", start=start, end=end)

    @classmethod
    def record(cls, pointer: str, path: str) -> Evidence:
        """`path` is a JSON pointer (RFC 6901) in the data block named `pointer`."""
        return cls(EvidenceKind.DATA, f"data[{pointer}]{path}")


@dataclass(frozen=True, slots=True)
class Setting:
    """How a score was obtained, as far as the document says; `None` is "not said" and equals nothing.

    `shots` is a number or a range as written (`"5"`, `"3-5"`). `extra` holds whatever else tells two claims of one
    document apart (split, tools, effort, harness, language, context length): sorted (name, words) pairs.
    """

    shots: str | None = None
    cot: bool | None = None
    variant: Variant | None = None
    extra: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """A number as the document writes it. `text` is the lexeme with its marks; `value` keeps its digits (`73.40`).

    `unit`: `percent` (a sign or the header says so), `fraction`, `elo`, `points`, … or `None` where nothing tells.
    """

    text: str
    value: Decimal
    unit: str | None = None
    uncertainty: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """One reported score. `model`, `benchmark` and `metric` are the document's own words, joined as a reader would
    (family from a super-header with the size below it), without settings, marks and footnotes.

    `context` is the caption or heading that tells this claim from another one with the same words (usually empty).
    `relayed` is true when the document says that the number is somebody else's report.
    """

    model: str
    benchmark: str
    score: Score
    evidence: Evidence
    quote: str
    metric: str | None = None
    setting: Setting = field(default_factory=Setting)
    context: str = ""
    relayed: bool = False
    confidence: float = 1.0

    @property
    def key(self) -> ClaimKey:
        """A model's name is told by its letters and separators (`Nova-2` and `Nova 2` may be two rows of one table), the
        other words by their letters alone. In a data file it is an identifier, which nobody restyles: case counts too.
        """
        return self.keyed[0]

    @property
    def keyed(self) -> tuple[ClaimKey, str]:
        """The key and its text, remembered: they are asked for every claim of every reading."""
        said = self.setting
        return _keyed(
            self.evidence.kind is _DATA,
            self.model,
            self.benchmark,
            self.metric,
            said.shots,
            said.cot,
            said.variant,
            said.extra,
            self.context,
        )


@dataclass(frozen=True, slots=True)
class ClaimKey:
    """What tells two claims of one document apart: folded words and the setting; never a position."""

    model: str
    benchmark: str
    metric: str
    setting: Setting
    context: str = ""

    @property
    def text(self) -> str:
        """A stable one-line form, the key's identity in storage."""
        setting = self.setting
        extra = ";".join(f"{name}={words}" for name, words in setting.extra)
        cot = "" if setting.cot is None else str(setting.cot).lower()
        parts = (self.model, self.benchmark, self.metric, setting.shots or "", cot, setting.variant or "", extra)
        return "\x1f".join((*parts, self.context))


@lru_cache(maxsize=16384)
def _keyed(  # flat: hashing its arguments is what it costs
    identifier: bool,
    model: str,
    benchmark: str,
    metric: str | None,
    shots: str | None,
    cot: bool | None,
    variant: Variant | None,
    extra: tuple[tuple[str, str], ...],
    context: str,
) -> tuple[ClaimKey, str]:
    key = ClaimKey(
        " ".join(model.split()) if identifier else typed_words(model).casefold(),
        fold_words(benchmark),
        fold_words(metric or ""),
        Setting(shots, cot, variant, extra),
        fold_words(context),
    )
    return key, key.text


Relation: TypeAlias = Literal[">", "<", "=", ">="]
Hedge: TypeAlias = Literal["rumour", "could", "expected"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One sentence's word about two models on one benchmark (`None`: overall, or an unnamed set)."""

    left: str
    relation: Relation
    right: str
    benchmark: str | None
    evidence: Evidence
    quote: str
    margin: Decimal | None = None
    margin_unit: str | None = None
    hedge: Hedge | None = None
    negated: bool = False
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Fact:
    """Something said about a model that is no score: `what` is `parameters`, `status`, `context` or `release_date`."""

    model: str
    what: str
    value: str
    evidence: Evidence
    quote: str
    hedge: Hedge | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that one extractor version found on one page."""

    claims: tuple[Claim, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    facts: tuple[Fact, ...] = ()
    complete: bool = True
    notes: tuple[str, ...] = ()


_INVISIBLE = dict.fromkeys(
    [0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)
_DASHES = dict.fromkeys(range(0x2010, 0x2016), "-") | {0x2212: "-"}
_SEPARATORS = re.compile(r"[\s_\-/]+")
_BRACKETS = ("(", " ("), (")", ") "), ("( ", "("), (" )", ")")
_MARKS = re.compile(r"[*†‡§¶`]+")


@lru_cache(maxsize=16384)
def fold_words(words: str) -> str:
    """Words without their style: NFKC, case folded, invisible characters and emphasis off, runs of space, hyphen, `_` and
    `/` one space, a bracket with a space outside and none inside. Every other difference stays visible.
    """
    folded = _SEPARATORS.sub(" ", typed_words(words).casefold())
    if "(" in folded or ")" in folded:
        for sloppy, tidy in _BRACKETS:
            folded = folded.replace(sloppy, tidy)
        folded = " ".join(folded.split())
    return folded.strip()


@lru_cache(maxsize=16384)
def typed_words(words: str) -> str:
    """Words as their author typed them: NFKC, invisible characters and emphasis off, dashes one dash, white space one
    space; case and separators stay.
    """
    text = unicodedata.normalize("NFKC", words.translate(_INVISIBLE)).translate(_DASHES)
    return " ".join(_MARKS.sub(" ", text).split())
