"""Lines under the names of a column that say whose they are ("Tern Agent" over "University of Somewhere").

Leaderboard pages put the team, its home page, a paper or a date below the name in one cell. Names whose own parts are
spread over lines ("Pelican 2" over "70B") stay whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from tracker.extraction.tables.labels import Label, Sort

_CITED = re.compile(r"\[[^\[\]]{1,60}\]|\([^()]{0,60}(?:et al|(?:19|20)\d\d|['’]\d\d)[^()]{0,20}\)")
_DATED = re.compile(r"(?:[A-Z][a-z]{2,8}\.? \d{1,2},? )?(?:19|20)\d\d(?:[-/.]\d{1,2}){0,2}")
_VERSION = re.compile(r"[a-z+(&]|[vV]?\d")
_HOME = re.compile(r"[a-z0-9-]{2,40}\.(?:[a-z]{2,12}\.?){1,3}")
_MIN_SIGNED = 2
_MOST = 0.9
"""Share of the lines below names that are bylines, and of the names that stay apart without them."""


def without_bylines(texts: Iterable[str], read: Callable[[str], Label]) -> Callable[[str], str]:
    """How the cells of a column of names are read: by their first line where all other lines are bylines."""
    cells = [[line.strip() for line in text.split("\n") if line.strip()] for text in dict.fromkeys(texts)]
    cells = [lines for lines in cells if lines]
    below = [line for lines in cells for line in lines[1:]]
    if sum(len(lines) > 1 for lines in cells) < _MIN_SIGNED or len({lines[0] for lines in cells}) < _MOST * len(cells):
        return str
    bylines = sum(_is_byline(line, read) for line in below)
    return _first_line if bylines >= _MOST * len(below) else str


def _first_line(text: str) -> str:
    return next((line for line in text.split("\n") if line.strip()), "")


def _is_byline(line: str, read: Callable[[str], Label]) -> bool:
    """A paper, a date, or a name that is neither a model's nor a benchmark's nor says a setting or version."""
    if _CITED.fullmatch(line) or _DATED.fullmatch(line) or _HOME.fullmatch(line):
        return True
    label = read(line)
    if label.sort is not Sort.NAME or label.settings or label.benchmark >= 0.5 or _VERSION.match(line):
        return False
    model = label.model_name
    return model is None or not (model.known or model.size or model.version)
