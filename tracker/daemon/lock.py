"""One daemon a database: an advisory lock on a file beside it.

The lock belongs to the open file, not to the file's being there: when its holder dies, however it dies, the lock is free.
"""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from tracker.config import Settings
from tracker.domain.errors import DatabaseBusy, StorageError

_TRIES = 5
_BETWEEN_TRIES_SECONDS = 0.05


def lock_path(settings: Settings) -> Path:
    """Beside a SQLite database; in the home folder for a database on a server."""
    scheme, _, rest = settings.database.partition(":///")
    if scheme.startswith("sqlite") and rest and not rest.startswith(":memory:"):
        database = Path(rest.partition("?")[0])
        return database.with_name(f"{database.name}.daemon.lock")
    return settings.home / "daemon.lock"


class DaemonLock:
    """Held while the daemon runs. `DatabaseBusy` names the process that holds it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None

    def __enter__(self) -> Self:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise StorageError(
                f"the lock cannot be taken: {error.strerror}", where=str(self.path), hint="make the folder writable"
            ) from None
        if not _take(handle):
            holder = os.read(handle, 32).decode("ascii", "replace").strip() or "unknown"
            os.close(handle)
            raise DatabaseBusy(
                f"another tracker (process {holder}) already runs on this database",
                where=str(self.path),
                hint="stop that one first, or give this one a TRACKER_HOME of its own",
            )
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        self._handle = handle
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._handle is not None:
            os.ftruncate(self._handle, 0)
            os.close(self._handle)  # frees the lock
            self._handle = None


def holder(path: Path) -> int | None:
    """The process that holds the lock, if any does."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        words = os.read(handle, 32).decode("ascii", "replace").strip()
        return int(words) if words.isdecimal() else None
    else:
        return None
    finally:
        os.close(handle)


def _take(handle: int) -> bool:
    """Try a few times: `holder` holds a shared lock for an instant."""
    for _ in range(_TRIES):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_BETWEEN_TRIES_SECONDS)
        else:
            return True
    return False
