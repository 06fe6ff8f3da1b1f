"""The steps of the prose reader, each on its own."""

from __future__ import annotations

import pytest

from tracker.extraction.prose.figures import Use, figures
from tracker.extraction.prose.models import resized, sizes, spread
from tracker.extraction.prose.nameshapes import is_telling
from tracker.extraction.prose.naming import named
from tracker.extraction.prose.pieces import Kind, cut
from tracker.extraction.prose.relations import Form, inflect
from tracker.extraction.prose.sentences import sentences
from tracker.extraction.prose.signals import may_state
from tracker.extraction.prose.triggers import triggers
from tracker.names import Mention


def mention(text: str, words: str, kind: str = "model") -> Mention:
    start = text.index(words)
    return Mention(start, start + len(words), words, kind, words)  # type: ignore[arg-type]  # kinds are literals


@pytest.mark.parametrize(
    ("text", "use", "unit"),
    [
        ("scores 61.4 on it", Use.SCORE, None),
        ("scores 61.4% on it", Use.SCORE, "percent"),
        ("scores 61.4 percent", Use.SCORE, "percent"),
        ("reached 1483 Elo", Use.SCORE, "elo"),
        ("up by 5.8%", Use.MARGIN, "percent"),
        ("(+5.8%)", Use.MARGIN, "percent"),
        ("10 points higher", Use.MARGIN, "points"),
        ("below 50%", Use.OTHER, "percent"),
        ("85+", Use.OTHER, None),
        ("62-64%", Use.OTHER, None),
        ("5.5 trillion tokens", Use.OTHER, None),
        ("costs $6.32", Use.OTHER, None),
        ("ranks #5", Use.OTHER, None),
        ("in 2024", Use.OTHER, None),
        ("4% of the cost", Use.OTHER, "percent"),
        ("solves 68.4% of the tasks", Use.SCORE, "percent"),
        ("1/3 the size", Use.OTHER, None),
        ("Figure 5", Use.OTHER, None),
    ],
)
def test_what_a_number_is(text: str, use: Use, unit: str | None) -> None:
    figure = figures(cut(text, ()))[0]
    assert (figure.use, figure.unit) == (use, unit)


def test_numbers_of_a_row_are_margins_together() -> None:
    assert [figure.use for figure in figures(cut("by 7.9%, 9.3% and 10.8%", ()))] == [Use.MARGIN] * 3


@pytest.mark.parametrize(
    ("text", "relations"),
    [
        ("outperforms", [">"]),
        ("falls short of", ["<"]),
        ("on par with", ["="]),
        ("better results on it than", [">"]),
        ("better and cheaper than", [">"]),
        ("cheaper than", []),
        ("matches or exceeds", [">="]),
        ("comparable/slightly better than", [">="]),
        ("the best", []),
        ("one leading model", []),
        ("落后于", ["<"]),
    ],
)
def test_comparing_words(text: str, relations: list[str]) -> None:
    assert [trigger.relation for trigger in triggers(cut(text, ()))] == relations


@pytest.mark.parametrize(
    ("verb", "forms"),
    [
        ("match", {"matches": Form.FINITE, "matched": Form.PAST, "matching": Form.PARTICIPLE}),
        ("lag", {"lags": Form.FINITE, "lagged": Form.PAST, "lagging": Form.PARTICIPLE}),
        ("outpace", {"outpaced": Form.PAST, "outpacing": Form.PARTICIPLE}),
        ("beat", {"beats": Form.FINITE, "beat": Form.PAST, "beaten": Form.PAST, "beating": Form.PARTICIPLE}),
    ],
)
def test_inflection(verb: str, forms: dict[str, Form]) -> None:
    assert forms.items() <= inflect(verb).items()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("It scored 61.4. The rest follows.", ["It scored 61.4.", "The rest follows."]),
        ("It beats X, e.g. on A vs. B.", ["It beats X, e.g. on A vs. B."]),
        ("It is 27 (?) and more.", ["It is 27 (?) and more."]),
        ("One line\nand another", ["One line", "and another"]),
        ("•A: 1 •B: 2", ["•A: 1", "•B: 2"]),
        ("得分 61.4。超过了它。", ["得分 61.4。", "超过了它。"]),
    ],
)
def test_sentences(text: str, parts: list[str]) -> None:
    assert [text[left:right] for left, right in sentences(text)] == parts


def test_a_name_is_never_cut_by_a_sentence() -> None:
    text = "We like No. 7 B best."
    assert len(list(sentences(text, [(8, 15)]))) == 1


def test_sizes_in_a_row_are_models_of_their_own() -> None:
    text = "with Foo2.5-7B/72B-Instruct here"
    pieces = spread(text, named(text, [mention(text, "Foo2.5")]))
    assert [piece.words for piece in pieces] == ["Foo2.5-7B-Instruct", "Foo2.5-72B-Instruct"]


def test_a_path_is_no_row_of_sizes() -> None:
    text = "see Foo-7B/config for more"
    assert [piece.words for piece in spread(text, named(text, [mention(text, "Foo-7B")]))] == ["Foo-7B"]


@pytest.mark.parametrize(("name", "size", "other"), [("Foo 7B Chat", "70B", "Foo 70B Chat"), ("Foo", "70B", "Foo 70B")])
def test_another_size(name: str, size: str, other: str) -> None:
    assert resized(name, size) == other
    assert sizes(other) == "70b"


@pytest.mark.parametrize(
    ("text", "words", "whole"),
    [
        ("the Big-Foo-7B model", "Foo-7B", "Big-Foo-7B"),
        ("the Foo o1-preview", "Foo o1", "Foo o1-preview"),
        ("Foo-based tools", "Foo", "Foo"),
        ("GPT-9-level answers", "GPT-9", "GPT-9"),
        ("Foo High wins", "Foo", "Foo High"),
        ("Foo High school", "Foo", "Foo"),
    ],
)
def test_what_a_hyphen_joins_belongs_to_the_model(text: str, words: str, whole: str) -> None:
    assert named(text, [mention(text, words)])[0].words == whole


def test_a_benchmark_and_its_score_are_two_things() -> None:
    text = "MMLU 61.4 and more"
    assert named(text, [mention(text, "MMLU 61.4", "benchmark")])[0].words == "MMLU"


@pytest.mark.parametrize("word", ["AutoCoder", "XBai", "Foo-2", "GPT9", "State-of"])
def test_telling_spellings(word: str) -> None:
    assert is_telling(word)


@pytest.mark.parametrize("word", ["Members", "models", "RAG", "I", "A", "x" * 60 + "Y"])
def test_spellings_that_say_nothing(word: str) -> None:
    assert not is_telling(word)


def test_a_name_in_a_link_is_no_name_of_the_sentence() -> None:
    text = "see https://example.org/aime-2025 for Foo-7B"
    pieces = cut(text, named(text, [mention(text, "aime-2025", "benchmark"), mention(text, "Foo-7B")]))
    assert [piece.kind for piece in pieces if piece.kind is not Kind.WORD] == [Kind.LINK, Kind.MODEL]
    assert next(piece.name for piece in pieces if piece.kind is Kind.LINK) == "aime-2025"


@pytest.mark.parametrize(("text", "may"), [("It beats them", True), ("It got 61.4%", True), ("Nice weather", False)])
def test_texts_that_may_state_something(text: str, may: bool) -> None:
    assert may_state(text) is may
