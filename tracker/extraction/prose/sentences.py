"""Where sentences begin and end in a block of prose."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tracker.extraction.prose import lexicon

LONGEST = 1500
"""A longer "sentence" is no running text (a log, a key list); it is cut here. The longest seen in posts: 1,100
characters."""

_END = re.compile(r"(?=•)|[.!?…]+[\"'”’)\]*_`]*(?=\s)|[。！？；]|\s*\n\s*")
_ABBREVIATIONS = lexicon.words(
    "vs e.g i.e cf etc al no nos fig eq sec approx resp incl dr mr ms st ca avg est max min ver v jan feb mar apr jun jul aug sep "
    "sept oct nov dec"
)
_LAST_WORD = re.compile(r"[\w.]{1,12}$")


def sentences(text: str, names: Sequence[tuple[int, int]] = ()) -> Iterator[tuple[int, int]]:
    """Spans of the sentences of `text`. `names` are spans that no boundary may cut, left to right."""
    start = 0
    upcoming = 0
    for match in _END.finditer(text):
        place = match.start()
        while upcoming < len(names) and names[upcoming][1] <= place:
            upcoming += 1
        if upcoming < len(names) and names[upcoming][0] <= place:
            continue
        if match[0][:1] in (".", "?", "!") and _goes_on(text, place, match.end()):
            continue
        yield from _trimmed(text, start, match.end())
        start = match.end()
    yield from _trimmed(text, start, len(text))


def _goes_on(text: str, place: int, end: int) -> bool:
    """Whether the full stop belongs to an abbreviation, an ellipsis in mid-sentence, or a number's list."""
    if text[place - 1 : place] == "(":
        return True  # `27 (?)`
    if text.startswith("..", place):
        return text[end : end + 2].strip()[:1].islower()
    match = _LAST_WORD.search(text, max(0, place - 12), place)
    word = match[0].casefold() if match else ""
    if word in _ABBREVIATIONS:
        return True
    return len(word) == 1 and word.isalpha() and word not in "ia"


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end:
        stop = min(end, start + LONGEST)
        part = text[start:stop].rstrip()
        if part:
            yield start + len(part) - len(part.lstrip()), start + len(part)
        start = stop
