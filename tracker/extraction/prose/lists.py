"""Coordination: names and numbers in a row ("A, B and C", "X (+6.8), Y (+15.3) and Z")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.extraction.prose import lexicon
from tracker.extraction.prose.pieces import Kind, Piece
from tracker.extraction.prose.relations import verbs

_CONJUNCTIONS = lexicon.words("and & or plus 、 和 与 以及 及 / nor +")
_FILLERS = 8
"""Words between an introducer and the name itself ("its much larger and older predecessor, the original")."""


@dataclass(frozen=True, slots=True)
class Row:
    """Places of the members, and the place behind the last member and what is attached to it."""

    members: tuple[int, ...]
    end: int


def closing(pieces: Sequence[Piece], at: int) -> int:
    """The place of the bracket that closes the one at `at` (the sentence's end where none does)."""
    depth = 0
    for here in range(at, len(pieces)):
        depth += (pieces[here].low == "(") - (pieces[here].low == ")")
        if depth == 0:
            return here
    return len(pieces) - 1


def read(pieces: Sequence[Piece], start: int, kind: Kind) -> Row:
    """The row of names of a kind that begins at or soon after `start`."""
    members: list[int] = []
    ends: list[int] = [start]
    conjunction = False
    at = _reach(pieces, start, kind, _FILLERS + 4)
    while at is not None and not (kind is Kind.MODEL and _are_people(pieces, at)):
        members.append(at)
        ends.append(_attached(pieces, at + 1))
        joint = _joint(pieces, ends[-1])
        if joint is None:
            break
        if pieces[joint].low == "that":
            break  # "better than A and that B might be …"
        proper = any(pieces[i].low in _CONJUNCTIONS for i in range(ends[-1], joint))
        conjunction = conjunction or proper
        chinese = joint < len(pieces) and "\u3400" <= pieces[joint].low[:1] <= "\u9fff"  # a character is a piece there
        at = _reach(pieces, joint, kind, (2 * _FILLERS if chinese else _FILLERS) if proper else 1)
    if len(members) > 1 and not conjunction and _is_subject(pieces, members[-1]):
        members, ends = members[:1], ends[:2]  # "trailing A, B shows": the comma ends a clause
    if len(members) == 2 and _is_subject(pieces, members[1]) and pieces[ends[1]].low == ",":
        members, ends = members[:1], ends[:2]  # "beats A, and B shows"
    return Row(tuple(members), ends[-1])


def _are_people(pieces: Sequence[Piece], at: int) -> bool:
    """`Qwen engineers`, and what is only of a model's level."""
    return at + 1 < len(pieces) and pieces[at + 1].low in lexicon.PEOPLE_NOUNS | _LEVELS


_LEVELS = frozenset(("level", "tier", "class", "territory"))


def _is_subject(pieces: Sequence[Piece], at: int) -> bool:
    """Whether a verb follows the name at once."""
    here = at + 1 + (at + 1 < len(pieces) and pieces[at + 1].low in ("model", "version", "variant"))
    after = pieces[here] if here < len(pieces) else None
    return (
        after is not None
        and after.kind is Kind.WORD
        and (_is_verb(after.low) or after.low in lexicon.BE or after.low.endswith("s"))
    )


def _reach(pieces: Sequence[Piece], start: int, kind: Kind, fillers: int) -> int | None:
    """The next name of the kind, over articles, adjectives, and "other models such as". After a comma alone no word
    may stand before it.
    """
    here = start
    while here < min(len(pieces), start + fillers):
        piece = pieces[here]
        if piece.kind is kind:
            return here
        if not _may_skip(pieces, here, start, kind):
            return None
        here += 1
    return None


def _may_skip(pieces: Sequence[Piece], here: int, start: int, kind: Kind) -> bool:
    piece = pieces[here]
    if piece.kind is Kind.ORGANISATION:
        return True
    if piece.kind is Kind.MARK:
        if piece.low in ("(", ","):
            before = pieces[here - 1].low if here > start else ""
            after = pieces[here + 1].low if here + 1 < len(pieces) else ""
            return (
                before in lexicon.ASIDE_NOUNS or after in lexicon.LIST_INTRODUCERS or before in lexicon.LIST_INTRODUCERS
            )
        return piece.low in ('"', "'", "`", "*", "@") or (piece.low == ":" and _introduced(pieces, here))
    if piece.kind is Kind.WORD:
        other = piece.low == "and" and here > start + 1 and pieces[here - 1].low in lexicon.MODEL_NOUNS
        if other and pieces[here - 2].kind is Kind.ORGANISATION:
            return True  # "the Acme model and X"
        if piece.low in lexicon.OBJECT_STOPS and not (kind is Kind.BENCHMARK and piece.low in lexicon.ON):
            return False
        return not _is_verb(piece.low) and piece.low not in lexicon.CLAUSE_BREAKS
    return piece.kind is Kind.METRIC


def _is_verb(word: str) -> bool:
    """Whether a new statement begins with the word."""
    if word in lexicon.SCORE_VERBS or word in verbs() or word in ("approaches", "approach", "nears"):
        return word not in _ALSO_ADJECTIVES
    return word.endswith("ing") and word not in _ALSO_ADJECTIVES


_ALSO_ADJECTIVES = lexicon.words(
    "including existing leading competing reasoning thinking coding best top average set comparable similar equivalent same"
)


def _introduced(pieces: Sequence[Piece], here: int) -> bool:
    return here > 0 and (
        pieces[here - 1].low in lexicon.ASIDE_NOUNS or pieces[here - 1].low in lexicon.LIST_INTRODUCERS
    )


def _attached(pieces: Sequence[Piece], at: int) -> int:
    """Behind a member: brackets with a number or a setting, its own number ("GPT-4's 91.6"), its generic noun."""
    while at < len(pieces):
        if pieces[at].low == "(":
            at = closing(pieces, at) + 1
        elif pieces[at].kind is Kind.NUMBER and pieces[at - 1].possessive:
            at += 1
            at += at < len(pieces) and pieces[at].low == "%"
        elif pieces[at].low in ("score", "scores") and pieces[at - 1].possessive and _of_number(pieces, at + 1):
            at += 3
            at += at < len(pieces) and pieces[at].low == "%"
        elif pieces[at].low in lexicon.MODEL_NOUNS or (
            pieces[at].low in ("score", "scores") and pieces[at - 1].possessive
        ):
            at += 1
        else:
            return at
    return at


def _of_number(pieces: Sequence[Piece], at: int) -> bool:
    return at + 1 < len(pieces) and pieces[at].low == "of" and pieces[at + 1].kind is Kind.NUMBER


def _joint(pieces: Sequence[Piece], at: int) -> int | None:
    """Behind `, and even`, `as well as`; `None` where the row does not go on."""
    here = at
    while here < len(pieces) and pieces[here].low in _JOINT_WORDS:
        here += 1
    if here == at or here >= len(pieces):
        return None
    return here


_JOINT_WORDS = _CONJUNCTIONS | {",", "even", "also", "both", "as", "well", "then", "the", "a", "like"}


def ending_at(pieces: Sequence[Piece], at: int, kind: Kind, taken: frozenset[int] = frozenset()) -> tuple[int, ...]:
    """The row of names whose last one stands at `at`. The last joint must have a conjunction: in "unlike A, B wins" the
    comma joins nothing.
    """
    members = [at]
    here = at - 1
    first = True
    while here >= 0:
        joint: list[str] = []
        while here >= 0 and (pieces[here].low in _BACK_JOINTS or (joint and pieces[here].low == ")")):
            joint.append("、" if pieces[here].text == "、" else pieces[here].low)
            here = _opening(pieces, here) - 1 if pieces[here].low == ")" else here - 1
        proper = any(word in _CONJUNCTIONS for word in joint) or (not first and "," in joint)
        both = pieces[members[0] + 1 : members[0] + 3]
        plural = bool(both) and both[0].low in ("are", "were", "have", "both")
        if len(joint) > 1 and "," in joint and first and not (plural or _listed_on(pieces, here, kind)):
            break  # "A came first, and B beats it"
        if here < 0 or not proper or pieces[here].kind is not kind or here in taken:
            break
        members.append(here)
        first = False
        here -= 1
    return tuple(reversed(members))


def _listed_on(pieces: Sequence[Piece], at: int, kind: Kind) -> bool:
    """Whether the name at `at` has another one before it in the row ("A, B, and C")."""
    return at > 1 and pieces[at - 1].low == "," and pieces[at - 2].kind is kind


def _opening(pieces: Sequence[Piece], at: int) -> int:
    """The place of the bracket that the one at `at` closes."""
    depth = 0
    for here in range(at, -1, -1):
        depth += (pieces[here].low == ")") - (pieces[here].low == "(")
        if depth == 0:
            return here
    return 0


_BACK_JOINTS = _CONJUNCTIONS | {",", "the", "both"}
