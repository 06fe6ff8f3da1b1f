"""Recognises answers that are not the page: bot challenges, login and cookie walls, maintenance pages, soft 404s.

Two kinds of evidence. *Hard* marks stand only on challenge pages, whatever else is there. *Soft* marks (a title, a
phrase) also stand on real pages, so they count only on a page with hardly any words and no table. A page that merely
embeds a Turnstile widget or Cloudflare's detection script carries none of the hard marks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlsplit

from tracker.domain.urls import same_page, same_site

_HARD_HEADERS = (
    ("cf-mitigated", "challenge"),
    ("x-amzn-waf-action", "challenge"),
    ("x-amzn-waf-action", "captcha"),
    ("x-vercel-mitigated", "challenge"),
)
_HARD_MARKS = (
    (b"_cf_chl_opt", "a Cloudflare challenge"),
    (b"/cdn-cgi/challenge-platform/h/", "a Cloudflare challenge"),
    (b"cf-error-details", "a Cloudflare error page"),
    (b"geo.captcha-delivery.com", "a DataDome captcha"),
    (b"_Incapsula_Resource", "an Imperva challenge"),
    (b"px-captcha", "a PerimeterX captcha"),
    (b"window._pxAppId", "a PerimeterX captcha"),
    (b"/.within.website/x/cmd/anubis", "an Anubis challenge"),
    (b"awsWafCookieDomainList", "an AWS WAF challenge"),
    (b"errors.edgesuite.net", "an Akamai refusal"),
)
# A part of the title, between its separators, says exactly this …
_WHOLE_TITLES = {
    "a bot challenge": ("just a moment", "attention required", "robot check", "security check", "one more step"),
    "a refusal": (
        "access denied",
        "forbidden",
        "403",
        "403 forbidden",
        "blocked",
        "429 too many requests",
        "error 1020",
    ),
    "a login wall": ("log in", "login", "sign in", "signin"),
    "a cookie wall": ("cookie consent", "we value your privacy", "your privacy choices"),
    "a maintenance page": ("maintenance", "site maintenance", "503", "502 bad gateway", "bad gateway"),
    "a page that does not exist": ("404", "not found", "404 not found", "error 404", "404 error", "page not found"),
}
# … or begins like this.
_TITLE_STARTS = {
    "a bot challenge": (
        "just a moment",
        "checking your browser",
        "verify you are human",
        "verifying you are human",
        "are you a human",
        "are you a robot",
        "prove your humanity",
        "making sure you're not a bot",
        "human verification",
        "client challenge",
        "bot verification",
        "pardon our interruption",
        "ddos-guard",
    ),
    "a refusal": ("access to this page has been denied", "you have been blocked", "sorry, you have been blocked"),
    "a login wall": ("log in to ", "login to ", "sign in to "),
    "a cookie wall": ("before you continue",),
    "a maintenance page": (
        "under maintenance",
        "down for maintenance",
        "we'll be right back",
        "we'll be back",
        "be right back",
        "service unavailable",
        "503 service",
        "temporarily unavailable",
    ),
    "a page that does not exist": ("404 page not found", "page not found", "this page could not be found"),
}
_TITLE_PARTS = re.compile(r"[|·•–—:!?]| - ")
_SOFT_PHRASES = (
    ("enable javascript and cookies to continue", "a bot challenge"),
    ("verifying you are human", "a bot challenge"),
    ("unusual traffic from your", "a bot challenge"),
    ("complete the captcha", "a bot challenge"),
    ("blocked by network security", "a refusal"),
    ("you don't have permission to access", "a refusal"),
    ("down for maintenance", "a maintenance page"),
    ("scheduled maintenance", "a maintenance page"),
    ("log in to continue", "a login wall"),
    ("sign in to continue", "a login wall"),
    ("please log in", "a login wall"),
    ("accept cookies to continue", "a cookie wall"),
    ("accept all cookies to continue", "a cookie wall"),
)
# A challenge or an error page has a few sentences, an article thousands of characters. Not calibrated on a corpus.
_FEW_WORDS = 1_500
_LOOKED_AT = 300_000
_LOGIN_PATHS = re.compile(
    r"/(?:login|log-in|signin|sign-in|sso|auth|account/login|users/sign_in)(?:[/?.]|$)", re.IGNORECASE
)
_CONSENT_HOSTS = ("consent.", "cookie-consent.")
_TITLE = re.compile(rb"<title[^>]{0,200}>([^<]{0,300})", re.IGNORECASE)
_SKIPPED = ("script", "style", "template", "svg")


@dataclass(frozen=True, slots=True)
class _Look:
    title: str
    words: str
    has_table: bool
    has_password: bool


def recognise(
    *, asked: str, url: str, status: int, headers: Mapping[str, str], media_type: str, body: bytes
) -> str | None:
    """What stands in place of the page ("a bot challenge …"), or None. `asked` is the address before redirects."""
    for name, value in _HARD_HEADERS:
        if headers.get(name, "").strip().lower() == value:
            return f"a bot challenge ({name}: {value})"
    if urlsplit(asked).path not in ("", "/") and not same_page(asked, url):
        elsewhere = _sent_elsewhere(asked, url)
        if elsewhere:
            return elsewhere
    if media_type not in ("text/html", "application/xhtml+xml", ""):
        return None
    head = body[:_LOOKED_AT]
    for mark, what in _HARD_MARKS:
        if mark in head and not _quoted(head, mark):
            return f"{what} (HTTP {status})"
    if len(body) > _LOOKED_AT:
        return None
    return _soft(_look(head))


def _sent_elsewhere(asked: str, url: str) -> str | None:
    parts = urlsplit(url)
    if _LOGIN_PATHS.search(parts.path) and not _LOGIN_PATHS.search(urlsplit(asked).path):
        return f"a login wall ({parts.hostname}{parts.path[:80]})"
    if (parts.hostname or "").startswith(_CONSENT_HOSTS):
        return f"a cookie wall ({parts.hostname})"
    if parts.path in ("", "/") and same_site(asked, url):
        return "a page that does not exist: the server sends its readers to the front page"
    return None


def _quoted(body: bytes, mark: bytes) -> bool:
    """Whether the mark is only talked about: inside `<code>` or `<pre>`, as articles on scraping have it."""
    before = body[: body.find(mark)].lower()
    return any(before.rfind(b"<" + tag) > before.rfind(b"</" + tag) for tag in (b"code", b"pre"))


def _soft(look: _Look) -> str | None:
    if look.has_table or len(look.words) > _FEW_WORDS:
        return None
    for part in _TITLE_PARTS.split(look.title.lower().replace("’", "'")):
        words = part.strip(" .")
        for what, starts in _TITLE_STARTS.items():
            if words in _WHOLE_TITLES[what] or words.startswith(starts):
                return f"{what} (title {look.title[:60]!r})"
    text = look.words.lower().replace("’", "'")
    for words, what in _SOFT_PHRASES:
        if words in text:
            return f"{what} ({words!r})"
    return "a login wall (a password is asked for)" if look.has_password else None


def _look(body: bytes) -> _Look:
    found = _TITLE.search(body)
    title = " ".join(unescape(found[1].decode("utf-8", "replace")).split()) if found else ""
    lower = body.lower()
    return _Look(title, _visible(body), b"<table" in lower, b'type="password"' in lower or b"type=password" in lower)


def _visible(body: bytes) -> str:
    """Roughly the text that a reader sees: one linear scan, no parser."""
    text = body.decode("utf-8", "replace")
    lower = text.lower()
    kept: list[str] = []
    at = lower.find("<body")
    at = max(at, 0)
    while at < len(text):
        tag = text.find("<", at)
        if tag < 0:
            kept.append(text[at:])
            break
        kept.append(text[at:tag])
        name = next((name for name in _SKIPPED if lower.startswith(name, tag + 1)), None)
        end = lower.find(f"</{name}", tag) if name else tag
        end = text.find(">", end) if end >= 0 else -1
        if end < 0:
            break
        at = end + 1
        kept.append(" ")
    return " ".join(unescape("".join(kept)).split())
