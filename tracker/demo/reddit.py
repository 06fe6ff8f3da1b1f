"""A Reddit that the real PRAW client can talk to: token, new listing, info, comments, the public feed, rate headers."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from xml.sax.saxutils import escape

from tracker.demo.serving import NOT_FOUND, Request, Response

CLIENT_ID = "demo-client"
CLIENT_SECRET = "demo-secret"  # noqa: S105  # of a server on loopback
SUBREDDIT = "LocalLLaMA"
_TOKEN = "demo-token"  # noqa: S105
_JSON = "application/json; charset=UTF-8"


@dataclass(frozen=True, slots=True)
class Post:
    """A thing of the subreddit; `id` in base 36, times in seconds since 1970. `body` is Markdown as its author typed it."""

    id: str
    title: str
    body: str
    created: int
    author: str | None = "weights_watcher"
    edited: int | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    id: str
    post: str
    body: str
    created: int
    author: str | None = "flops_enjoyer"


class FakeReddit:
    """Holds posts and comments; `remaining` counts down in `x-ratelimit-remaining` and starts again at a new window."""

    WINDOW = 600

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._posts: dict[str, Post] = {}
        self._comments: list[Comment] = []
        self.requests: list[Request] = []
        self.address = ""

    def publish(self, post: Post) -> None:
        with self._lock:
            self._posts[post.id] = post

    def reply(self, comment: Comment) -> None:
        with self._lock:
            self._comments.append(comment)

    def edit(self, post_id: str, body: str, *, at: int) -> None:
        with self._lock:
            self._posts[post_id] = replace(self._posts[post_id], body=body, edited=at)

    def delete(self, post_id: str) -> None:
        """As Reddit shows a post that its author deleted: no author, `[deleted]` for a body, out of the listings."""
        with self._lock:
            self._posts[post_id] = replace(self._posts[post_id], author=None, body="[deleted]")

    def answer(self, request: Request) -> Response:
        with self._lock:
            self.requests.append(request)
            return self._answer(request)

    def _answer(self, request: Request) -> Response:
        parts = [part for part in request.path.split("/") if part]
        if request.path == "/robots.txt":
            return Response(b"User-agent: *\nAllow: /\n", media_type="text/plain")
        if request.path == "/api/v1/access_token":
            return self._token(request)
        if parts[:2] == ["r", SUBREDDIT] and request.path.endswith(".rss"):
            return Response(self._feed().encode(), media_type="application/atom+xml; charset=UTF-8")
        if request.headers.get("authorization", "").lower() != f"bearer {_TOKEN}":
            return self._json({"message": "Unauthorized", "error": 401}, status=401)
        if parts[:3] == ["r", SUBREDDIT, "new"]:
            return self._json(_listing([self._post(post) for post in self._visible()]))
        if parts[:2] == ["api", "info"]:
            return self._json(_listing(self._named(request.query.get("id", "").split(","))))
        if parts[:3] == ["r", SUBREDDIT, "comments"] and len(parts) == 3:
            newest = sorted(self._comments, key=lambda comment: -comment.created)
            return self._json(_listing([self._comment(comment) for comment in newest]))
        if "comments" in parts[:-1]:
            return self._thread(parts[parts.index("comments") + 1])
        return NOT_FOUND

    def _token(self, request: Request) -> Response:
        expected = "Basic " + base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if request.headers.get("authorization") != expected:
            return self._json({"message": "Unauthorized", "error": 401}, status=401)
        return self._json({"access_token": _TOKEN, "token_type": "bearer", "expires_in": 86400, "scope": "*"})

    def _visible(self) -> list[Post]:
        posts = [post for post in self._posts.values() if post.author is not None]
        return sorted(posts, key=lambda post: -post.created)

    def _named(self, names: list[str]) -> list[dict[str, Any]]:
        things = [self._post(self._posts[name[3:]]) for name in names if name[3:] in self._posts and name[:3] == "t3_"]
        return things + [self._comment(comment) for comment in self._comments if f"t1_{comment.id}" in names]

    def _thread(self, post_id: str) -> Response:
        post = self._posts.get(post_id)
        if post is None:
            return NOT_FOUND
        comments = [self._comment(comment) for comment in self._comments if comment.post == post_id]
        return self._json([_listing([self._post(post)]), _listing(comments)])

    def _post(self, post: Post) -> dict[str, Any]:
        permalink = f"/r/{SUBREDDIT}/comments/{post.id}/{_slug(post.title)}/"
        replies = sum(comment.post == post.id for comment in self._comments)
        return {
            "kind": "t3",
            "data": {
                "id": post.id,
                "name": f"t3_{post.id}",
                "title": post.title,
                "selftext": self._served(post.body),
                "is_self": True,
                "author": post.author or "[deleted]",
                "created_utc": float(post.created),
                "edited": float(post.edited) if post.edited else False,
                "permalink": permalink,
                "url": f"https://www.reddit.com{permalink}",
                "num_comments": replies,
                "subreddit": SUBREDDIT,
                "removed_by_category": "deleted" if post.author is None else None,
                "score": 412,
                "stickied": False,
            },
        }

    def _comment(self, comment: Comment) -> dict[str, Any]:
        return {
            "kind": "t1",
            "data": {
                "id": comment.id,
                "name": f"t1_{comment.id}",
                "body": self._served(comment.body),
                "author": comment.author or "[deleted]",
                "created_utc": float(comment.created),
                "edited": False,
                "link_id": f"t3_{comment.post}",
                "parent_id": f"t3_{comment.post}",
                "permalink": f"/r/{SUBREDDIT}/comments/{comment.post}/_/{comment.id}/",
                "subreddit": SUBREDDIT,
                "replies": "",
                "score": 7,
            },
        }

    def _feed(self) -> str:
        entries = "".join(
            f"<entry><id>t3_{post.id}</id><title>{escape(post.title)}</title>"
            f'<link href="{self.address}/r/{SUBREDDIT}/comments/{post.id}/{_slug(post.title)}/"/>'
            f"<author><name>/u/{escape(post.author or '')}</name></author>"
            f'<content type="html">{escape(f"<div class=md><p>{escape(post.body)}</p></div>")}</content></entry>'
            for post in self._visible()
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom">'
            f"<title>newest submissions : {SUBREDDIT}</title><id>/r/{SUBREDDIT}/new/.rss</id>{entries}</feed>"
        )

    def _served(self, markdown: str) -> str:
        """Reddit escapes three characters in the Markdown that it serves, unless it is asked not to."""
        return markdown if self.requests[-1].query.get("raw_json") == "1" else escape(markdown)

    def _json(self, value: object, *, status: int = 200) -> Response:
        used = len(self.requests) % self.WINDOW
        limits: Mapping[str, str] = {
            "x-ratelimit-used": str(used),
            "x-ratelimit-remaining": f"{self.WINDOW - used:.1f}",
            "x-ratelimit-reset": "300",
        }
        return Response(json.dumps(value).encode(), status, _JSON, limits)


def _listing(children: list[dict[str, Any]]) -> dict[str, Any]:
    return {"kind": "Listing", "data": {"after": None, "before": None, "dist": len(children), "children": children}}


def _slug(title: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in title.lower())[:50]
