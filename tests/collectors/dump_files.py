"""Dump files of the tests' own writing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import zstandard

CREATED = 1_720_000_000
RETRIEVED = CREATED + 30


def post(id36: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": id36,
        "name": f"t3_{id36}",
        "title": "Some scores",
        "selftext": "MMLU is 71.2",
        "created_utc": CREATED,
        "edited": False,
        "permalink": f"/r/LocalLLaMA/comments/{id36}/some_scores/",
        "author": "somebody",
        "subreddit": "LocalLLaMA",
    } | fields


def comment(id36: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": id36,
        "name": f"t1_{id36}",
        "body": "GSM8K is 80.1",
        "created_utc": CREATED,
        "edited": False,
        "link_id": "t3_p1",
        "permalink": f"/r/LocalLLaMA/comments/p1/some_scores/{id36}/",
        "author": "somebody",
        "subreddit": "LocalLLaMA",
    } | fields


def text_of(records: Sequence[Mapping[str, Any]]) -> bytes:
    return b"".join(json.dumps(record, separators=(",", ":")).encode() + b"\n" for record in records)


def write_zstd(path: Path, *frames: bytes, window_log: int = 27) -> Path:
    """Each text a frame of its own, of unknown size and with a long window, as the published dumps have."""
    parameters = zstandard.ZstdCompressionParameters.from_level(1, window_log=window_log, enable_ldm=True)
    with path.open("wb") as file:
        for frame in frames:
            compressor = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
            file.write(compressor.compress(frame) + compressor.flush())
    return path
