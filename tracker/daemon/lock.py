"""One daemon a database: an advisory lock on a file beside it.

The lock belongs to the open file, not to the file's being there: when its holder dies, however it dies, the lock is free.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from tracker.config import Settings
from tracker.domain.errors import DatabaseBusy, StorageError
from tracker.domain.ports import Clock

_STANDBY_SECONDS = 1.0
_TRIES = 5
_BETWEEN_TRIES_SECONDS = 0.05


def lock_path(settings: Settings) -> Path:
    """Beside a SQLite database, or in the home folder."""
    scheme, _, rest = settings.database.partition(":///")
    if scheme.startswith("sqlite") and rest and not rest.startswith(":memory:"):
        database = Path(rest.partition("?")[0].removeprefix("file:"))
        return database.with_name(f"{database.name}.daemon.lock")
    return settings.home / "daemon.lock"


class Lock(Protocol):
    """Held from entering to leaving. Raises `DatabaseBusy`, naming the holder, when it is somebody else's."""

    where: str

    def __enter__(self) -> object: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def held(self) -> bool:
        """Whether it is still ours; a connection that carries one may break."""
        ...


def open_lock(settings: Settings) -> Lock:
    """The lock that fits the database: a file's, or the server's."""
    if settings.database.startswith("postgresql"):
        from tracker.storage.daemon_lock import DatabaseLock

        return DatabaseLock(settings.database)
    return DaemonLock(lock_path(settings))


def take(lock: Lock, clock: Clock, busy: Callable[[DatabaseBusy], None] | None) -> None:
    """Enter the lock at once or, given what to do meanwhile, as a standby: as soon as its holder is gone."""
    while True:
        try:
            lock.__enter__()
        except DatabaseBusy as error:
            if busy is None:
                raise
            busy(error)
            clock.sleep(_STANDBY_SECONDS)
        else:
            return


def daemon_of(settings: Settings) -> str | None:
    """The daemon that runs on the database, in words (`process 4711`), if one does."""
    if settings.database.startswith("postgresql"):
        from tracker.storage import daemon_lock

        return daemon_lock.holder(settings.database)
    process = holder(lock_path(settings))
    return None if process is None else f"process {process}"


class DaemonLock:
    """The lock on a file. `DatabaseBusy` names the process that holds it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.where = str(path)
        self._handle: int | None = None

    def held(self) -> bool:
        return self._handle is not None

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
