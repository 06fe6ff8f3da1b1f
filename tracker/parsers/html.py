"""HTML pages: what a reader sees, what the page says about itself, and the data it carries for its scripts."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from tracker.domain.errors import ParseError, ParseRefused
from tracker.domain.pages import Page, ProseKind
from tracker.parsers.decoding import decode
from tracker.parsers.dom import DomReader
from tracker.parsers.lexemes import Warnings, load_json
from tracker.parsers.nesting import check_nesting
from tracker.parsers.outline import Outline
from tracker.parsers.words import fold

PARSER = "html/1"

_META = {
    "article:published_time": "published",
    "article:modified_time": "modified",
    "citation_publication_date": "published",
    "datepublished": "published",
    "date": "published",
    "dc.date": "published",
    "og:title": "title",
    "og:site_name": "site",
    "og:url": "url",
    "author": "author",
    "description": "description",
    "og:description": "description",
}
_DATA_TYPES = frozenset({"application/json", "application/ld+json"})


def parse(body: bytes, media_type: str = "") -> Page:
    """Blocks in document order; `<title>` first. Scripts that hold JSON are `Data` at the end, named `script[n]`."""
    decoded = decode(body, media_type, markup=True)
    outline = Outline()
    outline.warnings.extend(decoded.warnings)
    check_nesting(decoded.text)
    try:
        parser = LexborHTMLParser(decoded.text)
    except SelectolaxError as error:
        raise ParseError("not readable as HTML", hint="look at the archived bytes") from error
    root = parser.root
    if root is None:
        return outline.page(PARSER)
    _read_head(outline, root)
    DomReader(outline).read(root)
    _read_scripts(outline, root)
    return outline.page(PARSER)


def _read_head(outline: Outline, root: LexborNode) -> None:
    found = outline.metadata
    for node in root.css("meta[content]"):
        attributes = node.attributes
        name = (attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or "").casefold()
        if name in _META and (content := fold(attributes.get("content") or "")):
            found.setdefault(_META[name], content)
    canonical = root.css_first("link[rel~=canonical]")
    if canonical is not None and (address := canonical.attributes.get("href")):
        found["canonical"] = address.strip()
    language = root.attributes.get("lang") if root.tag == "html" else None
    if language:
        found["language"] = language
    title = root.css_first("head > title")
    words = fold(title.text() or "").replace("\n", " ") if title is not None else ""
    outline.title = found.get("title") or words
    if words:
        outline.paragraph(words, ProseKind.TITLE)


def _read_scripts(outline: Outline, root: LexborNode) -> None:
    """JSON-LD and the state that a page carries for its scripts."""
    for number, node in enumerate(root.css("script")):
        attributes = node.attributes
        kind = (attributes.get("type") or "").partition(";")[0].strip().casefold()
        if kind not in _DATA_TYPES:
            continue
        warnings = Warnings()
        text = (node.text() or "").strip()
        if not text:
            continue
        try:
            value = load_json(text, warnings)
        except ParseRefused as error:
            outline.incomplete(f"script[{number}] is left out: {error.what}")
            continue
        except ParseError as error:
            outline.warnings.append(f"script[{number}] holds no JSON: {error.what}")
            continue
        outline.warnings.extend(warnings.said)
        outline.data(
            value, "json-ld" if kind.endswith("ld+json") else "json", attributes.get("id") or f"script[{number}]"
        )
