"""Rules: their keys in TOML, and which changes they want."""

from __future__ import annotations

import pytest

from tests.alerts.fakes import NOON, change, rules, score
from tracker.alerts.ruleset import SourceSilence
from tracker.domain.errors import ConfigError, UsageError
from tracker.domain.history import Cause, ChangeKind


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"kindz": ["revised"]}, ("rule-0", "kindz", "no such key")),
        ({"kinds": ["exploded"]}, ("rule-0", "kinds.0")),
        ({"tiers": ["best"]}, ("rule-0", "tiers.0")),
        ({"when": "something happens"}, ("rule-0", "when", "a source went silent")),
        ({"moved_by": -1}, ("rule-0", "moved_by")),
        ({"moved_by_errors": "three"}, ("rule-0", "moved_by_errors")),
        ({"include": ["everything"]}, ("rule-0", "include.0")),
        ({"when": "a source went silent", "silent_for": "soon"}, ("rule-0", "silent_for", "36h")),
        ({"when": "a source went silent", "models": ["GPT-4o"]}, ("rule-0", "models", "means nothing")),
        ({"silent_for": "2d"}, ("rule-0", "silent_for")),
        ({"when": "a claim was withdrawn", "kinds": ["revised"]}, ("rule-0", "kinds", "withdrawn")),
        ({"channels": ()}, ("rule-0", "channels")),
        ({"channels": ("pager",)}, ("rule-0", "pager", "mail, team")),
    ],
)
def test_a_malformed_rule_is_refused_with_its_path(row, words):
    with pytest.raises(ConfigError) as caught:
        rules(row)
    for word in words:
        assert word in str(caught.value)


def test_two_rules_of_one_name_are_refused():
    with pytest.raises(ConfigError, match="twice"):
        rules({"name": "twice"}, {"name": "twice"})


def test_an_unknown_rule_is_refused_with_those_that_exist():
    with pytest.raises(UsageError, match="rule-0"):
        rules({}).only("nothing")


@pytest.mark.parametrize(
    ("row", "recorded", "wanted"),
    [
        ({}, change("41.7"), True),
        ({}, change("41.7", kind=ChangeKind.RESCALED), False),
        ({"kinds": ["rescaled"]}, change("41.7", kind=ChangeKind.RESCALED), True),
        ({"kinds": ["withdrawn"]}, change("41.7"), False),
        ({"models": ["llama-3.1 *"]}, change(), True),
        ({"models": ["*70B*"]}, change(), True),
        ({"models": ["GPT*", "Mistral*"]}, change(), False),
        ({"models": ["Llama 3.1 70B"]}, change(), False),
        ({"models": ["[L]lama*"]}, change(), False),
        ({"benchmarks": ["gpqa"]}, change(), True),
        ({"benchmarks": ["MMLU*"]}, change(), False),
        ({"makers": ["meta"]}, change(organisation="Artificial Analysis"), True),
        ({"makers": ["OpenAI"]}, change(), False),
        ({"organisations": ["meta"]}, change(), True),
        ({"organisations": ["meta"]}, change(organisation=None), False),
        ({"tiers": ["leak"]}, change(), False),
        ({"tiers": ["leak", "official"]}, change(), True),
        ({"sources": ["meta-*"]}, change(), True),
        ({"sources": ["reddit*"]}, change(), False),
        ({}, change("41.7", cause=Cause.BACKFILL), False),
        ({"include": ["backfill"]}, change("41.7", cause=Cause.BACKFILL), True),
        ({}, change("41.7", cause=Cause.REREAD), False),
        ({"kinds": ["reread"]}, change("41.7", cause=Cause.REREAD, kind=ChangeKind.REREAD), True),
        ({}, change("46.68", rounding=True), False),
        ({"include": ["rounding"]}, change("46.68", rounding=True), True),
    ],
)
def test_what_a_rule_wants(row, recorded, wanted):
    assert bool(rules(row).announce([recorded])) is wanted


@pytest.mark.parametrize(
    ("row", "old", "new", "wanted"),
    [
        ({"moved_by": 5}, "41.7", "46.7", True),
        ({"moved_by": 5.1}, "41.7", "46.7", False),
        ({"moved_by": 5}, "46.7", "41.7", True),
        ({"moved_by": 5}, score("0.417", "fraction"), score("46.7"), True),
        ({"moved_by": 5}, score(".417", None), score("46.7", None), True),
        ({"moved_by": 5}, score("0.7", None), score("0.9", None), False),
        ({"moved_by": 5}, score("46.7"), score("1046.7", "elo"), False),
        ({"moved_by_percent": 10}, "40", "44", True),
        ({"moved_by_percent": 10}, "40", "43.9", False),
        ({"moved_by_percent": 10}, "0", "43.9", False),
        ({"moved_by_errors": 3}, score("40", uncertainty="1"), score("45", uncertainty="1"), True),
        ({"moved_by_errors": 3}, score("40", uncertainty="1"), score("44", uncertainty="1"), False),
        ({"moved_by_errors": 3}, score("0.40", "fraction", "0.01"), score("45", uncertainty="1"), True),
        ({"moved_by_errors": 3}, "40", "90", False),
        ({"moved_by": 2, "moved_by_percent": 50}, "40", "45", False),
        ({"moved_by": 2}, None, "45", False),
    ],
)
def test_thresholds_need_two_comparable_numbers(row, old, new, wanted):
    assert bool(rules(row).announce([change(old, new)])) is wanted


def test_a_silence_is_told_once_and_again_after_the_source_was_heard():
    watch = rules({"when": "a source went silent", "silent_for": "1d", "sources": ["meta-*"]})

    def silent(hours: int, source: str = "meta-cards", interval: int = 3600) -> list[str]:
        from datetime import timedelta

        answered = NOON - timedelta(hours=hours)
        state = SourceSilence(source, "official", None, interval, answered, answered, "connection refused")
        return [entry.id for entry in watch.silent([state], NOON)]

    assert silent(23) == []
    assert silent(25) != []
    assert silent(25) == silent(25) != silent(26)
    assert silent(25, interval=86400) == []
    assert silent(25, source="other") == []
