from __future__ import annotations

import pytest

from tracker import plugins
from tracker.domain.errors import ParseError
from tracker.parsers import could_hold_table, detect, parse


@pytest.mark.parametrize(
    ("media_type", "address", "name"),
    [
        ("text/html; charset=utf-8", "https://a.example/data.json", "html"),
        ("application/xhtml+xml", "", "html"),
        ("text/markdown", "", "markdown"),
        ("application/ld+json", "", "json"),
        ("application/vnd.api+json", "", "json"),
        ("application/x-ndjson", "", "json"),
        ("application/yaml", "", "yaml"),
        ("text/csv", "", "csv"),
        ("text/plain", "https://raw.example/org/model/README.md?ref=1#top", "markdown"),
        ("text/plain; charset=utf-8", "https://raw.example/results/eval.json", "json"),
        ("application/octet-stream", "git:repo#.eval_results/mmlu.yaml", "yaml"),
        ("text/plain", "https://a.example/table.TSV", "csv"),
        ("", "notes.txt", "text"),
    ],
)
def test_type_and_address_say_the_format(media_type, address, name):
    assert detect(b"", media_type, address) == name


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"<!DOCTYPE html><p>x", "html"),
        (b"\xef\xbb\xbf\n <html><head>", "html"),
        (b'{"results": {}}\n', "json"),
        (b"[1, 2]", "json"),
        (b"[![badge](a.svg)](b) [x]", "markdown"),
        (b"---\nlicense: mit\n---\n# Card\n", "markdown"),
        (b"---\nbenchmark: mmlu\nvalue: 1\n", "yaml"),
        (b"Model | MMLU\n:-|:-\nNimbus | 61.4", "markdown"),
        (b"words\n\n- item", "markdown"),
        (b"<div align=center>\n\n# Card", "markdown"),
        (b"Only words, 61.4 of them.", "text"),
        (b"", "text"),
    ],
)
def test_the_first_bytes_say_it_otherwise(body, name):
    assert detect(body) == name


def test_every_name_that_can_be_detected_is_registered():
    names = {detect(b"", address=f"x.{suffix}") for suffix in ("html", "md", "json", "yaml", "csv", "txt")}
    assert names == set(plugins.names(plugins.PARSERS))


def test_only_parse_errors_leave_parse():
    with pytest.raises(ParseError):
        parse(b"{", "application/json", "broken.json")


@pytest.mark.parametrize(
    "body",
    ["|a|b|\n|-|-|", "a | b\n- | -", "x <TABLE><tr>", "┌──┐", "a\tb\n1\t2", "```\na  b\n```", "    a  1\n    b  2"],
)
def test_the_filter_lets_every_table_through(body):
    assert could_hold_table(body.encode())


@pytest.mark.parametrize("body", ["", "plain words", "MMLU 61.4 < 65.0, said `x`", "# Heading\n\n- item\n  - more"])
def test_the_filter_stops_what_holds_none(body):
    assert not could_hold_table(body.encode())
