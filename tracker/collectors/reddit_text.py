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


def post_document(id36: str) -> str:
    return f"reddit:t3_{id36}"


def comment_document(id36: str) -> str:
    return f"reddit:t1_{id36}"


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
