"""The words that compare two models, as a table: relation, words, construction.

A row is written as its head, an ellipsis and the particles that lead to the right side (`better … than|compared to`);
without them the object follows at once (`outperform*`). A star marks the word that is inflected. Between head and
particle up to `REACH` pieces may stand ("better results on MMLU than").
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from tracker.domain.claims import Relation
from tracker.extraction.prose import lexicon

REACH = 12
"""Pieces between a comparative and its particle. Longest needed in running text: 10."""


class Form(StrEnum):
    """What the inflection says about where the left side stands."""

    FINITE = "finite"
    PAST = "past"
    PARTICIPLE = "participle"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Row:
    """`weak`: also said of other things than quality ("similar to", "above"): counts only beside a word of measuring.
    `backward`: the right side stands before it, or in an earlier sentence ("compared to X, Y is better").
    """

    relation: Relation
    head: tuple[str, ...]
    particles: tuple[tuple[str, ...], ...] = ()
    form: Form = Form.PLAIN
    weak: bool = False
    backward: bool = False


_THAN = "than|then|compared to|compared with|in comparison to|in comparison with|relative to|vs|versus|over|against"
_OVER = "over|compared to|compared with|relative to|against|vs|versus|in comparison to|in comparison with"

TABLE: Mapping[Relation, tuple[str, ...]] = {
    ">": (
        "outperform* | out-perform* | out perform* | outpreform* | out performer* | surpass* | beat* | exceed* | outpace* | outshine* | outsmart* | outthink*",
        "outscore* | outrank* | outclass* | outdo* | outmatch* | outstrip* | outplay* | outgun* | eclipse* | best* | top* | trump*",
        "overtake* | leapfrog* | trounce* | crush* | destroy* | demolish* | smoke* | dominate* | defeat* | obliterate* | annihilate*",
        "edge* out | edge* past | nudge* out | blow* away | dethrone* | pull* ahead of | sail* past | roar* past | breeze* past | fly* past",
        "ace* out | squeak* past | wipe* the floor with | mop* the floor with | run* circles around | run* rings around | leave* behind",
        "excel* beyond | excel* over | win* against | win* over | prevail* over | triumph* over | improve* over | improve* upon",
        "knock* off | come* out ahead of | come* out on top of | upset* | thrash* | steamroll* | vanquish* | slay* | kill*",
        "ahead of | well above | far above | head and shoulders above | leagues above | a cut above | miles above",
        f"better … {_THAN} | stronger … {_THAN} | smarter … {_THAN} | greater … {_THAN} | superior … to|than|{_THAN}",
        f"superiority … {_OVER} | improvement … {_OVER} | improvements … {_OVER} | improved … compared to|compared with|over | improve* … compared to|compared with",
        f"more accurate … {_THAN} | more capable … {_THAN} | more powerful … {_THAN} | more intelligent … {_THAN}",
        f"gains … {_OVER} | gain … {_OVER} | outperformance … {_OVER} | outperforming … {_OVER}",
        "margin … over | supremacy … over | reign* supreme over | advantage … over | edge … over | victory … over | win … over | wins … over | improves … over",
        "win* by | lead* by",
        "超过 | 超越 | 优于 | 胜过 | 击败 | 领先 | 领先于 | 好于 | 强于 | 打败 | 反超 | 赶超 | 高于",
    ),
    "<": (
        "trail* | trail* behind | lag* | lag* behind | fall* behind | fall* short of | come* short of | underperform* | under-perform*",
        "under perform* | lose* to | lose* out to | lose* against | lose* … to|against | pale* in comparison to | pale* next to",
        f"underperform* … against|{_THAN} | behind | second only to | narrowly miss* | just miss* | shy of | no match for",
        "second … behind|following|after|to | inferior … to|than | slightly under | succumb* to",
        f"worse … {_THAN} | weaker … {_THAN} | poorer … {_THAN} | dumber … {_THAN} | inferior … {_THAN} | less accurate … {_THAN}",
        f"less capable … {_THAN} | not as good … as | not as strong … as | nowhere near … as|to | less intelligent … {_THAN}",
        "trail* by | lose* by | lag* by | looses by | loosing by",
        "落后 | 落后于 | 不如 | 不及 | 逊于 | 弱于 | 低于 | 逊色于",
    ),
    "=": (
        "match* | equal* | match* up to | match* up with | tie* | tie* … with | tied … with | draw* even with | draw* level with",
        "on par with | on a par with | on par … with|to | on-par with | at par with | in par with | par with | equal … to|with",
        "comparable … to|with | comparably … to|with | as good … as | as strong … as | as smart … as | as capable … as",
        "perform* as well as | do* as well as | neck and neck with | neck-and-neck with | parity … with | equivalent … to | level with | at the level of",
        "same level as | equally … as | as accurate … as | as powerful … as | maintain* the accuracy of",
        "相当 | 持平 | 媲美 | 打平 | 匹敌 | 比肩",
    ),
}  # fmt: skip

WEAK: Mapping[Relation, tuple[str, ...]] = {
    ">": (
        f"higher … {_THAN} | above | points ahead of",
        "lead* | lead … over | lead* over | pass* | clear* | excel* … than",
    ),
    "<": (f"lower … {_THAN} | below",),
    "=": (
        "similar … to | similarly … to | identical … to | same score … as | same scores … as | same performance … as | same level … as",
        "same accuracy … as | same result … as | same results … as",
    ),
}

BACKWARD: Mapping[Relation, tuple[str, ...]] = {
    ">": (
        "better | stronger | smarter | superior | more accurate | more capable | improvement | improvements | gains | improves | improved",
        "提升 | 提高 | 进步 | 改进 | 更强 | 更好",
    ),
    "<": ("worse | weaker | dumber | inferior | less accurate | less capable | 下降",),
}

_IRREGULAR = {
    "beat": "beats beat beaten beating",
    "outdo": "outdoes outdid outdone outdoing",
    "overtake": "overtakes overtook overtaken overtaking",
    "outshine": "outshines outshone outshined outshining",
    "blow": "blows blew blown blowing",
    "fly": "flies flew flown flying",
    "leave": "leaves left left leaving",
    "run": "runs ran run running",
    "win": "wins won won winning",
    "come": "comes came come coming",
    "fall": "falls fell fallen falling",
    "lose": "loses lost lost losing",
    "lead": "leads led led leading",
    "draw": "draws drew drawn drawing",
    "tie": "ties tied tied tying",
    "do": "does did done doing",
    "slay": "slays slew slain slaying",
    "upset": "upsets upset upset upsetting",
}
_DOUBLED = lexicon.words("lag top outrun outgun mop excel")


def inflect(verb: str) -> dict[str, Form]:
    """The forms of an English verb. A past form may be a participle too; what follows (`by`) decides."""
    if verb in _IRREGULAR:
        third, past, perfect, progressive = _IRREGULAR[verb].split()
    else:
        stem = verb + verb[-1] if verb in _DOUBLED else verb
        soft = verb.endswith("e")
        hissing = verb.endswith(("s", "x", "ch", "sh", "z"))
        third = verb + ("es" if hissing else "s")
        past = perfect = (verb if soft else stem + "e") + "d"
        progressive = (verb[:-1] if soft else stem) + "ing"
    forms = {verb: Form.FINITE, third: Form.FINITE, perfect: Form.PAST, past: Form.PAST, progressive: Form.PARTICIPLE}
    return forms | {verb: Form.FINITE} if past != verb else forms


def _rows(relation: Relation, text: str, *, weak: bool, backward: bool) -> Iterator[Row]:
    for pattern in text.split(" | "):
        head, _, after = pattern.partition(" … ")
        particles = tuple(tuple(particle.split()) for particle in after.split("|") if particle)
        words = head.split()
        starred = next((i for i, word in enumerate(words) if word.endswith("*")), None)
        if starred is None:
            yield Row(relation, tuple(words), particles, weak=weak, backward=backward)
            continue
        for form, kind in inflect(words[starred][:-1]).items():
            yield Row(relation, (*words[:starred], form, *words[starred + 1 :]), particles, kind, weak)


@cache
def rows() -> Mapping[str, tuple[Row, ...]]:
    """All rows by their first word, longest head first, then those that ask for a particle."""
    found: dict[str, list[Row]] = defaultdict(list)
    for table in (TABLE, WEAK, BACKWARD):
        for relation, lines in table.items():
            for line in lines:
                for row in _rows(relation, line, weak=table is WEAK, backward=table is BACKWARD):
                    found[row.head[0]].append(row)
    return {
        word: tuple(sorted(some, key=lambda row: (row.backward, -len(row.head), not row.particles)))
        for word, some in found.items()
    }


@cache
def transitive() -> frozenset[str]:
    """The inflected verbs whose object is the right side, without a particle ("beats", not "runs circles around")."""
    single = (row for some in rows().values() for row in some if len(row.head) == 1 and not row.particles)
    return frozenset(row.head[0] for row in single if row.form is not Form.PLAIN)


_BEFORE_VERB = lexicon.words("out under narrowly just")
"""First words of rows whose verb stands second ("just missed")."""


@cache
def verbs() -> frozenset[str]:
    """The inflected first words of all rows: with one of them a new statement begins."""
    heads = frozenset(word for word, some in rows().items() if any(row.form is not Form.PLAIN for row in some))
    return heads - _BEFORE_VERB
