"""Bytes to text, for every parser: which encoding, and what had to be taken out.

A byte order mark wins, then the media type's charset, then `<meta charset>`, then UTF-8, as in the WHATWG Encoding
Standard. Its labels are the allow-list: UTF-7 and codecs that decode no text (`rot13`, `hex`, `zlib`) are no labels,
and what the standard maps to its "replacement" encoding is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message

from tracker.domain.errors import ParseRefused

_LABELS = {
    "utf-8": "utf-8 utf8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8",
    "cp866": "866 cp866 csibm866 ibm866",
    "iso8859-2": "csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2",
    "iso8859-3": "csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3",
    "iso8859-4": "csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4",
    "iso8859-5": "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988",
    "iso8859-6": "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 iso-8859-6-e "
    "iso-8859-6-i iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987",
    "iso8859-7": "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 iso88597 "
    "iso_8859-7 iso_8859-7:1987 sun_eu_greek",
    "iso8859-8": "csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 iso8859-8 iso88598 "
    "iso_8859-8 iso_8859-8:1988 visual csiso88598i iso-8859-8-i logical",
    "iso8859-10": "csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6",
    "iso8859-13": "iso-8859-13 iso8859-13 iso885913",
    "iso8859-14": "iso-8859-14 iso8859-14 iso885914",
    "iso8859-15": "csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9",
    "iso8859-16": "iso-8859-16",
    "koi8-r": "cskoi8r koi koi8 koi8-r koi8_r",
    "koi8-u": "koi8-ru koi8-u",
    "mac-roman": "csmacintosh mac macintosh x-mac-roman",
    "cp874": "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874",
    "cp1250": "cp1250 windows-1250 x-cp1250",
    "cp1251": "cp1251 windows-1251 x-cp1251",
    "cp1252": "ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591 "
    "iso_8859-1 iso_8859-1:1987 l1 latin1 us-ascii windows-1252 x-cp1252",
    "cp1253": "cp1253 windows-1253 x-cp1253",
    "cp1254": "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 latin5 "
    "windows-1254 x-cp1254",
    "cp1255": "cp1255 windows-1255 x-cp1255",
    "cp1256": "cp1256 windows-1256 x-cp1256",
    "cp1257": "cp1257 windows-1257 x-cp1257",
    "cp1258": "cp1258 windows-1258 x-cp1258",
    "mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    "gb18030": "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk gb18030",
    "big5hkscs": "big5 big5-hkscs cn-big5 csbig5 x-x-big5",
    "euc-jp": "cseucpkdfmtjapanese euc-jp x-euc-jp",
    "iso2022-jp": "csiso2022jp iso-2022-jp",
    "cp932": "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis",
    "cp949": "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 windows-949",
    "utf-16-le": "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le",
    "utf-16-be": "unicodefffe utf-16be",
    "replacement": "csiso2022kr hz-gb-2312 iso-2022-cn iso-2022-cn-ext iso-2022-kr replacement",
}
_CODECS = {label: codec for codec, labels in _LABELS.items() for label in labels.split()}
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xfe\xff", "utf-16-be"), (b"\xff\xfe", "utf-16-le"))
_PRESCAN_BYTES = 1024  # how far a browser looks for <meta charset>
_META = re.compile(rb"""<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}["']?\s{0,9}([\w:.-]{1,40})""", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Decoded:
    r"""Text with `\n` line ends and no control characters; `warnings` say what is not as the author wrote it."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


def decode(body: bytes, media_type: str = "", *, markup: bool = False) -> Decoded:
    """`markup`: whether a `<meta charset>` may speak. Raises `ParseRefused` for an encoding that must not be decoded."""
    warnings: list[str] = []
    codec, mark = _choose(body, media_type, markup, warnings)
    if codec == "replacement":
        raise ParseRefused("the declared encoding is one that browsers refuse", hint="fetch the page in UTF-8")
    text = body[mark:].decode(codec, errors="replace")
    if "\ufffd" in text:
        warnings.append(f"{text.count(chr(0xFFFD))} replacement characters: bytes that are not {codec}")
    clean = scrub(text)
    if clean is not text:
        warnings.append(f"{len(text) - len(clean)} control characters taken out")
    if "\r" in clean:
        clean = clean.replace("\r\n", "\n").replace("\r", "\n")
    return Decoded(clean, codec, tuple(warnings))


def scrub(text: str) -> str:
    """Without NUL, C0 controls (tab and line ends stay) and lone surrogates: no database or terminal takes them all.

    The same object when there is nothing to take out.
    """
    return _CONTROL.sub("", text) if _CONTROL.search(text) else text


def charset_of(media_type: str) -> str:
    """The charset parameter of a media type, lower case; empty when there is none."""
    if "charset" not in media_type.casefold():
        return ""
    message = Message()
    message["content-type"] = media_type.replace("\r", " ").replace("\n", " ")
    charset = message.get_param("charset")
    return charset.strip().casefold() if isinstance(charset, str) else ""


def _choose(body: bytes, media_type: str, markup: bool, warnings: list[str]) -> tuple[str, int]:
    declared = _known(charset_of(media_type), "media type", warnings)
    for mark, codec in _MARKS:
        if body.startswith(mark):
            if declared not in (None, codec):
                warnings.append(f"the byte order mark says {codec}, the media type {declared}")
            return codec, len(mark)
    if declared is None and markup and (found := _META.search(body, 0, _PRESCAN_BYTES)):
        declared = _known(found[1].decode("ascii").casefold(), "<meta>", warnings)
        if declared is not None and declared.startswith("utf-16"):
            declared = "utf-8"  # bytes in which <meta> could be read are no UTF-16
    return declared or "utf-8", 0


def _known(label: str, where: str, warnings: list[str]) -> str | None:
    if not label:
        return None
    codec = _CODECS.get(label)
    if codec is None:
        warnings.append(f"the {where} names an unknown charset {label[:40]!r}: ignored")
    return codec
