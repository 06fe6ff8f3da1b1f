"""A URL, judged before anything is resolved or dialled."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

import httpx

from tracker.domain.errors import FetchError
from tracker.domain.outcomes import Outcome
from tracker.http.addresses import is_public

_MAX_LENGTH = 4096
_ODD = re.compile(r"[\x00-\x20\x7f-\xa0\\\u200b-\u200f\u2028-\u202f\ufeff]")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMERIC = re.compile(r"\d+|0x[0-9a-f]*")
_LOCAL_NAMES = ("localhost", "local", "internal", "intranet", "lan", "home.arpa", "onion")


@dataclass(frozen=True, slots=True)
class Policy:
    """Where requests may go. `exempt` holds `host:port` pairs that skip the address and port rules."""

    ports: Collection[int]
    exempt: Collection[str] = ()

    def exempts(self, host: str, port: int | None) -> bool:
        """Without a port: whether any port of the host is exempt."""
        if port is None:
            return any(pair.rpartition(":")[0] == host for pair in self.exempt)
        return f"{host}:{port}" in self.exempt


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that may be asked for, as far as its text can tell; the dialler judges what the name resolves to."""

    url: httpx.URL
    host: str
    port: int

    @property
    def site(self) -> str:
        """What politeness counts by: the host, and its port where that is not one of the web's own two."""
        return self.host if self.port in (80, 443) else f"{self.host}:{self.port}"


def blocked(what: str, url: str, hint: str = "") -> FetchError:
    """The error for everything that policy forbids."""
    return FetchError(what, outcome=Outcome.POLICY_BLOCKED, where=url[:200], hint=hint)


def judge(url: str, policy: Policy) -> Target:
    """Raises `FetchError` (policy_blocked) for anything but a plain http(s) URL to a public host on an allowed port."""
    if len(url) > _MAX_LENGTH or _ODD.search(url):
        raise blocked("the address is too long or has white space, control characters or backslashes in it", url)
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as error:
        raise blocked(f"the address is not a valid URL: {error}", url) from None
    if parsed.scheme not in ("http", "https"):
        raise blocked(f"only http and https are fetched, not {parsed.scheme or 'a relative address'!r}", url)
    if parsed.userinfo:
        raise blocked(
            "an address with a user name or password in it is not fetched", f"{parsed.scheme}://…@{parsed.host}"
        )
    host = parsed.raw_host.decode("ascii").lower().rstrip(".")
    port = {"http": 80, "https": 443}[parsed.scheme] if parsed.port is None else parsed.port
    if not policy.exempts(host, port):
        _judge_host(host, url)
        if port not in policy.ports:
            raise blocked(f"port {port} is not allowed", url, hint="see http.allowed_ports")
    return Target(parsed.copy_with(fragment=None) if "#" in url else parsed, host, port)  # parsing it anew is dear


def _judge_host(host: str, url: str) -> None:
    why = private_name(host)
    if why:
        raise blocked(why, url, hint="see http.allow_hosts")
    if _literal(host) is None and (len(host) > 253 or not all(_LABEL.fullmatch(label) for label in host.split("."))):
        raise blocked(f"{host[:80]!r} is not a host name", url)


def private_name(host: str) -> str:
    """Why a host is not public, as far as its text can tell: an address, a number, or a name of a private network."""
    literal = _literal(host)
    if literal is not None:
        return "" if is_public(str(literal)) else f"{literal} is not a public address"
    if _NUMERIC.fullmatch(host.rpartition(".")[2]):  # 127.1, 2130706433, 0x7f000001: resolvers take them for addresses
        return f"{host!r} is a number in disguise, not a host name"
    if any(host == name or host.endswith("." + name) for name in _LOCAL_NAMES):
        return f"{host!r} is a name of a private network"
    return ""


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
