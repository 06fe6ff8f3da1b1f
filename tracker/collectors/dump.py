"""Reddit dump files: `RS_*` (posts) and `RC_*` (comments) as `.zst`, `.gz` or plain JSON lines.

A source's address is the file. Options: `subreddits` (names; all when left out) and `posts` (the file of the posts, from
which comments learn their thread's title).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from tracker.collectors import options
from tracker.collectors.dump_lines import MAX_LINE_BYTES, Block, blocks, count_lines, fingerprint
from tracker.collectors.dump_records import Place, dump_items, is_post
from tracker.collectors.dump_search import SubredditSearch
from tracker.collectors.reddit_text import unescape
from tracker.domain.errors import DumpError, SourceError
from tracker.domain.outcomes import Outcome
from tracker.domain.ports import Clock, CollectorKit
from tracker.domain.sources import Cursor, Item, Miss, Source

CURSOR_BYTES = 32 << 20
"""Text between two places to go on from: about a tenth of a second's work."""

MAX_REPORTED_LINES = 100


class DumpCollector:
    """Scans one dump file. Lines that cannot be read are reported (the first of them one by one) and passed over; a file
    that is cut off is reported after everything before the cut.
    """

    def __init__(self, kit: CollectorKit, *, cursor_bytes: int = CURSOR_BYTES) -> None:
        self._clock = kit.clock
        self._cursor_bytes = cursor_bytes

    def collect(self, source: Source, cursor: Cursor | None) -> Iterator[Item | Miss | Cursor]:
        options.known(source, "subreddits", "posts")
        path = Path(source.address).expanduser()
        search = SubredditSearch([name.removeprefix("r/") for name in options.words(source, "subreddits")])
        posts = next(iter(options.words(source, "posts")), "")
        try:
            scan = _Scan(
                source, path, search, Path(posts).expanduser() if posts else None, self._clock, self._cursor_bytes
            )
            yield from scan.run(cursor)
        except OSError as error:
            yield Miss(source.name, str(path), Outcome.GONE, f"cannot be read: {error.strerror}; check the path")


@dataclass(slots=True)
class _Scan:
    source: Source
    path: Path
    search: SubredditSearch
    posts: Path | None
    clock: Clock
    cursor_bytes: int
    unreadable: int = 0

    def run(self, cursor: Cursor | None) -> Iterator[Item | Miss | Cursor]:
        identity = self._identity()
        start = _resume(cursor, identity)
        if start is None:
            return
        titles: dict[str, str] = {}
        try:
            self._learn_titles(titles)
        except DumpError as error:
            yield Miss(self.source.name, str(self.posts), Outcome.TRUNCATED, str(error))
        size = self.path.stat().st_size
        place = f"dump:{identity['file']}"
        saved = end = start
        try:
            for block in blocks(self.path, start=start):
                yield from self._read(block, place, titles)
                end = block.end
                if end - saved >= self.cursor_bytes:
                    saved = end
                    yield Cursor({**identity, "offset": str(end), "read": str(block.read), "size": str(size)})
        except DumpError as error:
            yield Miss(self.source.name, str(self.path), Outcome.TRUNCATED, str(error))
            return
        if self.unreadable > MAX_REPORTED_LINES:
            detail = f"{self.unreadable:,} lines could not be read; the first {MAX_REPORTED_LINES} are named above"
            yield Miss(self.source.name, str(self.path), Outcome.PARSE_FAILED, detail)
        yield Cursor({**identity, "offset": str(end), "read": str(size), "size": str(size), "complete": "yes"})

    def _identity(self) -> dict[str, str]:
        """What a cursor belongs to: the same bytes, asked the same question."""
        return {
            "file": fingerprint(self.path),
            "subreddits": ",".join(sorted(self.search.names)),
            "posts": fingerprint(self.posts) if self.posts else "",
        }

    def _learn_titles(self, titles: dict[str, str]) -> None:
        if self.posts is None:
            return
        for block in blocks(self.posts):
            for start, end in self.search.lines(block):
                try:
                    record = _load(block.text[start:end])
                except ValueError:
                    continue
                if isinstance(record, dict) and is_post(record):
                    titles[str(record.get("id"))] = " ".join(unescape(str(record["title"])).split())

    def _read(self, block: Block, place: str, titles: dict[str, str]) -> Iterator[Item | Miss]:
        if block.overlong:
            yield from self._unread(block.line, f"longer than {MAX_LINE_BYTES:,} bytes")
            return
        for start, end in self.search.lines(block):
            try:
                record = _load(block.text[start:end])
                if self._wanted(record):
                    yield from self._items(record, f"{place}@{block.offset + start - block.start}", titles)
            except (ValueError, SourceError) as error:
                yield from self._unread(block.line + count_lines(block.text, block.start, start), str(error))

    def _items(self, record: dict[str, Any], pointer: str, titles: dict[str, str]) -> tuple[Item, ...]:
        where = Place(self.source.name, pointer, self.clock.now())
        if not is_post(record) and "body" not in record:
            raise ValueError("neither a post nor a comment")
        return dump_items(record, where, thread=titles.get(str(record.get("link_id")).removeprefix("t3_"), ""))

    def _wanted(self, record: Any) -> bool:
        if not isinstance(record, dict):
            raise ValueError("it is no object")  # noqa: TRY004  # a fault of the line, not of the caller
        return not self.search.names or str(record.get("subreddit")).lower() in self.search.names

    def _unread(self, line: int, why: str) -> Iterator[Miss]:
        self.unreadable += 1
        if self.unreadable <= MAX_REPORTED_LINES:
            yield Miss(self.source.name, f"{self.path.name}#{line}", Outcome.PARSE_FAILED, f"line {line}: {why}")


def _load(line: bytes) -> Any:
    """Half of a surrogate pair, which orjson refuses, is common in old records: it becomes a question mark."""
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError as error:
        try:
            lenient = json.dumps(json.loads(line, parse_constant=_refuse), ensure_ascii=False)
        except (ValueError, RecursionError):
            raise ValueError(f"not JSON: {error}") from None
        return orjson.loads(lenient.encode("utf-8", "replace"))


def _refuse(lexeme: str) -> None:
    raise ValueError(f"{lexeme} is no number")


def _resume(cursor: Cursor | None, identity: dict[str, str]) -> int | None:
    """Where to go on: 0 when the cursor is another file's or another question's, `None` when there is nothing left."""
    if cursor is None or any(cursor.values.get(name) != value for name, value in identity.items()):
        return 0
    if cursor.values.get("complete"):
        return None
    offset = cursor.values.get("offset", "0")
    return int(offset) if offset.isdecimal() else 0
