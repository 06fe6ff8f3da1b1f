"""The manifest of a folder of saved pages: JSON lines or CSV, a row a page. docs/backfill.md tells the format."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tracker.domain.errors import SourceError
from tracker.domain.sources import Precision

NAMES = ("manifest.jsonl", "manifest.csv")
MAX_BYTES = 50_000_000

_HINT = "docs/backfill.md tells the format"
_LONGEST = 4_096


@dataclass(frozen=True, slots=True)
class SavedPage:
    """One row. `source` is the configured source that the page belongs to, where the manifest names one."""

    line: int
    file: str
    url: str
    saved_at: datetime
    precision: Precision
    title: str = ""
    source: str = ""
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class BadRow:
    line: int
    why: str


def find_manifest(folder: Path, name: str = "") -> Path:
    """Raises `SourceError` when there is none."""
    for candidate in (name,) if name else NAMES:
        if (folder / candidate).is_file():
            return folder / candidate
    raise SourceError(f"there is no {name or ' or '.join(NAMES)}", where=str(folder), hint=_HINT)


def read_manifest(path: Path) -> tuple[bytes, Iterator[SavedPage | BadRow]]:
    """The manifest's bytes, and its rows in their order. Raises `SourceError` when it cannot be read at all."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SourceError(f"larger than {MAX_BYTES:,} bytes", where=str(path), hint="split it")
        content = path.read_bytes()
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror}", where=str(path)) from None
    text = content.decode("utf-8-sig", "replace")
    return content, _csv(text, path) if path.suffix.lower() == ".csv" else _jsonl(text)


def _jsonl(text: str) -> Iterator[SavedPage | BadRow]:
    for line, written in enumerate(text.split("\n"), start=1):
        if not written.strip():
            continue
        try:
            row = json.loads(written)
        except (ValueError, RecursionError) as error:
            yield BadRow(line, f"not JSON: {error}")
            continue
        yield _row(line, row) if isinstance(row, dict) else BadRow(line, "no object")


def _csv(text: str, path: Path) -> Iterator[SavedPage | BadRow]:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    try:
        missing = {"file", "url", "saved_at"} - set(reader.fieldnames or ())
        if missing:
            raise SourceError(
                f"its first row does not name {', '.join(sorted(missing))}", where=f"{path}:1", hint=_HINT
            )
        for row in reader:
            yield _row(reader.line_num, row)
    except csv.Error as error:
        raise SourceError(f"not CSV: {error}", where=f"{path}:{reader.line_num}", hint=_HINT) from None


def _row(line: int, row: Mapping[str, Any]) -> SavedPage | BadRow:
    file, url, saved_at = (_text(row.get(name)) for name in ("file", "url", "saved_at"))
    for name, value in (("file", file), ("url", url), ("saved_at", saved_at)):
        if not value:
            return BadRow(line, f"no {name}")
        if len(value) > _LONGEST:
            return BadRow(line, f"{name} is longer than {_LONGEST:,} characters")
    if not _is_address(url):
        return BadRow(line, f"url is no web address: {url[:80]!r}")
    try:
        moment = datetime.fromisoformat(saved_at)
    except ValueError:
        return BadRow(line, f"saved_at is no time: {saved_at[:40]!r}; write 2024-07-23T12:00:00Z or 2024-07-23")
    try:
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        return BadRow(line, f"saved_at is no time: {saved_at[:40]!r}")
    return SavedPage(
        line,
        file,
        url,
        moment,
        Precision.DAY if len(saved_at) <= len("2024-07-23") else Precision.SECOND,
        " ".join(_text(row.get("title")).split()),
        _text(row.get("source")),
        _text(row.get("media_type")).lower(),
    )


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False
