"""Which tab of a page shows which panel, so that the tab's title heads what the panel holds.

ARIA's pattern names the tab in the panel (`aria-labelledby`). Everybody else points from the tab to the panel: Bootstrap
by `href="#id"`, `data-target` or `data-bs-target`, ARIA by `aria-controls`, W3Schools' recipe by `onclick="open(event,
'id')"`, and many scripts by a data attribute of their own whose value is the panel's id, or its last part
(`data-board="lite"` for `board-lite`).
"""

from __future__ import annotations

import re
from functools import cached_property

from selectolax.lexbor import LexborNode

from tracker.parsers.words import fold

_PANEL = re.compile(r"tab|pane\b|panel", re.IGNORECASE)
_TAB = re.compile(r"tab|pill|switch", re.IGNORECASE)
_QUOTED = re.compile(r"['\"]#?([A-Za-z][\w.-]{0,80})['\"]")
_POINTING = frozenset({"href", "aria-controls"})
MAX_TITLE = 80
"""Characters of a tab's title; a control with more words than that is no tab."""


class Tabs:
    """The tabs of one page, looked for when the first panel is met."""

    def __init__(self, root: LexborNode) -> None:
        self._root = root

    def title(self, panel: dict[str, str | None]) -> str | None:
        """The title of the tab that shows an element with these attributes; None when it is no tab's panel."""
        role = panel.get("role") or ""
        identity = panel.get("id") or ""
        if role == "tabpanel":
            label = self._labels.get(panel.get("aria-labelledby") or "", "")
            return label or self._pointing.get(identity, "")
        if not identity or not _PANEL.search(f"{panel.get('class') or ''} {identity}"):
            return None
        exact = self._pointing.get(identity)
        return exact if exact is not None else self._part_of(identity)

    def _part_of(self, identity: str) -> str | None:
        for mark in "-_":
            _, found, last = identity.rpartition(mark)
            if found and last in self._named:
                return self._named[last]
        return None

    @cached_property
    def _labels(self) -> dict[str, str]:
        return {tab.attributes["id"] or "": fold(tab.text() or "") for tab in self._root.css("[role=tab][id]")}

    @cached_property
    def _controls(self) -> list[tuple[LexborNode, str]]:
        found = ((node, _title(node)) for node in self._root.css("a, button, li, label, [role=tab]"))
        return [(node, title) for node, title in found if title]

    @cached_property
    def _pointing(self) -> dict[str, str]:
        """Titles by the id that a control points to; the first control of the page wins."""
        found: dict[str, str] = {}
        for node, title in self._controls:
            for name, value in node.attributes.items():
                if name == "onclick":
                    targets = _QUOTED.findall(value or "")
                elif name in _POINTING or name.startswith("data-"):
                    targets = [(value or "").removeprefix("#")]
                else:
                    continue
                for target in targets:
                    found.setdefault(target, title)
        return found

    @cached_property
    def _named(self) -> dict[str, str]:
        """Titles by the values of a tab's own data attributes, as they may end a panel's id."""
        found: dict[str, str] = {}
        for node, title in self._controls:
            attributes = node.attributes
            if not _TAB.search(f"{attributes.get('class') or ''} {attributes.get('role') or ''}"):
                continue
            for name, value in attributes.items():
                if name.startswith("data-") and value:
                    found.setdefault(value, title)
        return found


def _title(node: LexborNode) -> str:
    words = fold(node.text() or "").replace("\n", " ")
    return words if len(words) <= MAX_TITLE else ""
