"""Which parser reads a body: by what the server says, by the address, by the first bytes."""

from __future__ import annotations

import re

_BY_TYPE = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/markdown": "markdown",
    "text/x-markdown": "markdown",
    "application/json": "json",
    "text/json": "json",
    "application/jsonl": "json",
    "application/x-ndjson": "json",
    "application/ndjson": "json",
    "application/json-lines": "json",
    "application/yaml": "yaml",
    "application/x-yaml": "yaml",
    "text/yaml": "yaml",
    "text/x-yaml": "yaml",
    "text/csv": "csv",
    "application/csv": "csv",
    "text/tab-separated-values": "csv",
}
_BY_SUFFIX = {
    "html": "html",
    "htm": "html",
    "xhtml": "html",
    "md": "markdown",
    "markdown": "markdown",
    "mdx": "markdown",
    "rmd": "markdown",
    "qmd": "markdown",
    "json": "json",
    "jsonl": "json",
    "ndjson": "json",
    "yaml": "yaml",
    "yml": "yaml",
    "csv": "csv",
    "tsv": "csv",
    "txt": "text",
    "text": "text",
    "log": "text",
}
_SNIFFED_BYTES = 4096
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|title|meta|script|link)[\s>]", re.IGNORECASE)
_JSON = re.compile(rb"\s*(?:\{\s*(?:\"|\})|\[\s*(?:[\[{\"\d\]]|true|false|null))")
_MARKDOWN = re.compile(
    rb"^(?:#{1,6} |\s{0,3}(?:[-*+] |\d{1,3}[.)] |>|```|~~~)|\|?[ \t]*:?-+:?[ \t]*\|[ \t:|-]*$|<(?:table|div|details|p|h[1-6])\b)"
    rb"|\*\*[^\s*]|\]\([^\s)]",
    re.MULTILINE,
)
_KEY = re.compile(rb"[\w.-]{1,80}:(?:\s|$)")
_CLOSING = re.compile(rb"^(?:---|\.\.\.)[ \t]*\r?$", re.MULTILINE)


def detect(body: bytes, media_type: str = "", address: str = "") -> str:
    """The entry point name of the format. A type that says only "text" or "bytes" gives way to the address's suffix."""
    kind = media_type.partition(";")[0].strip().casefold()
    if name := _BY_TYPE.get(kind):
        return name
    if kind.endswith("+json"):
        return "json"
    if kind.endswith("+yaml"):
        return "yaml"
    # a document of a repository is named `git:<repository>#<path>`; elsewhere a fragment is no part of the path
    path = address if address.startswith("git:") else address.partition("#")[0].partition("?")[0]
    name = path.rpartition("/")[2]
    if (dot := name.rfind(".")) >= 0 and (found := _BY_SUFFIX.get(name[dot + 1 :].casefold())):
        return found
    return _sniff(body)


def _sniff(body: bytes) -> str:
    head = body[:_SNIFFED_BYTES].removeprefix(b"\xef\xbb\xbf")
    start = head.lstrip()
    if start.startswith(b"<") and _HTML.search(head[:1024]):
        return "html"
    if _JSON.match(start) and body.rstrip()[-1:] in (b"}", b"]"):
        return "json"
    if start.startswith((b"---\n", b"---\r\n", b"%YAML")):
        after = start.partition(b"\n")[2]
        if not _CLOSING.search(body, len(body) - len(body.lstrip()) + 3) and _KEY.match(after):
            return "yaml"
        return "markdown"
    return "markdown" if _MARKDOWN.search(head) else "text"


_TABLE_TAG = re.compile(rb"<t(?:able|r|d)\b", re.IGNORECASE)


def could_hold_table(body: bytes) -> bool:
    """Whether bytes of Markdown or text may hold any table; false only when they certainly hold none. Much cheaper than parsing."""
    if b"|" in body or b"\t" in body:
        return True
    if b"<" in body and _TABLE_TAG.search(body):
        return True
    # One byte is looked for ten times as fast as several.
    if b"\xe2" in body and (b"\xe2\x94" in body or b"\xe2\x95" in body):
        return True
    if (b"`" in body and b"```" in body) or (b"~" in body and b"~~~" in body):
        return True
    return body.startswith(b"    ") or (b"\n" in body and b"\n    " in body)
