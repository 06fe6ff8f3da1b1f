"""A private PostgreSQL cluster on a free loopback port, started for the tests and stopped after them, never as root.

Without the server's programs the tests that need it are skipped; with `TRACKER_REQUIRE_POSTGRES=1` (CI) they fail.
"""

from __future__ import annotations

import itertools
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

_USER = "nobody"
"""Who runs the server where the tests run as root, which it refuses."""


@dataclass
class Cluster:
    """A running server. `database()` makes an empty database and gives its URL."""

    port: int
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def database(self) -> str:
        import psycopg

        name = f"tracker_{next(self._numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self.url(name)

    def url(self, name: str) -> str:
        return f"postgresql://tracker@127.0.0.1:{self.port}/{name}"


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """Skips, or fails where PostgreSQL is required, when its programs are missing."""
    programs = _programs()
    if programs is None:
        words = "PostgreSQL's initdb and postgres are not installed"
        if os.environ.get("TRACKER_REQUIRE_POSTGRES"):
            pytest.fail(words)
        pytest.skip(words)
    folder = Path(tempfile.mkdtemp(prefix="tracker-postgres-"))
    who = {"user": _USER} if os.geteuid() == 0 else {}
    if who:
        shutil.chown(folder, _USER)
    data, log = folder / "data", folder / "log"
    quiet = {"stdout": subprocess.DEVNULL, "cwd": folder, **who}
    try:
        subprocess.run(
            [programs / "initdb", "-D", data, "-U", "tracker", "-A", "trust", "-E", "UTF8", "--no-sync"],
            check=True,
            **quiet,
        )
        port = _free_port()
        options = f"-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -p {port}"
        control = [programs / "pg_ctl", "-D", data, "-w", "-l", log]
        subprocess.run([*control, "-o", options, "start"], check=True, **quiet)
        try:
            yield Cluster(port)
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], check=True, **quiet)
    finally:
        shutil.rmtree(folder)


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
