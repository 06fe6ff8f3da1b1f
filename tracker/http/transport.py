"""An httpx transport over httpcore's public pools, all of them behind the guarded dialler.

Requests are handed to this transport directly, not to `httpx.Client`: a client follows redirects, keeps cookies, reads
proxies from the environment and logs whole URLs unless each of these is switched off; here they do not exist.

A pool holds one connection, and one thread at a time holds the pool. Pools shared between threads get dearer with every
connection in them, and httpcore can close a connection as "expired" in the moment in which another thread's answer
makes it readable.
"""

from __future__ import annotations

import ssl
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import httpcore
import httpx

from tracker.domain.errors import ConfigError
from tracker.http.dialling import Deadline, GuardedBackend

_CONNECTIONS_PER_ORIGIN = 4
_MAX_IDLE = 64
# Shorter than the five seconds after which common servers close an idle connection under a request.
_KEEP_ALIVE_SECONDS = 4.0

Origin = tuple[str, str, int | None]


class GuardedTransport(httpx.BaseTransport):
    """Raises httpx's exceptions, and `FetchError` for what the dialler refuses."""

    def __init__(
        self,
        backend: GuardedBackend,
        deadline: Deadline,
        ssl_context: ssl.SSLContext | None = None,
        proxy: httpcore.Proxy | None = None,
    ) -> None:
        self._open = partial(
            httpcore.ConnectionPool,
            max_connections=1,
            keepalive_expiry=_KEEP_ALIVE_SECONDS,
            network_backend=backend,
            proxy=proxy,
        )
        self._deadline = deadline
        self._ssl_context = ssl_context
        self._idle: OrderedDict[int, tuple[Origin, httpcore.ConnectionPool]] = OrderedDict()
        self._busy: dict[Origin, int] = {}
        self._freed = threading.Condition()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        origin = (request.url.scheme, request.url.host, request.url.port)
        pool = self._take(origin)
        try:
            answer = self._ask(pool, request)
        except BaseException:
            self._give_back(origin, pool)
            raise
        stream = _Stream(answer, partial(self._give_back, origin, pool))
        return httpx.Response(answer.status, headers=answer.headers, stream=stream, extensions=answer.extensions)

    def close(self) -> None:
        with self._freed:
            idle = list(self._idle.values())
            self._idle.clear()
        for _, pool in idle:
            pool.close()

    def _ask(self, pool: httpcore.ConnectionPool, request: httpx.Request) -> httpcore.Response:
        """A server may close an idle connection in the moment in which it is used again; a GET is then sent once more."""
        reused = bool(pool.connections)
        with _httpx_errors():
            try:
                return pool.handle_request(_to_httpcore(request))
            except (httpcore.RemoteProtocolError, httpcore.ReadError, httpcore.WriteError):
                if not reused or request.method != "GET":
                    raise
                return pool.handle_request(_to_httpcore(request))

    def _take(self, origin: Origin) -> httpcore.ConnectionPool:
        with self._freed:
            while self._busy.get(origin, 0) >= _CONNECTIONS_PER_ORIGIN:
                self._freed.wait(self._deadline.left())
            self._busy[origin] = self._busy.get(origin, 0) + 1
            for key, (idle_origin, pool) in reversed(self._idle.items()):
                if idle_origin == origin:
                    del self._idle[key]
                    return pool
        return self._open(ssl_context=self._tls(origin))

    def _give_back(self, origin: Origin, pool: httpcore.ConnectionPool) -> None:
        surplus: list[httpcore.ConnectionPool] = []
        with self._freed:
            self._busy[origin] -= 1
            if not self._busy[origin]:
                del self._busy[origin]
            if pool.connections and not pool.connections[0].is_closed():
                self._idle[id(pool)] = origin, pool
            while len(self._idle) > _MAX_IDLE:
                surplus.append(self._idle.popitem(last=False)[1][1])
            self._freed.notify_all()
        for other in surplus:
            other.close()

    def _tls(self, origin: Origin) -> ssl.SSLContext | None:
        """One context for all pools, made when first needed: it reads a quarter of a megabyte of certificates."""
        if origin[0] == "https" and self._ssl_context is None:
            self._ssl_context = httpx.create_ssl_context()
        return self._ssl_context


class _Stream(httpx.SyncByteStream):
    """Gives the pool back exactly once, when the body is closed."""

    def __init__(self, answer: httpcore.Response, leave: partial[None]) -> None:
        self._answer = answer
        self._leave: partial[None] | None = leave

    def __iter__(self) -> Iterator[bytes]:
        with _httpx_errors():
            yield from self._answer.iter_stream()

    def close(self) -> None:
        if self._leave is not None:
            leave, self._leave = self._leave, None
            try:
                self._answer.close()
            finally:
                leave()


def open_proxy(address: str) -> httpcore.Proxy:
    """The proxy named in the settings. Raises `ConfigError` for a kind that is not spoken."""
    try:
        proxy = httpx.Proxy(address)
    except (httpx.InvalidURL, ValueError) as error:
        raise ConfigError(f"http.proxy is not a proxy's address: {error}", hint="write http://host:port") from None
    if proxy.url.scheme not in ("http", "https"):
        raise ConfigError(f"http.proxy cannot be {proxy.url.scheme}", hint="use an http or https proxy")
    return httpcore.Proxy(str(proxy.url), auth=proxy.raw_auth)


def _to_httpcore(request: httpx.Request) -> httpcore.Request:
    url = httpcore.URL(
        scheme=request.url.raw_scheme, host=request.url.raw_host, port=request.url.port, target=request.url.raw_path
    )
    content: Any = request.stream if isinstance(request.stream, Iterable) else b""
    return httpcore.Request(request.method, url, headers=request.headers.raw, content=content)


_BY_NAME: dict[type[Exception], type[Exception]] = {
    getattr(httpcore, name): getattr(httpx, name)
    for name in httpcore.__all__
    if isinstance(getattr(httpcore, name, None), type)
    and issubclass(getattr(httpcore, name), Exception)
    and hasattr(httpx, name)
}
_HTTPCORE: tuple[type[Exception], ...] = tuple(_BY_NAME)


@contextmanager
def _httpx_errors() -> Iterator[None]:
    """Every error of httpcore has a namesake in httpx."""
    try:
        yield
    except _HTTPCORE as error:
        for kind in type(error).__mro__:
            if kind in _BY_NAME:
                raise _BY_NAME[kind](str(error)) from error
        raise
