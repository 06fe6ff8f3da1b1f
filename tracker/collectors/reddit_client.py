"""PRAW, opened so that nothing but our own settings decides where credentials go, and its errors as outcomes."""

from __future__ import annotations

import configparser
import importlib.resources
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

import praw
import prawcore
from praw.config import Config
from praw.exceptions import PRAWException

from tracker.domain.outcomes import Outcome
from tracker.domain.ports import Clock
from tracker.http.waits import UNSAID, retry_after, used_up

_LEAST_WAIT = 1.0
_TIMEOUT_SECONDS = 30

ERRORS = (prawcore.PrawcoreException, PRAWException, ValueError, LookupError)
"""What a call can raise that is no bug of ours. `ValueError` and `LookupError`: prawcore reads headers without looking."""


class RateWindow:
    """What Reddit last said about the requests that are left.

    PRAW sleeps inside its next call when none are; who asks here first does not have to.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until: float | None = None

    def note(self, headers: Mapping[str, str]) -> None:
        now = self._clock.now()
        wait = used_up(headers, now, _LEAST_WAIT)
        self._until = None if wait is None else now.timestamp() + wait

    def wait(self) -> float:
        """Seconds until the next request may be made; 0 for now."""
        return 0.0 if self._until is None else max(self._until - self._clock.now().timestamp(), 0.0)


class _Requestor(prawcore.Requestor):
    def __init__(self, *, window: RateWindow, opened: ExitStack, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        opened.callback(self.close)
        self._window = window
        self._http.trust_env = False  # neither proxies nor ~/.netrc

    def request(self, *args: Any, timeout: float | None = None, **kwargs: Any) -> Any:
        kwargs["allow_redirects"] = False  # credentials are posted to the configured host, and to no other
        response = super().request(*args, timeout=timeout, **kwargs)
        self._window.note(response.headers)
        return response


@contextmanager
def open_reddit(credentials: Mapping[str, str], user_agent: str, window: RateWindow) -> Iterator[praw.Reddit]:
    """A read-only client for one run and one thread. Every setting is passed: none is taken from the environment.

    PRAW does not close its connections; here they are closed at the end.
    """
    _forget_ini_files()
    with ExitStack() as opened:
        yield _connect(credentials, user_agent, {"window": window, "opened": opened})


def _connect(credentials: Mapping[str, str], user_agent: str, requestor: dict[str, Any]) -> praw.Reddit:
    return praw.Reddit(
        "DEFAULT",
        requestor_class=_Requestor,
        requestor_kwargs=requestor,
        client_id=credentials["reddit_client_id"],
        client_secret=credentials["reddit_client_secret"],
        oauth_url=credentials.get("reddit_oauth_url", "https://oauth.reddit.com").rstrip("/"),
        reddit_url=credentials.get("reddit_url", "https://www.reddit.com").rstrip("/"),
        user_agent=user_agent,
        username=None,
        password=None,
        refresh_token=None,
        redirect_uri=None,
        timeout=_TIMEOUT_SECONDS,
        check_for_updates=False,
        check_for_async=False,
    )


def _forget_ini_files() -> None:
    """Only the package's own praw.ini is read: one in the working directory could send the credentials elsewhere."""
    own = configparser.ConfigParser(interpolation=None)
    own.read_string(importlib.resources.files("praw").joinpath("praw.ini").read_text(encoding="utf-8"))
    with Config.LOCK:
        Config.CONFIG = own


def explain(error: Exception, clock: Clock) -> tuple[Outcome, str, float | None]:
    """Outcome, words, and seconds to wait for an error of `ERRORS`."""
    response = getattr(error, "response", None)
    status = getattr(response, "status_code", None)
    if isinstance(error, ValueError):
        return Outcome.RATE_LIMITED, f"Reddit's rate limit headers cannot be read: {error}", UNSAID
    if isinstance(error, LookupError):
        return Outcome.HTTP_ERROR, f"Reddit's refusal cannot be read ({error!r}); check its credentials", None
    if status == 429:
        wait = retry_after(response.headers, clock.now(), _LEAST_WAIT) if response is not None else None
        return Outcome.RATE_LIMITED, "Reddit answers HTTP 429", UNSAID if wait is None else wait
    if isinstance(error, prawcore.OAuthException | prawcore.InvalidToken) or status == 401:
        return (
            Outcome.HTTP_ERROR,
            "Reddit refuses the credentials; check reddit.client_id and reddit.client_secret",
            None,
        )
    if isinstance(error, prawcore.Redirect | prawcore.NotFound):
        return Outcome.GONE, f"Reddit has no such subreddit or thread ({error})", None
    if isinstance(error, prawcore.Forbidden):
        return Outcome.HTTP_ERROR, "Reddit forbids this (a private or quarantined subreddit, or a refused client)", None
    if isinstance(error, prawcore.BadJSON):
        return Outcome.UNDECODABLE, "Reddit's answer is not JSON", None
    return Outcome.HTTP_ERROR, f"Reddit cannot be read: {error}", None
