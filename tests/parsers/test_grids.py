"""Grids against a straightforward painter, on tables of any shape."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.parsers.reference import html_grids, markdown_grids
from tracker.domain.errors import ParseRefused
from tracker.domain.pages import Page
from tracker.parsers import parse
from tracker.parsers.grids import MAX_CELLS, RawCell, RawRow, form_grid, parse_span


def texts(page: Page) -> list[list[list[str]]]:
    return [[[cell.text for cell in row] for row in table.grid] for table in page.tables]


_spans = st.sampled_from(["", "1", "2", "3", "0", "7", "-1", " 2", "+3", "2.9", "abc", "1000000000"])
_cells = st.tuples(st.sampled_from(["td", "th"]), _spans, _spans)
_rows = st.lists(_cells, max_size=5)
_groups = st.tuples(st.sampled_from(["thead", "tbody", "tfoot", ""]), st.lists(_rows, max_size=4))


def _markup(groups) -> str:
    said = ["<table>"]
    number = 0
    for section, rows in groups:
        said.append(f"<{section}>" if section else "")
        for row in rows:
            said.append("<tr>")
            for tag, across, down in row:
                number += 1
                colspan = f' colspan="{across}"' if across else ""
                rowspan = f' rowspan="{down}"' if down else ""
                said.append(f"<{tag}{colspan}{rowspan}>c{number}</{tag}>")
            said.append("</tr>")
        said.append(f"</{section}>" if section else "")
    return "".join((*said, "</table>"))


@settings(max_examples=200, deadline=None)
@given(st.lists(_groups, max_size=4).filter(lambda groups: sum(len(rows) for _, rows in groups) < 12))
def test_an_html_grid_is_what_painting_slot_by_slot_gives(groups):
    # lxml keeps rows outside sections where they stand, the standard's tree construction puts them into one of their own
    sectioned = [(section or "tbody", rows) for section, rows in _joined(groups)]
    assert texts(parse(_markup(groups).encode(), "text/html")) == html_grids(_markup(sectioned))


def _joined(groups):
    """Rows outside sections that follow each other are one section."""
    joined = []
    for section, rows in groups:
        if not section and joined and not joined[-1][0]:
            joined[-1] = ("", [*joined[-1][1], *rows])
        else:
            joined.append((section, rows))
    return [(section, rows) for section, rows in joined if section or rows]


_words = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="\\`*_[]<>&!~$|"), max_size=8
)


@settings(max_examples=200, deadline=None)
@given(
    st.integers(2, 6).flatmap(
        lambda width: st.lists(st.lists(_words, min_size=width, max_size=width), min_size=1, max_size=6)
    )
)
def test_a_markdown_table_comes_back_as_it_was_written(rows):
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    lines.insert(1, "|" + "---|" * len(rows[0]))
    (grid,) = texts(parse("\n".join(lines).encode(), "text/markdown"))
    assert grid == [[cell.strip() for cell in row] for row in rows]


# Quotes are left out: lines that lazily continue one are no table for the reference, and nobody writes such.
_line = st.text("|-: \\`*a1<#_[]()!&~\t.", max_size=14)


@settings(max_examples=400, deadline=None)
@given(
    st.lists(
        st.one_of(_line, st.sampled_from(["", "|a|b|", "|-|-|", "a|b", ":-|-:", "    |a|"])),
        max_size=9,
    )
)
def test_markdown_finds_the_tables_that_the_reference_renders(lines):
    text = "\n".join(lines)
    page = parse(text.encode(), "text/markdown")
    counted = [table for table in page.tables if table.dialect.counted]
    assert [(table.height, table.width) for table in counted] == [
        (len(grid), len(grid[0])) for grid in markdown_grids(text)
    ]


@pytest.mark.parametrize(
    ("written", "across", "down"),
    [(None, 1, 1), ("", 1, 1), ("0", 1, 0), ("2px", 2, 2), ("-5", 1, 1), ("abc", 1, 1), ("999999999999", 1000, 65534)],
)
def test_spans_follow_the_standards_number_rules(written, across, down):
    assert parse_span(written) == across
    assert parse_span(written, rows=True) == down


def test_a_spanned_cell_is_one_object_in_all_its_places():
    grid, written = form_grid([RawRow([RawCell("a", colspan=2, rowspan=2), RawCell("b")]), RawRow([RawCell("c")])])
    assert grid[0][0] is grid[1][1]
    assert grid[1][1].origin == (0, 0)
    assert written == (2, 2)


def test_a_grid_beyond_the_budget_is_refused_before_it_is_built():
    rows = [RawRow([RawCell("x", colspan=1000, rowspan=65534)]) for _ in range(MAX_CELLS // 1000 + 1)]
    with pytest.raises(ParseRefused, match="more than 100000 cells"):
        form_grid(rows)
