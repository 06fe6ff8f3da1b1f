from __future__ import annotations

import gzip
import random

import pytest

from tests.collectors.dump_files import write_zstd
from tracker.collectors.dump_lines import BLOCK_BYTES, MAX_LINE_BYTES, blocks, count_lines, fingerprint
from tracker.domain.errors import DumpError


def _noise(size: int, *, seed: int = 1) -> bytes:
    """Lines that do not compress, of very different lengths."""
    source = random.Random(seed)
    lines = []
    while size > 0:
        line = source.randbytes(source.choice((0, 3, 700, 5000, 90_000))).replace(b"\n", b"")
        lines.append(line)
        size -= len(line) + 1
    return b"\n".join(lines) + b"\n"


def _lines_of(block):
    return block.text[block.start : block.stop]


def _read(path, **options):
    return b"".join(map(_lines_of, blocks(path, **options)))


@pytest.fixture
def text() -> bytes:
    return _noise(5 * BLOCK_BYTES)


def test_every_kind_of_file_gives_its_text(tmp_path, text):
    plain = tmp_path / "a.ndjson"
    plain.write_bytes(text)
    zipped = tmp_path / "a.gz"
    zipped.write_bytes(gzip.compress(text))
    for path in (plain, zipped, write_zstd(tmp_path / "a.zst", text)):
        assert _read(path) == text


def test_a_file_of_several_frames_is_one_text(tmp_path, text):
    cut = len(text) // 3 + 1
    assert _read(write_zstd(tmp_path / "a.zst", text[:cut], b"", text[cut:])) == text


def test_a_window_of_two_gigabytes_is_accepted(tmp_path):
    assert _read(write_zstd(tmp_path / "a.zst", b"a\nb\n", window_log=31)) == b"a\nb\n"


def test_blocks_are_whole_lines_with_their_place(tmp_path, text):
    seen = list(blocks(write_zstd(tmp_path / "a.zst", text)))
    assert len(seen) > 3
    for block in seen:
        assert _lines_of(block).endswith(b"\n")
        assert text[block.offset : block.end] == _lines_of(block)
        assert block.line == text[: block.offset].count(b"\n") + 1
    assert seen[-1].read == (tmp_path / "a.zst").stat().st_size


def test_a_last_line_without_line_feed_counts(tmp_path):
    path = tmp_path / "a.ndjson"
    path.write_bytes(b"one\ntwo")
    assert [(_lines_of(block), block.line) for block in blocks(path)] == [(b"one\n", 1), (b"two", 2)]


def test_a_scan_goes_on_at_any_block(tmp_path, text):
    path = write_zstd(tmp_path / "a.zst", text)
    seen = list(blocks(path))
    for number, block in enumerate(seen):
        assert list(blocks(path, start=block.end)) == seen[number + 1 :]


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("frames", [1, 3])
def test_a_zstd_file_that_was_cut_off_is_an_error_after_its_whole_lines(tmp_path, text, kept, frames):
    step = len(text) // frames + 1
    path = write_zstd(tmp_path / "a.zst", *[text[start : start + step] for start in range(0, len(text), step)])
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * kept)])
    texts: list[bytes] = []
    with pytest.raises(DumpError, match="cut off"):
        texts.extend(map(_lines_of, blocks(path)))
    got = b"".join(texts)
    assert text.startswith(got)
    assert got.endswith(b"\n") or not got
    assert len(got) > len(text) * kept - 2 * BLOCK_BYTES


def test_one_missing_byte_is_enough(tmp_path):
    path = write_zstd(tmp_path / "a.zst", b"a\n" * 100)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(DumpError):
        list(blocks(path))


def test_a_gzip_file_that_was_cut_off_is_an_error(tmp_path, text):
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(text)[:-20])
    with pytest.raises(DumpError, match="cut off"):
        list(blocks(path))


def test_what_is_no_zstd_is_an_error(tmp_path):
    path = tmp_path / "a.zst"
    path.write_bytes(b"<html>not found</html>")
    with pytest.raises(DumpError, match="damaged"):
        list(blocks(path))


def test_an_endless_line_is_dropped_and_the_rest_goes_on(tmp_path):
    long = b"x" * (MAX_LINE_BYTES + 3 * BLOCK_BYTES)
    text = b"before\n" + long + b"\nafter\n"
    seen = list(blocks(write_zstd(tmp_path / "a.zst", text)))
    assert [_lines_of(block) for block in seen if not block.overlong] == [b"before\n", b"after\n"]
    (dropped,) = [block for block in seen if block.overlong]
    assert (dropped.line, dropped.offset, dropped.end) == (2, 7, 7 + len(long) + 1)
    assert [block.line for block in seen] == [1, 2, 3]


def test_an_endless_last_line_is_dropped_too(tmp_path):
    path = write_zstd(tmp_path / "a.zst", b"x" * (MAX_LINE_BYTES + 1))
    assert [block.overlong for block in blocks(path)] == [True]


def test_an_empty_file_has_no_blocks(tmp_path):
    assert list(blocks(write_zstd(tmp_path / "a.zst", b""))) == []


def test_the_fingerprint_tells_files_apart(tmp_path, text):
    one = tmp_path / "one"
    one.write_bytes(text)
    same = tmp_path / "same"
    same.write_bytes(text)
    other = tmp_path / "other"
    other.write_bytes(text[:-1] + b"!")
    assert fingerprint(one) == fingerprint(same) != fingerprint(other)


def test_lines_are_counted_by_their_feeds():
    assert [count_lines(text, 0, len(text)) for text in (b"", b"a", b"a\n", b"\n\nb\n")] == [0, 0, 1, 3]
