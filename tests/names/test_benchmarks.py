"""Benchmarks, their subsets, metrics and the settings written around them."""

from __future__ import annotations

import pytest

from tests.names.cases import read_cases
from tracker.names import Names, Settings

NAMES = Names.bundled()
_COT = {"yes": True, "no": False, "": None}


@pytest.mark.parametrize("case", read_cases("benchmarks"), ids=lambda case: case["words"])
def test_spellings_meet_in_one_name(case: dict[str, str]) -> None:
    found = NAMES.benchmark(case["words"])

    assert found is not None
    assert found.id == case["id"]


@pytest.mark.parametrize("case", read_cases("not-benchmarks"), ids=lambda case: case["words"])
def test_unknown_and_ambiguous_words_resolve_to_nothing(case: dict[str, str]) -> None:
    assert NAMES.benchmark(case["words"]) is None


@pytest.mark.parametrize("case", read_cases("settings"), ids=lambda case: case["words"])
def test_settings_come_out_of_a_name(case: dict[str, str]) -> None:
    core, settings = NAMES.split_settings(case["words"])

    assert core == case["core"]
    assert settings == Settings(
        shots=case["shots"] or None,
        cot=_COT[case["cot"]],
        metric=case["metric"] or None,
        variant=case["variant"] or None,  # type: ignore[arg-type]  # a literal of the table
    )


@pytest.mark.parametrize("case", read_cases("metrics"), ids=lambda case: case["words"])
def test_metrics(case: dict[str, str]) -> None:
    found = NAMES.metric(case["words"])

    assert found is not None
    assert (found.id, found.direction) == (case["id"], case["direction"])


def test_an_ambiguous_word_says_what_it_could_be() -> None:
    assert NAMES.ambiguous("ARC") == ("ARC-Challenge", "ARC-Easy", "ARC-AGI-1")
    assert NAMES.ambiguous("arc (25-shot)") == ("ARC-Challenge", "ARC-Easy", "ARC-AGI-1")
    assert NAMES.ambiguous("ARC-Challenge") == ()


def test_a_subset_knows_where_it_belongs() -> None:
    found = NAMES.benchmark("MMLU-STEM")

    assert found is not None
    assert (found.family, found.subset, found.metric, found.random_baseline) == ("MMLU", "STEM", "Accuracy", 25.0)
    assert found.items is None


def test_a_variant_belongs_to_its_family_without_being_a_subset() -> None:
    found = NAMES.benchmark("GPQA Diamond")

    assert found is not None
    assert (found.family, found.subset, found.items) == ("GPQA", None, 198)


def test_direction_and_range_come_with_the_name() -> None:
    pile, mt_bench, mme = NAMES.benchmark("Pile-test (BPB)"), NAMES.benchmark("MT-Bench"), NAMES.benchmark("MME")

    assert pile is not None
    assert (pile.direction, pile.unit) == ("lower", "bits")
    assert mt_bench is not None
    assert (mt_bench.low, mt_bench.high) == (1.0, 10.0)
    assert mme is not None
    assert mme.high == 2800.0


@pytest.mark.parametrize(("words", "sure"), [("MATH", True), ("Math", False), ("DROP", True), ("drop", False)])
def test_ordinary_words_are_less_certain(words: str, sure: bool) -> None:
    found = NAMES.benchmark(words)

    assert found is not None
    assert (found.confidence == 1.0) is sure
