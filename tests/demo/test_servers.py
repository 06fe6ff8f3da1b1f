"""The world's sites behave as the real ones do, seen through the real clients."""

from __future__ import annotations

import base64
import hashlib
import hmac
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import praw
import prawcore
import pytest

from tracker.demo import pages
from tracker.demo.inbox import SECRET
from tracker.demo.reddit import CLIENT_ID, CLIENT_SECRET
from tracker.demo.sites import CARD_PATH, DRAFT_PATH
from tracker.demo.world import JOKE_ID, LEAK_ID, World


@pytest.fixture
def world() -> Iterator[World]:
    with World() as world:
        yield world


def reddit(world: World, secret: str = CLIENT_SECRET) -> praw.Reddit:
    return praw.Reddit(
        client_id=CLIENT_ID,
        client_secret=secret,
        user_agent="tests",
        oauth_url=world.reddit_site.address,
        reddit_url=world.reddit_site.address,
        check_for_updates=False,
    )


def get(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    return answered(
        urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    )


def answered(request: urllib.request.Request) -> tuple[int, dict[str, str], bytes]:
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, {name.lower(): value for name, value in error.headers.items()}, error.read()


def test_praw_lists_the_posts_of_the_first_round(world: World) -> None:
    world.turn(1)
    posts = {post.id: post for post in reddit(world).subreddit("LocalLLaMA").new(limit=10)}
    assert set(posts) == {LEAK_ID, JOKE_ID}
    assert "HumanEval | .921 | .854 | .793 | .93 |" in posts[LEAK_ID].selftext
    assert posts[LEAK_ID].edited is False


def test_praw_sees_the_edit_and_the_deletion(world: World) -> None:
    world.turn(1)
    world.turn(3)
    leak, joke = reddit(world).info(fullnames=[f"t3_{LEAK_ID}", f"t3_{JOKE_ID}"])
    assert leak.edited == 1721676660.0
    assert "| .793 | .39 |" in leak.selftext
    assert joke.author is None
    assert joke.selftext == "[deleted]"
    assert [post.id for post in reddit(world).subreddit("LocalLLaMA").new(limit=10)] == [LEAK_ID]


def test_praw_reads_the_comments(world: World) -> None:
    world.turn(1)
    bodies = [comment.body for comment in reddit(world).submission(LEAK_ID).comments]
    assert bodies == [pages.PLAIN_COMMENT, pages.table_comment()]


def test_reddit_refuses_a_wrong_secret_and_tells_its_limits(world: World) -> None:
    with pytest.raises(prawcore.exceptions.ResponseException):
        list(reddit(world, secret="wrong").subreddit("LocalLLaMA").new(limit=1))
    client = reddit(world)
    list(client.subreddit("LocalLLaMA").new(limit=1))
    assert client.auth.limits["remaining"] is not None


def test_the_public_feed_needs_no_credentials(world: World) -> None:
    world.turn(1)
    status, headers, body = get(f"{world.reddit_site.address}/r/LocalLLaMA/new/.rss")
    assert status == 200
    assert headers["content-type"].startswith("application/atom+xml")
    assert pages.LEAK_TITLE.encode() in body


def test_the_card_has_validators_and_answers_304(world: World) -> None:
    world.turn(4)
    world.cards.busy = 0
    url = world.card_site.address + CARD_PATH
    status, headers, body = get(url)
    assert (status, b"41.7" in body) == (200, True)
    assert get(url, if_none_match=headers["etag"])[0] == 304
    world.turn(5)
    status, _, body = get(url, if_none_match=headers["etag"])
    assert (status, b"46.7" in body, b"41.7" in body) == (200, True, False)


def test_the_card_site_is_busy_once_and_blocked_in_round_six(world: World) -> None:
    world.turn(4)
    status, headers, _ = get(world.card_site.address + CARD_PATH)
    assert (status, headers["retry-after"]) == (429, "90")
    assert get(world.card_site.address + CARD_PATH)[0] == 200
    world.turn(6)
    status, headers, body = get(world.card_site.address + CARD_PATH)
    assert (status, headers["cf-mitigated"], b"Just a moment" in body) == (403, "challenge", True)


def test_robots_keep_crawlers_from_drafts(world: World) -> None:
    assert b"Disallow: /internal/" in get(f"{world.card_site.address}/robots.txt")[2]
    world.turn(5)
    assert get(world.card_site.address + DRAFT_PATH)[0] == 200  # it is there; politeness alone keeps us out


def test_the_blog_entry_is_redirected_to_the_article(world: World) -> None:
    assert b"<entry>" not in get(f"{world.news_site.address}/feed.atom")[2]
    world.turn(2)
    assert f"{world.news_site.address}/p/31".encode() in get(f"{world.news_site.address}/feed.atom")[2]
    with urllib.request.urlopen(f"{world.news_site.address}/p/31", timeout=10) as answer:
        assert answer.url.endswith("/posts/llama-31-leak")
        assert b"trails GPT-4o on HumanEval" in answer.read()


@pytest.mark.parametrize(("tamper", "status", "kept"), [(b"", 204, 1), (b" ", 401, 0)])
def test_the_inbox_keeps_only_what_is_signed(world: World, tamper: bytes, status: int, kept: int) -> None:
    body = b'{"type": "change"}'
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    signature = base64.b64encode(hmac.new(key, b"msg_1.1700000000." + body, hashlib.sha256).digest()).decode()
    headers: dict[str, Any] = {
        "webhook-id": "msg_1",
        "webhook-timestamp": "1700000000",
        "webhook-signature": f"v1,{signature}",
        "content-type": "application/json",
    }
    url = f"{world.inbox_site.address}/hook"
    assert answered(urllib.request.Request(url, data=body + tamper, headers=headers, method="POST"))[0] == status
    assert len(world.inbox.deliveries) == kept
    assert world.inbox.refused == 1 - kept


def test_a_restyled_card_has_the_same_numbers() -> None:
    plain, restyled = (
        pages.card(edited=True, without_row=True),
        pages.card(edited=True, without_row=True, restyled=True),
    )
    assert plain != restyled
    for row in ("46.7", "85.2", "96.8"):
        assert row in plain
        assert row in restyled
