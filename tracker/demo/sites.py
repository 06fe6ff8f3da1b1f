"""The news blog and the official model-card site."""

from __future__ import annotations

import threading
from collections.abc import Callable

from tracker.demo import pages
from tracker.demo.serving import NOT_FOUND, Request, Response, validated

CARD_PATH = "/models/llama-3.1/card.html"
DRAFT_PATH = "/internal/draft.html"
RETRY_AFTER = 90


class NewsBlog:
    """An Atom feed whose one entry links through a redirect to an article."""

    def __init__(self) -> None:
        self.address = ""
        self.published: str | None = None

    def answer(self, request: Request) -> Response:
        match request.path:
            case "/robots.txt":
                return Response(b"User-agent: *\nCrawl-delay: 1\nDisallow: /drafts/\n", media_type="text/plain")
            case "/feed.atom":
                feed = (
                    pages.news_feed(self.address, published=self.published)
                    if self.published
                    else pages.empty_feed(self.address)
                )
                return validated(request, feed.encode(), "application/atom+xml", "Mon, 22 Jul 2024 18:00:00 GMT")
            case "/p/31" if self.published:
                return Response(b"", 302, headers={"Location": "/posts/llama-31-leak"})
            case "/posts/llama-31-leak" if self.published:
                body = pages.news_article().encode()
                return validated(request, body, "text/html; charset=utf-8", "Mon, 22 Jul 2024 18:00:00 GMT")
        return NOT_FOUND


class CardSite:
    """The card with validators; `busy` answers the next requests with 429, `blocked` with a bot check."""

    ROBOTS = b"User-agent: *\nDisallow: /internal/\n"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.render: Callable[[], str] | None = None
        self.last_modified = "Tue, 23 Jul 2024 15:00:00 GMT"
        self.blocked = False
        self.busy = 0

    def answer(self, request: Request) -> Response:
        if request.path == "/robots.txt":
            return Response(self.ROBOTS, media_type="text/plain")
        with self._lock:
            if self.busy > 0:
                self.busy -= 1
                return Response(b"slow down", 429, "text/plain", {"Retry-After": str(RETRY_AFTER)})
        if self.render is None:
            return NOT_FOUND
        if self.blocked:
            return Response(
                pages.challenge().encode(), 403, headers={"cf-mitigated": "challenge", "Server": "cloudflare"}
            )
        if request.path in (CARD_PATH, DRAFT_PATH):
            return validated(request, self.render().encode(), "text/html; charset=utf-8", self.last_modified)
        return NOT_FOUND
