"""The numbers of a sentence and what each one is: a score, a margin, or a quantity that is no score."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from tracker.extraction.prose import lexicon
from tracker.extraction.prose.pieces import Kind, Piece


class Use(StrEnum):
    SCORE = "score"
    MARGIN = "margin"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its unit: pieces `first` to `last`. `plain` is a whole number without any unit, the weakest sign
    of a score. `metric` is the metric said right behind it ("79.9 pass@1").
    """

    first: int
    last: int
    value: Decimal
    text: str
    use: Use
    unit: str | None = None
    metric: str | None = None

    @property
    def plain(self) -> bool:
        return self.unit is None and "." not in self.text


def figures(pieces: Sequence[Piece]) -> tuple[Figure, ...]:
    found: list[Figure] = []
    for figure in _Scan(pieces).figures():
        follows = found and found[-1].use is Use.MARGIN and _joins(pieces, found[-1].last + 1, figure.first)
        found.append(replace(figure, use=Use.MARGIN) if follows and figure.use is Use.SCORE else figure)
    for i in range(len(found) - 2, -1, -1):  # "5.4, 5.0 and 6.3 points improvement"
        leads = found[i + 1].use is Use.MARGIN and _joins(pieces, found[i].last + 1, found[i + 1].first)
        if leads and found[i].use is Use.SCORE:
            found[i] = replace(found[i], use=Use.MARGIN)
    return tuple(found)


def _joins(pieces: Sequence[Piece], start: int, end: int) -> bool:
    """`by 7.9%, 9.3% and 10.8%`: what one number of a row is, all are."""
    return 0 < end - start <= 2 and all(piece.low in (",", "and", "&", "/") for piece in pieces[start:end])


_POINTS = lexicon.words("points point pts pt pp 分 个")
_ELO = frozenset(("elo",))
_SMALL_TOTALS = frozenset((10, 100, 1000))


