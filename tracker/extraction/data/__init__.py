"""Data to claims: result files of harnesses, cards' metadata, boards in JSON and YAML, state embedded in pages.

Each format is a detector and a reader in a module of its own; the first one in the list that accepts a tree reads it.
What no format knows is read as a board, if it looks like one, by the names of its fields.
"""

from __future__ import annotations

from collections.abc import Iterator

from tracker.domain.claims import Claim
from tracker.domain.pages import Data, Page
from tracker.extraction.data.address import read_address
from tracker.extraction.data.boards import BOARDS
from tracker.extraction.data.delimited import read_delimited
from tracker.extraction.data.every_eval_ever import EVERY_EVAL_EVER
from tracker.extraction.data.harnesses import INSPECT, MTEB
from tracker.extraction.data.helm import HELM_GROUPS, HELM_STATS
from tracker.extraction.data.hugging_face import EVAL_RESULTS, MODEL_INDEX
from tracker.extraction.data.lm_eval import LM_EVAL
from tracker.extraction.data.papers_with_code import PAPERS_WITH_CODE
from tracker.extraction.data.sheet import Sheet
from tracker.names import Names

__all__ = ["FORMATS", "read_data", "read_delimited"]

FORMATS = (
    MODEL_INDEX,
    EVAL_RESULTS,
    EVERY_EVAL_EVER,
    INSPECT,
    MTEB,
    LM_EVAL,
    HELM_STATS,
    HELM_GROUPS,
    PAPERS_WITH_CODE,
    BOARDS,
)
"""In the order in which they are asked: the ones with the plainest signs first, boards last."""


def read_data(page: Page, names: Names) -> tuple[Claim, ...]:
    """All claims of a page's data, in document order."""
    return tuple(claim for block in page.blocks if isinstance(block, Data) for claim in _read(block, page, names))


def _read(data: Data, page: Page, names: Names) -> Iterator[Claim]:
    sheet = Sheet(data, read_address(page.address), page.title, names)
    for format_ in FORMATS:
        if format_.accepts(sheet):
            yield from format_.read(sheet)
            return
