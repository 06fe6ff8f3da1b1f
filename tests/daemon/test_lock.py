"""One daemon a database; a lock whose holder died is free."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from tracker.daemon.lock import DaemonLock, holder
from tracker.domain.errors import DatabaseBusy, StorageError

HOLD = """
import sys, time
from pathlib import Path
from tracker.daemon.lock import DaemonLock
with DaemonLock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def other(tmp_path):
    """Another process that holds the lock."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path / "lock")], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_the_second_is_refused_with_the_first_ones_pid(tmp_path, other):
    with pytest.raises(DatabaseBusy, match=rf"process {other.pid}\)"), DaemonLock(tmp_path / "lock"):
        pass
    assert holder(tmp_path / "lock") == other.pid


def test_a_lock_left_by_a_killed_process_is_free(tmp_path, other):
    os.kill(other.pid, signal.SIGKILL)
    other.wait()
    assert holder(tmp_path / "lock") is None
    with DaemonLock(tmp_path / "lock"):
        assert holder(tmp_path / "lock") == os.getpid()
    assert holder(tmp_path / "lock") is None


def test_a_folder_that_cannot_be_made_is_said_plainly(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot be taken"), DaemonLock(tmp_path / "file" / "lock"):
        pass
    assert holder(tmp_path / "nothing") is None