class _Scan:
    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.pieces = pieces

    def figures(self) -> Iterator[Figure]:
        at = 0
        while at < len(self.pieces):
            if self.pieces[at].kind is Kind.NUMBER:
                figure = self._figure(at)
                yield figure
                at = figure.last
            at += 1

    def low(self, at: int) -> str:
        return self.pieces[at].low if 0 <= at < len(self.pieces) else ""

    def touches(self, at: int) -> bool:
        """Whether piece `at` stands without a space after the piece before it."""
        return 0 < at < len(self.pieces) and self.pieces[at].start == self.pieces[at - 1].end

    def _figure(self, at: int) -> Figure:
        piece = self.pieces[at]
        last, unit, metric = at, None, None
        if self.low(at + 1) == "%" or (
            self.low(at + 1) in ("percent", "percentage") and self.low(at + 2) not in _POINTS
        ):
            last, unit = at + 1, "percent"
        elif self.low(at + 1) == "percentage" or self.low(at + 1) in _POINTS:
            last, unit = at + 1 + (self.low(at + 1) == "percentage"), "points"
        total = self._total(at)
        if total:
            last = total
        if self.low(last + 1) in _ELO:
            last, unit = last + 1, "elo"
        elif last + 1 < len(self.pieces) and self.pieces[last + 1].kind is Kind.METRIC:
            metric = self.pieces[last + 1].text
        use = self._use(at, last, unit)
        return Figure(at, last, piece.value, piece.text, use, unit, metric)

    def _total(self, at: int) -> int | None:
        """`79/100`, `4 of 30`: the place of the total, where the number is so many of so many."""
        joint = self.low(at + 1)
        after = at + 2 + (joint == "out")
        if joint not in ("/", "of", "out") or after >= len(self.pieces) or self.pieces[after].kind is not Kind.NUMBER:
            return None
        if joint == "/" and not self.touches(after):
            return None
        part, whole = self.pieces[at].value, self.pieces[after].value
        if "." in self.pieces[after].text or part > whole:
            return None
        counted = "." not in self.pieces[at].text and joint != "/"
        return after if int(whole) in _SMALL_TOTALS or counted or (whole >= part and whole > 10) else None

    def _use(self, at: int, last: int, unit: str | None) -> Use:
        if self._is_margin(at, last):
            return Use.MARGIN
        if self.low(last + 1) in lexicon.COMPARATIVE_WORDS:
            return Use.OTHER
        if self._is_bound(at, last) or self._is_range(at, last) or self._is_quantity(at, last, unit):
            return Use.OTHER
        if self._is_citation(at, last):
            return Use.OTHER
        return Use.SCORE

    def _before(self, at: int) -> tuple[int, str]:
        """The piece before the number, words of approximation left out."""
        at -= 1
        while at >= 0 and (self.low(at) in lexicon.APPROXIMATE or self.low(at) in ("`", "*", '"', "a", "an")):
            at -= 1
        return at, self.low(at)

    def _is_margin(self, at: int, last: int) -> bool:
        place, before = self._before(at)
        signed = self.touches(at) and before in ("+", "-") and place == at - 1
        if signed and (place == 0 or not self.touches(place) or self.low(place - 1) in ("(", ",")):
            return True
        if before in ("by", "±", "δ", "up", "down", "margin") or (
            before == "of" and self.low(place - 1) in _MARGIN_NOUNS
        ):
            return True
        if before in ("over", "than", "nearly", "almost", "least") and "by" in (
            self.low(place - 1),
            self.low(place - 2),
        ):
            return True
        after = last + 1
        if self.low(after) in ("relative", "absolute", "percentage", "score", "scores") or self.low(after) in _POINTS:
            after += 1
        if self.low(after) in lexicon.COMPARATIVE_WORDS:
            return not self._is_cost(after)
        has_unit = last > at
        return has_unit and before in lexicon.GAIN_VERBS and self.low(last + 1) not in ("to", "→")

    def _is_cost(self, after: int) -> bool:
        """`60% less output cost`."""
        return any(self.low(here) in lexicon.COSTS for here in range(after, after + 4))

    def _is_bound(self, at: int, last: int) -> bool:
        place, before = self._before(at)
        if before in lexicon.BOUNDS and not (before == "than" and self.low(place - 1) == "rather"):
            return True
        if before == "to" and self.low(place - 1) in ("up", "close"):
            return "from" not in {self.low(i) for i in range(max(0, at - 10), at)}
        return self.low(last + 1) == "+" and self.touches(last + 1)

    def _is_citation(self, at: int, last: int) -> bool:
        """`MT-Bench [12]`, `[3, 4]`: the number of a reference."""
        if at != last or not self.pieces[at].text.isdigit():
            return False
        opened = self._text(at - 1) == "[" or (self.low(at - 1) == "," and self._text(at - 3) == "[")
        return opened and (self._text(at + 1) == "]" or self.low(at + 1) == ",")

    def _text(self, at: int) -> str:
        return self.pieces[at].text if 0 <= at < len(self.pieces) else ""

    def _is_range(self, at: int, last: int) -> bool:
        """`62-64%`, `between 62 and 64`: neither end is a score."""
        for dash, other in ((last + 1, last + 2), (at - 1, at - 2)):
            if not 0 <= other < len(self.pieces) or not 0 <= dash < len(self.pieces):
                continue
            numbers = self.pieces[other].kind is Kind.NUMBER or self.low(other) == "%"
            if self.low(dash) in ("-", "—", "~") and numbers and self.touches(max(dash, other)):
                return True
        opened = self.low(at - 1) == "and" and "between" in (self.low(at - 3), self.low(at - 4))
        return opened or self.low(at - 1) == "between"

    def _is_quantity(self, at: int, last: int, unit: str | None) -> bool:
        place, before = self._before(at)
        if before in _SYMBOLS or before in _COUNTED_BEFORE or before in lexicon.MONTHS:
            return True
        if unit is None and (self.pieces[at].text in _CARDS or self.low(last + 1) in ("$", "€", "£")):
            return True
        if (
            self.low(last + 1) == "-"
            and self.touches(last + 1)
            and self.touches(last + 2)
            and self.low(last + 2)[:1].isdigit()
        ):
            return True  # `2-3x`
        if self._is_release(at):
            return True
        if before == "=" and place > 0 and len(self.low(place - 1)) == 1:
            return True
        if (
            before in ("/", ":", ".")
            and self.touches(at)
            and self.touches(place)
            and self.pieces[place - 1].kind is Kind.WORD
        ):
            return True
        if unit is None and (self._is_year(at) or self._is_fraction(at) or self._is_label(at)):
            return True
        if self.low(last + 1) in lexicon.MONTHS and self.low(last + 1) != "may":
            return True
        return self._counts_something(at, last, unit)

    def _is_release(self, at: int) -> bool:
        """`Foo 25.07`: a year and month right behind a model's name."""
        return (
            at > 0
            and self.pieces[at - 1].kind is Kind.MODEL
            and _YEAR_MONTH.fullmatch(self.pieces[at].text) is not None
        )

    def _is_fraction(self, at: int) -> bool:
        """`1/3 the size`."""
        for slash, other in ((at + 1, at + 2), (at - 1, at - 2)):
            if self.low(slash) == "/" and 0 <= other < len(self.pieces) and self.pieces[other].text.isdigit():
                return max(len(self.pieces[at].text), len(self.pieces[other].text)) == 1
            if self.low(slash) == "/" and 0 <= other < len(self.pieces) and self.pieces[other].text.endswith("th"):
                return True  # `1/10th the cost`
        return False

    def _is_label(self, at: int) -> bool:
        """`42.18 (3.1) vs 36.83 (3.3)`: a bare number in brackets behind a number is no second score."""
        return self.low(at - 1) == "(" and self.low(at + 1) == ")" and self.pieces[at - 2].kind is Kind.NUMBER

    def _is_year(self, at: int) -> bool:
        text = self.pieces[at].text
        return len(text) == 4 and text.isdigit() and 1900 <= int(text) <= 2099 and self.low(at + 1) not in _ELO

    def _counts_something(self, at: int, last: int, unit: str | None) -> bool:
        """The noun that follows is no score: `5.5 trillion tokens`, `100 coding languages`, `4 % of the cost`."""
        if unit == "percent":
            if self.low(last + 1) in lexicon.DETERMINERS:
                return True  # `60% the active parameters`
            if self.low(last + 1) != "of":
                return self.low(last + 1) in (
                    "more",
                    "fewer",
                    "less",
                    "bigger",
                    "cost",
                    "off",
                    "user",
                    "wrong",
                    "power",
                )
            return self._verb_before(at) not in lexicon.SOLVE_VERBS
        if unit is not None:
            return False
        after = last + 1
        if self.low(after) == "-":
            after += 1
        for step in range(3):
            word = self.low(after + step)
            if step == 0 and word in _POINTS:
                return False
            if word in lexicon.QUANTITIES:
                return True
            if (
                after + step >= len(self.pieces)
                or self.pieces[after + step].kind is not Kind.WORD
                or word in _ENDS_NOUN
            ):
                return False
        return False

    def _verb_before(self, at: int) -> str:
        for step in range(1, 4):
            if self.low(at - step) in lexicon.SOLVE_VERBS:
                return self.low(at - step)
        return ""


_MARGIN_NOUNS = frozenset(
    (
        "lead",
        "margin",
        "gap",
        "advantage",
        "difference",
        "improvement",
        "gain",
        "drop",
        "increase",
        "boost",
        "deficit",
        "jump",
    )
)
_YEAR_MONTH = re.compile(r"2\d\.(?:0[1-9]|1[0-2])")
_CARDS = lexicon.words("3060 3070 3080 3090 4060 4070 4080 4090 5060 5070 5080 5090")
"""Graphics cards, by the number alone."""
_SYMBOLS = frozenset("$€£¥#@±×^_'’")
_COUNTED_BEFORE = lexicon.words(
    "figure figures fig table section page chapter appendix eq equation line no no. number version v top rank ranked step steps page since rtx rx gtx radeon geforce gpu step"
)
_ENDS_NOUN = (
    lexicon.ON
    | lexicon.SCORE_NOUNS - {"tasks", "task", "tests", "benchmarks", "numbers", "points"}
    | lexicon.words("and or , vs vs. to from compared with which while than pass@1 of is are")
)
