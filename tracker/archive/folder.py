"""Snapshots in a folder, or under any fsspec URL: `ab/cd/<sha256>.zst`.

A blob appears whole or not at all: it is written in a folder of its own, synced, and renamed. A crash leaves at most a
temporary file there, which `sweep` removes. Blobs are never overwritten and never deleted.
"""

from __future__ import annotations

import hashlib
import os
import re
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import fsspec
import zstandard

from tracker.domain.errors import ArchiveError, SnapshotDamaged, SnapshotMissing

_NAME = re.compile(r"[0-9a-f]{64}")
_SUFFIX = ".zst"
_INCOMING = "incoming"
_TEMPORARY = ".part"
_ABANDONED_SECONDS = 3600.0
"""A writer is done in well under a second."""
_LEVEL = 6
"""Measured on model cards: level 6 is within 4 % of level 12 in size, at a fifth of its time."""

MAX_BYTES = 1 << 30
"""No snapshot is larger: collectors cap far below, so that a larger frame is damage."""


def open_archive(place: str) -> FolderArchive:
    """A local folder (made when missing) or a URL of a file system that fsspec knows. Raises `ArchiveError`."""
    try:
        system, root = fsspec.core.url_to_fs(place)
        system.makedirs(root, exist_ok=True)
    except (OSError, ValueError, ImportError) as error:
        raise ArchiveError(f"the archive cannot be opened: {error}", where=place, hint="check archive_url") from error
    return FolderArchive(system, root)


class FolderArchive:
    """Implements `domain.ports.Archive`; may be used by several threads and processes at a time."""

    def __init__(self, system: Any, root: str) -> None:
        self._system = system
        self._root = root.rstrip("/")
        self._local = "file" in system.protocol if isinstance(system.protocol, tuple) else system.protocol == "file"

    def put(self, body: bytes) -> str:
        """Keep these bytes; returns their name. Keeping them again costs one look."""
        name = hashlib.sha256(body).hexdigest()
        if name not in self:
            self.keep(name, zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True).compress(body))
        return name

    def keep(self, sha256: str, frame: bytes) -> None:
        """Keep a snapshot that is compressed already, as another archive's `frame` gives it."""
        path = self._path(sha256)
        try:
            self._write(path, frame)
        except OSError as error:
            raise ArchiveError(
                f"a snapshot cannot be written: {error.strerror or error}",
                where=path,
                hint="free space, or mend permissions",
            ) from error

    def get(self, sha256: str) -> bytes:
        """The bytes of that name, checked. Raises `SnapshotMissing` or `SnapshotDamaged`."""
        return self._read(sha256)[1]

    def frame(self, sha256: str) -> bytes:
        """The bytes of that name as they are stored, compressed; checked like those of `get`."""
        return self._read(sha256)[0]

    def _read(self, sha256: str) -> tuple[bytes, bytes]:
        path = self._path(sha256)
        try:
            with self._system.open(path, "rb") as stream:
                compressed = stream.read()
            body = zstandard.ZstdDecompressor().decompress(compressed, max_output_size=MAX_BYTES)
        except FileNotFoundError:
            raise SnapshotMissing("the archive has no such snapshot", where=path, hint="run tracker verify") from None
        except zstandard.ZstdError as error:
            raise SnapshotDamaged(
                f"a snapshot is damaged: {error}", where=path, hint="restore it from a backup"
            ) from None
        except OSError as error:
            raise ArchiveError(
                f"a snapshot cannot be read: {error.strerror or error}", where=path, hint="check the disk"
            ) from error
        if hashlib.sha256(body).hexdigest() != sha256:
            raise SnapshotDamaged(
                "a snapshot's bytes do not match their name", where=path, hint="restore it from a backup"
            )
        return compressed, body

    def __contains__(self, sha256: str) -> bool:
        path = self._path(sha256)
        try:
            return bool(self._system.exists(path))
        except OSError as error:
            raise ArchiveError(
                f"a snapshot cannot be looked up: {error.strerror or error}", where=path, hint="check the disk"
            ) from error

    def __iter__(self) -> Iterator[str]:
        """The names of all snapshots, in no particular order."""
        for path in self._system.find(self._root):
            name = path.rsplit("/", 1)[-1]
            if name.endswith(_SUFFIX) and _NAME.fullmatch(name.removesuffix(_SUFFIX)):
                yield name.removesuffix(_SUFFIX)

    def sweep(self, older_than_seconds: float = _ABANDONED_SECONDS) -> int:
        """Remove what killed writers left; those at work are left alone by their files' age. Returns how many files went."""
        if not self._local:
            return 0
        removed = 0
        try:
            for file in Path(self._root, _INCOMING).glob(f"*{_TEMPORARY}"):
                with suppress(FileNotFoundError):  # its writer is done
                    if time.time() - file.stat().st_mtime >= older_than_seconds:
                        file.unlink()
                        removed += 1
        except OSError as error:
            raise ArchiveError(
                f"what a killed writer left cannot be removed: {error.strerror}",
                where=self._root,
                hint="mend permissions",
            ) from error
        return removed

    def _path(self, name: str) -> str:
        if not _NAME.fullmatch(name):
            raise SnapshotMissing("this is no name of a snapshot", where=repr(name), hint="names are SHA-256 in hex")
        return f"{self._root}/{name[:2]}/{name[2:4]}/{name}{_SUFFIX}"

    def _write(self, path: str, data: bytes) -> None:
        if not self._local:
            self._system.pipe_file(path, data)  # object stores show an object only when it is whole
            return
        target = Path(path)
        incoming = Path(self._root, _INCOMING)
        for folder in (incoming, target.parent):
            folder.mkdir(parents=True, exist_ok=True)
        temporary = incoming / f"{target.name}.{os.getpid()}-{threading.get_ident()}{_TEMPORARY}"
        try:
            with temporary.open("wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            temporary.replace(target)
        except BaseException:
            temporary.unlink(missing_ok=True)  # a full disk needs every byte
            raise
        _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
