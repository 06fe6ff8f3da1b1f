"""One spelling for each web address: what a document's id is made of."""

from __future__ import annotations

from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNRESERVED = "/:@!$&'()*+,;=~%-._"

# Parameters that say where a reader came from, never which page is meant.
_TRACKING = frozenset({"fbclid", "gclid", "mc_cid", "mc_eid", "igshid", "ref_src"})


def canonical_url(url: str) -> str:
    """Lower-case scheme and host, no default port, no fragment, no tracking parameters, `/` for an empty path.

    Nothing that could name another page is touched: letter case of the path, the order of parameters, a trailing slash.
    A text that is not a web address comes back as it is.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return url
    if parts.scheme.lower() not in _DEFAULT_PORTS or not parts.hostname:
        return url
    scheme = parts.scheme.lower()
    host = parts.hostname.rstrip(".")
    authority = f"[{host}]" if ":" in host else host
    if port is not None and port != _DEFAULT_PORTS[scheme]:
        authority = f"{authority}:{port}"
    return urlunsplit((scheme, authority, quote(parts.path, safe=_UNRESERVED) or "/", _query(parts.query), ""))


def same_page(one: str, other: str) -> bool:
    """Whether two addresses differ only in ways that sites use for one page: http/https, `www.`, a closing slash or index file."""
    return _page(one) == _page(other)


def same_site(one: str, other: str) -> bool:
    """Whether two addresses have the same host, `www.` apart."""
    return _host(urlsplit(one)) == _host(urlsplit(other))


def _query(query: str) -> str:
    return "&".join(pair for pair in query.split("&") if not _tracks(pair.partition("=")[0].lower()))


def _tracks(name: str) -> bool:
    return name in _TRACKING or name.startswith("utm_")


def _host(parts: SplitResult) -> str:
    return (parts.hostname or "").removeprefix("www.")


def _page(url: str) -> tuple[str, int | None, str, str]:
    parts = urlsplit(canonical_url(url))
    path = parts.path
    for index in ("/index.html", "/index.htm", "/index.php"):
        path = path.removesuffix(index)
    return _host(parts), parts.port, path.rstrip("/"), parts.query
