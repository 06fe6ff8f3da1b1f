from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.errors import ParseError, ParseRefused
from tracker.domain.pages import Dialect
from tracker.parsers.csv import MAX_CELLS, MAX_COLUMNS, parse


def _texts(page):
    (table,) = page.blocks
    return [[cell.text for cell in row] for row in table.grid]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_separator_is_found(delimiter):
    body = (
        delimiter.join("mac").encode()
        + b"\n"
        + delimiter.join(["x, y" if delimiter != "," else "xy", "1", "2"]).encode()
    )
    assert _texts(parse(body))[0] == ["m", "a", "c"]
    assert len(_texts(parse(body))[1]) == 3


def test_the_table_says_what_it_is():
    page = parse(b"model,MMLU\nA,71.20\nB,\n")
    (table,) = page.blocks
    assert table.dialect is Dialect.DELIMITED
    assert table.place == "drawn[0]"
    assert table.header_rows == 1
    assert table.grid[0][1].header
    assert not table.grid[1][1].header
    assert table.grid[1][1].text == "71.20"
    assert table.grid[2][1].origin == (2, 1)


def test_quoted_fields_keep_separators_and_line_breaks():
    assert _texts(parse(b'm,a\n"x, ""y""","1\n 2"\n')) == [["m", "a"], ['x, "y"', "1\n2"]]


def test_a_ragged_row_is_filled_up_and_noted():
    page = parse(b"m,a,b\nx,1\ny,1,2\n\n")
    assert _texts(page) == [["m", "a", "b"], ["x", "1", ""], ["y", "1", "2"]]
    assert page.blocks[0].written == (3, 2, 3)
    assert page.warnings == ("row 1 has 2 fields, the header 3",)


def test_commas_in_a_tab_separated_file_are_words():
    assert _texts(parse(b"m\ta\nx, y\t1\n", "text/tab-separated-values")) == [["m", "a"], ["x, y", "1"]]


@pytest.mark.parametrize("body", [b"a," * MAX_COLUMNS + b"b", b"a,b\n" * (MAX_CELLS // 2 + 1), b'"' + b"x" * 2_000_000])
def test_a_bomb_is_refused(body):
    with pytest.raises(ParseRefused):
        parse(body)


def test_one_wide_row_cannot_multiply_the_others():
    body = b"a\n" * 1000 + b"x," * 1500
    with pytest.raises(ParseRefused, match="cells"):
        parse(body)


def test_an_empty_file_is_an_error():
    with pytest.raises(ParseError, match="empty"):
        parse(b"\n \n")


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body):
    with suppress(ParseError):
        parse(body)
