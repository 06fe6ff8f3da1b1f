"""The polite client: every rule of the network in one place, one outcome a poll."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC
from types import TracebackType
from typing import Self

import httpx

from tracker.config import HttpSettings
from tracker.domain.errors import FetchError
from tracker.domain.outcomes import Outcome
from tracker.domain.ports import Clock, Fetched, Validators
from tracker.domain.urls import same_page
from tracker.http.answers import Exchange, conclude, meaning, posted
from tracker.http.bodies import read_body
from tracker.http.dialling import Deadline, Dial, GuardedBackend, Resolve, system_dial, system_resolve
from tracker.http.failures import ERRORS, explain
from tracker.http.pace import LocalPace, Pace
from tracker.http.robots import MAX_BYTES as ROBOTS_BYTES
from tracker.http.robots import RobotsCache
from tracker.http.targets import Policy, Target, blocked, judge, private_name
from tracker.http.transport import GuardedTransport, open_proxy
from tracker.http.waits import LONGEST, UNSAID, retry_after, used_up
from tracker.logs import get_log

_log = get_log(__name__)
_LEAST_WAIT = 1.0
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_ROBOTS_REDIRECTS = 5
_REPLY_BYTES = 64 * 1024


class PoliteClient:
    """Implements `domain.ports.Fetcher`; safe to share between threads; close it, or use it as a context manager.

    A fetch: judge the URL → is the host held? → robots.txt → wait for the host's turn → ask, within the deadline, the
    dialler judging every address → follow redirects by hand, each through the same gates → read the body within its
    bounds → recognise what is not the page → one `Fetched`.
    """

    def __init__(
        self,
        settings: HttpSettings,
        clock: Clock,
        *,
        pace: Pace | None = None,
        resolve: Resolve = system_resolve,
        dial: Dial = system_dial,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._pace = pace or LocalPace(clock)
        self._agent = settings.user_agent.split("/", 1)[0].split(" ", 1)[0]
        self._policy = Policy(frozenset(settings.allowed_ports), frozenset(settings.allow_hosts))
        self._deadline = Deadline()
        proxy = open_proxy(settings.proxy.get_secret_value()) if settings.proxy else None
        may_dial = self._policy
        if proxy is not None:
            authority = f"{proxy.url.host.decode('ascii')}:{proxy.url.port or 80}"
            may_dial = replace(may_dial, exempt=frozenset({*may_dial.exempt, authority}))
        self._backend = GuardedBackend(may_dial, self._deadline, settings.connect_seconds, resolve, dial)
        self._transport = GuardedTransport(self._backend, self._deadline, ssl_context, proxy)
        self._robots = RobotsCache(self._fetch_robots, clock)
        self._least = max(settings.host_delay_seconds, _LEAST_WAIT)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._transport.close()

    def fetch(
        self, url: str, validators: Validators | None = None, *, accept: str = "*/*", delay: float = 0.0
    ) -> Fetched:
        """Poll one address. Never raises for an expected failure."""
        try:
            fetched = self._follow(url, validators or Validators(), accept, delay)
        except ERRORS as error:
            refused, detail = explain(error)
            fetched = Fetched(refused, url, detail=detail)
        _log.debug(
            "fetched", url=fetched.url, outcome=fetched.outcome.value, status=fetched.status, detail=fetched.detail
        )
        return fetched

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Fetched:
        """Send `body` once: same address guard and bounds, no robots.txt, no pace, no redirect followed.

        The outcome is `CHANGED` for a 2xx, else what the answer means (a redirect: `MOVED`).
        """
        try:
            target = judge(url, self._policy)
            self._deadline.start(self._settings.deadline_seconds)
            exchange = self._exchange(target, dict(headers), _REPLY_BYTES, method="POST", content=body)
        except ERRORS as error:
            outcome, detail = explain(error)
            return Fetched(outcome, url, detail=detail)
        return Fetched(
            outcome=posted(exchange.status),
            url=url,
            status=exchange.status,
            body=exchange.body,
            headers=exchange.headers,
            retry_after_seconds=self._wait_asked(exchange),
            detail=f"HTTP {exchange.status}",
        )

    def barred(self, host: str, port: int | None, *, look_up: bool) -> str:
        """Why no connection to a host may be opened, or `""`. A name that does not resolve is not barred: nothing can be
        dialled there.
        """
        host = host.lower().strip("[]").rstrip(".")
        if self._policy.exempts(host, port):
            return ""
        why = private_name(host)
        if why or not look_up:
            return why
        self._deadline.start(self._settings.connect_seconds)
        try:
            self._backend.judged(host, port or 0)
        except FetchError as error:
            return error.what if error.outcome is Outcome.POLICY_BLOCKED else ""
        return ""

    def _follow(self, url: str, validators: Validators, accept: str, delay: float) -> Fetched:
        """Walk the redirects by hand; every hop goes through the same gates."""
        target = judge(url, self._policy)
        hops: list[str] = []
        permanent = True
        seconds = self._settings.deadline_seconds
        while True:
            refusal = self._refusal(target, delay)
            if refusal is not None:
                return replace(refusal, redirects=tuple(hops))
            self._deadline.start(seconds)
            exchange = self._exchange(target, self._headers(validators, accept), self._settings.max_bytes)
            seconds = self._deadline.unspent()
            self._note_limits(target, exchange)
            if exchange.status not in _REDIRECTS:
                final = str(target.url)
                return replace(
                    conclude(url, final, exchange, validators),
                    retry_after_seconds=self._wait_asked(exchange),
                    redirects=tuple(hops),
                    moved_to=final if hops and permanent and not same_page(url, final) else "",
                )
            target = self._next_hop(target, exchange, hops, self._settings.max_redirects)
            permanent = permanent and exchange.status in _PERMANENT

    def _refusal(self, target: Target, delay: float) -> Fetched | None:
        """Why this request is not made at all; else waits for the host's turn."""
        held = self._pace.held(target.site)
        if held > 0:
            return Fetched(
                Outcome.RATE_LIMITED,
                str(target.url),
                retry_after_seconds=min(held, LONGEST),
                detail=f"{target.host} asked for a pause that is not over",
            )
        rules = self._robots.rules(f"{target.url.scheme}://{target.url.netloc.decode('ascii')}")
        if not rules.allows(str(target.url), self._agent):
            return Fetched(
                rules.refusal or Outcome.ROBOTS_DISALLOWED,
                str(target.url),
                retry_after_seconds=rules.retry_after_seconds,
                detail=rules.detail or f"robots.txt does not allow {self._agent} to fetch this",
            )
        self._pace.wait(target.site, max(self._settings.host_delay_seconds, rules.delay(self._agent), delay))
        return None

    def _next_hop(self, target: Target, exchange: Exchange, hops: list[str], most: int) -> Target:
        location = exchange.headers.get("location", "")
        if not location:
            raise FetchError(f"HTTP {exchange.status} without a Location", outcome=Outcome.HTTP_ERROR)
        hops.append(str(target.url))
        if len(hops) > most:
            raise FetchError(f"more than {most} redirects", outcome=Outcome.HTTP_ERROR, where=hops[0])
        try:
            address = str(target.url.join(location))
        except (httpx.InvalidURL, ValueError) as error:
            raise blocked(f"redirected to what is not a URL: {error}", location) from None
        following = judge(address, self._policy)
        if target.url.scheme == "https" and following.url.scheme == "http":
            raise blocked("redirected from https to http", address)
        if str(following.url) in hops:
            raise FetchError("redirected in a circle", outcome=Outcome.HTTP_ERROR, where=address)
        return following

    def _headers(self, validators: Validators, accept: str) -> dict[str, str]:
        headers = {"accept": accept}
        if validators.etag:
            headers["if-none-match"] = validators.etag
        if validators.last_modified:
            headers["if-modified-since"] = validators.last_modified
        return headers

    def _exchange(
        self, target: Target, headers: dict[str, str], max_bytes: int, *, method: str = "GET", content: bytes = b""
    ) -> Exchange:
        """Ask once, within the deadline already set, and read the body within its bounds.

        Raises an error of `ERRORS` when there is no answer.
        """
        headers = {"user-agent": self._settings.user_agent, "accept-encoding": "gzip", **headers}
        request = httpx.Request(method, target.url, headers=headers, content=content or None)
        response = self._transport.handle_request(request)
        try:
            status, answered = response.status_code, _plain(response.headers)
            length = answered.get("content-length", "")
            if length.isdigit() and (len(length) > 15 or int(length) > self._settings.max_bytes):
                return Exchange(status, answered, b"", Outcome.TOO_LARGE, f"the body is {length[:20]} bytes long")
            try:
                body = read_body(response.iter_raw(), answered.get("content-encoding", ""), max_bytes)
            except ERRORS as error:
                return Exchange(status, answered, b"", *explain(error, in_body=True))
            return Exchange(status, answered, body.content, body.outcome, body.detail)
        finally:
            response.close()

    def _fetch_robots(self, url: str) -> Fetched:
        """robots.txt itself: redirects followed, no robots, no judgement of what the body looks like."""
        hops: list[str] = []
        try:
            target = judge(url, self._policy)
            while True:
                self._pace.wait(target.site, self._settings.host_delay_seconds)
                self._deadline.start(self._settings.deadline_seconds)
                exchange = self._exchange(target, {"accept": "text/plain, */*;q=0.1"}, ROBOTS_BYTES)
                self._note_limits(target, exchange)
                if exchange.status not in _REDIRECTS:
                    break
                target = self._next_hop(target, exchange, hops, _ROBOTS_REDIRECTS)
        except ERRORS as error:
            outcome, detail = explain(error)
            return Fetched(outcome, url, detail=detail)
        refusal, detail = meaning(exchange.status)
        return Fetched(
            refusal or exchange.outcome or Outcome.CHANGED,
            url,
            status=exchange.status,
            body=exchange.body,
            retry_after_seconds=self._wait_asked(exchange),
            detail=detail or exchange.detail,
        )

    def _note_limits(self, target: Target, exchange: Exchange) -> None:
        wait = self._wait_asked(exchange)
        if wait is None and exchange.status < 400:
            wait = used_up(exchange.headers, self._clock.now(), self._least)
        if wait is not None:
            self._pace.hold(target.site, wait)

    def _wait_asked(self, exchange: Exchange) -> float | None:
        """Seconds that a refusing answer asks for."""
        if exchange.status not in (429, 503):
            return None
        now = self._clock.now().astimezone(UTC)
        wait = retry_after(exchange.headers, now, self._least)
        if wait is None and exchange.status == 429:
            wait = used_up(exchange.headers, now, self._least) or max(UNSAID, self._least)
        return wait


def _plain(headers: httpx.Headers) -> dict[str, str]:
    """Lower-case names; cookies are dropped here and stored nowhere."""
    return {name: value for name, value in headers.items() if name not in ("set-cookie", "set-cookie2")}
