"""Cells with several numbers: which benchmark, metric or shots each of them belongs to.

The header of such cells names as many things as they hold numbers: "MMLU / MMLU-Pro", "AIME (pass@1 / cons@64)",
"n=0 n=5", or a stack of benchmarks over a stack of scores. Where it does not, the cell is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tracker.domain.scores import Joint
from tracker.extraction.tables.labels import Label
from tracker.extraction.tables.settings import SHOTS, count_of
from tracker.names import Names

_BRACKET = re.compile(r"[(（\[]([^()（）\[\]]{1,80})[)）\]]")
_WITHOUT = re.compile(r"\b([wW])/(?:(o)\b|(?=\s))")
"""`w/o`, `w/`: their slash separates nothing."""
_WITH = frozenset({"w", "wo", "with", "without"})
_COUNTS = re.compile(
    r"(?:\d{1,3}|zero|one|few|five)(?:[- ]?shots?)?(?:/(?:\d{1,3}|zero|one|few|five)(?:[- ]?shots?)?){0,2}/(?:\d{1,3}|few|five)[- ]?shots?",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"\s?[/|｜]\s?")


@dataclass(frozen=True, slots=True)
class Part:
    """What one of several numbers belongs to; `None`: what the whole header says."""

    words: str | None = None
    metric: str | None = None
    shots: str | None = None


def parts_of(labels: Iterable[Label], count: int, joint: Joint, names: Names) -> list[Part]:
    """Parts for each number, from the first label that has as many; empty when none has."""
    for label in labels:
        for parts in _candidates(label, joint, names):
            if len(parts) == count:
                return parts
    return []


def _candidates(label: Label, joint: Joint, names: Names) -> Iterator[list[Part]]:
    if joint == "\n" and label.stack:
        yield [Part(words=line.core, metric=line.settings.metric) for line in label.stack]
        return
    if joint == "(":
        yield from _beside_bracket(label, names)
        return
    for bracket in _BRACKET.finditer(label.written):
        family = " ".join(label.core.replace(bracket[0], " ").split()) or label.core
        yield _named(_split(bracket[1]), family, names)
    pieces = _split(label.written)
    if not any("/" in bracket[1] for bracket in _BRACKET.finditer(label.written)):
        yield _with_prefix(pieces, names)
    yield _named(_split(_BRACKET.sub(" ", label.written)), "", names)
    shots = [piece for piece in re.split(r"[\s/|]+", label.written) if _shots(piece, names) is not None]
    yield [Part(shots=_shots(piece, names)) for piece in shots]


def _split(words: str) -> list[str]:
    words = _WITHOUT.sub(r"\1\2 ", words.replace("\n", " "))
    return _with_tail([piece.strip() for piece in _SEPARATOR.split(words) if piece.strip()])


def _with_tail(pieces: list[str]) -> list[str]:
    """`wo / w subs`: what stands behind the last piece's first word holds for all pieces."""
    words = pieces[-1].split() if pieces else []
    if len(words) < 2 or not all(piece.casefold() in _WITH for piece in (*pieces[:-1], words[0])):
        return pieces
    return [" ".join((piece, *words[1:])) for piece in (*pieces[:-1], words[0])]


def _with_prefix(pieces: list[str], names: Names) -> list[Part]:
    """`MTOB (half book) eng→kgv / kgv→eng`: what stands before the first piece's last words holds for all pieces."""
    if len(pieces) < 2 or any(names.benchmark(piece) or names.metric(piece) for piece in pieces[1:]):
        return []
    width = len(pieces[1].split())
    first = pieces[0].split()
    if len(first) <= width or any(len(piece.split()) != width for piece in pieces[1:]):
        return []
    prefix = " ".join(first[:-width])
    last = " ".join(first[-width:])
    alike = any(sign in last and all(sign in piece for piece in pieces[1:]) for sign in ("->", "→", "-", "_"))
    if names.split_settings(last)[1] or not (alike or names.benchmark(prefix) is not None):
        return []
    return [Part(words=f"{prefix} {piece}") for piece in (last, *pieces[1:])]


def _named(pieces: list[str], family: str, names: Names) -> list[Part]:
    """Pieces as metrics, as shots, as benchmarks, or (in a bracket) as parts of the benchmark before it."""
    if len(pieces) < 2:
        return []
    if all(names.metric(piece) is not None for piece in pieces):
        return [Part(metric=piece) for piece in pieces]
    if _COUNTS.fullmatch("/".join(pieces)):
        return [Part(shots=count_of(match)) for match in SHOTS.finditer(" ".join(_with_unit(pieces)))]
    if all(_shots(piece, names) is not None for piece in pieces):
        return [Part(shots=_shots(piece, names)) for piece in pieces]
    if family:
        return [Part(words=f"{family} {piece}") for piece in pieces if len(piece) <= 24]
    first, metric = names.split_settings(pieces[0])
    if metric.metric and all(names.metric(piece) is not None for piece in pieces[1:]):
        return [Part(words=first, metric=metric.metric), *(Part(words=first, metric=piece) for piece in pieces[1:])]
    return [
        Part(words=names.split_settings(piece)[0], metric=names.split_settings(piece)[1].metric) for piece in pieces
    ]


def _with_unit(pieces: list[str]) -> Iterator[str]:
    """`0/few-shot`: the unit of the last piece is that of all."""
    return (piece if "shot" in piece.casefold() else f"{piece}-shot" for piece in pieces)


def _beside_bracket(label: Label, names: Names) -> Iterator[list[Part]]:
    """`pass@1 (maj@8)`: the second number stands in a bracket as the second metric does."""
    bracket = _BRACKET.search(label.written)
    if bracket and bracket[1].strip() == "+":
        plain = names.split_settings(_BRACKET.sub(" ", label.written))[0]
        yield [Part(words=plain), Part(words=f"{plain}+")]
    if bracket and label.settings.metric and names.metric(bracket[1]) is not None:
        outer = names.split_settings(_BRACKET.sub(" ", label.written))[1].metric
        if outer and outer != bracket[1]:
            yield [Part(metric=outer), Part(metric=bracket[1])]


def _shots(piece: str, names: Names) -> str | None:
    rest, settings = names.split_settings(piece.strip("()[],"))
    return settings.shots if settings.shots is not None and len(rest) <= 1 else None
