"""Markdown: GitHub's flavour, with raw HTML and front matter, and what Reddit makes of it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tracker.domain.errors import ParseError
from tracker.domain.pages import Page
from tracker.parsers.blocks import Scanner
from tracker.parsers.decoding import decode
from tracker.parsers.inline import normal_label
from tracker.parsers.lexemes import Warnings
from tracker.parsers.outline import Outline
from tracker.parsers.yaml import load_yaml, split_front_matter

PARSER = "markdown/1"

_BARE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt);)")
_DEFINED = re.compile(r"^ {0,3}\[(?!\^)([^\[\]\n]{1,200})\]:\s*\S", re.MULTILINE)


def parse(body: bytes, media_type: str = "") -> Page:
    """Blocks in the order of the rendered document. Front matter is a `Data` block with the pointer `front-matter`."""
    decoded = decode(body, media_type)
    outline = Outline()
    outline.warnings.extend(decoded.warnings)
    text = _unescaped(decoded.text)
    text = text[_front_matter(text, outline) :]
    if "\t" in text:
        text = "\n".join(_untabbed(line) for line in text.split("\n"))
    references = frozenset(map(normal_label, _DEFINED.findall(text))) if "]:" in text else frozenset()
    Scanner(outline, references).scan(text.split("\n"))
    return outline.page(PARSER)


def _unescaped(text: str) -> str:
    """Markdown as its author wrote it. Reddit's API and dumps escape `&`, `<` and `>`; then none of them is left bare."""
    if "&" not in text or "<" in text or ">" in text or _BARE_AMPERSAND.search(text):
        return text
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _front_matter(text: str, outline: Outline) -> int:
    source, start = split_front_matter(text)
    if source is None:
        return 0
    warnings = Warnings()
    try:
        value = load_yaml(source, warnings, first_line=2)
    except ParseError as error:
        outline.incomplete(f"front matter cannot be read: {error}")
        return start
    outline.warnings.extend(warnings.said)
    if not isinstance(value, Mapping):
        return 0 if value is None or isinstance(value, str) else start
    outline.data(value, "yaml", "front-matter")
    title = value.get("title")
    if isinstance(title, str):
        outline.title = title
    for key in ("date", "published", "lastmod"):
        if isinstance(said := value.get(key), str):
            outline.metadata.setdefault("published" if key != "lastmod" else "modified", said)
    return start


def _untabbed(line: str) -> str:
    """Leading tabs as spaces, by stops of four; the ones within a line part columns and stay."""
    if "\t" not in line:
        return line
    rest = line.lstrip(" \t")
    return line[: len(line) - len(rest)].expandtabs(4) + rest
