"""The page collector, on scripted answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from tests.clock import FakeClock
from tracker.collectors.page import PageCollector
from tracker.domain.errors import SourceError
from tracker.domain.outcomes import Outcome
from tracker.domain.ports import CollectorKit, Fetched, Validators
from tracker.domain.sources import Authority, Cursor, Item, Miss, Source
from tracker.http import FakeFetcher

URL = "https://lab.example/card"
SOURCE = Source("card", "page", URL)
Script = Mapping[str, Fetched | bytes | Sequence[Fetched | bytes]]


class World:
    def __init__(self, *answers: Fetched | bytes) -> None:
        self.fetcher = FakeFetcher({URL: answers})
        self.clock = FakeClock()
        self.collector = PageCollector(CollectorKit(self.fetcher, self.clock, cache=""))

    def poll(self, cursor: Cursor | None = None, source: Source = SOURCE) -> list[Item | Miss | Cursor]:
        return list(self.collector.collect(source, cursor))


def accepted(body: bytes = b"<p>words</p>", etag: str = '"1"') -> Fetched:
    validators = Validators(etag, None, "00")
    return Fetched(
        Outcome.CHANGED, URL, status=200, body=body, media_type="text/html", charset="utf-8", validators=validators
    )


def test_item_then_cursor() -> None:
    world = World(accepted())
    item, cursor = world.poll()
    assert isinstance(item, Item)
    assert (item.document, item.body, item.media_type) == (URL, b"<p>words</p>", "text/html; charset=utf-8")
    assert (item.authority, item.revision) == (Authority.FETCHED, '"1"')
    assert item.valid_at == item.retrieved_at == world.clock.now()
    assert isinstance(cursor, Cursor)
    assert cursor.values == {"document": URL, "polls": "1", "etag": '"1"', "sha256": "00"}


def test_document_is_the_canonical_url() -> None:
    spelt = "HTTPS://Lab.example:443/card?utm_source=x#scores"
    world = World()
    world.fetcher.answer(spelt, accepted())
    item, _ = world.poll(source=replace(SOURCE, address=spelt))
    assert isinstance(item, Item)
    assert item.document == URL


def test_validators_go_back_with_the_next_poll() -> None:
    world = World(accepted(), Fetched(Outcome.NOT_MODIFIED, URL, status=304, validators=Validators('"1"', None, "00")))
    _, cursor = world.poll()
    assert isinstance(cursor, Cursor)
    miss, cursor = world.poll(cursor)
    assert isinstance(miss, Miss)
    assert miss.outcome is Outcome.NOT_MODIFIED
    assert world.fetcher.asked[-1] == (URL, Validators('"1"', None, "00"))
    assert isinstance(cursor, Cursor)
    assert cursor.values["polls"] == "2"


def test_every_so_often_the_page_is_asked_for_in_full() -> None:
    world = World(accepted())
    source = replace(SOURCE, options={"full_every": 3})
    cursor = None
    for _ in range(6):
        *_, last = world.poll(cursor, source)
        assert isinstance(last, Cursor)
        cursor = last
    conditional = [bool(validators and validators.etag) for _, validators in world.fetcher.asked]
    assert conditional == [False, True, False, True, True, False]


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if not outcome.accepted])
def test_failure_is_a_miss_and_keeps_the_old_cursor(outcome: Outcome) -> None:
    world = World(Fetched(outcome, URL, body=b"evidence", detail="why", retry_after_seconds=5))
    (miss,) = world.poll()
    assert isinstance(miss, Miss)
    assert (miss.document, miss.outcome, miss.detail, miss.retry_after_seconds) == (URL, outcome, "why", 5)


def test_challenge_page_is_kept_as_evidence() -> None:
    (miss,) = World(Fetched(Outcome.CHALLENGE, URL, body=b"Just a moment")).poll()
    assert isinstance(miss, Miss)
    assert miss.body == b"Just a moment"


def test_moved_page_is_not_taken_for_the_page() -> None:
    world = World(replace(accepted(), url="https://lab.example/other", moved_to="https://lab.example/other"))
    (miss,) = world.poll()
    assert isinstance(miss, Miss)
    assert (miss.outcome, miss.url) == (Outcome.MOVED, "https://lab.example/other")


def test_cursor_of_another_address_is_not_used() -> None:
    world = World(accepted())
    world.poll(Cursor({"document": "https://lab.example/old", "etag": '"0"', "polls": "7"}))
    assert world.fetcher.asked == [(URL, Validators())]


@pytest.mark.parametrize("options", [{"full_every": 0}, {"full_every": "often"}, {"ful_every": 3}])
def test_wrong_option_is_named(options: dict[str, str | int]) -> None:
    with pytest.raises(SourceError, match="source card: option"):
        World(accepted()).poll(source=replace(SOURCE, options=options))
