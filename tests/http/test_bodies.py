"""Bodies within bounds, and proof that they are whole."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import zlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.loopback import Answer, Loopback, Raw
from tracker.domain.outcomes import Outcome
from tracker.domain.ports import Validators
from tracker.http import PoliteClient
from tracker.http.bodies import read_body

LIMIT = 1_000_000


def cut(content: bytes, size: int) -> Iterator[bytes]:
    return (content[at : at + size] for at in range(0, len(content), size))


@given(st.binary(max_size=3000), st.integers(1, 700), st.integers(1, 4))
def test_gzip_of_any_bytes_in_any_chunks(content: bytes, size: int, members: int) -> None:
    packed = b"".join(gzip.compress(part) for part in [content] * members)
    body = read_body(cut(packed, size), "gzip", LIMIT)
    assert (body.outcome, body.content) == (None, content * members)


@given(st.binary(min_size=1, max_size=500), st.data())
def test_every_truncation_of_gzip_is_noticed(content: bytes, data: st.DataObject) -> None:
    packed = gzip.compress(content)
    kept = data.draw(st.integers(1, len(packed) - 1))
    assert read_body(cut(packed[:kept], 64), "gzip", LIMIT).outcome is Outcome.TRUNCATED


@pytest.mark.parametrize("size", [65_536, 131_072, 200_000])
def test_output_that_fills_a_step_exactly(size: int) -> None:
    content = os.urandom(1000) * (size // 1000) + b"x" * (size % 1000)
    assert read_body([gzip.compress(content)], "gzip", LIMIT).content == content


@pytest.mark.parametrize("encoding", ["", "identity", "Identity "])
def test_plain_body(encoding: str) -> None:
    assert read_body([b"a", b"b"], encoding, LIMIT).content == b"ab"


@pytest.mark.parametrize(
    "encoding",
    ["br", "zstd", "deflate", "gzip, gzip", "gzip,br", ",".join(["gzip"] * 2000), "rot13", "identity, br", "gzip;q=1"],
)
def test_encoding_that_was_not_asked_for(encoding: str) -> None:
    body = read_body([b"whatever"], encoding, LIMIT)
    assert body.outcome is Outcome.UNDECODABLE
    assert len(body.detail) < 200


def test_damaged_gzip() -> None:
    packed = bytearray(gzip.compress(b"words " * 100))
    packed[-6] ^= 1  # the checksum
    assert read_body([bytes(packed)], "gzip", LIMIT).outcome is Outcome.UNDECODABLE
    assert read_body([b"not gzip at all"], "gzip", LIMIT).outcome is Outcome.UNDECODABLE
    assert read_body([gzip.compress(b"a") + b"trailing rubbish"], "gzip", LIMIT).outcome is Outcome.UNDECODABLE


def test_sizes_are_counted_raw_and_decoded() -> None:
    assert read_body(cut(b"x" * (LIMIT + 1), 999), "", LIMIT).outcome is Outcome.TOO_LARGE
    assert read_body(cut(b"x" * LIMIT, 999), "", LIMIT).outcome is None
    assert read_body([gzip.compress(b"x" * (LIMIT + 1))], "gzip", LIMIT).outcome is Outcome.TOO_LARGE
    many_members = gzip.compress(b"") * 2000
    assert read_body([many_members], "gzip", LIMIT).outcome is Outcome.UNDECODABLE


def test_endless_body_is_given_up(server: Loopback, client: PoliteClient) -> None:
    def parts() -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
        while not server.stopping.is_set():
            yield b"<p>more</p>" * 1000

    server.answer("/", Raw(parts()))
    assert client.fetch(server.url()).outcome is Outcome.TOO_LARGE


def test_length_that_is_too_large_is_not_even_read(server: Loopback, client: PoliteClient) -> None:
    server.answer("/", Answer("short", length=10**9), Answer("short", length=10**19))
    assert client.fetch(server.url()).outcome is Outcome.TOO_LARGE
    assert client.fetch(server.url()).outcome is Outcome.TOO_LARGE


@pytest.mark.parametrize("length", [None, 0, -1])
def test_truncated_gzip_with_a_true_length(server: Loopback, client: PoliteClient, length: int | None) -> None:
    packed = gzip.compress(b"<p>words</p>" * 500)[:-9]
    server.answer("/", Answer(packed, headers={"Content-Encoding": "gzip", "ETag": '"1"'}, length=length))
    fetched = client.fetch(server.url())
    assert fetched.outcome is Outcome.TRUNCATED
    assert fetched.validators == Validators()


_BOMB = """
import resource, sys
from tests.clock import FakeClock
from tracker.config import HttpSettings
from tracker.http import PoliteClient
authority = sys.argv[1]
settings = HttpSettings(allow_hosts=(authority,), host_delay_seconds=0, max_bytes=20_000_000)
with PoliteClient(settings, FakeClock()) as client:
    client.fetch(f"http://{authority}/small")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    outcomes = [client.fetch(f"http://{authority}/{kind}").outcome.value for kind in ("gzip", "deflate", "twice")]
    print(*outcomes, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_bombs_take_little_memory(server: Loopback) -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(256)) + packer.flush()
    server.answer("/small", "<p>words</p>")
    server.answer("/gzip", Answer(bomb, headers={"Content-Encoding": "gzip"}))
    server.answer("/deflate", Answer(bomb, headers={"Content-Encoding": "deflate"}))
    server.answer("/twice", Answer(gzip.compress(bomb), headers={"Content-Encoding": "gzip, gzip"}))
    command = [sys.executable, "-c", _BOMB, server.authority]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    *outcomes, kibibytes = done.stdout.split()
    assert outcomes == ["too_large", "undecodable", "undecodable"]
    assert int(kibibytes) < 64 * 1024
