"""Where every error that a request can raise becomes an outcome of the closed list."""

from __future__ import annotations

import httpx

from tracker.domain.errors import FetchError
from tracker.domain.outcomes import Outcome

# Before an answer's headers: no answer. In the middle of its body: a truncated one.
_FAILURES: dict[type[Exception], tuple[Outcome, str]] = {
    httpx.InvalidURL: (Outcome.POLICY_BLOCKED, "not a valid URL"),
    httpx.UnsupportedProtocol: (Outcome.POLICY_BLOCKED, "not an http or https address"),
    httpx.TooManyRedirects: (Outcome.HTTP_ERROR, "too many redirects"),
    httpx.TimeoutException: (Outcome.HTTP_ERROR, "no answer in time"),
    httpx.ConnectError: (Outcome.HTTP_ERROR, "no connection"),
    httpx.NetworkError: (Outcome.HTTP_ERROR, "the connection broke"),
    httpx.ProxyError: (Outcome.HTTP_ERROR, "the proxy refused"),
    httpx.LocalProtocolError: (Outcome.HTTP_ERROR, "the request could not be written"),
    httpx.RemoteProtocolError: (Outcome.HTTP_ERROR, "the server does not speak HTTP properly"),
    httpx.DecodingError: (Outcome.UNDECODABLE, "the body could not be decoded"),
    httpx.HTTPError: (Outcome.HTTP_ERROR, "the request failed"),
    httpx.StreamError: (Outcome.HTTP_ERROR, "the answer could not be read"),
    httpx.CookieConflict: (Outcome.HTTP_ERROR, "the answer's cookies conflict"),
}
_CUT_SHORT = (httpx.RemoteProtocolError, httpx.NetworkError)

ERRORS: tuple[type[Exception], ...] = (FetchError, *_FAILURES)
"""What a request can raise and `explain` can explain; anything else is a bug of ours and goes up."""


def explain(error: Exception, *, in_body: bool = False) -> tuple[Outcome, str]:
    """The outcome and words for an error of `ERRORS`."""
    if isinstance(error, FetchError):
        return error.outcome, f"{error.what} ({error.where})" if error.where else error.what
    if in_body and isinstance(error, _CUT_SHORT):
        return Outcome.TRUNCATED, f"the body ends before its end: {error}"
    for kind in type(error).__mro__:
        if kind in _FAILURES:
            outcome, words = _FAILURES[kind]
            return outcome, f"{words}: {error}" if str(error) else words
    raise error
