"""The daemon over the real pipeline, a real database and real HTTP: from an edited page to a delivered alert."""

from __future__ import annotations

import base64
import json
import os
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.alerts.fakes import FakeClock
from tests.alerts.receiver import receiver
from tests.daemon.site import card, serving
from tracker.config import Settings
from tracker.daemon import Daemon
from tracker.daemon.live import LiveParts, live
from tracker.domain.errors import ConfigError
from tracker.domain.outcomes import Outcome
from tracker.storage import open_database

SECRET = base64.b64encode(b"k" * 32).decode()


@dataclass
class World:
    """One card site, one webhook inbox, and the settings of a tracker that watches the one and writes to the other."""

    settings: Settings
    inbox: list
    clock: FakeClock = field(default_factory=FakeClock)
    scores: dict = field(default_factory=lambda: {("Llama 3.1 70B Instruct", "GPQA"): "41.7"})
    broken: tuple[int, dict[str, str], str] | None = None
    requests: list[str] = field(default_factory=list)

    def answer(self, path):
        self.requests.append(path)
        return self.broken or (200, {}, card(self.scores))

    def daemon(self) -> Daemon:
        return Daemon(self.settings, live(self.clock), self.clock)

    def round(self, hours: float = 24) -> None:
        with self.daemon() as daemon:
            daemon.once()
        self.clock.sleep(hours * 3600)
        if self.settings.database.startswith("postgresql"):
            # Hosts that asked for a pause are held by the server's clock, which no test can turn.
            with psycopg.connect(self.settings.database) as connection:
                connection.execute("UPDATE pace SET held_until = held_until - %s", (round(hours * 3600e6),))

    def alerts(self) -> list[str]:
        bodies = [json.loads(body)["data"] for _, body in self.inbox]
        return [alert["subject"] for data in bodies for alert in data["alerts"]]


def configured(home, site: str, hook: str, rules: list[dict], **more) -> Settings:
    values = {
        "home": home,
        "http": {"allow_hosts": [site, urlsplit(hook).netloc], "host_delay_seconds": 0},
        "schedule": {"jitter": 0},
        "daemon": {"queue": False},
        "sources": [
            {
                "name": "meta-cards",
                "kind": "page",
                "address": f"http://{site}/card",
                "tier": "official",
                "organisation": "Meta",
                "interval_seconds": 3600,
            }
        ],
        "alerts": {
            "channels": [{"name": "hook", "kind": "webhook", "address": hook, "secret": SECRET}],
            "rules": [{"channels": ["hook"], **rule} for rule in rules],
        },
        **more,
    }
    return Settings.model_validate(values)


@pytest.fixture
def world(tmp_path, database_url):
    rules = [{"name": "all"}, {"name": "lowered", "when": "a vendor lowered its number"}]
    held: list[World] = []

    def answer(path):
        return held[0].answer(path)

    with serving(answer) as site, receiver(lambda _: (200, {})) as (hook, inbox):
        held.append(World(configured(tmp_path, site, hook, rules, database_url=database_url), inbox))
        yield held[0]


def test_an_edited_page_becomes_one_alert(world):
    world.round()
    world.scores["Llama 3.1 70B Instruct", "GPQA"] = "46.7"
    world.round()
    world.round()
    assert world.alerts() == [
        "Llama 3.1 70B Instruct on GPQA: 41.7 (appeared, Meta)",
        "Llama 3.1 70B Instruct on GPQA: 41.7 → 46.7 (revised, Meta)",
    ]


def test_an_alert_says_how_to_see_the_proof(world):
    world.round()
    text = json.loads(world.inbox[0][1])["data"]["text"]
    claim = text.split("Look: tracker show ")[1].split()[0]
    database = open_database(world.settings.database)
    try:
        proof = database.queries().proof(claim)
        assert proof is not None
        assert proof.score.text == "41.7"
        assert f"snapshot {proof.score.snapshot} at {proof.score.locator}" in text
    finally:
        database.close()


def test_a_lowered_number_is_told_as_such(world):
    world.round()
    world.scores["Llama 3.1 70B Instruct", "GPQA"] = "39.9"
    world.round()
    assert world.alerts()[1:] == [
        "Vendor lowered its number: Llama 3.1 70B Instruct on GPQA: 41.7 → 39.9 (revised, Meta)"
    ]


