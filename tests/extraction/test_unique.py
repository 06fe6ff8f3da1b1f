"""What keeps the claims of one document apart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tracker.domain.history import ChangeKind, Reading
from tracker.domain.sources import Authority
from tracker.domain.timeline import timeline
from tracker.extraction import extract
from tracker.names import Names
from tracker.parsers import parse


def readings(*texts: str) -> list[Reading]:
    start, names = datetime(2024, 7, 1, tzinfo=UTC), Names.bundled()
    claims = [extract(parse(text.encode(), "text/markdown"), names).claims for text in texts]
    return [
        Reading("card", f"{day:064x}", start + timedelta(days=day), said, Authority.REVISION, "x/1")
        for day, said in enumerate(claims)
    ]


def test_of_several_numbers_for_one_thing_each_goes_by_itself() -> None:
    rows = ["| Model | MMLU |", "|---|---|", *(f"| Llama 3.1 8B | {value} |" for value in ("61.4", "62.5", "63.6"))]
    first, *later = timeline(readings("\n".join(rows), "\n".join(rows[:2] + rows[3:]))).changes[2:]
    assert first.kind is ChangeKind.APPEARED
    assert [(change.kind, str(change.old.score.value)) for change in later if change.old] == [
        (ChangeKind.WITHDRAWN, "61.4")
    ]
    assert len(later) == 1
