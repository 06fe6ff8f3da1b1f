"""The story of July 2024, round by round, through the real PRAW, real HTTP, and a real database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tracker.demo import figures
from tracker.demo.story import Looked, Outcomes, RoundJudged, RoundStarted, Scene, play
from tracker.domain.history import ChangeKind, RecordedChange
from tracker.domain.outcomes import Outcome
from tracker.storage import ChangeFilter, Queries, ScoreFilter, open_database


@dataclass(frozen=True)
class Told:
    """The story, played once for all tests of this module."""

    outcomes: Outcomes
    looks: dict[int, list[Looked]]
    queries: Queries

    def changes(self, number: int) -> list[RecordedChange]:
        return [recorded for look in self.looks[number] for recorded in look.report.changes]

    def polls(self, number: int, source: str) -> list[Outcome | None]:
        return [look.report.outcome for look in self.looks[number] if look.report.source == source]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    home = tmp_path_factory.mktemp("story")
    looks: dict[int, list[Looked]] = {}

    def show(scene: Scene) -> None:
        if isinstance(scene, RoundStarted):
            looks[scene.number] = []
        elif isinstance(scene, Looked):
            looks[max(looks)].append(scene)

    outcomes = play(home, show)
    database = open_database(f"sqlite:///{home / 'tracker.sqlite3'}")
    yield Told(outcomes, looks, database.queries())
    database.close()


def kinds(changes: list[RecordedChange]) -> Counter[ChangeKind]:
    return Counter(recorded.change.kind for recorded in changes)


def numbers(recorded: RecordedChange) -> tuple[str, str, str | None, str | None]:
    old, new = recorded.change.old, recorded.change.new
    return recorded.model, recorded.benchmark, old and old.score.text, new and new.score.text


@pytest.mark.parametrize("number", range(1, 9))
def test_every_round_comes_out_right(told: Told, number: int) -> None:
    assert told.outcomes.rounds[number - 1].problems == ()


def test_round_1_the_leak_is_read_from_the_post_and_its_comment(told: Told) -> None:
    changes = told.changes(1)
    assert kinds(changes) == {ChangeKind.APPEARED: 59}
    documents = Counter(recorded.change.document for recorded in changes)
    assert documents == {"reddit:t3_1e9hg7g": 54, "reddit:t1_lefa002": 4, "reddit:t3_1e9joke": 1}
    assert {recorded.change.valid_at for recorded in changes if recorded.change.document == "reddit:t3_1e9hg7g"} == {
        datetime(2024, 7, 22, 15, 2, tzinfo=UTC)
    }


def test_round_2_prose_is_comparisons_and_facts_but_no_scores(told: Told) -> None:
    assert told.changes(2) == []
    compared = told.queries.comparisons()
    assert {row.benchmark for row in compared if row.relation == ">"} == {
        "GSM8K",
        "HellaSwag",
        "BoolQ",
        "MMLU Humanities",
        "MMLU Other",
        "MMLU STEM",
        "WinoGrande",
    }
    assert {row.benchmark for row in compared if row.relation == "<"} == {"HumanEval", "MMLU Social Sciences"}
    facts = {(row.model_raw, row.what) for row in told.queries.facts()}
    assert ("GPT-5", "status") in facts
    assert any(what == "parameters" for _, what in facts)


def test_round_3_the_edit_is_one_revision_valid_at_the_edit(told: Told) -> None:
    (revised,) = told.changes(3)
    assert numbers(revised) == ("Llama 3 70B", "HumanEval", ".93", ".39")
    assert revised.change.valid_at == datetime(2024, 7, 22, 19, 31, tzinfo=UTC)
    joke = next(row for row in told.queries.documents() if row.name == "reddit:t3_1e9joke")
    assert (joke.state, joke.claims) == ("deleted", 1)


def test_round_4_the_card_comes_after_a_polite_wait(told: Told) -> None:
    assert told.polls(4, "llama-card") == [Outcome.RATE_LIMITED, Outcome.CHANGED]
    assert kinds(told.changes(4)) == {ChangeKind.APPEARED: 55}
    settings = Counter(recorded.change.claim.setting.variant for recorded in told.changes(4))
    assert settings == {"base": 28, "instruct": 27}


def test_round_5_the_silent_edit_is_noticed(told: Told) -> None:
    (revised,) = told.changes(5)
    assert numbers(revised) == ("Llama 3.1 70B Instruct", "GPQA", "41.7", "46.7")


def test_round_6_a_bot_check_changes_nothing(told: Told) -> None:
    assert told.polls(6, "llama-card") == [Outcome.CHALLENGE]
    assert told.changes(6) == []


def test_round_7_the_row_is_withdrawn(told: Told) -> None:
    assert kinds(told.changes(7)) == {ChangeKind.WITHDRAWN: 3}
    assert {recorded.benchmark for recorded in told.changes(7)} == {figures.LEAVES}


def test_round_8_another_style_is_no_change(told: Told) -> None:
    assert told.polls(8, "llama-card") == [Outcome.CHANGED]
    assert told.changes(8) == []


def test_both_times_have_an_answer(told: Told) -> None:
    wanted = ScoreFilter(model="Llama 3.1 70B", benchmark="GPQA", source="llama-card")
    assert [row.value for row in told.queries.scores(wanted)] == [Decimal("46.7")]
    before = ScoreFilter(
        model="Llama 3.1 70B", benchmark="GPQA", source="llama-card", as_of=datetime(2024, 8, 1, tzinfo=UTC)
    )
    assert [row.value for row in told.queries.scores(before)] == [Decimal("41.7")]
    unknown = ScoreFilter(
        model="Llama 3.1 70B", benchmark="GPQA", source="llama-card", known_at=datetime(2024, 7, 22, tzinfo=UTC)
    )
    assert told.queries.scores(unknown) == []


def test_the_leaked_figures_stand_as_corrected(told: Told) -> None:
    rows = told.queries.scores(ScoreFilter(document="reddit:t3_1e9hg7g"))
    said = {(row.model_raw, row.benchmark_raw): row.text for row in rows}
    expected = {
        (model, row.benchmark): score
        for row in figures.LEAK
        for model, score in zip(figures.LEAK_MODELS, row.scores, strict=True)
    }
    assert said == expected


def test_nothing_is_lost_on_the_way(told: Told) -> None:
    recorded = told.queries.changes(ChangeFilter())
    seen = [change for number in told.looks for change in told.changes(number)]
    assert Counter(change.change.id for change in recorded) == Counter(change.change.id for change in seen)


def test_a_story_with_a_problem_is_not_right() -> None:
    judged = [RoundJudged(number, 0, ()) for number in range(1, 9)]
    assert Outcomes(rounds=judged).right
    assert not Outcomes(rounds=[*judged[:-1], RoundJudged(8, 1, ("something else happened",))]).right
    assert not Outcomes(rounds=judged[:-1]).right


def test_home_holds_everything(told: Told, tmp_path: Path) -> None:
    play(tmp_path / "again")
    assert {path.name for path in (tmp_path / "again").iterdir()} >= {"tracker.sqlite3", "archive"}
