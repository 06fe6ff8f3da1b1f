"""Measures a steady cycle of the daemon: `python -m benchmarks.cycle [--sources 10000] [--hosts 100] [--workers 4]`.

Every source is a page on loopback that answers "not modified". Prints the CPU that one look costs beside a bare httpx
request with the same answer, over the same hosts and over one. The server is a process of its own and is not counted.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from tracker.config import Settings
from tracker.daemon import Daemon
from tracker.daemon.live import live

ROUNDS = 4
"""The first brings the pages, the next ones settle; the last is measured."""
_PAGE = (
    b"<html><head><title>Card</title></head><body><h1>Card</h1><p>What this model scores.</p><table><tr><th>Model</th>"
    b"<th>GPQA</th></tr><tr><td>Llama 3.1 70B Instruct</td><td>41.7</td></tr></table></body></html>"
)
_OK = b'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nETag: "a"\r\nContent-Length: %d\r\n\r\n%s' % (len(_PAGE), _PAGE)
_SAME = b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n'
_NO_ROBOTS = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


class Clock:
    """Turned by hand; sleeping is instant."""

    def __init__(self) -> None:
        self._now = datetime(2024, 7, 24, tzinfo=UTC)

    def now(self) -> datetime:
        return self._now

    def sleep(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


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


def _bare(port: int, count: int, hosts: int) -> float:
    headers = {"If-None-Match": '"a"'}
    with httpx.Client() as client:

        def ask() -> None:
            for number in range(count):
                client.get(f"http://{_address(number % hosts)}:{port}/{number}", headers=headers)

        return _spent(ask)[0] / count


def _settings(home: Path, port: int, count: int, hosts: int, workers: int) -> Settings:
    return Settings.model_validate(
        {
            "home": home,
            "http": {
                "allow_hosts": [f"{_address(number)}:{port}" for number in range(hosts)],
                "host_delay_seconds": 0,
            },
            "schedule": {"workers": workers},
            "sources": [
                {
                    "name": f"s{number}",
                    "kind": "page",
                    "address": f"http://{_address(number % hosts)}:{port}/{number}",
                }
                for number in range(count)
            ],
        }
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, default=10_000)
    parser.add_argument("--hosts", type=int, default=100)
    parser.add_argument("--workers", type=int, default=4)
    asked = parser.parse_args()
    with _server(asked.hosts) as port, tempfile.TemporaryDirectory() as folder:
        one, many = _bare(port, asked.sources, 1), _bare(port, asked.sources, asked.hosts)
        print(f"bare httpx: {one * 1e3:.2f} ms over one host, {many * 1e3:.2f} ms over {asked.hosts}")
        clock = Clock()
        settings = _settings(Path(folder), port, asked.sources, asked.hosts, asked.workers)
        with Daemon(settings, live(clock), clock) as daemon:
            for number in range(ROUNDS):
                cpu, wall = _spent(daemon.once)
                each = cpu / asked.sources
                words = f"{each / one:.2f} × bare over one host, {each / many:.2f} × over {asked.hosts}"
                print(f"round {number}: {each * 1e3:.2f} ms a look ({words}), {wall:.1f} s for {asked.sources}")
                clock.sleep(3 * 86400)


if __name__ == "__main__":
    main()
