"""The labelled documents: the project's own set document by document, the shared one as a whole, against the floor."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.floor import below, load
from benchmarks.gold import FLOOR, OWN, Report, documents, measure, shared_gold
from tracker.names import Names

FLOORS = load(FLOOR)
STEMS = sorted(path.stem for path in (OWN / "claims").glob("*.json"))


@pytest.fixture(scope="module")
def own() -> Report:
    return measure(OWN, Names.bundled())


@pytest.mark.parametrize("stem", STEMS)
def test_own_document(own: Report, stem: str) -> None:
    gold = json.loads((OWN / "claims" / f"{stem}.json").read_text(encoding="utf-8"))
    tally = own.documents[gold["doc"]]
    assert gold["phenomenon"]
    assert (tally.missed, tally.wrong) == ([], []), gold["phenomenon"]
    assert tally.full == tally.core, f"{gold['phenomenon']}: a setting is wrong"


def test_own_set_is_large_and_has_documents_without_scores() -> None:
    labelled = [gold for _, gold in documents(OWN)]
    assert len(labelled) >= 40
    assert sum(not gold["claims"] for gold in labelled) >= 5


def test_own_set_holds_its_floor(own: Report) -> None:
    assert below(own.figures, FLOORS["own"]) == []


@pytest.mark.gold
def test_shared_set_holds_its_floor() -> None:
    folder: Path = shared_gold()
    if not folder.is_dir():
        pytest.skip("the shared evaluation data are not here (TRACKER_SHARED)")
    report = measure(folder, Names.bundled())
    assert below(report.figures, FLOORS["shared"]) == []
