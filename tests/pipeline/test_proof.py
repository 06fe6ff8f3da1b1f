"""A claim's place is found again, or it is not proven."""

from __future__ import annotations

import pytest

from tracker.domain.errors import ParseError
from tracker.domain.pages import Cell, Data, Dialect, Number, Page, Prose, Table, lay_out
from tracker.pipeline.proof import proves, words_at

PAGE = Page(
    lay_out(
        [
            Prose("Scores"),
            Table(((Cell("Model"), Cell("MMLU")), (Cell("Pelican"), Cell("71.2 %"))), index=0),
            Table(((Cell("Other"), Cell("9.9")),), index=0, dialect=Dialect.DRAWN),
            Prose("Pelican reaches 80.1 on GSM8K."),
            Data({"results": [{"a/b": Number("0.70")}]}, "json", "front-matter"),
        ]
    )
)


@pytest.mark.parametrize(
    ("locator", "words"),
    [
        ("table[0]/row[1]/col[1]", "71.2 %"),
        ("drawn[0]/row[0]/col[1]", "9.9"),
        ("text[8:28]", "Pelican reaches 80.1"),
        ("data[front-matter]/results/0/a~1b", "0.70"),
        ("table[0]/row[5]/col[1]", None),
        ("table[1]/row[0]/col[0]", None),
        ("text[900:910]", None),
        ("data[front-matter]/results/7/a~1b", None),
        ("data[front-matter]/results", None),
        ("data[elsewhere]/results", None),
    ],
)
def test_words_at_a_place(locator: str, words: str | None) -> None:
    assert words_at(PAGE, locator) == words


@pytest.mark.parametrize("locator", ["", "table[0]", "text[a:b]", "table[0]/row[1]/col[1]; drop", "image[1]"])
def test_what_is_no_place_is_refused(locator: str) -> None:
    with pytest.raises(ParseError):
        words_at(PAGE, locator)


@pytest.mark.parametrize(
    ("words", "quote", "proven"),
    [
        ("71.2 %", "71.2 %", True),
        ("71.2\n%", "71.2 %", True),
        ("0.867", "accuracy: 0.867", True),
        ("46.7", "41.7", False),
        ("7", "41.7", False),
        ("", "accuracy: 0.867", False),
    ],
)
def test_words_prove_their_quote(words: str, quote: str, proven: bool) -> None:
    assert proves(words, quote) is proven
