"""What tells two claims of one document apart."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tracker.domain.claims import Claim, Evidence, Score, fold_words


def _claim(model, evidence):
    return Claim(model, "MMLU", Score("70", Decimal(70)), evidence, "70")


@pytest.mark.parametrize(
    "restyled", ["**Some-Model 7B**", "some_model 7b", "Some\u2011Model\u00a07B", "Some-Model\u200b 7B"]
)
def test_restyled_words_are_the_same_words(restyled):
    assert fold_words(restyled) == fold_words("Some-Model 7B")


def test_in_a_table_another_case_is_a_style():
    cell = Evidence.cell("table[0]", 1, 1)
    assert _claim("some-model-7b", cell).key == _claim("Some-Model-7B", cell).key
    assert _claim("some-model-7b", cell).key != _claim("Some Model 7B", cell).key


def test_in_a_data_file_a_models_name_is_an_identifier():
    record = Evidence.record("", "/0/score")
    assert _claim("some-model-7b", record).key != _claim("Some-Model-7B", record).key
    assert _claim("some-model-7b", record).key == _claim(" some-model-7b ", Evidence.record("", "/5/score")).key
