"""The prose reader as a whole, on small pages."""

from __future__ import annotations

from decimal import Decimal

from tracker.domain.pages import Page, Prose, ProseKind, lay_out
from tracker.extraction.prose import read_prose
from tracker.names import Names


def page(*paragraphs: str, title: str = "") -> Page:
    return Page(lay_out([Prose(paragraph) for paragraph in paragraphs]), title=title)


def test_a_score_is_read_with_its_place() -> None:
    text = page("Nothing to see.", "Llama 3.1 70B scores 83.6 on MMLU.")
    (claim,) = read_prose(text, Names.bundled()).claims
    assert (claim.model, claim.benchmark, claim.score.value) == ("Llama 3.1 70B", "MMLU", Decimal("83.6"))
    assert text.text[claim.evidence.start : claim.evidence.end] == claim.quote


def test_code_is_not_read() -> None:
    code = Prose("Llama 3.1 70B scores 83.6 on MMLU", kind=ProseKind.CODE)
    assert read_prose(Page(lay_out([code])), Names.bundled()).claims == ()
