"""Archived copies of a page: the real client against a web archive on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from tests.clock import FakeClock
from tests.collectors.fake_archive import FakeArchive
from tests.loopback import Answer, Loopback, Raw, loopback
from tracker.collectors.page import PageCollector
from tracker.collectors.wayback import WaybackCollector
from tracker.config import HttpSettings
from tracker.domain.errors import SourceError
from tracker.domain.outcomes import Outcome
from tracker.domain.ports import CollectorKit, Listed
from tracker.domain.sources import Authority, Cursor, Item, Miss, Source
from tracker.http import FakeFetcher, PoliteClient

PAGE = "https://lab.example/card"
DAYS = [f"202407{day:02}120000" for day in range(1, 11)]
Found = list[Item | Miss | Cursor]


class World:
    def __init__(self, server: Loopback, client: PoliteClient, clock: FakeClock) -> None:
        self.archive = FakeArchive(server)
        self.server = server
        self.clock = clock
        self.collector = WaybackCollector(CollectorKit(client, clock, cache=""))
        self.source = Source("old", "wayback", PAGE, options={"server": server.url("")})
        self.cursor: Cursor | None = None

    def read(self, **options: str | int) -> list[Item | Miss]:
        source = replace(self.source, options={**self.source.options, **options})
        found = list(self.collector.collect(source, self.cursor))
        self.cursor = next((one for one in reversed(found) if isinstance(one, Cursor)), self.cursor)
        return [one for one in found if not isinstance(one, Cursor)]

    def bodies(self, **options: str | int) -> list[bytes]:
        return [one.body for one in self.read(**options) if isinstance(one, Item)]


@pytest.fixture
def world() -> Iterator[World]:
    clock = FakeClock()
    with loopback() as server:
        settings = HttpSettings(allow_hosts=(server.authority,), host_delay_seconds=0, deadline_seconds=10)
        with PoliteClient(settings, clock) as client:
            yield World(server, client, clock)


def outcomes(found: list[Item | Miss]) -> list[Outcome]:
    return [one.outcome for one in found]


def test_copies_are_valid_when_they_were_captured(world: World) -> None:
    world.archive.capture("20240724080910", "<p>new</p>", media_type="text/html")
    world.archive.capture("20240723120000", "<p>old</p>")
    old, new = world.read()
    assert isinstance(old, Item)
    assert (old.body, new.outcome) == (b"<p>old</p>", Outcome.CHANGED)
    assert old.valid_at == datetime(2024, 7, 23, 12, tzinfo=UTC)
    assert old.retrieved_at == world.clock.now()
    assert (old.authority, old.revision, old.url) == (Authority.FETCHED, "wayback:20240723120000", PAGE)
    assert old.media_type == "text/html"


def test_document_is_the_live_pages(world: World) -> None:
    spelt = "HTTPS://Lab.example:443/card?utm_source=x#scores"
    live = FakeFetcher({spelt: b"<p>now</p>"})
    item, _ = PageCollector(CollectorKit(live, world.clock, cache="")).collect(Source("card", "page", spelt), None)
    world.source = replace(world.source, address=spelt)
    world.archive.capture(DAYS[0], "<p>old</p>")
    (copy,) = world.read()
    assert isinstance(item, Item)
    assert copy.document == item.document == PAGE


def test_same_content_in_a_row_is_read_once_and_its_return_again(world: World) -> None:
    for stamp, content in zip(DAYS, "AABBAA", strict=False):
        world.archive.capture(stamp, content, digest=content)
    assert world.bodies() == [b"A", b"B", b"A"]
    assert world.archive.fetched == [DAYS[0], DAYS[2], DAYS[4]]


def test_a_revisit_of_known_content_is_a_copy(world: World) -> None:
    """The archive stores an unchanged body once: the page's return to it has no status of its own."""
    world.archive.capture(DAYS[0], "A", digest="A")
    world.archive.capture(DAYS[1], "B", digest="B")
    world.archive.capture(DAYS[2], "A", digest="A", media_type="warc/revisit", status="-", length="-")
    world.archive.capture(DAYS[3], "?", digest="OF-A-PICTURE", media_type="warc/revisit", status="-")
    assert world.bodies() == [b"A", b"B", b"A"]


def test_only_answered_text_is_read(world: World) -> None:
    world.archive.capture(DAYS[0], "gone", status="404")
    world.archive.capture(DAYS[1], "moved", status="301")
    world.archive.capture(DAYS[2], "picture", media_type="image/png")
    world.archive.capture(DAYS[3], '{"scores": []}', media_type="application/json")
    world.archive.capture(DAYS[4], "# card", media_type="text/markdown")
    world.archive.capture(DAYS[5], "<p>x</p>", media_type="application/xhtml+xml")
    assert len(world.bodies()) == 3
    assert world.archive.fetched == DAYS[3:6]


