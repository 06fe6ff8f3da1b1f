from __future__ import annotations

import pytest

from tracker.domain.errors import ParseError, ParseRefused
from tracker.domain.pages import Data, Number
from tracker.parsers.json import parse


def test_a_document_is_one_tree():
    page = parse(b'{"results": {"boolq": {"acc": 0.80}}}')
    (block,) = page.blocks
    assert isinstance(block, Data)
    assert (block.form, block.pointer) == ("json", "")
    assert block.value == {"results": {"boolq": {"acc": Number("0.80")}}}
    assert page.complete


def test_json_lines_are_records_whatever_they_are_called():
    body = b'{"model": "a", "acc": 0.10}\n\n{"model": "b", "acc": 0.2}\r\n'
    for media_type in ("application/x-ndjson", "application/json", ""):
        (block,) = parse(body, media_type).blocks
        assert block.value == [{"model": "a", "acc": "0.10"}, {"model": "b", "acc": "0.2"}]


def test_a_broken_line_is_noted_and_the_page_is_not_complete():
    page = parse(b'{"model": "a"}\n{"model": \n{"model": "c"}\n', "application/x-ndjson")
    assert page.blocks[0].value == [{"model": "a"}, {"model": "c"}]
    assert not page.complete
    assert page.warnings[0].startswith("line 2: not JSON")


def test_a_broken_document_is_an_error_with_its_line():
    with pytest.raises(ParseError, match="line 2"):
        parse(b'{"a": 1,\n"b": }')


@pytest.mark.parametrize("body", [b"", b"  \n"])
def test_an_empty_file_is_an_error(body):
    with pytest.raises(ParseError, match="empty"):
        parse(body)


def test_a_bomb_is_refused():
    with pytest.raises(ParseRefused):
        parse(b'{"a":' * 5000 + b"1" + b"}" * 5000)


def test_a_byte_order_mark_is_no_part_of_the_document():
    assert parse(b"\xef\xbb\xbf[1]").blocks[0].value == ["1"]
