"""The words of alerts and digests."""

from __future__ import annotations

from dataclasses import replace

from tests.alerts.fakes import NOON, change, rules, score
from tracker.alerts import compose
from tracker.domain.history import ChangeKind


def body(recorded):
    return rules({}).announce([recorded])[0].body.splitlines()


def test_an_alert_says_what_from_what_to_what_who_when_where_and_the_proof():
    recorded = change("41.7", score("46.7", uncertainty="2.5"))
    recorded = replace(recorded, claim_id="5f0c")
    assert body(recorded) == [
        "Meta changed Llama 3.1 70B Instruct on GPQA (0-shot): 41.7 → 46.7",
        "",
        "Moved: +5 points, +11.99 % of the old number, 2.0 standard errors",
        "As written: Llama 3.1 70B Instruct | GPQA | 46.7",
        "Said by: Meta, source meta-cards (official), first party",
        "Since: 2024-07-24 12:00 UTC; recorded 2024-07-24 12:00 UTC",
        "Quote: “GPQA | 46.7”",
        "Page: Model card",
        "Link: https://example.org/card",
        f"Proof: snapshot {'ab' * 32} at table[0]/row[2]/col[3]",
        "Look: tracker show 5f0c",
        "Rule: rule-0",
    ]


def test_who_speaks():
    assert "Said by: Meta, source meta-cards (official), third party" in body(change(model="GPT-4o"))
    assert "Said by: Meta, source meta-cards (official)" in body(change(model="unheard of"))
    assert "Said by: someone, source meta-cards (leak)" in body(change(tier="leak", organisation=None))
    relayed = "Said by: Meta, source meta-cards (official), relaying somebody else's number"
    assert relayed in body(change(relayed=True))


def test_a_renaming_shows_both_names_and_no_distance():
    lines = body_of_kind(ChangeKind.RELABELLED)
    assert lines[0].endswith("Llama 3.1 70B Instruct | GPQA → Llama 3.1 70B Instruct | GPQA")
    assert not any(line.startswith("Moved") for line in lines)


def body_of_kind(kind):
    entries = rules({"kinds": [kind.value]}).announce([change("46.7", "46.7", kind=kind)])
    return entries[0].body.splitlines()


def test_units_are_said_where_the_number_does_not_show_them():
    entry = rules({}).announce([change(None, score("1287", "elo"), benchmark="Arena")])[0]
    assert entry.subject == "Llama 3.1 70B Instruct on Arena (0-shot): 1287 elo (appeared, Meta)"


def test_a_digest_names_kinds_models_and_the_first_lines():
    changes = [change(new=str(number), document=str(number)) for number in range(60)]
    changes += [change("1", None, model="GPT-4o", document="z")]
    entries = rules({}).announce(changes)
    subject, text = compose.digest(entries, changes)
    assert subject == "61 alerts: Llama 3.1 70B Instruct, GPT-4o"
    lines = text.splitlines()
    assert lines[0] == "60 appeared, 1 withdrawn"
    assert lines[2] == "- " + entries[0].subject
    assert "and 21 more" in lines
    assert len(lines) == 45


def test_a_silence_says_since_when_and_what_was_heard_last():
    subject, text = compose.silence("feed-a", NOON, "http_error <b>503</b>")
    assert subject == "Source silent: feed-a, no answer since 2024-07-24 12:00 UTC"
    assert "Last word: http_error ‹b›503‹/b›" in text
