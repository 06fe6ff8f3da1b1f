"""What a Reddit post or comment is as a document: one answer for the live API and for dumps, so that the same words
met on both ways are the same snapshot.
"""

from __future__ import annotations

from tracker.domain.sources import DocumentState

MEDIA_TYPE = "text/markdown; variant=reddit"

_SITE = "https://www.reddit.com"
_PLACEHOLDERS = {
    "[deleted]": DocumentState.DELETED,
    "[removed]": DocumentState.REMOVED,
    "[ removed by reddit ]": DocumentState.REMOVED,
    "[removed by reddit]": DocumentState.REMOVED,
}
_BY_AUTHOR = frozenset({"deleted", "author"})
_MARKDOWN = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_[]<>|~^&#"})


def post_document(id36: str) -> str:
    return f"reddit:t3_{id36}"


def comment_document(id36: str) -> str:
    return f"reddit:t1_{id36}"


def post_body(title: str, selftext: str) -> bytes:
    """The post as Markdown: its title, which is plain text, as the heading of its text."""
    heading = " ".join(unescape(title).split()).translate(_MARKDOWN)
    text = unescape(selftext).strip()
    return (
        f"# {heading}\n\n{text}\n".encode("utf-8", "replace") if text else f"# {heading}\n".encode("utf-8", "replace")
    )


def comment_body(body: str) -> bytes:
    return f"{unescape(body).strip()}\n".encode("utf-8", "replace")


def unescape(text: str) -> str:
    """Reddit escapes exactly these three characters in the raw text of its API; line ends are made alike."""
    if "&" in text:
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return text.replace("\r\n", "\n") if "\r" in text else text


def permalink_url(permalink: str, *, post: str = "", comment: str = "") -> str:
    """The address for people; built from the ids where the record has no usable path of its own."""
    if permalink.startswith(("/r/", "/user/")) and permalink.isprintable() and " " not in permalink:
        return _SITE + permalink
    return f"{_SITE}/comments/{post}/_/{comment}/" if comment else f"{_SITE}/comments/{post}/"


def content_state(text: str, removed_by: str | None = None) -> DocumentState:
    """Whether the text is the author's, or what Reddit puts in its place.

    `removed_by` is Reddit's `removed_by_category` (or a dump's `removal_type`): `deleted` is the author's doing, every
    other category (`moderator`, `automod_filtered`, `reddit`, …) a removal.
    """
    placeholder = _PLACEHOLDERS.get(text.strip().lower())
    if removed_by:
        return DocumentState.DELETED if removed_by.lower() in _BY_AUTHOR else DocumentState.REMOVED
    return placeholder or DocumentState.PRESENT


def is_placeholder(text: str) -> bool:
    """Whether nothing of what the author wrote is left."""
    return text.strip().lower() in _PLACEHOLDERS
