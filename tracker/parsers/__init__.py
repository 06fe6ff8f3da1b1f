"""Bytes to pages: one module a format, found by entry point like a third party's.

Parsers raise `ParseError` only. What a library raises unexpectedly is mapped here, in one place.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from tracker import plugins
from tracker.domain.errors import ParseError, TrackerError
from tracker.domain.pages import Page
from tracker.domain.ports import Parse
from tracker.parsers.detection import could_hold_table, detect

__all__ = ["could_hold_table", "detect", "parse"]


def parse(body: bytes, media_type: str = "", address: str = "") -> Page:
    """Detect the format, load its parser by entry point, parse. Raises `ParseError` only."""
    name = detect(body, media_type, address)
    try:
        page = _load(name)(body, media_type)
        return replace(page, address=address) if address else page
    except TrackerError:
        raise
    except RecursionError as error:
        raise ParseError(f"nested too deeply for the {name} parser", where=address) from error
    except Exception as error:
        # A parser's libraries meet hostile bytes: whatever they raise costs this one document and nothing else.
        raise ParseError(
            f"the {name} parser failed: {type(error).__name__}: {error}", where=address, hint="report the document"
        ) from error


@cache
def _load(name: str) -> Parse:
    parser: Parse = plugins.load(plugins.PARSERS, name)
    return parser
