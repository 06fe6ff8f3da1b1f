"""A Reddit on loopback that the real PRAW can talk to: token, listings, `/api/info`, threads, rate limit headers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.loopback import Answer, Asked, Loopback, Raw

CREDENTIALS = {"reddit_client_id": "client", "reddit_client_secret": "canary-secret"}


class FakeReddit:
    """Change `posts` and `comments` between polls; both are newest last."""

    def __init__(self, server: Loopback, subreddit: str = "LocalLLaMA") -> None:
        self.server = server
        self.subreddit = subreddit
        self.posts: list[dict[str, Any]] = []
        self.comments: list[dict[str, Any]] = []
        self.unlisted: set[str] = set()
        self.limits: Mapping[str, str] = {
            "x-ratelimit-remaining": "590.0",
            "x-ratelimit-used": "10",
            "x-ratelimit-reset": "590",
        }
        server.answer("/api/v1/access_token", self._token)
        server.answer(f"/r/{subreddit}/new", self._new)
        server.answer(f"/r/{subreddit}/top", self._top)
        server.answer(f"/r/{subreddit}/hot", self._new)
        server.answer(f"/r/{subreddit}/comments/", self._new_comments)
        server.answer("/api/info/", self._info)

    @property
    def credentials(self) -> dict[str, str]:
        return {**CREDENTIALS, "reddit_oauth_url": self.server.url(""), "reddit_url": self.server.url("")}

    def post(self, id36: str, created: int, text: str, **more: object) -> dict[str, Any]:
        post = {
            "id": id36,
            "name": f"t3_{id36}",
            "title": f"About {id36}",
            "selftext": text,
            "created_utc": float(created),
            "edited": False,
            "author": "someone",
            "permalink": f"/r/{self.subreddit}/comments/{id36}/about/",
            "num_comments": 0,
            "subreddit": self.subreddit,
            "removed_by_category": None,
            **more,
        }
        self.posts.append(post)
        self.server.answer(f"/comments/{id36}/", lambda asked: self._thread(asked, post))
        return post

    def comment(self, id36: str, post: dict[str, Any], created: int, text: str, **more: object) -> dict[str, Any]:
        comment = {
            "id": id36,
            "name": f"t1_{id36}",
            "link_id": post["name"],
            "link_title": post["title"],
            "parent_id": post["name"],
            "body": text,
            "created_utc": float(created),
            "edited": False,
            "author": "other",
            "permalink": f"{post['permalink']}{id36}/",
            "subreddit": self.subreddit,
            "replies": "",
            **more,
        }
        self.comments.append(comment)
        post["num_comments"] += 1
        return comment

    def asked(self) -> list[str]:
        return [asked.path for asked in self.server.asked if asked.path != "/api/v1/access_token"]

    def _answer(self, said: object) -> Answer:
        return Answer(json.dumps(said), headers=self.limits, media_type="application/json; charset=UTF-8")

    def _token(self, asked: Asked) -> Answer | Raw:
        assert asked.headers["authorization"].startswith("Basic ")
        return self._answer({"access_token": "token", "token_type": "bearer", "expires_in": 86400, "scope": "*"})

    def _new(self, asked: Asked) -> Answer:
        assert asked.headers["authorization"] == "bearer token"
        assert asked.query["raw_json"] == ["1"]
        return self._page(asked, list(reversed(self.posts)))

    def _top(self, asked: Asked) -> Answer:
        """The best first; `t` leaves out what is older than a year of 2024."""
        least = 0 if asked.query["t"] == ["all"] else 1_704_067_200
        posts = [post for post in self.posts if post["created_utc"] >= least]
        return self._page(asked, sorted(posts, key=lambda post: -int(post.get("score", 0))))

    def _page(self, asked: Asked, posts: list[dict[str, Any]]) -> Answer:
        """At most 100 posts behind the one named, as Reddit has it."""
        listed = [post for post in posts if post["id"] not in self.unlisted]
        after = asked.query.get("after", [""])[0]
        names = [post["name"] for post in listed]
        start = names.index(after) + 1 if after in names else 0
        end = start + min(int(asked.query["limit"][0]), 100)
        return self._answer(_listing("t3", listed[start:end], names[end - 1] if end < len(listed) else None))

    def _new_comments(self, asked: Asked) -> Answer:
        return self._answer(_listing("t1", list(reversed(self.comments))))

    def _info(self, asked: Asked) -> Answer:
        names = asked.query["id"][0].split(",")
        found = [
            {"kind": thing["name"][:2], "data": thing}
            for thing in [*self.posts, *self.comments]
            if thing["name"] in names
        ]
        return self._answer({"kind": "Listing", "data": {"after": None, "children": found}})

    def _thread(self, asked: Asked, post: dict[str, Any]) -> Answer:
        comments = [comment for comment in self.comments if comment["link_id"] == post["name"]]
        return self._answer([_listing("t3", [post]), _listing("t1", comments)])


def _listing(kind: str, things: list[dict[str, Any]], after: str | None = None) -> dict[str, Any]:
    children = [{"kind": kind, "data": thing} for thing in things]
    return {"kind": "Listing", "data": {"after": after, "before": None, "dist": len(things), "children": children}}
