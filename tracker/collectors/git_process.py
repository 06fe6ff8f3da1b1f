"""Runs git so that neither a repository nor its address can make it do anything but hand out objects.

No configuration but the repository's own, no hooks, no prompts, no pager, no credential helpers, no network beyond the
protocols named; arguments that come from outside stand behind `--` or are object names. Fetching is bounded in time and
in bytes on disk.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from tracker.domain.errors import FetchError, SourceError
from tracker.domain.outcomes import Outcome

_CONFIGURATION = (
    ("core.fsmonitor", "false"),
    ("core.hooksPath", os.devnull),
    ("credential.helper", ""),
    ("gc.auto", "0"),
    ("http.followRedirects", "false"),
    ("http.lowSpeedLimit", "1000"),
    ("http.lowSpeedTime", "60"),
    ("log.mailmap", "false"),
    ("maintenance.auto", "false"),
    ("safe.directory", "*"),  # a repository of another user is read here, never obeyed
    ("submodule.recurse", "false"),
)
_WATCH_SECONDS = 0.2
_KEPT_WORDS = 400


class Git:
    """The installed git, locked down. `protocols` are what it may fetch by; none for reading what is there."""

    def __init__(self, protocols: Collection[str] = (), settings: Sequence[tuple[str, str]] = ()) -> None:
        executable = shutil.which("git")
        if executable is None:
            raise SourceError("git is not installed", hint="install it (Debian: apt install git)")
        self._start = [executable, "--no-pager", "--no-replace-objects"]
        for name, value in (*_CONFIGURATION, *settings):
            self._start += ["-c", f"{name}={value}"]
        self._environment = {
            "PATH": os.defpath,
            "LC_ALL": "C",
            "HOME": os.devnull,
            "GIT_ALLOW_PROTOCOL": ":".join(protocols),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_TERMINAL_PROMPT": "0",
        }

    def ask(self, folder: Path, *arguments: str) -> bytes | None:
        """What git prints, or `None` when it fails. For questions with short answers."""
        done = subprocess.run(  # noqa: S603  # the arguments are this room's own, behind a fixed start
            [*self._start, "-C", str(folder), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=self._environment,
            check=False,
        )
        return done.stdout if done.returncode == 0 else None

    @contextmanager
    def talk(self, folder: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        """A git process with pipes to both sides, ended with the block."""
        process = subprocess.Popen(  # noqa: S603  # the arguments are this room's own, behind a fixed start
            [*self._start, "-C", str(folder), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=self._environment,
        )
        try:
            yield process
        finally:
            process.kill()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    _close(pipe)
            process.wait()

    def run(self, folder: Path, *arguments: str, seconds: float, max_bytes: int) -> None:
        """Let git work in `folder`. Raises `FetchError` when it fails, takes too long or fills the folder beyond bounds."""
        ends = time.monotonic() + seconds
        with tempfile.TemporaryFile() as words:
            process = subprocess.Popen(  # noqa: S603  # the arguments are this room's own, behind a fixed start
                [*self._start, "-C", str(folder), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=words,
                env=self._environment,
                start_new_session=True,
            )
            try:
                self._watch(process, folder, ends, max_bytes)
            finally:
                _end(process)
            if process.returncode:
                raise FetchError(f"git could not fetch: {_last_words(words)}", outcome=Outcome.HTTP_ERROR)

    def _watch(self, process: subprocess.Popen[bytes], folder: Path, ends: float, max_bytes: int) -> None:
        while True:
            with suppress(subprocess.TimeoutExpired):
                process.wait(_WATCH_SECONDS)
            if _size(folder) > max_bytes:
                raise FetchError(f"the repository is larger than {max_bytes:,} bytes", outcome=Outcome.TOO_LARGE)
            if process.returncode is not None:
                return
            if time.monotonic() > ends:
                raise FetchError("git did not finish within its time", outcome=Outcome.HTTP_ERROR)


def _close(pipe: IO[bytes]) -> None:
    with suppress(BrokenPipeError):  # what was still to be written has no reader any more
        pipe.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    """End git and the helpers that it started: the process leads a session of its own."""
    if process.poll() is None:
        os.killpg(process.pid, 9)
        process.wait()


def _size(folder: Path) -> int:
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(place, name)).st_size  # noqa: PTH118  # ten times as fast as Path
            except FileNotFoundError:  # git renames its temporary files
                continue
    return total


def _last_words(words: IO[bytes]) -> str:
    """The end of what git said, on one line: servers can put anything into it."""
    words.seek(0)
    said = " ".join(words.read(65_536).decode("utf-8", "replace").split())
    return "".join(mark if mark.isprintable() else "?" for mark in said[-_KEPT_WORDS:]) or "it did not say why"
