"""The score grammar: what is a score, what is none, and that nothing else gets through."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.scores import LONGEST_CELL, ParsedCell, is_blank, parse_score


def values(text: str, *, decimal_comma: bool = False) -> list[str]:
    parsed = parse_score(text, decimal_comma=decimal_comma)
    return [] if parsed is None else [str(score.value) for score in parsed.scores]


def only(text: str) -> ParsedCell:
    parsed = parse_score(text)
    assert parsed is not None
    assert len(parsed.parts) == 1
    return parsed


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("61.8", "61.8", None),
        ("61.80", "61.80", None),
        ("61.8%", "61.8", "percent"),
        ("61.8 %", "61.8", "percent"),
        ("61.8％", "61.8", "percent"),
        (".417", "0.417", None),
        ("0.417", "0.417", None),
        ("09.4", "9.4", None),
        ("1,348", "1348", None),
        ("12,034", "12034", None),
        ("1,348.5", "1348.5", None),
        ("1348 Elo", "1348", "elo"),
        ("31,72%", "31.72", "percent"),
        ("-4.5", "-4.5", None),
        ("−4.5", "-4.5", None),
        ("~77", "77", None),
        ("**61.8**", "61.8", None),
        ("`61.8`", "61.8", None),
        ("__61.8__", "61.8", None),
        (r"\textbf{61.8}", "61.8", None),
        ("$61.8$", "61.8", None),
        ("🥇 61.8", "61.8", None),
        ("61.8.", "61.8", None),
        ("100", "100", None),
        ("0", "0", None),
    ],
)
def test_one_number(text: str, value: str, unit: str | None) -> None:
    score = only(text).scores[0]
    assert (str(score.value), score.unit) == (value, unit)


@pytest.mark.parametrize(
    "text",
    [
        "61.8 (+1.1)",
        "61.8 (-0.4%)",
        "61.8 +1.1",
        "61.8 -1.1",
        "61.8↑",
        "61.8 ↑2.0",
        "61.8 (↑ 2.0)",
        "61.8^{+2.0}",
        "61.8_{(+2.0)}",
        "61.8\n(+2.0)",
        "61.8 (#1)",
        "61.8 (2nd)",
        "61.8 🥈",
        "61.8 [60.2, 63.1]",
    ],
)
def test_changes_ranks_and_intervals_are_dropped(text: str) -> None:
    parsed = only(text)
    assert values(text) == ["61.8"]
    assert parsed.scores[0].uncertainty is None
    assert parsed.notes == ()


@pytest.mark.parametrize(
    ("text", "uncertainty"),
    [
        ("8.44 ± 0.07", "0.07"),
        ("8.44±0.07", "0.07"),
        ("8.44 +/- 0.07", "0.07"),
        ("8.44 (±0.07)", "0.07"),
        ("8.44_{0.07}", "0.07"),
        ("8.44_{±0.07}", "0.07"),
        ("8.44^{±0.07}", "0.07"),
        (r"8.44 $\pm$ 0.07", "0.07"),
        ("1311 +6/-4", "6"),
        ("1311 (+4/-6)", "6"),
        ("8.44_{0.07} (8.51/8.44/8.37)", "0.07"),
    ],
)
def test_uncertainty_is_kept(text: str, uncertainty: str) -> None:
    assert str(only(text).scores[0].uncertainty) == uncertainty


def test_percent_sign_after_the_uncertainty() -> None:
    score = only("61.8 ± 0.2 %").scores[0]
    assert (score.unit, str(score.uncertainty)) == ("percent", "0.2")


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("61.8*", ("*",)),
        ("61.8**", ("**",)),
        ("*61.8", ("*",)),
        ("61.8†", ("†",)),
        ("61.8^{1}", ("1",)),
        ("61.8^{*}", ("*",)),
        ("61.8 [2]", ("2",)),
        ("61.8 [^2]", ("2",)),
        ("61.8%‡", ("‡",)),
        ("**61.8**†", ("†",)),
        ("61.8²", ("²",)),
    ],
)
def test_footnote_marks_are_kept_apart(text: str, marks: tuple[str, ...]) -> None:
    assert values(text) == ["61.8"]
    assert only(text).marks == marks


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("61.8(report)", ("report",)),
        ("61.8 (5-shot)", ("5-shot",)),
        ("61.8\n5-shot", ("5-shot",)),
        ("0.618 (C)", ("C",)),
        ("61.8 B+", ("B+",)),
        ("61.8 pass@1", ("pass@1",)),
        ("60.3 (341/566)", ("341/566",)),
        ("61.8 (3)", ("3",)),
    ],
)
def test_notes_are_kept_apart(text: str, notes: tuple[str, ...]) -> None:
    assert only(text).notes == notes


@pytest.mark.parametrize(
    ("text", "joint", "found"),
    [
        ("71.3/55.0", "/", ["71.3", "55.0"]),
        ("71.3 / 55.0", "/", ["71.3", "55.0"]),
        ("71.3|55.0", "/", ["71.3", "55.0"]),
        ("71.3%/55.0%", "/", ["71.3", "55.0"]),
        ("31.2/44.0/58.9", "/", ["31.2", "44.0", "58.9"]),
        ("71.3, 55.0", ",", ["71.3", "55.0"]),
        ("71.3  55.0", ",", ["71.3", "55.0"]),
        ("71.3\n55.0", "\n", ["71.3", "55.0"]),
        ("71.3 (55.0)", "(", ["71.3", "55.0"]),
    ],
)
def test_several_numbers(text: str, joint: str, found: list[str]) -> None:
    parsed = parse_score(text)
    assert parsed is not None
    assert parsed.joint == joint
    assert values(text) == found


@pytest.mark.parametrize("text", ["71.3 / -", "71.3 / N/A", "71.3\n-"])
def test_a_blank_part_keeps_its_place(text: str) -> None:
    parsed = parse_score(text)
    assert parsed is not None
    assert [part is None for part in parsed.parts] == [False, True]


@pytest.mark.parametrize(("text", "ratio"), [("7/30", (7, 30)), ("30/30", (30, 30)), ("42/36", None), ("7.0/30", None)])
def test_k_of_n_is_told(text: str, ratio: tuple[int, int] | None) -> None:
    parsed = parse_score(text)
    assert parsed is not None
    assert parsed.ratio == ratio


@pytest.mark.parametrize(
    "text",
    ["", " ", "-", "--", "–", "—", "N/A", "n/a", "TBD", "?", "…", "OOM", "**-**", "`-`", "无", "❌", "/"],
)
def test_blanks(text: str) -> None:
    assert is_blank(text)
    assert parse_score(text) is None


@pytest.mark.parametrize(
    "text",
    [
        *("nan", "inf", "-inf", "Infinity", "1_000", "９０.１", "١٢", "1e3", "2**64", "1" * 5000, "0x1f"),
        *("85,3", "1.234,5", "1,28", "12,34,567", "1.2.3", "2024-05-13", "2024/05/13", "23.11.30"),
        *("85-90", "85 - 90", "85–90", "3-5", "> 90", "<5", "60 to 70", "61.8 → 70.2", "~~61.8~~"),
        *("7B", "128K", "1.5T", "12 GB", "15.3GB", "1.0s/it", "45 tok/s", "2x", "$0.50", "50.2 (2.6x)", "8.1 (12 GB)"),
        *("5-shot", "MMLU", "v1.5", "GPT-4", "A", "#1", "61.8 of them", "Context is 128"),
    ],
)
def test_no_scores(text: str) -> None:
    assert parse_score(text) is None


def test_decimal_comma_when_the_table_is_known_to_write_it() -> None:
    assert values("85,3", decimal_comma=True) == ["85.3"]
    assert values("1,287", decimal_comma=True) == ["1287"]


@given(st.text(max_size=LONGEST_CELL + 5))
def test_any_text_is_read_or_refused(text: str) -> None:
    parsed = parse_score(text)
    if parsed is None:
        return
    assert parsed.scores
    for score in parsed.scores:
        assert score.value.is_finite()
        assert re.search(r"[0-9]", score.text)


@given(
    st.decimals(min_value=0, max_value=9999, places=2), st.sampled_from(["", "%", " %", "*", "†", " (+1.0)", "^{2}"])
)
def test_digits_survive(value: Decimal, tail: str) -> None:
    parsed = parse_score(f"{value}{tail}")
    assert parsed is not None
    assert str(parsed.scores[0].value) == str(value)


@given(st.lists(st.decimals(min_value=0, max_value=99, places=1), min_size=2, max_size=6), st.sampled_from("/|\n"))
def test_joined_scores_keep_their_number_and_order(numbers: list[Decimal], joint: str) -> None:
    assert values(joint.join(str(number) for number in numbers)) == [str(number) for number in numbers]


@given(st.text(alphabet="0123456789,._٣９%±/()+-* \n", max_size=200))
def test_no_digit_outside_ascii_and_no_long_number(text: str) -> None:
    parsed = parse_score(text)
    if parsed is not None:
        assert all(abs(score.value) < 10**12 for score in parsed.scores)
        assert all(str(score.value).isascii() for score in parsed.scores)
