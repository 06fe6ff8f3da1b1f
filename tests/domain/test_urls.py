"""Canonical web addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.urls import canonical_url, same_page, same_site


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("HTTPS://Example.ORG:443", "https://example.org/"),
        ("http://example.org.:80/A/b?z=1&a=2#top", "http://example.org/A/b?z=1&a=2"),
        ("https://example.org:8443/x", "https://example.org:8443/x"),
        ("https://example.org/p?utm_source=feed&id=7&fbclid=abc", "https://example.org/p?id=7"),
        ("https://example.org/p?q=a%20b&flag", "https://example.org/p?q=a%20b&flag"),
        ("https://example.org/a b/é", "https://example.org/a%20b/%C3%A9"),
        ("http://[2001:DB8::1]:80/", "http://[2001:db8::1]/"),
        ("  https://example.org/x ", "https://example.org/x"),
        ("reddit:t3_1e9hg7g", "reddit:t3_1e9hg7g"),
        ("https://example.org:port/", "https://example.org:port/"),
        ("", ""),
    ],
)
def test_one_spelling(written: str, canonical: str) -> None:
    assert canonical_url(written) == canonical


@given(st.text(max_size=60) | st.from_regex(r"https?://[a-z.]{1,12}(:\d{1,4})?/[a-z%?&=#/]{0,20}", fullmatch=True))
def test_canonical_is_stable_and_never_raises(text: str) -> None:
    once = canonical_url(text)
    assert canonical_url(once) == once


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://example.org/a", "https://www.example.org/a/", True),
        ("https://example.org/a/index.html", "https://example.org/a", True),
        ("https://example.org/a", "https://example.org/b", False),
        ("https://example.org/a?id=1", "https://example.org/a?id=2", False),
        ("https://example.org/a", "https://example.com/a", False),
        ("http://example.org:8080/a", "http://example.org/a", False),
    ],
)
def test_same_page(one: str, other: str, *, same: bool) -> None:
    assert same_page(one, other) is same


def test_same_site() -> None:
    assert same_site("https://www.example.org/a", "http://example.org/")
    assert not same_site("https://blog.example.org/", "https://example.org/")
