from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.errors import ParseError, ParseRefused
from tracker.domain.pages import Number
from tracker.parsers.lexemes import MAX_DEPTH, MAX_WARNINGS, Warnings, load_json, scrub_tree


@pytest.mark.parametrize("lexeme", ["0.70", "1e-3", "90", "-0.0", "1E+05", "12345678901234567890.1234567890"])
def test_a_number_keeps_its_spelling(lexeme):
    (value,) = load_json(f"[{lexeme}]")
    assert value == lexeme
    assert isinstance(value, Number)


def test_a_text_that_looks_like_a_number_stays_a_text():
    (value,) = load_json('["0.70"]')
    assert not isinstance(value, Number)


def test_a_number_of_five_thousand_digits_is_only_a_lexeme():
    (value,) = load_json(f"[{'9' * 5000}]")
    assert value == "9" * 5000


@pytest.mark.parametrize("lexeme", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_becomes_null_and_is_noted(lexeme):
    warnings = Warnings()
    assert load_json(f'{{"acc": {lexeme}, "n": 1}}', warnings) == {"acc": None, "n": "1"}
    assert warnings.said == (f"{lexeme} is no number",)


def test_a_duplicate_key_is_noted_and_its_last_value_counts():
    warnings = Warnings()
    assert load_json('{"acc": 1, "n": 2, "acc": 3}', warnings) == {"acc": "3", "n": "2"}
    assert warnings.said == ("duplicate key 'acc': its last value counts",)


def test_depth_is_bounded():
    fits = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    assert load_json(fits) is not None
    for deep in (f"[{fits}]", "[" * 100_000 + "]" * 100_000):
        with pytest.raises(ParseRefused, match="nested deeper"):
            load_json(deep)


def test_a_broken_text_names_its_line():
    with pytest.raises(ParseError, match="line 3") as caught:
        load_json('{\n"a": 1,\n"b" 2}')
    assert not isinstance(caught.value, ParseRefused)


def test_nul_and_lone_surrogates_leave_texts_and_keys():
    assert load_json(r'{"a\u0000b": "x\ud800y\u0000", "n": 0.10}') == {"ab": "xy", "n": "0.10"}
    assert load_json('["\\ud83d\\ude00"]') == ["😀"]


def test_scrubbing_keeps_numbers_numbers():
    (value,) = scrub_tree([Number("1.0")])
    assert isinstance(value, Number)


def test_warnings_are_bounded():
    warnings = Warnings()
    load_json("[" + "NaN," * 500 + "1]", warnings)
    assert len(warnings.said) == MAX_WARNINGS + 1
    assert warnings.said[-1] == f"and {500 - MAX_WARNINGS} more"


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text):
    with suppress(ParseError):
        load_json(text)