def test_a_page_whose_address_differs_in_case_is_another(world: World) -> None:
    world.archive.capture(DAYS[0], "other", page="https://lab.example/CARD")
    world.archive.capture(DAYS[1], "this", page="http://lab.example:80/card")
    world.archive.rows = [replace(row, original=row.original) for row in world.archive.rows]
    world.archive.capture(DAYS[2], "this too")
    assert world.bodies() == [b"this too"]


def test_long_lists_are_searched_in_parts_and_not_too_often(world: World) -> None:
    world.archive.rows_a_search = 3
    for stamp in DAYS:
        world.archive.capture(stamp, f"<p>{stamp}</p>")
    times: list[datetime] = []
    search = world.archive._search
    world.server.answer("/cdx/search/cdx", lambda asked: (times.append(world.clock.now()), search(asked))[1])
    assert len(world.bodies()) == 10
    assert len(times) == 4
    assert all((later - earlier).total_seconds() >= 60 / 24 for earlier, later in pairwise(times))


def test_since_until_and_limit(world: World) -> None:
    for stamp in DAYS:
        world.archive.capture(stamp, f"<p>{stamp}</p>")
    assert len(world.bodies(since="2024-07-03", until="2024-07-08")) == 6
    assert world.archive.fetched == DAYS[2:8]
    world.cursor = None
    assert len(world.bodies(limit=2)) == 2
    assert world.bodies(limit=2) == []
    assert len(world.bodies(limit=5)) == 3  # goes on behind the smaller one
    assert len(world.bodies()) == 5


def test_each_copy_has_its_cursor_and_a_run_goes_on_behind_it(world: World) -> None:
    for stamp in DAYS[:4]:
        world.archive.capture(stamp, f"<p>{stamp}</p>")
    stream = world.collector.collect(world.source, None)
    kinds = [next(stream) for _ in range(4)]
    assert [type(one) for one in kinds] == [Item, Cursor, Item, Cursor]
    stream.close()
    world.cursor = kinds[-1]  # type: ignore[assignment]
    assert world.cursor is not None
    assert (world.cursor.values["read"], world.cursor.values["size"]) == ("2", "4")
    assert world.bodies() == [f"<p>{stamp}</p>".encode() for stamp in DAYS[2:4]]
    before = len(world.archive.fetched)
    assert world.read() == []
    assert len(world.archive.fetched) == before


def test_another_page_or_start_is_another_question(world: World) -> None:
    world.archive.capture(DAYS[0], "<p>old</p>")
    world.read()
    assert world.bodies(since="2024-07-01") == [b"<p>old</p>"]
    world.source = replace(world.source, address="https://lab.example/other")
    assert world.read() == []


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer("no", status=404), Outcome.GONE),
        (Answer("no", status=403), Outcome.HTTP_ERROR),
        (Answer("<title>Just a moment...</title>"), Outcome.CHALLENGE),
        (Answer(status=302, headers={"Location": f"/web/20240709120000id_/{PAGE}"}), Outcome.MOVED),
    ],
    ids=["gone", "refused", "challenge", "another copy"],
)
def test_a_broken_copy_is_reported_and_passed_over(world: World, answer: Answer, outcome: Outcome) -> None:
    world.archive.capture(DAYS[0], "first")
    world.archive.capture(DAYS[1], "broken", answer)
    world.archive.capture(DAYS[8], "last")
    found = world.read()
    assert outcomes(found) == [Outcome.CHANGED, outcome, Outcome.CHANGED]
    assert found[1].document == world.server.url(f"/web/{DAYS[1]}id_/{PAGE}")  # not the live page's poll
    assert world.read() == []  # it would be the same again


def test_a_redirect_to_the_same_copy_is_followed(world: World) -> None:
    world.archive.capture(DAYS[0], "", Answer(status=302, headers={"Location": f"/web/{DAYS[0]}id_/http://{PAGE[8:]}"}))
    world.server.answer(f"/web/{DAYS[0]}id_/http://{PAGE[8:]}", Answer("<p>old</p>"))
    assert world.bodies() == [b"<p>old</p>"]


