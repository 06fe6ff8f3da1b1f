"""Bytes to findings: parse and extract, and say whether the result may speak for its document. No I/O."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from tracker.domain.claims import Extraction
from tracker.domain.errors import ParseError, ParseRefused
from tracker.domain.history import Condition
from tracker.domain.outcomes import Outcome
from tracker.domain.pages import Page, Prose
from tracker.domain.sources import DocumentState
from tracker.logs import get_log
from tracker.storage import NOTHING, Archived, Findings, findings_of

_log = get_log(__name__)

SHELL_WORDS = 20
"""A page with fewer words and no table, data or picture is an empty shell (menus and cookie notices have more)."""

_BULK_TYPES = ("text/markdown", "text/plain")


@dataclass(frozen=True, slots=True)
class Read:
    """What one snapshot says. `outcome` is `CHANGED`, or why it could not be read; `detail` then says it in words."""

    findings: Findings
    condition: Condition
    outcome: Outcome = Outcome.CHANGED
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """`parse(body, media_type, address)` raises `ParseError` only; `extract(page, context)` is pure; `could_hold(body,
    media_type, context)` may say no only when nothing can be found (it is asked of posts, by the million).
    """

    parse: Callable[[bytes, str, str], Page]
    extract: Callable[[Page, str], Extraction]
    extractor: str
    could_hold: Callable[[bytes, str, str], bool] = lambda _body, _media_type, _context: True

    def read(self, body: bytes, media_type: str, address: str, context: str) -> Read:
        """Never raises: a document that cannot be read is an outcome, and costs nobody else anything."""
        if not self.could_hold(body, media_type, context):
            return Read(NOTHING, Condition.SOUND)
        try:
            page = self.parse(body, media_type, address)
            found = self.extract(page, context)
        except ParseRefused as error:
            return Read(NOTHING, Condition.INCOMPLETE, Outcome.PARSE_REFUSED, str(error))
        except ParseError as error:
            return Read(NOTHING, Condition.INCOMPLETE, Outcome.PARSE_FAILED, str(error))
        except Exception as error:  # noqa: BLE001  # see below
            # A defect of ours met by one document: said loudly, recorded as unread, and nothing else stops for it.
            _log.error("extraction failed", error=error, document=address)
            return Read(NOTHING, Condition.INCOMPLETE, Outcome.PARSE_FAILED, f"{type(error).__name__}: {error}")
        findings = findings_of(found.claims, found.comparisons, found.facts)
        if not (page.complete and found.complete):
            return Read(findings, Condition.INCOMPLETE, detail="; ".join(page.warnings))
        return Read(findings, Condition.SHELL if is_shell(page) else Condition.SOUND)

    def read_kept(self, get: Callable[[str], bytes], kept: Archived) -> Read:
        """Read an archived snapshot again; `get` gives bytes by name and raises `ArchiveError`.

        What the server said of a snapshot (a bot check) stays; only how well we read it can change.
        """
        read = Read(NOTHING, Condition.SOUND)
        if kept.state is DocumentState.PRESENT:
            read = self.read(get(kept.snapshot), kept.media_type, kept.url or kept.document, kept.context)
        return replace(read, condition=kept.condition) if kept.condition is Condition.CHALLENGE else read


def is_shell(page: Page) -> bool:
    """Whether nothing but a frame was served: a page whose script would have brought the content."""
    if any(not isinstance(block, Prose) for block in page.blocks):
        return False
    return len(page.text.split()) < SHELL_WORDS


def is_bulk(media_type: str) -> bool:
    """Markdown and plain text: the formats that come by the million and may be looked through before parsing."""
    return media_type.partition(";")[0].strip().lower() in _BULK_TYPES
