"""Where a sentence compares: the rows of the comparing table found among its pieces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tracker.domain.claims import Relation
from tracker.extraction.prose import lexicon
from tracker.extraction.prose.lists import closing
from tracker.extraction.prose.pieces import Kind, Piece
from tracker.extraction.prose.relations import REACH, Form, Row, rows


@dataclass(frozen=True, slots=True)
class Trigger:
    """Pieces `start` to `head_end` say the relation; the right side is looked for from `end` on.

    `passive`: the left side is what follows `by`. `at_least`: "matches or exceeds".
    """

    relation: Relation
    start: int
    head_end: int
    end: int
    form: Form
    weak: bool = False
    passive: bool = False
    complete: bool = True
    at_least: bool = False
    symbol: bool = False
    backward: bool = False


_NOUN_TOO = lexicon.words("best top lead pass clear smoke kill trail edge upset ace follow match tie draw")
_STOPS = lexicon.words("which that ; — ! ?") | lexicon.CLAUSE_BREAKS
_OR = lexicon.words("or / if 或")
_SYMBOLS: dict[str, Relation] = {">": ">", "<": "<", ">=": ">=", "=": "=", "==": "=", "~": "="}
_SIGNS = frozenset(("+", "-"))


def triggers(pieces: Sequence[Piece]) -> tuple[Trigger, ...]:
    found = list(_merged(list(_found(pieces)), pieces))
    return tuple(trigger for trigger in found if trigger.complete)


def _found(pieces: Sequence[Piece]) -> Iterator[Trigger]:
    table = rows()
    if not any(piece.low in table or piece.low in _SYMBOLS or piece.low in _SIGNS for piece in pieces):
        return
    at = 0
    while at < len(pieces):
        piece = pieces[at]
        trigger = None
        if piece.low in _SYMBOLS:
            trigger = _symbol(pieces, at)
        elif piece.low in _SIGNS:
            trigger = _signed(pieces, at)
        if trigger is None and piece.kind is Kind.WORD and piece.low in table:
            trigger = _best(pieces, at, table[piece.low])
        if trigger is None:
            at += 1
        else:
            yield trigger
            at = trigger.head_end


def _best(pieces: Sequence[Piece], at: int, candidates: Sequence[Row]) -> Trigger | None:
    incomplete: Trigger | None = None
    for row in candidates:
        trigger = _try(pieces, at, row)
        if trigger and trigger.complete:
            return trigger
        incomplete = incomplete or trigger
    return incomplete


def _try(pieces: Sequence[Piece], at: int, row: Row) -> Trigger | None:
    end = at + len(row.head)
    if end > len(pieces) or any(pieces[at + i].low != word for i, word in enumerate(row.head)):
        return None
    if row.particles:
        return _with_particle(pieces, at, end, row)
    after = pieces[end].low if end < len(pieces) else ""
    if len(row.head) == 1 and (_is_noun(pieces, at, end, row) or _means_something_else(pieces, at, after)):
        return None
    passive = row.form is Form.PAST and after == "by"
    return Trigger(row.relation, at, end, end + passive, row.form, row.weak, passive, backward=row.backward)


def _is_noun(pieces: Sequence[Piece], at: int, end: int, row: Row) -> bool:
    if row.form is Form.PLAIN:
        return False
    before = pieces[at - 1].low if at else ""
    if before in lexicon.DETERMINERS and before not in ("that", "this", "these"):
        return True
    if row.head[0] in _NOUN_TOO and before not in _VERB_BEFORE:
        return True
    return row.head[0] == "leading" and (end >= len(pieces) or pieces[end].kind is not Kind.MODEL)  # "a leading model"


def _means_something_else(pieces: Sequence[Piece], at: int, after: str) -> bool:
    """`the figure below`, `X is killing it`, `the experience behind it`, 领先模型 (leading models)."""
    word, before = pieces[at].low, pieces[at - 1].low if at else ""
    if word in ("below", "above"):
        return before in _SHOWN
    if word == "behind":
        return not _predicates(pieces, at)
    return (word == "领先" and after in ("模型", "的", "水平")) or (word in _PRAISES and after == "it")


def _predicates(pieces: Sequence[Piece], at: int) -> bool:
    """Whether `behind` says where something stands ("is far behind", "two points behind"), not what is at its back."""
    if not at:
        return True
    before = pieces[at - 1]
    return before.kind is not Kind.WORD or before.low.endswith("ly") or before.low in _STANDS


_PRAISES = lexicon.words("killing crushing smoking slaying")
_STANDS = lexicon.BE | lexicon.words(
    "far way just still right even well miles years months points point percent second third sits stands stand remains remain ranks "
    "ranked comes came and but places placed finished finishes landed lands close closely not a bit tad little slightly"
)
_SHOWN = lexicon.words(
    "figure table chart graph plot results section example examples list image see shown described given"
)
_VERB_BEFORE = lexicon.words("to can could may might will would does do did not they and or should 'll")


def _with_particle(pieces: Sequence[Piece], at: int, end: int, row: Row) -> Trigger | None:
    before = pieces[at - 1].low if at else ""
    if before in lexicon.COSTS or before in _IDIOMS or (before[:1].isdigit() and before.endswith("x") and row.weak):
        return None  # the last: "4x lower than"
    if _numbers_follow(pieces, end):
        return Trigger(row.relation, at, end, end, row.form, row.weak)
    here, limit = end, end + REACH
    while here < min(limit, len(pieces)):
        piece = pieces[here]
        if piece.low == "(" and not any(
            pieces[here + 1 : here + 2][0:1] and pieces[here + 1].low == particle[0] for particle in row.particles
        ):
            closed = closing(pieces, here)
            limit += closed + 1 - here
            here = closed + 1
            continue
        particle = _particle_at(pieces, here, row)
        if particle:
            return Trigger(row.relation, at, end, here + particle, row.form, row.weak)
        if here == end and piece.low in _OR:
            return Trigger(row.relation, at, end, end, row.form, row.weak, complete=False)
        if piece.kind is Kind.MODEL or piece.low in _STOPS:
            return None
        if piece.low in lexicon.COSTS and pieces[here - 1].low not in ("and", "or", ",", ")"):
            return None
        here += 1
    return None


def _particle_at(pieces: Sequence[Piece], at: int, row: Row) -> int:
    """How many pieces long the particle at a place is, 0 for none."""
    for particle in row.particles:
        if particle == ("then",) and pieces[at - 1].low == ",":
            continue  # "X is better, then comes Y"
        if all(at + i < len(pieces) and pieces[at + i].low == word for i, word in enumerate(particle)):
            return len(particle)
    return 0


_IDIOMS = frozenset(("know", "knows", "knew", "known", "rather"))


def _numbers_follow(pieces: Sequence[Piece], at: int) -> bool:
    """`better (51.6 vs. 46.8)`: the two numbers stand for the two sides."""
    kinds = [piece.kind for piece in pieces[at : at + 8]]
    lows = [piece.low for piece in pieces[at : at + 8]]
    return lows[:1] == ["("] and kinds.count(Kind.NUMBER) == 2 and bool({"vs", "vs.", "versus"} & set(lows))


def _symbol(pieces: Sequence[Piece], at: int) -> Trigger | None:
    """`A > B`: only right between two models."""
    relation = _SYMBOLS[pieces[at].low]
    if not 0 < at < len(pieces) - 1:
        return None
    end = at + 1
    while end < len(pieces) - 1 and pieces[end].low == pieces[at].low:
        end += 1
    if pieces[at - 1].kind is not Kind.MODEL or pieces[end].kind is not Kind.MODEL or pieces[at].low == "~":
        return None
    return Trigger(relation, at, end, end, Form.FINITE, symbol=True)


def _signed(pieces: Sequence[Piece], at: int) -> Trigger | None:
    """`+137 vs X`, `(47.2%, +3.4%) vs X`: a margin, and against whom."""
    if at + 1 >= len(pieces) or pieces[at + 1].kind is not Kind.NUMBER:
        return None
    if pieces[at].end != pieces[at + 1].start or (
        at and pieces[at - 1].end == pieces[at].start and pieces[at - 1].low != "("
    ):
        return None
    end = at + 2
    while end < len(pieces) and pieces[end].low in _AFTER_MARGIN:
        end += 1
    if end >= len(pieces) or pieces[end].low not in _AGAINST:
        return None
    end += 1 + (pieces[end].low in ("compared", "relative"))
    return Trigger(">" if pieces[at].low == "+" else "<", at, end, end, Form.PLAIN)


_AFTER_MARGIN = lexicon.words("% points point pts pp elo ) percentage")
_AGAINST = lexicon.words("vs vs. versus over against compared relative")


def _merged(found: Sequence[Trigger], pieces: Sequence[Piece]) -> Iterator[Trigger]:
    """`matches or exceeds`, `on par or better than`, `comparable/slightly better`: at least as good."""
    pending: Trigger | None = None
    for trigger in found:
        if pending is not None and _alternative(pieces, pending, trigger):
            if {pending.relation, trigger.relation} == {"=", ">"}:
                merged = replace(trigger, start=pending.start, relation=">=", at_least=True, weak=False)
            else:
                merged = replace(trigger, start=pending.start)
            pending = merged
            continue
        if pending is not None:
            yield pending
        pending = trigger
    if pending is not None:
        yield pending


def _alternative(pieces: Sequence[Piece], first: Trigger, second: Trigger) -> bool:
    between = [piece.low for piece in pieces[first.head_end : second.start]]
    return (
        bool(between)
        and len(between) <= 4
        and any(word in _OR for word in between)
        and all(word in _OR or word.endswith("ly") or word in _BETWEEN for word in between)
    )


_BETWEEN = lexicon.words("with to even sometimes in some cases than not , as")
