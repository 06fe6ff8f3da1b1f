"""Words from pages, made harmless for every place that an alert can be shown in.

What a page says must not ping anybody (`@everyone`, `<!channel>`), become a link or an image (`[x](…)`, a bare address),
or add a line to a mail's header. The words stay readable: a zero-width space breaks what a chat service would act on.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote, urlsplit

_BREAK = "\u200b"
_ANGLES = str.maketrans({"<": "‹", ">": "›"})
_HOST_DOT = re.compile(r"(?<=[A-Za-z0-9])\.(?=[A-Za-z]{2})")
_KEPT_IN_ADDRESS = "/:?#&=%+,;~!$'*-._"
LONGEST_SUBJECT = 160
LONGEST_ADDRESS = 500


def plain(words: str, limit: int = 200) -> str:
    """One line of at most `limit` characters that no chat service, mail server or terminal acts on."""
    shown = "".join(_visible(character) for character in words[: 4 * limit])
    line = " ".join(shown.split())
    if len(line) > limit or len(words) > 4 * limit:
        line = line[: limit - 1].rstrip() + "…"
    line = line.translate(_ANGLES).replace("@", "@" + _BREAK).replace("](", "]" + _BREAK + "(")
    return _HOST_DOT.sub("." + _BREAK, line.replace("://", ":" + _BREAK + "//"))


def _visible(character: str) -> str:
    """Controls and line separators become a space; direction marks, zero-width characters and half characters vanish."""
    category = unicodedata.category(character)
    if category in ("Cc", "Zl", "Zp", "Zs"):
        return " "
    return "" if category[0] == "C" else character


def address(url: str) -> str:
    """The address of a page as it may stand in a message: http(s) without user names, or nothing."""
    if len(url) > LONGEST_ADDRESS:
        return ""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
        return ""
    return quote(url, safe=_KEPT_IN_ADDRESS)
