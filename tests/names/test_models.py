"""Models: listed ones by any spelling, unlisted ones by structure, and words that are none."""

from __future__ import annotations

from datetime import date

import pytest

from tests.names.cases import read_cases
from tracker.names import Names

NAMES = Names.bundled()


@pytest.mark.parametrize("case", read_cases("models"), ids=lambda case: case["words"])
def test_spellings_meet_in_one_name(case: dict[str, str]) -> None:
    found = NAMES.model(case["words"])

    assert found is not None
    assert found.id == case["id"]
    assert found.known == (case["known"] == "yes")
    assert found.confidence >= 0.8


@pytest.mark.parametrize("case", read_cases("unseen-models"), ids=lambda case: case["words"])
def test_unlisted_models_get_an_identity_from_their_spelling(case: dict[str, str]) -> None:
    found = NAMES.model(case["words"])

    assert found is not None
    assert found.id == case["id"]
    assert not found.known
    for part in ("family", "version", "size", "variant", "quantisation", "date", "effort"):
        if case["family"]:
            assert getattr(found, part) == (case[part] or None), part


@pytest.mark.parametrize("case", read_cases("not-models"), ids=lambda case: case["words"])
def test_other_words_are_no_models(case: dict[str, str]) -> None:
    assert NAMES.model(case["words"]) is None


@pytest.mark.parametrize("case", read_cases("apart"), ids=lambda case: f"{case['left']} / {case['right']}")
def test_look_alikes_stay_apart(case: dict[str, str]) -> None:
    left = NAMES.benchmark(case["left"]) or NAMES.model(case["left"])
    right = NAMES.benchmark(case["right"]) or NAMES.model(case["right"])

    assert left is not None
    assert right is not None
    assert left.id != right.id
    assert left.key != right.key


def test_an_identity_is_its_own_spelling() -> None:
    """Resolving an id again changes nothing, for every listed model and for the case tables' unlisted ones."""
    ids = [*NAMES.registry.models, *(case["id"] for case in read_cases("unseen-models"))]

    assert [name for name in ids if (found := NAMES.model(name)) is None or found.id != name] == []


def test_listed_facts_come_with_the_name() -> None:
    found = NAMES.model("meta-llama/Meta-Llama-3.1-70B-Instruct")

    assert found is not None
    assert (found.organisation, found.family, found.version, found.size) == ("Meta", "Llama", "3.1", "70B")
    assert (found.variant, found.open, found.status, found.released) == ("instruct", True, "released", "2024-07-23")


def test_a_quantisation_inherits_what_is_known_of_its_model() -> None:
    found = NAMES.model("gpt-oss-120b-MXFP4")

    assert found is not None
    assert (found.known, found.organisation, found.open, found.quantisation) == (False, "OpenAI", True, "MXFP4")


@pytest.mark.parametrize(
    ("words", "variant", "expected"),
    [
        ("Llama 3.1 70B", "instruct", "Llama 3.1 70B Instruct"),
        ("Llama 3.1 70B", "base", "Llama 3.1 70B"),
        ("Llama 2 70B", "instruct", "Llama 2 70B Chat"),
        ("Qwen2.5-7B", "instruct", "Qwen2.5-7B-Instruct"),
        ("Qwen3-8B", "base", "Qwen3-8B-Base"),
        ("GPT-4o", "instruct", "GPT-4o"),
        ("Brontes-7B", "instruct", "Brontes-7B-Instruct"),
    ],
)
def test_the_variant_of_a_heading_joins_the_name(words: str, variant: str, expected: str) -> None:
    found = NAMES.model(words, variant=variant)  # type: ignore[arg-type]  # a literal of the table

    assert found is not None
    assert (found.id, found.variant) == (expected, variant)


def test_a_variant_in_the_words_wins() -> None:
    found = NAMES.model("Qwen2.5-7B-Instruct", variant="base")

    assert found is not None
    assert (found.id, found.variant) == ("Qwen2.5-7B-Instruct", "instruct")


@pytest.mark.parametrize("words", ["Reflexion (GPT-4)", "GPT-4 + CoT", "R1 + Sonnet", "aider with GPT-4o"])
def test_methods_around_a_model_keep_their_words(words: str) -> None:
    found = NAMES.model(words)

    assert found is not None
    assert found.id == words
    assert found.confidence == 0.7


@pytest.mark.parametrize("words", ["Human", "Random Chance", "Human Expert"])
def test_baselines_are_models_of_low_confidence(words: str) -> None:
    found = NAMES.model(words)

    assert found is not None
    assert found.confidence < 0.5


def test_the_announced_models_of_july_2024() -> None:
    models = NAMES.registry.models
    day = date(2024, 7, 23)

    assert models["GPT-5"].status_on(day) == "announced"
    assert models["Llama 3 400B+"].status_on(day) == "training"
    assert models["Llama 3.1 405B"].status_on(day) == "released"
    assert models["GPT-5"].status_on(date(2025, 8, 7)) == "released"


def test_a_homoglyph_is_not_merged() -> None:
    assert NAMES.model("Llama 3.1 8B") is not None
    assert NAMES.model("Llаma 3.1 8B") is None  # a Cyrillic а
