"""The fast search answers as `re` does."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.extraction.linear import LinearSearch

WORDS = r"\bparam(?:eter)?\ count\b | ^num\.?\s | \bco2 | \(s(?:ec)?\)$ | 显存"
PLAIN = "(?:^|[^a-z])(?:par|out-perform)(?:[^a-z0-9_]|$)|≥"


@pytest.mark.parametrize("pattern", [WORDS, PLAIN])
@given(st.text(alphabet="param eter count num.co2(s)显存 out-perform≥é_0\n", max_size=24))
def test_finds_what_re_finds(pattern: str, text: str) -> None:
    assert LinearSearch(pattern)(text) == (re.search(pattern, text, re.VERBOSE | re.IGNORECASE) is not None)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Param Count", True),
        ("num of", True),
        ("TIME (SEC)", True),
        ("显存 (GB)", True),
        ("éparam count", False),
        ("xparam count", False),
        ("cost", False),
    ],
)
def test_word_boundaries_of_any_script(text: str, *, found: bool) -> None:
    assert LinearSearch(WORDS)(text) is found


def test_half_a_character_is_no_error() -> None:
    assert LinearSearch(PLAIN)("\ud800 on par")
