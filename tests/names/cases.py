"""Cases are lines of `tests/cases/names/*.tsv`: a new one needs no code."""

from __future__ import annotations

from pathlib import Path

CASES = Path(__file__).parent.parent / "cases" / "names"


def read_cases(name: str) -> list[dict[str, str]]:
    lines = (CASES / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    columns = lines[0].split("\t")
    rows = [line.split("\t") for line in lines[1:]]
    return [dict(zip(columns, row + [""] * (len(columns) - len(row)), strict=True)) for row in rows]
