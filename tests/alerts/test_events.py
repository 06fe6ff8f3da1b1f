"""The events that rules name in plain words, and the alerts of a batch."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.alerts.fakes import NOON, FakeStandings, change, rules, score
from tracker.alerts.ports import Standing
from tracker.alerts.rehearsal import rehearse
from tracker.domain.history import Cause, ChangeKind
from tracker.names import Names

LOWERED = {"when": "a vendor lowered its number"}
LEAK = {"when": "a leak mentions a model"}
BEST = {"when": "a new best open model"}
FIRST = {"when": "a model is first seen"}
RELEASE = datetime(2025, 4, 5, tzinfo=UTC)
WITHDRAWN = {"when": "a claim was withdrawn"}


def subjects(row, *changes, standings=None):
    return [entry.subject for entry in rules(row, standings=standings).announce(changes)]


@pytest.mark.parametrize(
    ("recorded", "lead"),
    [
        (change("46.7", "41.7"), "Vendor lowered its number"),
        (change("41.7", "46.7"), None),
        (change("46.7", "41.7", organisation="Artificial Analysis"), None),
        (change("46.7", "41.7", relayed=True), None),
        (change("9.1", "9.8", benchmark="WikiText"), "Vendor worsened its number"),
        (change("9.8", "9.1", benchmark="WikiText"), None),
        (change("46.7", score("0.467", "fraction")), None),
    ],
)
def test_a_vendor_lowered_its_number(recorded, lead):
    assert [line.split(":")[0] for line in subjects(LOWERED, recorded)] == ([lead] if lead else [])


@pytest.mark.parametrize(
    ("recorded", "told"),
    [
        (change(tier="leak", organisation=None), True),
        (change(tier="official"), False),
        (change(tier="press", organisation=None), False),
        (change(tier="press", organisation=None, model="GPT-5"), True),
        (change(tier="official", organisation="OpenAI", model="GPT-5"), False),
        (change("46.7", None, tier="leak"), False),
        (change(tier="press", organisation=None, model="Llama 4 Scout"), True),
        (change(tier="press", organisation=None, model="Llama 4 Scout", at=RELEASE), False),
        (change(tier="press", organisation=None, model="Llama 4 Scout", at=RELEASE - timedelta(days=1)), True),
        (change(tier="press", organisation=None, model="Llama 2 70B"), False),
        (change(tier="press", organisation=None, model="never heard of"), False),
    ],
)
def test_a_leak_mentions_a_model(recorded, told):
    assert bool(subjects(LEAK, recorded)) is told


def test_a_leak_about_a_given_model():
    row = {**LEAK, "models": ["GPT-5*"]}
    assert subjects(row, change(tier="leak"), change(tier="leak", model="GPT-5")) == [
        "Leak: GPT-5 on GPQA (0-shot): 46.7 (appeared, Meta)"
    ]


def standings(*rows):
    return FakeStandings(claims={"GPQA": [Standing(model, number, tier) for model, number, tier in rows]})


@pytest.mark.parametrize(
    ("before", "recorded", "told"),
    [
        ([("Mistral Large", score("45.0"), "official")], change(), True),
        ([("Mistral Large", score("0.45", "fraction"), "official")], change(), True),
        ([("Mistral Large", score("47.0"), "official")], change(), False),
        ([("Mistral Large", score("46.7"), "official")], change(), False),
        ([("GPT-4o", score("53.0"), "official"), ("Mistral Large", score("45.0"), "press")], change(), True),
        ([("Llama 3.1 70B Instruct", score("41.7"), "official")], change("41.7"), False),
        ([("GPT-4o", score("40.0"), "official")], change(), False),
        ([], change(), False),
        ([("Mistral Large", score("45.0"), "official")], change(model="GPT-4o"), False),
        ([("Mistral Large", score("1045", "elo"), "official")], change(), False),
    ],
)
def test_a_new_best_open_model(before, recorded, told):
    assert bool(subjects(BEST, recorded, standings=standings(*before))) is told


def test_the_best_is_sought_among_the_tiers_of_the_rule():
    known = standings(("Mistral Large", score("99.0"), "leak"), ("Mistral Large", score("45.0"), "official"))
    assert subjects(BEST, change(), standings=known) == []
    told = subjects({**BEST, "tiers": ["official"]}, change(), standings=known)
    assert told == [
        (
            "New best open model on GPQA (before: Mistral Large, 45): Llama 3.1 70B Instruct on GPQA (0-shot): "
            "46.7 (appeared, Meta)"
        )
    ]


def test_a_batch_sees_its_own_earlier_changes():
    known = standings(("Mistral Large", score("45.0"), "official"))
    first, second = change(new="46.7"), change(new="46.0", model="Mistral Large", document="b")
    assert len(subjects(BEST, first, second, standings=known)) == 1


def test_a_model_is_first_seen_once():
    known = FakeStandings(models={"GPT-4o"})
    batch = [change(), change(document="b"), change(model="GPT-4o")]
    assert subjects(FIRST, *batch, standings=known) == [
        "New model: Llama 3.1 70B Instruct on GPQA (0-shot): 46.7 (appeared, Meta)"
    ]


def test_a_claim_was_withdrawn():
    assert subjects(WITHDRAWN, change("46.7", None), change()) == [
        "Withdrawn: Llama 3.1 70B Instruct on GPQA (0-shot): 46.7 (withdrawn, Meta)"
    ]


def test_one_alert_a_channel_names_every_rule_and_the_event_leads():
    both = rules({"channels": ("team", "mail")}, {**LOWERED, "channels": ("team",)})
    entries = {entry.channel: entry for entry in both.announce([change("46.7", "41.7")])}
    assert entries["team"].rule == "rule-0, rule-1"
    assert entries["team"].subject.startswith("Vendor lowered")
    assert entries["mail"].rule == "rule-0"
    assert entries["team"].id != entries["mail"].id


def test_identities_do_not_depend_on_the_batch():
    announced = rules({})
    a, b = change("1.0", "2.0"), change("3.0", "4.0", document="b")
    assert [entry.id for entry in announced.announce([a, b])] == [
        announced.announce([change])[0].id for change in (a, b)
    ]


def test_a_flapping_page_is_told_twice_a_day_at_most():
    flips = [
        change(*(("41.7", "46.7") if hour % 2 else ("46.7", "41.7")), at=NOON + timedelta(minutes=hour))
        for hour in range(200)
    ]
    assert len(rules({}).announce(flips)) == 2
    tomorrow = change("41.7", "46.7", at=NOON + timedelta(days=1))
    assert len(rules({}).announce([*flips, tomorrow])) == 3


def test_ten_thousand_changes_of_a_backfill_are_silent():
    history = [change(new=str(number), cause=Cause.BACKFILL) for number in range(10_000)]
    assert rules({}, FIRST, BEST).announce(history) == ()


def test_a_rehearsal_knows_only_what_was_known_by_then():
    past = [
        change(new="45.0", model="Mistral Large", at=NOON - timedelta(days=40)),
        change(new="46.7", at=NOON - timedelta(days=20)),
        change("45.0", None, kind=ChangeKind.WITHDRAWN, model="Mistral Large", at=NOON - timedelta(days=10)),
        change(new="47.0", at=NOON - timedelta(days=5), document="b"),
    ]
    told = [entry.subject for _, entry in rehearse(rules(BEST), past, NOON - timedelta(days=30))]
    assert [line.split(":")[0] for line in told] == ["New best open model on GPQA (before"]
    seen = [recorded.model for recorded, _ in rehearse(rules(FIRST), past, NOON - timedelta(days=30))]
    assert seen == ["Llama 3.1 70B Instruct"]


def test_the_bundled_registry_answers_what_rules_ask():
    names = Names.bundled()
    bundled = rules(
        {**LOWERED, "makers": ["meta"], "models": ["llama-3.1-70b-instruct"], "benchmarks": ["gpqa"]}, names=names
    )
    assert [entry.subject.split(":")[0] for entry in bundled.announce([change("46.7", "41.7")])] == [
        "Vendor lowered its number"
    ]
    early = change(tier="community", organisation=None, model="Llama 3.1 405B", at=NOON - timedelta(days=2))
    assert [entry.subject.split(":")[0] for entry in rules(LEAK, names=names).announce([early])] == [
        "Leak about an unreleased model"
    ]
