"""Nothing from a page can ping, link, or add a line."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.alerts.fakes import change, rules
from tracker.alerts.words import LONGEST_SUBJECT, address, plain

HOSTILE = (
    "@everyone",
    "<!channel>",
    "<@123>",
    "[win](javascript:alert)",
    "![x](https://evil.example/p.png)",
    "https://evil.example",
    "evil.example",
    "a\r\nBcc: all@example.org",
    "\x1b[2Jgone",
    "\u202egnp.exe",
    "{{ secret }}",
    "${HOME} %(x)s {0.__class__}",
)


def harmless(text: str) -> bool:
    lines = text.splitlines()
    ours = [line for line in lines if not line.startswith("Link: ")]
    joined = "\n".join(ours)
    return not any(
        sign in joined for sign in ("@e", "@1", "@a", "<", ">", "](", "://", "evil.example", "\x1b", "\u202e")
    )


@pytest.mark.parametrize("words", HOSTILE)
def test_words_of_a_page_are_made_harmless(words):
    assert harmless(plain(words))
    assert "\n" not in plain(words)
    assert "\r" not in plain(words)


@pytest.mark.parametrize("words", HOSTILE)
def test_no_field_of_a_change_can_do_harm(words):
    recorded = change(model=words, benchmark=words, title=words, quote=words, organisation=words, document=words)
    entry = rules({}).announce([recorded])[0]
    assert harmless(entry.subject)
    assert harmless(entry.body)
    assert len(entry.subject.splitlines()) == 1
    assert len(entry.body.splitlines()) == len(rules({}).announce([change()])[0].body.splitlines())


def test_ordinary_words_stay_as_they_are():
    for words in ("Llama 3.1 70B Instruct", "GPT-4.1 on MMLU-Pro: 41.7 → 46.7", "Qwen2.5-72B", "73.4 ± 0.2 %"):
        assert plain(words) == words


@given(st.text(max_size=400), st.integers(min_value=20, max_value=200))
def test_one_visible_line_of_bounded_length(words, limit):
    line = plain(words, limit)
    assert len(line.replace("\u200b", "")) <= limit
    assert len(line.splitlines()) <= 1
    assert all(unicodedata.category(character)[0] != "C" for character in line.replace("\u200b", ""))


@given(st.text(max_size=3000))
def test_a_subject_is_short_whatever_the_model_is_called(name):
    entries = rules({}).announce([change(model=name)])
    assert all(len(entry.subject.replace("\u200b", "")) <= LONGEST_SUBJECT for entry in entries)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://example.org/card?a=1#b", "https://example.org/card?a=1#b"),
        ("https://example.org/@everyone", "https://example.org/%40everyone"),
        ("https://example.org/<!channel>|x", "https://example.org/%3C!channel%3E%7Cx"),
        ("https://example.org/a(b)[c]", "https://example.org/a%28b%29%5Bc%5D"),
        ("https://example.org/a\nBcc: x", "https://example.org/a%0ABcc:%20x"),
        ("https://user:pw@example.org/", ""),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("https://", ""),
        ("https://[bad/", ""),
        ("https://example.org/" + "a" * 600, ""),
        ("", ""),
    ],
)
def test_addresses(url, shown):
    assert address(url) == shown
