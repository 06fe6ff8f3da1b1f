"""The world: four sites on loopback, turned from round to round, and the settings that point a tracker at them."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from pydantic import SecretStr

from tracker.config import (
    AlertSettings,
    ChannelSettings,
    HttpSettings,
    RedditSettings,
    RuleSettings,
    Settings,
    SourceSettings,
)
from tracker.demo import pages
from tracker.demo.inbox import SECRET, Inbox
from tracker.demo.reddit import CLIENT_ID, CLIENT_SECRET, SUBREDDIT, Comment, FakeReddit, Post
from tracker.demo.serving import Site
from tracker.demo.sites import CARD_PATH, DRAFT_PATH, CardSite, NewsBlog
from tracker.domain.sources import Tier

LEAK_ID = "1e9hg7g"
JOKE_ID = "1e9joke"

MOMENTS = (
    datetime(2024, 7, 22, 15, 10, tzinfo=UTC),
    datetime(2024, 7, 22, 18, 5, tzinfo=UTC),
    datetime(2024, 7, 22, 19, 45, tzinfo=UTC),
    datetime(2024, 7, 23, 15, 30, tzinfo=UTC),
    datetime(2024, 9, 24, 17, 0, tzinfo=UTC),
    datetime(2024, 10, 1, 9, 0, tzinfo=UTC),
    datetime(2024, 10, 20, 12, 0, tzinfo=UTC),
    datetime(2024, 11, 15, 12, 0, tzinfo=UTC),
)
"""When each round is collected."""


class World:
    """`turn(n)` makes round `n` (1 to 8) true; sites run between `__enter__` and `__exit__`."""

    def __init__(self) -> None:
        self.reddit = FakeReddit()
        self.news = NewsBlog()
        self.cards = CardSite()
        self.inbox = Inbox()
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        enter = self._stack.enter_context
        self.reddit_site = enter(Site(self.reddit.answer))
        self.news_site = enter(Site(self.news.answer))
        self.card_site = enter(Site(self.cards.answer))
        self.inbox_site = enter(Site(self.inbox.answer))
        self.reddit.address = self.reddit_site.address
        self.news.address = self.news_site.address
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def turn(self, number: int) -> None:
        rounds = (
            self._leak,
            self._news,
            self._post_edit,
            self._card_appears,
            self._card_edit,
            self._card_blocked,
            self._row_leaves,
            self._card_restyled,
        )
        rounds[number - 1]()

    def _leak(self) -> None:
        posted = _stamp(datetime(2024, 7, 22, 15, 2, tzinfo=UTC))
        self.reddit.publish(Post(LEAK_ID, pages.LEAK_TITLE, pages.leak_body(corrected=False), posted))
        self.reddit.publish(Post(JOKE_ID, pages.JOKE_TITLE, pages.JOKE_BODY, posted - 600, author="hype_cycle"))
        self.reddit.reply(Comment("lefa001", LEAK_ID, pages.PLAIN_COMMENT, posted + 120))
        self.reddit.reply(Comment("lefa002", LEAK_ID, pages.table_comment(), posted + 240, author="two_3090s"))

    def _news(self) -> None:
        self.news.published = "2024-07-22T18:00:00Z"

    def _post_edit(self) -> None:
        edited = _stamp(datetime(2024, 7, 22, 19, 31, tzinfo=UTC))
        self.reddit.edit(LEAK_ID, pages.leak_body(corrected=True), at=edited)
        self.reddit.delete(JOKE_ID)

    def _card_appears(self) -> None:
        self.cards.render = pages.card
        self.cards.busy = 1

    def _card_edit(self) -> None:
        self.cards.render = lambda: pages.card(edited=True)
        self.cards.last_modified = "Tue, 24 Sep 2024 16:20:00 GMT"

    def _card_blocked(self) -> None:
        self.cards.blocked = True

    def _row_leaves(self) -> None:
        self.cards.blocked = False
        self.cards.render = lambda: pages.card(edited=True, without_row=True)
        self.cards.last_modified = "Sun, 20 Oct 2024 10:00:00 GMT"

    def _card_restyled(self) -> None:
        self.cards.render = lambda: pages.card(edited=True, without_row=True, restyled=True)
        self.cards.last_modified = "Fri, 15 Nov 2024 10:00:00 GMT"

    def settings(self, home: Path) -> Settings:
        """A tracker's settings in this world: four sources, one webhook, one rule."""
        sites = (self.reddit_site, self.news_site, self.card_site, self.inbox_site)
        return Settings(
            home=home,
            http=HttpSettings(
                user_agent="scoretrail-demo/1.0 (loopback)",
                host_delay_seconds=1.0,
                allow_hosts=tuple(site.authority for site in sites),
            ),
            reddit=RedditSettings(
                client_id=CLIENT_ID,
                client_secret=SecretStr(CLIENT_SECRET),
                oauth_url=self.reddit_site.address,
                reddit_url=self.reddit_site.address,
            ),
            sources=(
                SourceSettings(name="localllama", kind="reddit", address=f"r/{SUBREDDIT}", tier=Tier.LEAK),
                SourceSettings(
                    name="weights-desk", kind="feed", address=f"{self.news_site.address}/feed.atom", tier=Tier.PRESS
                ),
                SourceSettings(
                    name="llama-card",
                    kind="page",
                    address=f"{self.card_site.address}{CARD_PATH}",
                    tier=Tier.OFFICIAL,
                    organisation="Meta",
                ),
                SourceSettings(
                    name="llama-draft",
                    kind="page",
                    address=f"{self.card_site.address}{DRAFT_PATH}",
                    tier=Tier.OFFICIAL,
                    organisation="Meta",
                ),
            ),
            alerts=AlertSettings(
                channels=(
                    ChannelSettings(
                        name="hook",
                        kind="webhook",
                        address=SecretStr(f"{self.inbox_site.address}/hook"),
                        secret=SecretStr(SECRET),
                    ),
                ),
                rules=self._rules(),
            ),
        )

    def _rules(self) -> tuple[RuleSettings, ...]:
        return (
            RuleSettings.model_validate(
                {
                    "name": "official-edits",
                    "channels": ["hook"],
                    "kinds": ["revised", "withdrawn"],
                    "tiers": ["official"],
                }
            ),
        )


def _stamp(moment: datetime) -> int:
    return int(moment.timestamp())
