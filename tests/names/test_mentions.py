"""Names in running text, and the filter before it."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.names.cases import read_cases
from tracker.names import Names
from tracker.names.mentions import MentionFinder

NAMES = Names.bundled()
_PIECES = [
    *(
        "Llama 3.1 8B",
        "gpt-4o",
        "GSM8K",
        "MATH",
        "math",
        "sonnet 4",
        "Foo-7B-Chat",
        "ARC",
        "Kimi’s K2",
        "4o",
        "o4-mini",
    ),
    *(
        "(high)",
        "and",
        "the",
        "-",
        " ",
        ", ",
        "7B",
        "3",
        "v6",
        "step",
        "Step-3",
        "通义千问",
        "超过",
        "OpenAI",
        "'s",
        "/",
        "+",
        "_",
    ),
    *(
        "deepseek",
        "V3",
        "72B",
        "drop",
        "DROP",
        "AIME",
        "2024",
        "LiveCodeBench",
        "tau2-bench",
        "Opus",
        "\n",
        "K2",
        "Mistral",
        "small",
    ),
]


@pytest.mark.parametrize("case", read_cases("mentions"), ids=lambda case: case["text"][:40])
def test_names_in_running_text(case: dict[str, str]) -> None:
    found = [f"{m.words}={m.id}" for m in NAMES.mentions(case["text"]) if m.kind in {"model", "benchmark"}]

    assert found == [words for words in case["mentions"].split("; ") if words]


def test_every_kind_and_its_place() -> None:
    text = "OpenAI says o3 has 96.7% accuracy on AIME 2024"

    found = {(m.kind, m.id): text[m.start : m.end] for m in NAMES.mentions(text)}

    assert found == {
        ("organisation", "OpenAI"): "OpenAI",
        ("model", "o3"): "o3",
        ("metric", "Accuracy"): "accuracy",
        ("benchmark", "AIME 2024"): "AIME 2024",
    }


def test_ambiguous_words_are_marked() -> None:
    (found,) = NAMES.mentions("better on ARC")

    assert (found.kind, found.id, found.ambiguous) == ("benchmark", "ARC", True)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=12), st.sampled_from(["", " "]))
def test_mentions_are_ordered_apart_and_quote_the_text(pieces: list[str], joint: str) -> None:
    text = joint.join(pieces)
    end = 0
    for mention in NAMES.mentions(text):
        assert mention.start >= end
        assert text[mention.start : mention.end] == mention.words
        end = mention.end


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=6), st.sampled_from(["", " "]))
def test_the_filter_lets_every_text_with_a_name_through(pieces: list[str], joint: str) -> None:
    text = joint.join(pieces)
    if any(mention.kind in {"model", "benchmark"} for mention in NAMES.mentions(text)):
        assert NAMES.could_mention(text)
        assert NAMES.could_mention(b"\xff\xe2" + text.encode() + b"\xc3")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "How do I cook rice for four people without a rice cooker?",
        "The race was on; they had to drop the math and walk back. Needle and thread, social life, open doors.",
        "My 3 dogs ate 12 apples at 5 pm, which cost $4.20.",
    ],
)
def test_the_filter_turns_ordinary_talk_away(text: str) -> None:
    assert not NAMES.could_mention(text)
    assert not NAMES.could_mention(text.encode())


def test_the_filter_sees_across_its_windows() -> None:
    for padding in (4_078, 4_086, 4_092, 4_096, 8_100, 65_500):
        assert NAMES.could_mention("x " * (padding // 2) + "HellaSwag")


def test_unlisted_names_stand_in_order_between_listed_ones() -> None:
    text = "Zorblat-7B, GPT-4o, Zorblat 13B, Llama-3-8B, wug_7b-zorblat-70B and MMLU"

    words = [mention.words for mention in NAMES.mentions(text)]

    assert words == ["Zorblat-7B", "GPT-4o", "Zorblat 13B", "Llama-3-8B", "wug_7b-zorblat-70B", "MMLU"]


def test_a_text_is_read_alike_whether_remembered_or_too_long_to_be() -> None:
    text = "Zorblat-7B scores 71.2 on MMLU. " * 400

    assert len(NAMES.mentions(text)) == 800
    assert NAMES.mentions(text)[:2] == NAMES.mentions(text[:32]) == NAMES.mentions(text[:32])


def test_long_hostile_texts_stay_linear() -> None:
    for text in (
        "a-" * 50_000 + "7B",
        "Llama-" * 20_000,
        "(" * 100_000,
        "7B " * 30_000,
        "Foo-7B-Chat " * 20_000,
        "Qwen " * 20_000,
        ("_a" * 50 + "!-7B ") * 200,
        "\ud800 GPT-4",
    ):
        NAMES.mentions(text)
        NAMES.could_mention(text)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from([*_PIECES, "the", "open", "a", "math", "code", "in", "2024"]), max_size=8),
    st.sampled_from(["", " ", "-"]),
)
def test_no_name_begins_where_its_second_word_does_not_follow(pieces: list[str], joint: str) -> None:
    text = joint.join(pieces)
    assert NAMES.mentions(text) == _patient().mentions(text)


@cache
def _patient() -> MentionFinder:
    """Looks at every word that any name begins with."""
    finder = MentionFinder(NAMES.registry, NAMES.model, NAMES.benchmark)
    finder.__dict__["_beginnings"] = dict.fromkeys(finder._trie.next.keys() | finder._family_heads, frozenset())
    return finder
