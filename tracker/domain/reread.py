"""What a newer extractor changed in a timeline: our doing, told apart from every change by the source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from tracker.domain.history import Change, ChangeKind, Mark
from tracker.domain.numbers import number_text
from tracker.domain.said import change_id

_Place: TypeAlias = tuple[str, datetime, int]


def reread_changes(document: str, before: Iterable[Mark], after: Iterable[Mark]) -> tuple[Change, ...]:
    """One change for each mark whose number, or whose being said at all, another extractor sees differently.
    Another place or other quoted words of the same number are none.
    """
    old = {_place(mark): mark for mark in before}
    new = {_place(mark): mark for mark in after}
    found = []
    for place in sorted(old.keys() | new.keys()):
        was, now = old.get(place), new.get(place)
        if _says(was) != _says(now):
            found.append(_change(document, was, now))
    return tuple(found)


def _place(mark: Mark) -> _Place:
    return mark.series, mark.valid_from, mark.position


def _says(mark: Mark | None) -> str:
    return "" if mark is None or not mark.said else number_text(mark.claim.score.value)


def _change(document: str, was: Mark | None, now: Mark | None) -> Change:
    mark = now if now is not None else was
    assert mark is not None
    old = was.claim if was is not None and was.said else None
    new = now.claim if now is not None and now.said else None
    # The extractors are part of the identity: reading something anew twice is two changes.
    extractors = f"{was.extractor if was else ''}\x1c{now.extractor if now else ''}"
    number = change_id(document, ChangeKind.REREAD, replace(mark, series=mark.series + extractors), (old, new), "")
    return Change(
        number,
        ChangeKind.REREAD,
        document,
        mark.claim.key,
        old,
        new,
        mark.valid_from,
        mark.snapshot,
        mark.revision,
        precision=mark.precision,
        series=mark.series,
        old_series=mark.series,
    )