def test_a_server_that_asks_to_wait_is_left_alone_over_a_restart(world):
    world.broken = (429, {"Retry-After": "7200"}, "slow down")
    world.round(hours=1)
    asked = len(world.requests)
    world.broken = None
    world.round(hours=1.1)
    assert len(world.requests) == asked
    world.round()
    assert len(world.requests) > asked
    assert len(world.alerts()) == 1


def test_what_the_schedule_knows_of_a_failing_and_of_a_good_look(world):
    world.broken = (500, {}, "out of order")
    world.round()
    with world.daemon() as daemon:
        state = daemon.states["meta-cards"]
        assert (state.outcome, state.error_streak, state.answered_at) == (Outcome.HTTP_ERROR, 1, None)
        world.broken = None
        daemon.once()
        assert daemon.states["meta-cards"].outcome is Outcome.CHANGED
        assert daemon.health().counts.changes == 1


def test_a_source_of_a_kind_that_is_not_installed_is_skipped_with_the_reason(world):
    strange = world.settings.sources[0].model_copy(update={"name": "strange", "kind": "gopher"})
    world.settings = world.settings.model_copy(update={"sources": (*world.settings.sources, strange)})
    with world.daemon() as daemon:
        assert "gopher" in daemon.skipped["strange"]
        assert daemon.once().runs == 1


def test_first_seen_and_best_open_ask_what_was_known_before_the_transaction(world):
    rules = [
        {"name": "first", "channels": ["hook"], "when": "a model is first seen"},
        {"name": "best", "channels": ["hook"], "when": "a new best open model"},
    ]
    alerts = world.settings.alerts.model_dump() | {"rules": rules}
    alerts["channels"][0]["address"] = world.settings.alerts.channels[0].address
    alerts["channels"][0]["secret"] = world.settings.alerts.channels[0].secret
    world.settings = world.settings.model_copy(update={"alerts": type(world.settings.alerts).model_validate(alerts)})
    world.round()
    world.scores["Mistral Large 2", "GPQA"] = "50.1"
    world.round()
    world.scores["Llama 3.1 70B Instruct", "GPQA"] = "46.7"
    world.round()
    assert [subject.split(":")[0].split(" (")[0] for subject in world.alerts()] == [
        "New model",
        "New model; New best open model on GPQA",
    ]


def test_rules_and_channels_that_cannot_work_are_refused_at_start(world):
    bad = world.settings.alerts.rules[0].model_copy(update={"channels": ("nowhere",)})
    alerts = world.settings.alerts.model_copy(update={"rules": (bad,)})
    settings = world.settings.model_copy(update={"alerts": alerts})
    with pytest.raises(ConfigError, match="nowhere"):
        LiveParts(settings, world.clock)


def test_a_page_that_stays_the_same_is_asked_conditionally_and_recorded_no_more(world):
    asked: list[str] = []
    page = world.answer

    def answer(path):
        asked.append(path)
        return (304, {"ETag": '"a"'}, "") if len(asked) > 1 else (200, {"ETag": '"a"'}, page(path)[2])

    world.answer = answer
    with world.daemon() as daemon:
        for _ in range(5):
            daemon.once()
            world.clock.sleep(86400)
        state = daemon.states["meta-cards"]
        assert (state.outcome, state.unchanged_streak, state.checked_at) == (
            Outcome.NOT_MODIFIED,
            4,
            world.clock.now() - timedelta(days=1),
        )
    with world.daemon() as daemon:
        assert daemon.states["meta-cards"] == state
        daemon.once()
    assert len(asked) == 6
    assert len(world.alerts()) == 1


def test_old_looks_and_what_killed_writers_left_are_swept_away(world):
    world.round()
    home = world.settings.home
    left = home / "archive" / "incoming" / "killed.zst.1-2.part"
    left.write_bytes(b"half")
    os.utime(left, (0, 0))
    for number in range(3):
        world.scores["Llama 3.1 70B Instruct", "GPQA"] = f"4{number}.5"
        world.round(hours=24 * 60)
    database = open_database(world.settings.database)
    try:
        with database.reading() as connection:
            runs = connection.exec_driver_sql("SELECT count(*) FROM run").scalar()
        changes = len(database.queries().changes())
    finally:
        database.close()
    assert (runs, changes) == (2, 4)
    assert not left.exists()
