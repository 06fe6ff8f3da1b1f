"""How deep markup nests, before a tree is built: building is quadratic in depth."""

from __future__ import annotations

import re

from tracker.domain.errors import ParseRefused

MAX_NESTING = 4_000
"""Elements inside each other. lexbor needs 0.1 s for a page that deep and minutes at 200,000; real pages stay below 100."""

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)")
_CLOSED_BY_OTHERS = frozenset({
    *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "param"),
    *("p", "li", "dt", "dd", "td", "th", "tr", "tbody", "thead", "tfoot", "colgroup", "caption", "option"),
    *("optgroup", "rp", "rt"),
})  # fmt: skip


def check_nesting(source: str) -> None:
    """Raise `ParseRefused` when elements nest deeper than `MAX_NESTING`. Most pages do not even hold so many tags."""
    if source.count("<") - source.count("</") <= MAX_NESTING:
        return
    depth = 0
    for closing, tag in _TAG.findall(source):
        if tag.casefold() in _CLOSED_BY_OTHERS:
            continue
        if closing:
            depth = max(0, depth - 1)
        else:
            depth += 1
            if depth > MAX_NESTING:
                raise ParseRefused(f"elements nested deeper than {MAX_NESTING}", hint="the page is hostile or broken")
