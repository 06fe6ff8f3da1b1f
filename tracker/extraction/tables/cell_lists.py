"""Scores that stand inside cells of words, each behind its benchmark: "ALFWorld (93.1%) / WebShop (84.2%)".

Lists of projects and papers tell results this way, without a column for any of them. Only a listed benchmark with a
percentage right behind it is read, and only in rows that a column of names heads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from tracker.domain.claims import Claim, Evidence, Score, Setting
from tracker.domain.pages import Table
from tracker.extraction.tables import lexicon
from tracker.extraction.tables.label_marks import without_marks
from tracker.names import Mention, Names

_BEHIND = re.compile(r"\s?[:：=]?\s?[(（]?\s?(\d{1,3}(?:\.\d{1,3})?)\s?[%％](?:\s([\w@.]{2,12}))?")
_NAMES = re.compile(r"(?:github |model )?(?:repo|repository|project|paper|work|name)s?|项目|论文|工作", re.IGNORECASE)
_OF_DATA = re.compile(r"data|mix|train|corpus|contaminat|proportion|share|sampl|数据|训练|占比", re.IGNORECASE)
"""Heads of columns whose percentages are shares of a data set."""
_LONGEST_NAME = 64
SURE = 0.75


def claims_in_cells(table: Table, names: Names) -> Iterator[Claim]:
    """The claims that cells of words make of the row's first name."""
    if not table.header_rows or not any("%" in cell.text or "％" in cell.text for row in table.grid for cell in row):
        return
    heads = [without_marks(cell.text)[0] for cell in table.grid[table.header_rows - 1]]
    column = next((col for col, head in enumerate(heads) if _heads_names(head)), None)
    if column is None:
        return
    for number, row in enumerate(table.grid[table.header_rows :], start=table.header_rows):
        model = without_marks(row[column].text)[0]
        if not model or len(model) > _LONGEST_NAME or "\n" in model:
            continue
        for col, cell in enumerate(row):
            if col != column and "%" in cell.text.replace("％", "%") and not _OF_DATA.search(heads[col]):
                for mention, score, metric in _scores_in(cell.text, names):
                    yield Claim(
                        model=model,
                        benchmark=mention.words,
                        score=score,
                        evidence=Evidence.cell(table.place, number, col),
                        quote=cell.text,
                        metric=metric,
                        setting=Setting(),
                        confidence=SURE,
                    )


def _heads_names(head: str) -> bool:
    return lexicon.head_of(head) in ("model", "method") or _NAMES.fullmatch(head.strip()) is not None


def _scores_in(text: str, names: Names) -> Iterator[tuple[Mention, Score, str | None]]:
    for mention in names.mentions(text):
        if mention.kind != "benchmark" or mention.confidence < 0.9:
            continue
        match = _BEHIND.match(text, mention.end)
        if match is not None and Decimal(match[1]) <= 100:
            metric = match[2] if match[2] and names.metric(match[2]) is not None else None
            yield mention, Score(f"{match[1]}%", Decimal(match[1]), "percent"), metric
