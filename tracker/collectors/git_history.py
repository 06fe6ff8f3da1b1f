"""The first-parent history of a repository as a stream of file revisions, by two git processes in all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO

from tracker.collectors.git_process import Git
from tracker.collectors.git_repository import Repository

MAX_FILE_BYTES = 20_000_000

_REGULAR = ("100644", "100755")


@dataclass(frozen=True, slots=True)
class Commit:
    """`position` counts first-parent commits from the oldest, 1. `at` is the committer's time, but never before that of
    an earlier commit: the branch cannot have said this before it said that.
    """

    id: str
    at: datetime
    position: int
    author: str = ""


@dataclass(frozen=True, slots=True)
class FileRevision:
    """`blob` is the content's object name; `None`: the file is no longer there (or is no regular file any more)."""

    commit: Commit
    path: str
    blob: str | None


def commits(git: Git, repository: Repository) -> dict[str, Commit]:
    """Every first-parent commit, oldest first."""
    listing = git.ask(
        repository.folder,
        "log",
        "--first-parent",
        "--reverse",
        "--format=%H %ct %an",
        "--end-of-options",
        repository.head,
    )
    found: dict[str, Commit] = {}
    latest = datetime.fromtimestamp(0, UTC)
    for position, line in enumerate((listing or b"").decode("utf-8", "replace").split("\n")[:-1], start=1):
        id_, seconds, author = (*line.split(" ", 2), "")[:3]
        latest = max(latest, datetime.fromtimestamp(int(seconds), UTC))
        found[id_] = Commit(id_, latest, position, author)
    return found


def revisions(
    git: Git, repository: Repository, known: dict[str, Commit], patterns: Sequence[str], after: str | None = None
) -> Iterator[FileRevision]:
    """What each commit made of the files that match, oldest commit first; a rename is an end and a beginning.

    `patterns` are globs in which `**` crosses folders, matched in any case. `after` leaves out what an earlier run told.
    """
    reach = f"{after}..{repository.head}" if after else repository.head
    arguments = (
        "log", "--first-parent", "--diff-merges=first-parent", "--root", "--reverse", "--no-renames", "--no-ext-diff",
        "--no-color", "--no-decorate", "--no-notes", "--ignore-submodules=all", "--raw", "--no-abbrev", "-z",
        "--format=tformat:%x01%H", "--end-of-options", reach, "--", *(f":(glob,icase){pattern}" for pattern in patterns),
    )  # fmt: skip
    with git.talk(repository.folder, *arguments) as process:
        assert process.stdout is not None
        commit: Commit | None = None
        fields = _fields(process.stdout)
        for field in fields:
            if field.startswith(b"\x01"):
                commit = known.get(field[1:].decode("ascii", "replace"))
            elif field.startswith(b":") and commit is not None:
                _, mode, _, blob, _ = field.decode("ascii", "replace").split(" ", 4)
                path = next(fields, b"").decode("utf-8", "replace")
                yield FileRevision(commit, path, blob if mode in _REGULAR else None)


def _fields(stream: IO[bytes]) -> Iterator[bytes]:
    """The stream cut at NUL; the line feed that git puts between a header and its first file taken off."""
    carry = b""
    while piece := stream.read(1 << 16):
        *whole, carry = (carry + piece).split(b"\0")
        for field in whole:
            yield field.removeprefix(b"\n")


class BlobReader:
    """One `git cat-file --batch` that answers one object after another."""

    def __init__(self, requests: IO[bytes], answers: IO[bytes], max_bytes: int = MAX_FILE_BYTES) -> None:
        self._requests = requests
        self._answers = answers
        self._max_bytes = max_bytes

    def read(self, blob: str) -> bytes | None:
        """The object's bytes; `None` when it is not there or larger than the bound (then it is passed over)."""
        self._requests.write(blob.encode("ascii") + b"\n")
        self._requests.flush()
        header = self._answers.readline().split()
        if len(header) != 3:
            return None
        size = int(header[2])
        if size <= self._max_bytes:
            body = self._answers.read(size)
            self._answers.read(1)
            return body
        left = size + 1
        while left > 0:
            left -= len(self._answers.read(min(left, 1 << 20))) or left
        return None
