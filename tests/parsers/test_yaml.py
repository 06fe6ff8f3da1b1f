from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.errors import ParseError, ParseRefused
from tracker.domain.pages import Number
from tracker.parsers.lexemes import Warnings
from tracker.parsers.yaml import load_yaml, parse, split_front_matter


@pytest.mark.parametrize("lexeme", ["0.70", "100.0", "0125", "-3", "1e-3", ".5", "3."])
def test_a_number_keeps_its_spelling(lexeme):
    assert load_yaml(f"a: {lexeme}") == {"a": lexeme}
    assert isinstance(load_yaml(f"a: {lexeme}")["a"], Number)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("no", "no"),
        ("12:30", "12:30"),
        ("2024-07-06", "2024-07-06"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ('"0.70"', "0.70"),
        ("~", None),
        ("", None),
        ("true", True),
        ("'true'", "true"),
    ],
)
def test_other_scalars_mean_what_the_core_schema_says(written, meant):
    value = load_yaml(f"a: {written}")["a"]
    assert value == meant
    assert not isinstance(value, Number)


def test_no_tag_is_obeyed():
    assert load_yaml("a: !!python/object/apply:os.system ['true']") == {"a": ["true"]}


def test_what_is_not_finite_is_null_and_noted_with_its_line():
    warnings = Warnings()
    assert load_yaml("a: 1\nb: .nan", warnings, first_line=10) == {"a": "1", "b": None}
    assert warnings.said == ("line 11: .nan is no number",)


def test_a_duplicate_key_is_noted_with_its_line():
    warnings = Warnings()
    assert load_yaml("a: 1\nb: 2\na: 3", warnings) == {"a": "3", "b": "2"}
    assert warnings.said == ("line 3: duplicate key 'a': its last value counts",)


def test_aliases_and_merges_are_followed():
    text = "base: &b {shots: 5, split: test}\none: {<<: *b, split: dev}\ntwo: *b"
    assert load_yaml(text)["one"] == {"shots": "5", "split": "dev"}
    assert load_yaml(text)["two"] == {"shots": "5", "split": "test"}


def _laughs(levels: int) -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, levels)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    "text",
    [_laughs(9), "a: &a [*a]", "[" * 50_000, "- " * 500 + "x"],
    ids=["billion laughs", "an alias of itself", "flow depth", "block depth"],
)
def test_a_bomb_is_refused(text):
    with pytest.raises(ParseError):
        load_yaml(text)


def test_merges_cannot_multiply():
    lines = ["a0: &a0 {x: 1}"]
    lines += [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 3)}], k{n}: 1}}" for n in range(1, 8)]
    assert load_yaml("\n".join(lines))["a7"].keys() >= {"x", "k1", "k7"}


def test_a_broken_document_names_its_line():
    with pytest.raises(ParseError, match="line 13") as caught:
        load_yaml("a: 1\nb: 2\nc: [1, 2\nd: 3", first_line=10)
    assert not isinstance(caught.value, ParseRefused)


def test_control_characters_are_dropped_with_a_note():
    page = parse(b"a: x\0y\x07")
    assert page.blocks[0].value == {"a": "xy"}
    assert page.warnings == ("2 control characters taken out",)


def test_a_byte_of_another_encoding_costs_its_word_only():
    page = parse(b"a: caf\xe9\nb: 0.50")
    assert page.blocks[0].value == {"a": "caf\ufffd", "b": "0.50"}
    assert page.warnings


def test_every_document_of_a_stream_has_its_place():
    page = parse(b"a: 1\n---\n---\nb: 2\n")
    assert [(block.pointer, block.value) for block in page.blocks] == [("", {"a": "1"}), ("document[2]", {"b": "2"})]


@pytest.mark.parametrize(
    ("text", "front", "rest"),
    [
        ("---\na: 1\n---\n# T\n", "a: 1\n", "# T\n"),
        ("\ufeff---\r\na: 1\r\n---\r\n# T\r\n", "a: 1\r\n", "# T\r\n"),
        ("---\n---\nx", "", "x"),
        ("---\na: 1\n...\nx", "a: 1\n", "x"),
        ("---\na: 1\n---", "a: 1\n", ""),
        ("# T\n---\na: 1\n---\n", None, "# T\n---\na: 1\n---\n"),
        ("---\nno end\n", None, "---\nno end\n"),
        ("----\na: 1\n---\n", None, "----\na: 1\n---\n"),
        ("", None, ""),
    ],
)
def test_front_matter_stands_between_two_rules_at_the_top(text, front, rest):
    found, start = split_front_matter(text)
    assert found == front
    assert text[start:] == rest


@given(st.text(alphabet=" abc:-[]{}&*!|>'\"\n\t#%@0.1", max_size=80))
def test_any_text_is_read_or_refused(text):
    with suppress(ParseError):
        load_yaml(text)
