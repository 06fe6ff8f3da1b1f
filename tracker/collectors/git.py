"""Files of a git repository: every revision of those that a parser accepts, on the first-parent line of its branch.

A source's address is a local clone's folder or an https address. Options: `paths` (globs; one without a slash matches
in every folder; default: every suffix that a parser accepts) and `since` (a date or time: only commits from then on).
A live source is polled by fetching: its first poll brings the history, later ones what is new.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from tracker.collectors import options
from tracker.collectors.git_history import MAX_FILE_BYTES, BlobReader, Commit, FileRevision, commits, revisions
from tracker.collectors.git_process import Git
from tracker.collectors.git_repository import MAX_BYTES, Repository, fetch_remote, open_local
from tracker.domain.errors import FetchError
from tracker.domain.outcomes import Outcome
from tracker.domain.ports import Clock, CollectorKit
from tracker.domain.sources import Authority, Cursor, DocumentState, Item, Miss, Source

MEDIA_TYPES = {
    ".csv": "text/csv",
    ".htm": "text/html",
    ".html": "text/html",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".markdown": "text/markdown",
    ".md": "text/markdown",
    ".ndjson": "application/x-ndjson",
    ".tsv": "text/tab-separated-values",
    ".txt": "text/plain",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
}
CURSOR_ITEMS = 200
"""Files between two places to go on from, which are always behind a whole commit."""


class GitCollector:
    """Brings file revisions, oldest first. A revision speaks for its file with authority: what it no longer says is
    withdrawn, and a file that was deleted says nothing any more.
    """

    def __init__(
        self,
        kit: CollectorKit,
        *,
        protocols: Collection[str] = ("https",),
        max_repository_bytes: int = MAX_BYTES,
        cursor_items: int = CURSOR_ITEMS,
    ) -> None:
        self._clock = kit.clock
        self._cache = Path(kit.cache)
        self._protocols = protocols
        self._max_bytes = max_repository_bytes
        self._cursor_items = cursor_items

    def collect(self, source: Source, cursor: Cursor | None) -> Iterator[Item | Miss | Cursor]:
        options.known(source, "paths", "since")
        patterns = _patterns(options.words(source, "paths"))
        since = options.moment(source, "since")
        try:
            repository = self._open(source.address)
        except FetchError as error:
            yield Miss(source.name, f"git:{source.address}", error.outcome, str(error), url=source.address)
            return
        yield from _History(source, repository, patterns, since, self._clock, self._cursor_items).tell(cursor)

    def _open(self, address: str) -> Repository:
        if "://" not in address:
            return open_local(address)
        return fetch_remote(address, self._cache, protocols=self._protocols, max_bytes=self._max_bytes)


@dataclass(slots=True)
class _History:
    source: Source
    repository: Repository
    patterns: tuple[str, ...]
    since: datetime | None
    clock: Clock
    cursor_items: int

    def tell(self, cursor: Cursor | None) -> Iterator[Item | Miss | Cursor]:
        git = Git()
        known = commits(git, self.repository)
        question = {"paths": "\n".join(self.patterns), "since": self.since.isoformat() if self.since else ""}
        after = _resume(cursor, question, known)
        if after == self.repository.head:
            return
        behind: Commit | None = None
        pending = 0
        with git.talk(self.repository.folder, "cat-file", "--batch") as process:
            assert process.stdin is not None
            assert process.stdout is not None
            blobs = BlobReader(process.stdin, process.stdout)
            for revision in revisions(git, self.repository, known, self.patterns, after):
                if behind is not None and behind is not revision.commit and pending >= self.cursor_items:
                    yield self._cursor(question, behind, known)
                    pending = 0
                behind = revision.commit
                if self.since is None or revision.commit.at >= self.since:
                    pending += 1
                    yield self._item(revision, blobs)
        yield self._cursor(question, known[self.repository.head], known)

    def _item(self, revision: FileRevision, blobs: BlobReader) -> Item | Miss:
        commit, path = revision.commit, revision.path
        document = f"git:{self.repository.name}#{path}"
        body = b""
        if revision.blob is not None:
            content = blobs.read(revision.blob)
            if content is None:
                detail = f"{path} at {commit.id} is larger than {MAX_FILE_BYTES:,} bytes or missing"
                return Miss(self.source.name, document, Outcome.TOO_LARGE, detail)
            body = content
        return Item(
            source=self.source.name,
            document=document,
            body=body,
            media_type=MEDIA_TYPES.get(PurePosixPath(path).suffix.lower(), "application/octet-stream"),
            valid_at=commit.at,
            authority=Authority.REVISION,
            retrieved_at=self.clock.now(),
            url=self.repository.page(commit.id, path),
            title=path,
            author=commit.author or None,
            revision=commit.id,
            state=DocumentState.PRESENT if revision.blob is not None else DocumentState.ERASED,
            pointer=f"git:{commit.id}:{path}",
            sequence=commit.position,
        )

    def _cursor(self, question: dict[str, str], commit: Commit, known: dict[str, Commit]) -> Cursor:
        return Cursor({**question, "commit": commit.id, "read": str(commit.position), "size": str(len(known))})


def _resume(cursor: Cursor | None, question: dict[str, str], known: dict[str, Commit]) -> str | None:
    """The commit behind which to go on: one of this very branch, told for these very files."""
    if cursor is None or any(cursor.values.get(name) != value for name, value in question.items()):
        return None
    commit = cursor.values.get("commit", "")
    return commit if commit in known else None


def _patterns(paths: Collection[str]) -> tuple[str, ...]:
    if not paths:
        return tuple(f"**/*{suffix}" for suffix in MEDIA_TYPES)
    return tuple(path.lstrip("/") if "/" in path else f"**/{path}" for path in paths)
