from __future__ import annotations

import pytest

from tracker.domain.errors import ParseRefused
from tracker.parsers.decoding import decode


@pytest.mark.parametrize(
    ("body", "media_type", "encoding"),
    [
        ("é".encode(), "", "utf-8"),
        ("é".encode(), "text/html; charset=UTF-8", "utf-8"),
        ("é".encode("latin-1"), 'text/html; charset="ISO-8859-1"', "cp1252"),
        ("模型".encode("gbk"), "text/html;charset=gb2312", "gb18030"),
        ("模型".encode("big5"), "text/html;charset=big5", "big5hkscs"),
        ("тест".encode("koi8-r"), "text/html; charset=koi8-r", "koi8-r"),
        (b"\xef\xbb\xbf" + "é".encode(), "", "utf-8"),
        (b"\xff\xfe" + "é".encode("utf-16-le"), "", "utf-16-le"),
        (b"\xfe\xff" + "é".encode("utf-16-be"), "", "utf-16-be"),
    ],
)
def test_the_declared_encoding_is_used(body, media_type, encoding):
    decoded = decode(body, media_type)
    assert decoded.text in {"é", "模型", "тест"}
    assert decoded.encoding == encoding
    assert decoded.warnings == ()


def test_meta_charset_speaks_in_markup_only():
    body = b'<meta charset="windows-1251">' + "тест".encode("cp1251")
    assert decode(body, markup=True).text.endswith("тест")
    assert decode(body).encoding == "utf-8"


def test_the_media_type_beats_meta_and_utf_16_in_meta_is_utf_8():
    assert decode(b'<meta charset="koi8-r">', "text/html; charset=utf-8", markup=True).encoding == "utf-8"
    assert decode(b'<meta charset="utf-16le">', markup=True).encoding == "utf-8"


def test_a_byte_order_mark_beats_the_media_type_and_the_conflict_is_told():
    decoded = decode(b"\xef\xbb\xbf" + "é".encode(), "text/html; charset=iso-8859-1")
    assert decoded.text == "é"
    assert decoded.warnings == ("the byte order mark says utf-8, the media type cp1252",)


@pytest.mark.parametrize("label", ["utf-7", "rot13", "hex", "zlib", "idna", "unicode_escape", "nonsense", "utf-32"])
def test_what_is_no_web_encoding_is_ignored_and_told(label):
    decoded = decode(b"+ADw-script+AD4- 61.4", f"text/html; charset={label}")
    assert decoded.text == "+ADw-script+AD4- 61.4"
    assert "unknown charset" in decoded.warnings[0]


@pytest.mark.parametrize("label", ["iso-2022-kr", "hz-gb-2312", "replacement"])
def test_encodings_that_hide_markup_are_refused(label):
    with pytest.raises(ParseRefused):
        decode(b"x", f"text/html; charset={label}")


def test_bytes_that_do_not_fit_are_replaced_and_counted():
    decoded = decode(b"caf\xe9 61.4\xff")
    assert decoded.text == "caf\ufffd 61.4\ufffd"
    assert decoded.warnings == ("2 replacement characters: bytes that are not utf-8",)


def test_controls_leave_and_line_ends_are_one():
    decoded = decode(b"a\x00b\x07\r\nc\rd\te")
    assert decoded.text == "ab\nc\nd\te"
    assert decoded.warnings == ("2 control characters taken out",)