def test_waits_when_it_is_told_to_and_says_so(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.archive.capture(DAYS[0], "", Answer("slow", status=429, headers={"Retry-After": "70"}), Answer("<p>old</p>"))
    started = world.clock.now()
    assert world.bodies() == [b"<p>old</p>"]
    assert (world.clock.now() - started).total_seconds() >= 70
    assert [record.message for record in caplog.records if record.levelname == "WARNING"] == [
        "waiting before asking again"
    ]


def test_is_not_kept_waiting_for_ever(world: World) -> None:
    world.archive.capture(DAYS[0], "first")
    world.archive.capture(DAYS[1], "", Answer("slow", status=429, headers={"Retry-After": "7200"}), Answer("second"))
    world.archive.capture(DAYS[2], "third")
    found = world.read()
    assert outcomes(found) == [Outcome.CHANGED, Outcome.RATE_LIMITED]
    assert found[1].retry_after_seconds == 7200  # type: ignore[union-attr]
    world.clock.turn(7200)
    assert world.bodies() == [b"second", b"third"]


def test_a_copy_that_fails_for_now_is_tried_again_then_and_next_time(world: World) -> None:
    world.archive.capture(DAYS[0], "first")
    down = [Answer("busy", status=503)] * 4
    world.archive.capture(DAYS[1], "", *down, Answer("second"))
    world.archive.capture(DAYS[2], "third")
    assert outcomes(world.read()) == [Outcome.CHANGED, Outcome.HTTP_ERROR, Outcome.CHANGED]
    assert world.archive.fetched.count(DAYS[1]) == 4
    assert sum(world.clock.slept) >= 5 + 15 + 45
    assert world.bodies() == [b"second"]
    assert world.read() == []


def test_copies_that_can_never_be_had_do_not_keep_new_ones_out(world: World) -> None:
    for at, stamp in enumerate(DAYS[:6]):
        down = [Answer("busy", status=503)] * 12 if at % 2 == 0 else []
        world.archive.capture(stamp, "", *down, Answer(stamp))
    assert outcomes(world.read()) == [Outcome.HTTP_ERROR, Outcome.CHANGED] * 3
    world.archive.capture(DAYS[6], "new")
    assert outcomes(world.read()) == [Outcome.CHANGED, *[Outcome.HTTP_ERROR] * 3]


def test_a_broken_connection_is_tried_again(world: World) -> None:
    cut = Raw([b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100\r\n\r\n<p>wor"])
    world.archive.capture(DAYS[0], "", cut, Answer("<p>words</p>"))
    assert world.bodies() == [b"<p>words</p>"]


def test_an_archive_that_is_down_ends_the_run_and_loses_nothing(world: World) -> None:
    world.archive.capture(DAYS[0], "first")
    for stamp in DAYS[1:8]:
        world.archive.capture(stamp, "", *[Answer("busy", status=503)] * 4, Answer(stamp))
    assert outcomes(world.read()) == [Outcome.CHANGED, *[Outcome.HTTP_ERROR] * 3]
    assert len(world.archive.fetched) == 1 + 3 * 4
    assert outcomes(world.read()) == [*[Outcome.CHANGED] * 3, *[Outcome.HTTP_ERROR] * 3]


@pytest.mark.parametrize(
    ("answer", "outcome", "words"),
    [
        (Answer("Blocked Site Error", status=403), Outcome.HTTP_ERROR, "Blocked Site Error"),
        (Answer("<html>busy</html>", media_type="application/json"), Outcome.UNDECODABLE, "not JSON"),
        (Answer('{"rows": 3}', media_type="application/json"), Outcome.UNDECODABLE, "another form"),
        (Answer('[["a", "b"]]', media_type="application/json"), Outcome.UNDECODABLE, "another form"),
        (Answer("no", status=429, headers={"Retry-After": "9999"}), Outcome.RATE_LIMITED, "cannot be read"),
    ],
)
def test_an_index_that_cannot_be_read_is_one_miss(world: World, answer: Answer, outcome: Outcome, words: str) -> None:
    world.server.answer("/cdx/search/cdx", answer)
    (miss,) = world.read()
    assert isinstance(miss, Miss)
    assert (miss.outcome, words in miss.detail) == (outcome, True), miss
    assert world.cursor is None


def test_damaged_rows_are_passed_over(world: World) -> None:
    rows = '[["timestamp","original","mimetype","statuscode","digest","length"],["20240701"],["20249901120000","%s","text/html","200","A","1"],["20240701120000","http://[","text/html","200","B","1"],[1,2,3,4,5,6],["20240702120000","%s","text/html","200","C","-"]]'
    world.archive.capture(DAYS[1], "fine")
    world.server.answer("/cdx/search/cdx", Answer(rows % (PAGE, PAGE), media_type="application/json"))
    assert world.bodies() == [b"fine"]


def test_nothing_archived_is_nothing_read(world: World) -> None:
    assert world.read() == []


def test_survey_asks_the_index_only(world: World) -> None:
    for stamp in DAYS[:3]:
        world.archive.capture(stamp, f"<p>{stamp}</p>")
    assert list(world.collector.survey(world.source, None)) == [
        Listed(PAGE, datetime(2024, 7, day, 12, tzinfo=UTC), 21) for day in (1, 2, 3)
    ]
    assert world.archive.fetched == []
    world.read()
    assert list(world.collector.survey(world.source, world.cursor)) == []


@pytest.mark.parametrize(
    ("address", "options"),
    [("r/LocalLLaMA", {}), (PAGE, {"since": "someday"}), (PAGE, {"limit": -1}), (PAGE, {"sinse": "2024"})],
)
def test_a_wrong_question_is_named(world: World, address: str, options: dict[str, str | int]) -> None:
    world.source = replace(world.source, address=address)
    with pytest.raises(SourceError, match="source old"):
        world.read(**options)
