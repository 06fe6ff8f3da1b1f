"""A sentence ready to be read: pieces, figures, comparing words, clauses, and who its subjects are."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from tracker.extraction.prose import lexicon
from tracker.extraction.prose.figures import Figure, figures
from tracker.extraction.prose.pieces import Kind, Piece
from tracker.extraction.prose.triggers import Trigger, triggers

_MOST_COMPARISONS = 20
_MOST_NUMBERS = 60
"""Far above any sentence of the labelled texts (6 and 14)."""


@dataclass(frozen=True)
class Sentence:
    """`start:end` in its block's text."""

    text: str
    start: int
    end: int
    pieces: tuple[Piece, ...]

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        return figures(self.pieces)

    @cached_property
    def triggers(self) -> tuple[Trigger, ...]:
        return triggers(self.pieces)

    @cached_property
    def is_prose(self) -> bool:
        """False for a heap of numbers or comparing words, which no grammar joins (logs, word lists, hostile text)."""
        return len(self.triggers) <= _MOST_COMPARISONS and len(self.figures) <= _MOST_NUMBERS

    @cached_property
    def clauses(self) -> tuple[int, ...]:
        """The number of the clause in which each piece stands."""
        numbers: list[int] = []
        clause = 0
        for i, piece in enumerate(self.pieces):
            if (piece.low in lexicon.CLAUSE_BREAKS and self.low(i + 1) not in lexicon.LIST_INTRODUCERS) or (
                piece.low == ":" and self._introduces(i)
            ):
                clause += 1
            numbers.append(clause)
        return tuple(numbers)

    @cached_property
    def _bounds(self) -> dict[int, tuple[int, int]]:
        """The places of the first piece of each clause and behind its last."""
        found: dict[int, tuple[int, int]] = {}
        for i, number in enumerate(self.clauses):
            found[number] = (found.get(number, (i, i))[0], i + 1)
        return found

    def _introduces(self, at: int) -> bool:
        """Whether the colon ends a headline ("X beats Y: in a test …") rather than labels a number."""
        after = self.pieces[at + 1 : at + 2]
        return at >= 3 and bool(after) and after[0].kind is not Kind.NUMBER

    @cached_property
    def bracketed(self) -> tuple[int, ...]:
        """For each piece, the place of the bracket that it is in, -1 outside."""
        places: list[int] = []
        opened: list[int] = []
        for i, piece in enumerate(self.pieces):
            if piece.low == ")" and opened:
                opened.pop()
            places.append(opened[-1] if opened else -1)
            if piece.low == "(":
                opened.append(i)
        return tuple(places)

    def low(self, at: int) -> str:
        lows = self._lows
        return lows[at] if 0 <= at < len(lows) else ""

    @cached_property
    def _lows(self) -> tuple[str, ...]:
        return tuple(piece.low for piece in self.pieces)

    def kind(self, at: int) -> Kind | None:
        return self.pieces[at].kind if 0 <= at < len(self.pieces) else None

    def of(self, kind: Kind, start: int = 0, end: int | None = None) -> tuple[int, ...]:
        places = self._places.get(kind, ())
        if not places or (start <= 0 and end is None):
            return places
        end = len(self.pieces) if end is None else end
        return tuple(i for i in places if start <= i < end)

    @cached_property
    def _places(self) -> dict[Kind, tuple[int, ...]]:
        found: dict[Kind, list[int]] = defaultdict(list)
        for i, piece in enumerate(self.pieces):
            found[piece.kind].append(i)
        return {kind: tuple(places) for kind, places in found.items()}

    def clause_start(self, at: int) -> int:
        return self._bounds[self.clauses[at]][0]

    def clause_end(self, at: int) -> int:
        """The place behind the clause."""
        return max(at, self._bounds[self.clauses[min(at, len(self.pieces) - 1)]][1])

    @cached_property
    def _asked_from(self) -> int:
        """Where the question of a sentence that ends with `?` begins: its last clause, or all of it."""
        last = range(max(0, len(self.pieces) - 3), len(self.pieces))
        if not any(self.low(i) == "?" and self.low(i - 1) != "(" for i in last):
            return len(self.pieces)
        if self.low(0) in lexicon.QUESTION_WORDS:
            return 0
        start = self.clause_start(len(self.pieces) - 1)
        dashes = [i for i, piece in enumerate(self.pieces) if piece.low == "-" and self._spaced(i)]
        return max([start, *dashes])

    def _spaced(self, at: int) -> bool:
        return 0 < at < len(self.pieces) - 1 and (
            self.pieces[at - 1].end < self.pieces[at].start and self.pieces[at].end < self.pieces[at + 1].start
        )

    def asks(self, at: int) -> bool:
        if any(self.low(i) == "?" and self.low(i + 1) == ":" for i in range(at, len(self.pieces))):
            return True  # a headline that asks: "Does X beat Y?: In this video …"
        return at >= self._asked_from

    @cached_property
    def wishes(self) -> bool:
        return any(piece.low in ("please", "plz") for piece in self.pieces)

    def points_to_benchmark(self, start: int, end: int) -> bool:
        """`on this benchmark`, `on the new leaderboard`: one that the text has named."""
        return any(
            self.low(i) in ("the", "this", "that")
            and any(self.low(j) in lexicon.ONE_BENCHMARK for j in range(i + 1, min(i + 3, end)))
            for i in range(start, end)
        )

    @cached_property
    def names_other_set(self) -> bool:
        """Whether the sentence speaks of some benchmark of its own without naming it ("100% on any benchmark")."""
        return any(
            self.low(i) in ("any", "another", "some", "every", "each", "a", "most", "other")
            and self.low(i + 1) in lexicon.GENERIC_BENCHMARK
            for i in range(len(self.pieces))
        )

    def mocked(self, at: int) -> bool:
        """Whether the piece stands in a quotation that is spoken of as a thing ("those 'X beats Y' posts")."""
        marks = [i for i, piece in enumerate(self.pieces) if piece.low == '"']
        for left, right in zip(marks[::2], marks[1::2], strict=False):
            objects = any(self.kind(i) is Kind.MODEL for i in range(at, right))
            subjects = any(
                self.kind(i) is not Kind.WORD or self.low(i) in lexicon.PRONOUNS for i in range(left + 1, at)
            )
            if left < at < right and objects and not subjects:
                return True  # a slogan: "yet another 'beats X' release"
            if left < at < right:
                return self.low(right + 1) in lexicon.TALK or self.low(right + 2) in lexicon.TALK
        return False
