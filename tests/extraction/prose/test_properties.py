"""Whatever the text, the reader answers, in order and with its proof."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.domain.pages import Page, Prose, lay_out
from tracker.extraction.prose import read_prose
from tracker.extraction.prose.relations import rows
from tracker.extraction.prose.sentences import sentences
from tracker.names import Names

NAMES = ["Nimbus-7B", "GPT-4o", "Llama 3.1 8B/70B", "the 70B", "it", "Qwen2.5-7/72B", "Foo Bar", "those models"]
BENCHMARKS = ["MMLU", "GPQA Diamond", "FooBench", "LiveCodeBench v5/v6", "the benchmark", "IMO qualifying exams"]
NUMBERS = ["61.4", "73%", "~80", "+5.8%", "4/30", "81,48%", "48.3/60.7", "2024", "1,287", ".905", "$6.32", "128K"]
MARKS = [*",.;:()[]?!–—→>=<*\"'“”·•/%+-", "\n", "\n\n", " ", "https://example.org/aime-2025/x?y=1"]
RELATIONS = sorted({" ".join(row.head) for some in rows().values() for row in some})
WORDS = [
    *"在上与比",
    "on",
    "in",
    "of",
    "with",
    "than",
    "and",
    "but",
    "while",
    "not",
    "the",
    "a",
    "from",
    "to",
    "by",
    "vs",
    "scores",
    "超过",
]

pieces = st.sampled_from([*NAMES, *BENCHMARKS, *NUMBERS, *MARKS, *RELATIONS, *WORDS])
texts = st.one_of(
    st.lists(pieces, max_size=40).map(" ".join), st.lists(pieces, max_size=20).map("".join), st.text(max_size=80)
)


@settings(max_examples=200, deadline=None)
@given(st.lists(texts, min_size=1, max_size=3), st.sampled_from(["", "Nimbus-7B scores on MMLU", "A vs. B?"]))
def test_every_text_is_read_with_its_proof(paragraphs: list[str], title: str) -> None:
    page = Page(lay_out([Prose(text) for text in paragraphs]), title=title)
    reading = read_prose(page, Names.bundled(), title)
    for found in (*reading.claims, *reading.comparisons, *reading.facts):
        assert found.evidence.start is not None
        assert page.text[found.evidence.start : found.evidence.end] == found.quote != ""
    for comparison in reading.comparisons:
        assert comparison.left != comparison.right
    assert reading == read_prose(page, Names.bundled(), title)


@given(st.text(max_size=300))
def test_sentences_lie_in_order_and_cover_all_words(text: str) -> None:
    spans = list(sentences(text))
    assert all(left < right for left, right in spans)
    gaps = [text[one[1] : other[0]] for one, other in pairwise([(0, 0), *spans, (len(text), len(text))])]
    assert not any(gap.strip() for gap in gaps)


def test_a_sentence_as_long_as_a_page_is_read_in_pieces() -> None:
    text = (
        "Nimbus-7B, which was trained on many fine books of the old school, beats GPT-4o on MMLU and likes tea, and "
        * 100
    )
    reading = read_prose(Page(lay_out([Prose(text)])), Names.bundled())
    assert {(found.left, found.right, found.benchmark) for found in reading.comparisons} == {
        ("Nimbus-7B", "GPT-4o", "MMLU")
    }


def test_a_heap_of_words_states_nothing() -> None:
    reading = read_prose(Page(lay_out([Prose("GPT-4o beats " * 1000)])), Names.bundled())
    assert (reading.claims, reading.comparisons) == ((), ())
