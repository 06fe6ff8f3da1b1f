"""Reads a body within bounds: raw size, decoded size, one gzip layer at most, and proof that it is whole.

httpx decodes a whole chunk before anyone can count it (64 KiB of brotli become half a gigabyte) and takes a truncated
gzip stream for a complete one; so the raw stream is read and decoded here.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from tracker.domain.errors import FetchError
from tracker.domain.outcomes import Outcome

_STEP = 65_536
_MAX_MEMBERS = 1_000
_GZIP = frozenset({"gzip", "x-gzip"})


@dataclass(frozen=True, slots=True)
class Body:
    """What was received; `outcome` is None when it is whole and within bounds."""

    content: bytes
    outcome: Outcome | None = None
    detail: str = ""


def read_body(chunks: Iterable[bytes], encoding: str, max_bytes: int) -> Body:
    """Read at most `max_bytes` of raw and of decoded bytes. `encoding` is the Content-Encoding header."""
    encodings = [name.strip().lower() for name in encoding.split(",") if name.strip()]
    encodings = [name for name in encodings if name != "identity"]
    if len(encodings) > 1 or any(name not in _GZIP for name in encodings):
        shown = ", ".join(encodings[:3]) + (" …" if len(encodings) > 3 else "")
        return Body(b"", Outcome.UNDECODABLE, f"the content encoding {shown!r} was not asked for")
    decoder = _Gzip(max_bytes) if encodings else _Plain(max_bytes)
    received = 0
    try:
        for chunk in chunks:
            received += len(chunk)
            decoder.feed(chunk)
            if received > max_bytes:
                return Body(bytes(decoder.content), Outcome.TOO_LARGE, f"the body is larger than {max_bytes} bytes")
        decoder.finish(received)
    except FetchError as error:
        return Body(bytes(decoder.content), error.outcome, error.what)
    return Body(bytes(decoder.content))


class _Plain:
    def __init__(self, max_bytes: int) -> None:
        self.content = bytearray()
        self.max_bytes = max_bytes

    def feed(self, chunk: bytes) -> None:
        self.content += chunk

    def finish(self, received: int) -> None:
        """Nothing to prove: the protocol already counted the bytes."""


class _Gzip(_Plain):
    """Incremental and bounded; several members are one body (RFC 1952, 2.2)."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__(max_bytes)
        self._member = zlib.decompressobj(wbits=31)
        self._members = 1

    def feed(self, chunk: bytes) -> None:
        try:
            more = True
            while more:
                if self._member.eof:
                    self._next_member()
                piece = self._member.decompress(chunk, _STEP)
                self.content += piece
                if len(self.content) > self.max_bytes:
                    raise FetchError(
                        f"the decoded body is larger than {self.max_bytes} bytes", outcome=Outcome.TOO_LARGE
                    )
                chunk = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
                more = bool(chunk) or (len(piece) == _STEP and not self._member.eof)
        except zlib.error as error:
            raise FetchError(f"the gzip body is damaged: {error}", outcome=Outcome.UNDECODABLE) from None

    def finish(self, received: int) -> None:
        if received and not self._member.eof:
            raise FetchError("the gzip body ends before its end", outcome=Outcome.TRUNCATED)

    def _next_member(self) -> None:
        self._members += 1
        if self._members > _MAX_MEMBERS:
            raise FetchError(f"the gzip body has more than {_MAX_MEMBERS} members", outcome=Outcome.UNDECODABLE)
        self._member = zlib.decompressobj(wbits=31)
