"""Measures a steady cycle of the daemon: `python -m benchmarks.cycle [--sources 10000] [--hosts 100] [--workers 4]`.

Every source is a page on loopback that answers "not modified". Prints the CPU that one look costs beside a bare httpx
request with the same answer, over the same hosts and over one; ends with 1 where a look of the last round costs more than
1.5 bare requests over the same hosts. The server is a process of its own and is not counted.

`--delay 0.2` waits so long between two requests to one host, in real time, and sets the time that a round took against
the time that the busiest host makes it take; `--busy 50` gives the first host that many sources.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from tracker.config import Settings
from tracker.daemon import Daemon
from tracker.daemon.live import live

ROUNDS = 5
"""The first brings the pages, the next ones settle; the last is measured."""
MOST = 1.5
"""Bare requests that a look may cost."""
_PAGE = (
    b"<html><head><title>Card</title></head><body><h1>Card</h1><p>What this model scores.</p><table><tr><th>Model</th>"
    b"<th>GPQA</th></tr><tr><td>Llama 3.1 70B Instruct</td><td>41.7</td></tr></table></body></html>"
)
_OK = b'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nETag: "a"\r\nContent-Length: %d\r\n\r\n%s' % (len(_PAGE), _PAGE)
_SAME = b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n'
_NO_ROBOTS = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


class Clock:
    """Turned by hand. Sleeping is instant, or (`real`) takes its time."""

    def __init__(self, *, real: bool) -> None:
        self._real = real
        self._turned = timedelta()
        self._start = datetime(2024, 7, 24, tzinfo=UTC)
        self._began = time.monotonic()

    def now(self) -> datetime:
        passed = time.monotonic() - self._began if self._real else 0.0
        return self._start + self._turned + timedelta(seconds=passed)

    def sleep(self, seconds: float) -> None:
        if self._real:
            time.sleep(max(seconds, 0.0))
        else:
            self.turn(seconds)

    def turn(self, seconds: float) -> None:
        self._turned += timedelta(seconds=seconds)


@dataclass(frozen=True)
class Asked:
    """How much there is to look at, and where."""

    sources: int
    hosts: int
    busy: int
    workers: int
    delay: float

    @property
    def places(self) -> list[int]:
        """The host of each source."""
        return [0 if number < self.busy else number % self.hosts for number in range(self.sources)]

    @property
    def bound(self) -> float:
        """Seconds that the busiest host makes a round take."""
        return (max(Counter(self.places).values()) - 1) * self.delay


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            robots = head.startswith(b"get /robots.txt")
            writer.write(_NO_ROBOTS if robots else _SAME if b"if-none-match" in head else _OK)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


def _address(number: int) -> str:
    """Loopback has many addresses: each is a host of its own."""
    return f"127.0.0.{number + 1}"


def _serve(ports: multiprocessing.SimpleQueue[int], hosts: int) -> None:
    async def main() -> None:
        first = await asyncio.start_server(_answer, _address(0), 0)
        port = first.sockets[0].getsockname()[1]
        if hosts > 1:
            await asyncio.start_server(_answer, [_address(number) for number in range(1, hosts)], port)
        ports.put(port)
        await first.serve_forever()

    asyncio.run(main())


@contextmanager
def _server(hosts: int) -> Iterator[int]:
    ports: multiprocessing.SimpleQueue[int] = multiprocessing.SimpleQueue()
    process = multiprocessing.Process(target=_serve, args=(ports, hosts), daemon=True)
    process.start()
    try:
        yield ports.get()
    finally:
        process.terminate()
        process.join()


def _spent(work: Callable[[], object]) -> tuple[float, float]:
    """CPU and wall seconds."""
    cpu, wall = time.process_time(), time.monotonic()
    work()
    return time.process_time() - cpu, time.monotonic() - wall


def _bare(port: int, hosts: Sequence[int]) -> float:
    headers = {"If-None-Match": '"a"'}
    with httpx.Client() as client:

        def ask() -> None:
            for number, host in enumerate(hosts):
                client.get(f"http://{_address(host)}:{port}/{number}", headers=headers)

        return _spent(ask)[0] / len(hosts)


def _settings(home: Path, port: int, asked: Asked) -> Settings:
    return Settings.model_validate(
        {
            "home": home,
            "http": {
                "allow_hosts": [f"{_address(number)}:{port}" for number in range(asked.hosts)],
                "host_delay_seconds": asked.delay,
            },
            "schedule": {"workers": asked.workers},
            "sources": [
                {"name": f"s{number}", "kind": "page", "address": f"http://{_address(host)}:{port}/{number}"}
                for number, host in enumerate(asked.places)
            ],
        }
    )


def _measure(asked: Asked, port: int, folder: Path) -> float:
    """What a look of the last round costs, in bare requests over the same hosts."""
    one, many = _bare(port, [0] * asked.sources), _bare(port, asked.places)
    print(f"bare httpx: {one * 1e3:.2f} ms over one host, {many * 1e3:.2f} ms over {asked.hosts}", flush=True)
    clock, each = Clock(real=asked.delay > 0), 0.0
    with Daemon(_settings(folder, port, asked), live(clock), clock) as daemon:
        for number in range(ROUNDS):
            cpu, wall = _spent(daemon.once)
            each = cpu / asked.sources
            words = f"{each / one:.2f} × bare over one host, {each / many:.2f} × over {asked.hosts}"
            bound = f", {asked.bound:.1f} s of them asked for by the busiest host" if asked.delay else ""
            print(f"round {number}: {each * 1e3:.2f} ms a look ({words}), {wall:.1f} s{bound}", flush=True)
            clock.turn(3 * 86400)
    return each / many


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=int, default=10_000)
    parser.add_argument("--hosts", type=int, default=100)
    parser.add_argument("--busy", type=int, default=0)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--delay", type=float, default=0.0)
    asked = Asked(**vars(parser.parse_args()))
    with _server(asked.hosts) as port, tempfile.TemporaryDirectory() as folder:
        return int(_measure(asked, port, Path(folder)) > MOST)


if __name__ == "__main__":
    sys.exit(main())
