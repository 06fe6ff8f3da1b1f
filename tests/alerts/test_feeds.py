"""Feed files: valid, newest first, replaced as a whole, each alert once."""

from __future__ import annotations

import json
from io import BytesIO

import feedparser
import pytest

from tests.alerts.fakes import FakeClock, change, rules
from tests.alerts.receiver import NoPoster
from tracker import plugins
from tracker.alerts.routes import open_routes
from tracker.config import AlertSettings, ChannelSettings
from tracker.domain.errors import ConfigError, DeliveryError
from tracker.domain.ports import ChannelKit, Message


def kit(home) -> ChannelKit:
    return ChannelKit(NoPoster(), FakeClock(), str(home))


def channel(home, kind, **options):
    given = {"file": "feeds/alerts", **options}
    settings = AlertSettings(channels=(ChannelSettings(name="feed", kind=kind, options=given),))
    return open_routes(settings, kit(home))["feed"].channel


def message(number: int, **fields) -> Message:
    recorded = change(new=str(number), document=str(number), **fields)
    entry = rules({}).announce([recorded])[0]
    return Message(entry.id, entry.subject, entry.body, (recorded,), entry.rule, (entry,))


def test_an_atom_file_holds_the_newest_alerts(tmp_path):
    atom = channel(tmp_path, "atom", keep=3, title="Scores & more")
    for number in (1, 2, 3, 4, 4, 3):
        atom.deliver(message(number))
    feed = feedparser.parse(BytesIO((tmp_path / "feeds/alerts").read_bytes()))
    assert (feed.bozo, feed.version, feed.feed.title) == (False, "atom10", "Scores & more")
    assert [entry.title.split(": ")[1][0] for entry in feed.entries] == ["4", "3", "2"]
    assert feed.entries[0].link == "https://example.org/card"
    assert feed.entries[0].content[0].type == "text/plain"
    assert len({entry.id for entry in feed.entries}) == 3
    assert [path.name for path in (tmp_path / "feeds").iterdir()] == ["alerts"]


def test_a_json_feed_file_holds_the_newest_alerts(tmp_path):
    feed = channel(tmp_path, "jsonfeed", keep=2)
    for number in (1, 2, 3, 3):
        feed.deliver(message(number))
    written = json.loads((tmp_path / "feeds/alerts").read_text())
    assert written["version"].endswith("/1.1")
    assert [item["title"].split(": ")[1][0] for item in written["items"]] == ["3", "2"]
    assert written["items"][0]["url"] == "https://example.org/card"


@pytest.mark.parametrize("kind", ["atom", "jsonfeed"])
def test_markup_from_a_page_stays_text(tmp_path, kind):
    hostile = message(1, title="<script>x</script>]]>", quote="&lt;img src=x&gt;", url="javascript:alert(1)")
    channel(tmp_path, kind).deliver(hostile)
    written = (tmp_path / "feeds/alerts").read_text()
    assert "<script" not in written
    assert "javascript:" not in written


@pytest.mark.parametrize("kind", ["atom", "jsonfeed"])
@pytest.mark.parametrize("foreign", [b"precious notes", b"[]", b"{}", b"<html/><b>"])
def test_a_file_that_is_no_feed_is_not_overwritten(tmp_path, kind, foreign):
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds/alerts").write_bytes(foreign)
    with pytest.raises(DeliveryError, match="no feed of ours"):
        channel(tmp_path, kind).deliver(message(1))
    assert (tmp_path / "feeds/alerts").read_bytes() == foreign


def test_a_folder_that_cannot_be_written_is_a_failed_delivery(tmp_path):
    (tmp_path / "feeds").write_text("a file where the folder should be")
    with pytest.raises(DeliveryError, match="cannot be written"):
        channel(tmp_path, "atom").deliver(message(1))


@pytest.mark.parametrize(
    ("options", "word"), [({"file": ""}, "file"), ({"keep": 0}, "keep"), ({"title": 3}, "title"), ({"fil": "x"}, "fil")]
)
def test_malformed_options_are_refused(tmp_path, options, word):
    with pytest.raises(ConfigError, match=word):
        channel(tmp_path, "atom", **options)


def test_the_terminal_shows_subject_and_body(tmp_path, capsys):
    settings = AlertSettings(channels=(ChannelSettings(name="screen", kind="terminal"),))
    open_routes(settings, kit(tmp_path))["screen"].channel.deliver(message(1))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "2024-07-24 12:00 Llama 3.1 70B Instruct on GPQA (0-shot): 1 (appeared, Meta)"
    assert "    Rule: rule-0" in lines


def test_every_channel_is_registered():
    from pathlib import Path

    import tracker.alerts.channels as room

    modules = {path.stem for path in Path(room.__path__[0]).glob("*.py")} - {"__init__"}
    registered = {
        plugins.load(plugins.CHANNELS, name).__module__.rsplit(".", 1)[1] for name in plugins.names(plugins.CHANNELS)
    }
    assert modules == registered
