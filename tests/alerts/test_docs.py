"""docs/alerts.md names every key, event, option and channel, and shows a configuration that works."""

from __future__ import annotations

import tomllib
from pathlib import Path

from tests.alerts.fakes import NAMES
from tracker import plugins
from tracker.alerts.policy import POLICY_OPTIONS
from tracker.alerts.rules import Event, _Keys
from tracker.alerts.ruleset import RuleSet
from tracker.config import AlertSettings
from tracker.domain.history import ChangeKind
from tracker.domain.sources import Tier

TEXT = (Path(__file__).parents[2] / "docs" / "alerts.md").read_text(encoding="utf-8")


def test_every_word_of_the_configuration_is_documented():
    words = {*_Keys.model_fields, *Event, *ChangeKind, *Tier, *POLICY_OPTIONS, *plugins.names(plugins.CHANNELS)}
    missing = sorted(word for word in words if f"`{word}`" not in TEXT)
    assert missing == []


def test_the_example_is_a_valid_configuration():
    example = tomllib.loads(TEXT.split("```toml\n")[1].split("```")[0])
    settings = AlertSettings.model_validate(example["alerts"])
    assert [rule.name for rule in RuleSet.from_settings(settings, NAMES).rules] == ["vendor-lowered", "big-moves"]
