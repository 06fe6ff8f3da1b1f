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


def test_words_that_moved_on_the_page_are_read_at_their_new_place() -> None:
    said = "Llama 3.1 70B scores 83.6 on MMLU and beats Mistral 7B on GSM8K."
    for text in (page(said), page("Nothing to see.", said), page(said)):
        reading = read_prose(text, Names.bundled())
        assert reading.claims
        assert reading.comparisons
        for one in (*reading.claims, *reading.comparisons):
            assert text.text[one.evidence.start : one.evidence.end] == one.quote


def test_the_same_words_mean_another_model_where_the_text_spoke_of_another_one() -> None:
    said = "It scores 83.6 on MMLU."
    for model in ("Llama 3.1 70B", "Mistral 7B", "Llama 3.1 70B"):
        (claim,) = read_prose(page(f"We looked at {model}.", said), Names.bundled()).claims
        assert claim.model == model
