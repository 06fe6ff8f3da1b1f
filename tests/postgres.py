"""A private PostgreSQL cluster on a free loopback port, started for a test run and stopped after it, never as root.

The processes of one run (pytest-xdist) share it: the first that needs it starts it, the last one stops it, and each makes
databases of its own. Without the server's programs the tests that need it are skipped; with `TRACKER_REQUIRE_POSTGRES=1`
(CI) they fail.
"""

from __future__ import annotations

import fcntl
import itertools
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import pytest

_USER = "nobody"
"""Who runs the server where the tests run as root, which it refuses."""
_TEMPLATE = "migrated"


@dataclass
class Cluster:
    """A running server. `database()` makes an empty database and gives its URL, `migrated()` one with all tables."""

    port: int
    folder: Path
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def database(self) -> str:
        return self._create(f"tracker_{os.getpid()}_{next(self._numbers)}")

    def migrated(self) -> str:
        """A copy of a database that was migrated once: a tenth of the time of migrating."""
        from tracker.storage import open_database

        with _alone(self.folder):
            made = self.folder / _TEMPLATE
            if not made.exists():
                open_database(self._create(_TEMPLATE)).close()
                made.touch()
        return self._create(f"tracker_{os.getpid()}_{next(self._numbers)}", f" TEMPLATE {_TEMPLATE}")

    def drop(self, url: str) -> None:
        self._execute(f"DROP DATABASE IF EXISTS {url.rpartition('/')[2]} WITH (FORCE)")

    def url(self, name: str) -> str:
        return f"postgresql://tracker@127.0.0.1:{self.port}/{name}"

    def _create(self, name: str, how: str = "") -> str:
        self._execute(f"CREATE DATABASE {name}{how}")
        return self.url(name)

    def _execute(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def running_cluster(run: str = "") -> Iterator[Cluster]:
    """The cluster of a test run, by name; without a name one of its own. Skips, or fails where PostgreSQL is required,
    when the server's programs are missing.
    """
    programs = _programs()
    if programs is None:
        words = "PostgreSQL's initdb and postgres are not installed"
        if os.environ.get("TRACKER_REQUIRE_POSTGRES"):
            pytest.fail(words)
        pytest.skip(words)
    folder = (
        Path(tempfile.gettempdir()) / f"tracker-postgres-{run}" if run else Path(tempfile.mkdtemp(prefix="tracker-"))
    )
    _sweep(programs)
    with _alone(folder):
        port = folder / "port"
        if not port.exists():
            port.write_text(str(_start(programs, folder)))
        users = (folder / "users").open("a")
        fcntl.flock(users, fcntl.LOCK_SH)  # freed by the system when its process dies
    try:
        yield Cluster(int(port.read_text()), folder)
    finally:
        with _alone(folder), users:
            _leave(programs, folder, users)


def _sweep(programs: Path) -> None:
    """Stop the clusters of runs that were killed."""
    for folder in Path(tempfile.gettempdir()).glob("tracker-postgres-*"):
        with (
            suppress(PermissionError),
            _alone(folder),
            (folder / "users").open("a") as users,
        ):  # another user's is not ours
            _leave(programs, folder, users)


def _leave(programs: Path, folder: Path, users: IO[str]) -> None:
    """Stop the server if no other process uses it."""
    if _is_last(users):
        with suppress(subprocess.CalledProcessError, FileNotFoundError):  # it is not running, or was never made
            _control(programs, folder, "-m", "immediate", "stop")
        shutil.rmtree(folder)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the cluster's folder against the other processes of the run; makes it."""
    while True:
        folder.mkdir(exist_ok=True)
        with suppress(FileNotFoundError):  # the last process of before may just be removing it all
            handle = os.open(folder / "alone", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC)
            fcntl.flock(handle, fcntl.LOCK_EX)
            if (folder / "alone").exists() and (folder / "alone").stat().st_ino == os.fstat(handle).st_ino:
                break
            os.close(handle)
    try:
        yield
    finally:
        os.close(handle)


def _is_last(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _start(programs: Path, folder: Path) -> int:
    """Make the cluster and start its server; gives the port."""
    who = _who()
    home = folder / "cluster"
    home.mkdir()
    if who:
        folder.chmod(0o755)
        shutil.chown(home, _USER)
    initdb = [programs / "initdb", "-D", home / "data", "-U", "tracker", "-A", "trust", "-E", "UTF8", "--no-sync"]
    # Words sort as people sort them, and clocks show a strange time: nothing may depend on either.
    tells = subprocess.run([programs / "initdb", "--help"], check=True, capture_output=True, text=True)
    order = ["--locale-provider=icu", "--icu-locale=en-US"] if "--icu-locale" in tells.stdout else []
    subprocess.run([*initdb, "--locale=C", *order], check=True, stdout=subprocess.DEVNULL, cwd=home, **who)
    port = _free_port()
    network = f"-c listen_addresses=127.0.0.1 -c unix_socket_directories= -p {port}"
    _control(programs, folder, "-o", f"{network} -c fsync=off -c timezone=America/St_Johns", "start")
    return port


def _control(programs: Path, folder: Path, *words: str) -> None:
    home = folder / "cluster"
    command = [programs / "pg_ctl", "-D", home / "data", "-w", "-l", home / "log", *words]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=home, **_who())


def _who() -> dict[str, str]:
    return {"user": _USER} if os.geteuid() == 0 else {}


def _programs() -> Path | None:
    """The folder of `initdb` and `pg_ctl`: on the path, or where Debian keeps them."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in folders:
        if all((folder / name).exists() for name in ("initdb", "pg_ctl", "postgres")):
            return folder
    return None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
