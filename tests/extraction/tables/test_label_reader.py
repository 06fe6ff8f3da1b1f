"""What is remembered of labels, and for whom."""

from __future__ import annotations

from tracker.extraction.tables.label_reader import LabelReader, label_reader
from tracker.names import Names

NAMES = Names.bundled()


def test_a_label_is_read_once_for_all_tables():
    assert label_reader(NAMES) is label_reader(NAMES)
    assert label_reader(NAMES)("MMLU (5-shot)") is label_reader(NAMES)("MMLU (5-shot)")


def test_another_registry_has_a_reader_of_its_own():
    other = Names(NAMES.registry)
    assert label_reader(other) is not label_reader(NAMES)
    assert label_reader(other).names is other


def test_long_texts_are_read_as_labels_too():
    words = "MMLU " + "and so on " * 40
    assert LabelReader(NAMES)(words).text == words.strip()


def test_hostile_labels_are_read_without_trying_every_way_to_part_them():
    for words in ("int8 q4" + "_a" * 200 + "!", "q4" + "_a_" * 200 + "!", "fp8-" + "q2_k" * 200 + "("):
        assert LabelReader(NAMES)(words).text
