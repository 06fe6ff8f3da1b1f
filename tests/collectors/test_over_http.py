"""Collectors through the real client, against a real server on loopback."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

import pytest

from tests.clock import FakeClock
from tests.loopback import Answer, Asked, Loopback, Raw, loopback
from tracker.collectors.feed import FeedCollector
from tracker.collectors.page import PageCollector
from tracker.config import HttpSettings
from tracker.domain.outcomes import Outcome
from tracker.domain.ports import Collector, CollectorKit
from tracker.domain.sources import Cursor, Item, Miss, Source
from tracker.http import PoliteClient


@dataclass
class World:
    server: Loopback
    kit: CollectorKit
    collector: Collector
    source: Source
    cursor: Cursor | None = None

    def poll(self) -> list[Item | Miss]:
        found = list(self.collector.collect(self.source, self.cursor))
        cursors = [one for one in found if isinstance(one, Cursor)]
        self.cursor = cursors[-1] if cursors else self.cursor
        return [one for one in found if not isinstance(one, Cursor)]

    def outcomes(self) -> list[Outcome]:
        return [one.outcome for one in self.poll()]


@pytest.fixture
def kit() -> Iterator[tuple[Loopback, CollectorKit]]:
    with loopback() as server:
        settings = HttpSettings(allow_hosts=(server.authority,), host_delay_seconds=0)
        clock = FakeClock()
        with PoliteClient(settings, clock) as client:
            yield server, CollectorKit(client, clock, cache="")


@pytest.fixture
def page(kit: tuple[Loopback, CollectorKit]) -> World:
    server, made = kit
    source = Source("card", "page", server.url("/card"), options={"full_every": 5})
    return World(server, made, PageCollector(made), source)


class Card:
    """A page that answers conditional requests as a good server does; `lies` makes it say 304 to all of them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lies = False

    def __call__(self, asked: Asked) -> Answer:
        etag = f'W/"{sha256(self.text.encode()).hexdigest()[:8]}"'
        sent = asked.headers.get("if-none-match")
        if sent == etag or (sent and self.lies):
            return Answer(status=304, headers={"ETag": etag})
        return Answer(f"<html><body><p>{self.text}</p></body></html>", headers={"ETag": etag})


def test_304_then_a_change(page: World) -> None:
    card = Card("MMLU 40.1")
    page.server.answer("/card", card)
    assert page.outcomes() == [Outcome.CHANGED]
    assert page.outcomes() == [Outcome.NOT_MODIFIED]
    card.text = "MMLU 41.1"
    (item,) = page.poll()
    assert isinstance(item, Item)
    assert b"41.1" in item.body


def test_server_that_lies_about_changes_is_found_out(page: World) -> None:
    card = Card("MMLU 40.1")
    page.server.answer("/card", card)
    page.poll()
    card.text, card.lies = "MMLU 41.1", True
    outcomes = [outcome for _ in range(6) for outcome in page.outcomes()]
    assert outcomes.count(Outcome.CHANGED) == 1
    assert outcomes.index(Outcome.CHANGED) == 3


@pytest.mark.parametrize(
    "bad",
    [
        Answer(gzip.compress(b"<p>words</p>" * 99)[:-8], headers={"Content-Encoding": "gzip", "ETag": '"bad"'}),
        Answer("<title>Just a moment...</title>", headers={"ETag": '"bad"'}),
        Answer("", headers={"ETag": '"bad"'}),
        Raw([b'HTTP/1.1 200 OK\r\nETag: "bad"\r\nContent-Length: 100\r\n\r\n<p>wor']),
    ],
    ids=["truncated gzip", "challenge", "empty", "cut off"],
)
def test_validators_of_a_rejected_body_are_never_sent_back(page: World, bad: Answer | Raw) -> None:
    page.server.answer("/card", bad, Card("MMLU 40.1"))
    (miss,) = page.poll()
    assert isinstance(miss, Miss)
    assert page.cursor is None
    assert page.outcomes() == [Outcome.CHANGED]
    assert all("if-none-match" not in asked.headers for asked in page.server.asked)


def test_good_validators_survive_a_bad_poll(page: World) -> None:
    card = Card("MMLU 40.1")
    page.server.answer("/card", card, Answer("no", status=500), card)
    assert [page.outcomes() for _ in range(3)] == [[Outcome.CHANGED], [Outcome.HTTP_ERROR], [Outcome.NOT_MODIFIED]]


def test_renamed_page_asks_for_confirmation(page: World) -> None:
    page.server.answer("/card", Answer(status=301, headers={"Location": "/card-v2"}))
    page.server.answer("/card-v2", Card("another page"))
    (miss,) = page.poll()
    assert isinstance(miss, Miss)
    assert (miss.outcome, miss.url) == (Outcome.MOVED, page.server.url("/card-v2"))


def test_feed_leads_to_pages(kit: tuple[Loopback, CollectorKit]) -> None:
    server, made = kit
    body = """<rss version="2.0"><channel><title>Lab</title>
<item><title>Two</title><link>/two?utm_campaign=x</link><description>second</description></item>
<item><title>One</title><link>/one</link><description>first</description></item></channel></rss>"""
    server.answer("/feed", Answer(body, media_type="application/rss+xml", headers={"ETag": '"f"'}), Answer(status=304))
    server.answer("/one", Card("MMLU 40.1"))
    server.answer("/two", Answer(status=403))
    server.answer("/robots.txt", "User-agent: *\nDisallow: /private")
    world = World(server, made, FeedCollector(made), Source("lab", "feed", server.url("/feed")))
    found = world.poll()
    assert [(one.document, one.outcome) for one in found] == [
        (server.url("/one"), Outcome.CHANGED),
        (server.url("/two"), Outcome.HTTP_ERROR),
        (server.url("/two"), Outcome.CHANGED),
    ]
    stand_in = found[2]
    assert isinstance(stand_in, Item)
    assert stand_in.body == b"second"
