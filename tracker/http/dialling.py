"""Opens guarded connections: resolve once, judge every address, dial one of those, and keep to the deadline.

The address that was judged is the address that is dialled, so a resolver that changes its mind (DNS rebinding) gains
nothing; TLS is still checked against the host's name. A deadline covers the whole request, because a timeout per read
never ends a server that drips one byte at a time.
"""

from __future__ import annotations

import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import httpcore

from tracker.domain.errors import FetchError
from tracker.domain.outcomes import Outcome
from tracker.http.addresses import is_public
from tracker.http.targets import Policy, blocked

Resolve = Callable[[str, int], Sequence[str]]
"""Host and port to literal IP addresses, in the order to try them. Raises `OSError`."""

Dial = Callable[[str, int, float], socket.socket]
"""Literal address, port and seconds to a connected socket. Raises `OSError`."""

# A look-up that hangs holds one thread until the system's resolver gives up; this many at once are borne.
_MAX_LOOKUPS = 64


class Deadline(threading.local):
    """When the request that this thread is making has to be over (monotonic seconds)."""

    ends: float = float("inf")

    def start(self, seconds: float) -> None:
        self.ends = time.monotonic() + seconds

    def unspent(self) -> float:
        """Seconds that the request has not used; what the next hop of a redirect may use."""
        return max(self.ends - time.monotonic(), 0.0)

    def left(self, at_most: float | None = None) -> float:
        """Seconds left, never more than `at_most`. Raises `FetchError` when there are none."""
        left = self.ends - time.monotonic()
        if left <= 0:
            raise FetchError("the answer was not complete within the deadline", outcome=Outcome.HTTP_ERROR)
        return left if at_most is None else min(left, at_most)


def system_resolve(host: str, port: int) -> Sequence[str]:
    """The system's resolver, each address once."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def system_dial(address: str, port: int, seconds: float) -> socket.socket:
    return socket.create_connection((address, port), seconds)


class GuardedBackend(httpcore.NetworkBackend):
    """httpcore's public hook for opening connections."""

    def __init__(
        self, policy: Policy, deadline: Deadline, connect_seconds: float, resolve: Resolve, dial: Dial
    ) -> None:
        self._policy = policy
        self._deadline = deadline
        self._connect_seconds = connect_seconds
        self._resolve = resolve
        self._dial = dial
        self._lookups = threading.BoundedSemaphore(_MAX_LOOKUPS)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002  # the deadline rules
        local_address: str | None = None,  # noqa: ARG002  # part of httpcore's signature
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002  # part of httpcore's signature
    ) -> httpcore.NetworkStream:
        until = time.monotonic() + self._deadline.left(self._connect_seconds)
        addresses = self.judged(host, port)
        problem: OSError | None = None
        for position, address in enumerate(addresses):
            share = (until - time.monotonic()) / (len(addresses) - position)
            if share <= 0:
                break
            try:
                connection = self._dial(address, port, share)
            except OSError as error:
                problem = error
                continue
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return _Stream(connection, self._deadline)
        raise httpcore.ConnectError(f"no connection to {host}:{port}: {problem or 'timed out'}")

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ARG002  # part of httpcore's signature
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002  # part of httpcore's signature
    ) -> httpcore.NetworkStream:
        raise blocked("unix sockets are never dialled", path)

    def judged(self, host: str, port: int) -> Sequence[str]:
        """The addresses of a host, each of which may be dialled. Raises `FetchError` for one that may not."""
        addresses = self._addresses(host, port)
        if not self._policy.exempts(host, port):
            closed = [address for address in addresses if not is_public(address)]
            if closed:
                raise blocked(f"{host} resolves to {closed[0]}, which is not a public address", f"{host}:{port}")
        return addresses

    def _addresses(self, host: str, port: int) -> Sequence[str]:
        if host.strip("[]").replace(":", "").replace(".", "").isalnum() and _is_literal(host):
            return (host.strip("[]"),)
        if not self._lookups.acquire(blocking=False):
            raise FetchError(f"{_MAX_LOOKUPS} name look-ups hang already", outcome=Outcome.HTTP_ERROR, where=host)
        answers: queue.SimpleQueue[Sequence[str] | OSError] = queue.SimpleQueue()
        threading.Thread(target=self._look_up, args=(host, port, answers), name=f"resolve-{host}", daemon=True).start()
        try:
            answer = answers.get(timeout=self._deadline.left(self._connect_seconds))
        except queue.Empty:
            raise FetchError("the name look-up did not answer", outcome=Outcome.HTTP_ERROR, where=host) from None
        if isinstance(answer, OSError):
            raise FetchError(f"the name cannot be resolved: {answer}", outcome=Outcome.HTTP_ERROR, where=host) from None
        if not answer:
            raise FetchError("the name has no address", outcome=Outcome.HTTP_ERROR, where=host)
        return answer

    def _look_up(self, host: str, port: int, answers: queue.SimpleQueue[Sequence[str] | OSError]) -> None:
        try:
            answers.put(self._resolve(host, port))
        except OSError as error:
            answers.put(error)
        except UnicodeError as error:  # a label too long for the system's own IDNA codec
            answers.put(OSError(str(error)))
        finally:
            self._lookups.release()


def _is_literal(host: str) -> bool:
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, host.strip("[]"))
        except OSError:
            continue
        return True
    return False


class _Stream(httpcore.NetworkStream):
    """A socket whose every read and write gets what is left of the request's deadline."""

    def __init__(self, connection: socket.socket, deadline: Deadline) -> None:
        self._socket = connection
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            self._socket.settimeout(self._deadline.left(timeout))
            return self._socket.recv(max_bytes)
        except TimeoutError as error:
            raise httpcore.ReadTimeout(error) from error
        except OSError as error:
            raise httpcore.ReadError(error) from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        try:
            while buffer:
                self._socket.settimeout(self._deadline.left(timeout))
                buffer = buffer[self._socket.send(buffer) :]
        except TimeoutError as error:
            raise httpcore.WriteTimeout(error) from error
        except OSError as error:
            raise httpcore.WriteError(error) from error

    def close(self) -> None:
        self._socket.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        try:
            self._socket.settimeout(self._deadline.left(timeout))
            secured = ssl_context.wrap_socket(self._socket, server_hostname=server_hostname)
        except TimeoutError as error:
            self.close()
            raise httpcore.ConnectTimeout(error) from error
        except OSError as error:  # ssl.SSLError and CertificateError among them
            self.close()
            raise httpcore.ConnectError(error) from error
        except BaseException:
            self.close()
            raise
        return _Stream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        if info == "socket":
            return self._socket
        if info == "is_readable":  # httpcore asks before it uses an idle connection again
            return _is_readable(self._socket)
        if info == "ssl_object" and isinstance(self._socket, ssl.SSLSocket):
            return self._socket
        return None


def _is_readable(connection: socket.socket) -> bool:
    import select

    number = connection.fileno()
    if number < 0:
        return True
    poll = select.poll()
    poll.register(number, select.POLLIN)
    return bool(poll.poll(0))
