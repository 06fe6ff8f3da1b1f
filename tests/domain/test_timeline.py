"""The decider: what each kind of reading does to a document's timeline, and that nothing but the readings matters."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.domain.claims import Claim, Evidence, Score, Setting
from tracker.domain.history import ChangeKind, Condition, Reading
from tracker.domain.sources import Authority, DocumentState
from tracker.domain.timeline import TimelineState, step, timeline, versions

DAY = timedelta(days=1)
START = datetime(2024, 7, 1, tzinfo=UTC)


def claim(model="Alpha 7B", benchmark="MMLU", value="70.1", *, row=1, col=1, **more):
    evidence = more.pop("evidence", Evidence.cell("table[0]", row, col))
    return Claim(model, benchmark, Score(value, Decimal(value)), evidence, quote=value, **more)


def reading(day, *claims, authority=Authority.REVISION, snapshot=None, **more):
    at = START + day * DAY
    return Reading("doc", snapshot or f"{day:08}", at, tuple(claims), authority, "x/1", **more)


def fetched(day, *claims, **more):
    return reading(day, *claims, authority=Authority.FETCHED, **more)


def story(*readings):
    """(day, kind, old number, new number) of each change, in order."""
    return [
        (
            (change.valid_at - START) / DAY,
            change.kind.value,
            str(change.old.score.value) if change.old else None,
            str(change.new.score.value) if change.new else None,
        )
        for change in timeline(readings).changes
    ]


def test_a_number_appears_is_revised_withdrawn_and_reinstated():
    other = claim("Beta", value="50")
    assert story(
        reading(0, claim(value="70.1"), other),
        reading(1, claim(value="71.5"), other),
        reading(2, other),
        reading(3, claim(value="71.5"), other),
    ) == [
        (0, "appeared", None, "70.1"),
        (0, "appeared", None, "50"),
        (1, "revised", "70.1", "71.5"),
        (2, "withdrawn", "71.5", None),
        (3, "reinstated", "71.5", "71.5"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "kind", "rounding"),
    [
        ("39.82", "39.8", "revised", True),
        ("39.8", "39.82", "revised", True),
        ("39.85", "39.8", "revised", True),
        ("39.82", "39.7", "revised", False),
        ("41", "41.2", "revised", True),
        ("77.4", "41.2", "revised", False),
        ("0.886", "88.6", "rescaled", False),
        ("88.6", "0.886", "rescaled", False),
        ("0.8857", "88.6", "rescaled", False),
        ("0.9", "91", "revised", False),
        ("8.6", "86", "revised", False),
    ],
)
def test_kinds_of_revision(old, new, kind, rounding):
    change = timeline([reading(0, claim(value=old)), reading(1, claim(value=new))]).changes[-1]
    assert (change.kind.value, change.rounding) == (kind, rounding)


@pytest.mark.parametrize(
    "other",
    [
        claim("**Alpha** 7B"),
        claim("Alpha\u00a0\u200b7B"),
        claim(value="70.10"),
        claim(row=9, col=4),
        replace(claim(), confidence=0.5),
        replace(claim(), score=Score("70.1%", Decimal("70.1"), "percent")),
    ],
)
def test_cosmetic_edits_make_no_change(other):
    assert len(timeline([reading(0, claim()), reading(1, other)]).changes) == 1


def test_a_model_typed_in_other_letters_is_relabelled():
    readings = [reading(0, claim("Nova-2b"), claim("Nova-9b")), reading(1, claim("Nova-2B"), claim("Nova-9b"))]
    *_, last = timeline(readings).changes
    assert (last.kind, last.old.model, last.new.model, last.series) == (
        ChangeKind.RELABELLED,
        "Nova-2b",
        "Nova-2B",
        last.old_series,
    )
    assert timeline([*readings, reading(2, claim("Nova-2B"), claim("Nova-9b"))]).changes[-1] == last


def test_a_benchmark_in_other_letters_is_the_same_one():
    assert len(timeline([reading(0, claim(benchmark="mmlu")), reading(1, claim(benchmark="MMLU"))]).changes) == 1


def test_the_proof_stays_with_the_snapshot_that_first_said_it():
    marks = timeline([reading(0, claim(row=1), snapshot="a"), reading(1, claim(row=7), snapshot="b")]).marks
    assert [(mark.snapshot, mark.claim.evidence.row) for mark in marks] == [("a", 1)]


def test_versions_are_closed_by_the_next_mark():
    readings = [reading(0, claim()), reading(1, claim(value="2")), reading(2)]
    found = versions("doc", timeline(readings).marks)
    assert [(str(v.claim.score.value), v.valid_from, v.valid_to) for v in found] == [
        ("70.1", START, START + DAY),
        ("2", START + DAY, START + 2 * DAY),
    ]


class TestOtherWords:
    def test_a_renamed_model_is_relabelled(self):
        taken = timeline([reading(0, claim("GPT 4")), reading(1, claim("GPT 4 (0613)"))])
        change = taken.changes[-1]
        assert change.kind is ChangeKind.RELABELLED
        assert (change.old.model, change.new.model) == ("GPT 4", "GPT 4 (0613)")
        assert change.old_series != change.series

    def test_an_unlike_name_is_another_model(self):
        assert [kind for _, kind, *_ in story(reading(0, claim("GPT 4")), reading(1, claim("Falcon")))] == [
            "appeared",
            "appeared",
            "withdrawn",
        ]

    def test_an_unlike_name_with_all_its_numbers_is_the_same_model(self):
        before = [claim("Hermes", name, number) for name, number in [("MMLU", "61.2"), ("GPQA", "30.3")]]
        after = [replace(one, model="Model 7") for one in before]
        assert [kind for _, kind, *_ in story(reading(0, *before), reading(1, *after))][2:] == ["relabelled"] * 2

    def test_a_name_that_goes_on_is_relabelled(self):
        before, after = claim("Agent X", value="26.3"), claim("Agent X + Nova Model 3 Large", value="26.3")
        assert story(reading(0, before), reading(1, after))[1:] == [(1, "relabelled", "26.3", "26.3")]

    def test_a_successor_with_one_equal_number_is_no_renaming(self):
        """The row of `Nova 3.1` gave way to the one of `Nova 3.2`; that one of their numbers is equal tells nothing."""
        before = [claim("Nova 3.1", words, value) for words, value in (("A", "89.5"), ("B", "6.6"), ("C", "50"))]
        after = [claim("Nova 3.2", words, value) for words, value in (("A", "89.5"), ("B", "7.2"), ("C", "57.5"))]
        kinds = [kind for _, kind, *_ in story(reading(0, *before), reading(1, *after))][3:]
        assert sorted(kinds) == ["appeared"] * 3 + ["withdrawn"] * 3

    def test_a_renamed_row_with_one_edited_number_is_relabelled(self):
        before = [claim("Nova 3.1", words, value) for words, value in (("A", "89.5"), ("B", "6.6"), ("C", "50"))]
        after = [claim("Nova 3.1 8B", words, value) for words, value in (("A", "89.5"), ("B", "6.6"), ("C", "57.5"))]
        kinds = [kind for _, kind, *_ in story(reading(0, *before), reading(1, *after))][3:]
        assert sorted(kinds) == ["appeared", "relabelled", "relabelled", "withdrawn"]

    def test_space_around_brackets_is_cosmetic(self):
        before, after = claim(benchmark="MMB dev (en)"), claim(benchmark="MMB dev( en )")
        assert story(reading(0, before), reading(1, after))[1:] == []

    def test_a_setting_told_later_is_relabelled(self):
        after = claim(setting=Setting(shots="5"))
        assert story(reading(0, claim()), reading(1, after))[1:] == [(1, "relabelled", "70.1", "70.1")]

    def test_pairs_are_one_to_one_and_the_likest_wins(self):
        before = [claim("Alpha"), claim("Alpha Chat")]
        after = [claim("Alpha v1"), claim("Alpha Chat v1")]
        changes = timeline([reading(0, *before), reading(1, *after)]).changes[2:]
        assert {(c.old.model, c.new.model) for c in changes} == {("Alpha", "Alpha v1"), ("Alpha Chat", "Alpha Chat v1")}

    def test_another_caption_continues_the_claim(self):
        told = [claim(value="70", context="Base models"), claim(value="75", context="Tuned models")]
        assert story(
            reading(0, claim(value="70")),
            reading(1, *told),
            reading(2, replace(told[0], context="Table 1: base models"), told[1]),
        ) == [(0, "appeared", None, "70"), (1, "appeared", None, "75")]


class TestOneKeySeveralNumbers:
    def test_an_equal_repetition_is_one_claim(self):
        assert story(reading(0, claim(row=1), claim(row=8))) == [(0, "appeared", None, "70.1")]

    def test_numbers_are_told_apart_whatever_their_order(self):
        one, two = claim(value="70"), claim(value="80")
        assert story(reading(0, one, two), reading(1, two, one), reading(2, claim(value="81"), one)) == [
            (0, "appeared", None, "70"),
            (0, "appeared", None, "80"),
            (2, "revised", "80", "81"),
        ]

    def test_one_of_two_numbers_leaves(self):
        one, two = claim(value="70"), claim(value="80")
        assert story(reading(0, one, two), reading(1, two), reading(2, two, claim(value="90")))[2:] == [
            (1, "withdrawn", "70", None),
            (2, "reinstated", "70", "90"),
        ]


def page(*values):
    """A page with one row a model."""
    return [claim(f"Model {chr(65 + n)}", value=value, row=n + 1) for n, value in enumerate(values)]


class TestSuspects:
    full = page("10.1", "20.2", "30.3", "40.4")

    def test_a_single_missing_row_is_withdrawn_at_once(self):
        assert story(fetched(0, *self.full), fetched(1, *self.full[1:]))[4:] == [(1, "withdrawn", "10.1", None)]

    def test_a_large_loss_waits_and_is_forgotten_when_the_page_comes_back(self):
        taken = timeline([fetched(0, *self.full), fetched(1, *self.full[:2])])
        assert taken.state.suspect.why == "2 of 4 claims are missing"
        assert len(story(fetched(0, *self.full), fetched(1, *self.full[:2]), fetched(2, *self.full))) == 4

    def test_a_confirmed_loss_is_valid_from_the_first_suspect(self):
        readings = [fetched(0, *self.full), fetched(1, *self.full[:2]), fetched(5, *self.full[:2])]
        assert [(day, kind) for day, kind, *_ in story(*readings)][4:] == [(1, "withdrawn")] * 2
        assert timeline(readings).state.suspect is None

    def test_the_same_moment_confirms_nothing(self):
        readings = [fetched(0, *self.full), fetched(1, snapshot="a"), fetched(1, snapshot="b")]
        assert len(story(*readings)) == 4

    def test_another_loss_does_not_confirm(self):
        readings = [fetched(0, *self.full), fetched(1, *self.full[:2]), fetched(2, *self.full[2:])]
        assert len(story(*readings)) == 4

    def test_the_last_table_is_a_large_loss_however_small(self):
        prose = [claim(f"Prose {n}", value=str(n), evidence=Evidence.span(n, n + 1)) for n in range(1, 9)]
        readings = [fetched(0, claim(), *prose), fetched(1, *prose)]
        assert timeline(readings).state.suspect.why == "the last table is missing"

    def test_a_renamed_table_is_no_loss(self):
        renamed = [replace(one, model=one.model + " Instruct") for one in self.full]
        assert [kind for _, kind, *_ in story(fetched(0, *self.full), fetched(1, *renamed))][4:] == ["relabelled"] * 4

    def test_an_authoritative_revision_withdraws_at_once(self):
        assert [day for day, *_ in story(fetched(0, *self.full), reading(1))][4:] == [1] * 4

    def test_an_empty_shell_waits(self):
        shell = [fetched(day, condition=Condition.SHELL) for day in (1, 2)]
        assert len(story(fetched(0, *self.full), shell[0])) == 4
        assert [day for day, *_ in story(fetched(0, *self.full), *shell)][4:] == [1] * 4

    def test_a_challenge_page_says_nothing_however_often(self):
        walls = [fetched(day, condition=Condition.CHALLENGE) for day in range(1, 6)]
        taken = timeline([fetched(0, *self.full), *walls])
        assert len(taken.changes) == 4
        assert taken.state.seen_at == START

    def test_an_incomplete_reading_adds_and_revises_but_never_withdraws(self):
        part = [replace(self.full[0], score=Score("11", Decimal(11))), claim("New", value="5")]
        readings = [reading(0, *self.full), reading(1, *part, condition=Condition.INCOMPLETE)]
        assert [kind for _, kind, *_ in story(*readings)][4:] == ["revised", "appeared"]


class TestSpelling:
    """Emphasis, case and the kind of dash are cosmetic; other separators are other words."""

    @pytest.mark.parametrize(
        ("words", "value", "told"),
        [
            ("**Nova\u20112**", "70.1", []),
            ("NOVA-2", "70.1", [(1, "relabelled", "70.1", "70.1")]),
            ("**Nova\u20112**", "71", [(1, "revised", "70.1", "71")]),
            ("NOVA-2", "81", [(1, "withdrawn", "70.1", None), (1, "appeared", None, "81")]),
            ("Nova 2", "70.1", [(1, "relabelled", "70.1", "70.1")]),
            ("Nova 2", "81", [(1, "withdrawn", "70.1", None), (1, "appeared", None, "81")]),
        ],
        ids=[
            "restyled",
            "typed anew",
            "restyled and edited",
            "typed anew and measured anew",
            "respelled",
            "respelled and measured anew",
        ],
    )
    def test_a_respelled_row(self, words, value, told):
        before, after = claim("Nova-2", value="70.1"), claim(words, value=value)
        assert sorted(story(reading(0, before), reading(1, after))[1:], key=str) == sorted(told, key=str)


class TestStatesOfTheDocument:
    def test_a_deleted_file_withdraws_all(self):
        assert story(reading(0, claim()), reading(1, state=DocumentState.ERASED))[1:] == [
            (1, "withdrawn", "70.1", None)
        ]

    @pytest.mark.parametrize("state", [DocumentState.DELETED, DocumentState.REMOVED, DocumentState.GONE])
    def test_a_post_that_is_gone_keeps_its_claims(self, state):
        taken = timeline([fetched(0, claim()), fetched(1, state=state)])
        assert len(taken.changes) == 1
        assert (taken.state.document, taken.state.seen_at) == (state, START)


class TestFlapping:
    one, two = page("10", "20", "30"), page("10", "20", "35")

    def alternate(self, hours, count, start=0.0):
        return [
            fetched(start + n * hours / 24, *(self.two if n % 2 else self.one), snapshot=f"{n:06}")
            for n in range(count)
        ]

    def test_a_page_that_alternates_is_damped(self):
        readings = self.alternate(1, 200)
        taken = timeline(readings)
        assert taken.state.flapping
        assert [kind for _, kind, *_ in story(*readings)] == ["appeared"] * 3 + ["revised"] * 2

    def test_it_settles_on_a_face_that_stays(self):
        tail = [fetched(10 + n / 4, *self.two) for n in range(6)]
        readings = [*self.alternate(1, 60), *tail]
        assert story(*readings)[-1] == (59 / 24, "revised", "30", "35")
        assert not timeline(readings).state.flapping

    def test_a_new_face_is_followed_at_once(self):
        readings = [*self.alternate(1, 60), fetched(4, *page("10", "20", "99"))]
        assert story(*readings)[-1] == (4, "revised", "30", "99")

    def test_a_slow_change_to_and_fro_is_news(self):
        assert len(story(*self.alternate(24 * 30, 10))) == 3 + 9

    def test_revisions_are_never_damped(self):
        readings = [replace(one, authority=Authority.REVISION) for one in self.alternate(1, 10)]
        assert len(story(*readings)) == 3 + 9


# Small alphabets, so that numbers repeat, keys vanish and words resemble each other.
CLAIMS = st.builds(
    claim,
    st.sampled_from(["Alpha", "Alpha 2", "Beta"]),
    st.sampled_from(["MMLU", "MMLU Pro"]),
    st.sampled_from(["1", "2", "2.0", "0.02", "2.04"]),
    context=st.sampled_from(["", "left", "right"]),
    row=st.integers(1, 9),
)
READINGS = st.lists(
    st.builds(
        reading,
        st.integers(0, 12).map(lambda n: n / 3),
        authority=st.sampled_from(Authority),
        snapshot=st.sampled_from("abcdef"),
        sequence=st.integers(0, 1),
        condition=st.sampled_from(Condition),
        state=st.sampled_from([DocumentState.PRESENT] * 5 + [DocumentState.ERASED, DocumentState.GONE]),
    ),
    max_size=14,
    unique_by=lambda one: (one.order, one.state),
)


@st.composite
def histories(draw):
    return [replace(one, claims=tuple(draw(st.lists(CLAIMS, max_size=5)))) for one in draw(READINGS)]


@settings(max_examples=300, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_the_timeline_is_a_function_of_the_set_of_readings(readings, chance: random.Random):
    arrived = [*readings, *chance.choices(readings, k=len(readings))] if readings else []
    chance.shuffle(arrived)
    assert timeline(arrived) == timeline(readings)


@settings(max_examples=200, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(readings, chance: random.Random):
    shuffled = [replace(one, claims=tuple(chance.sample(one.claims, len(one.claims)))) for one in readings]
    one, other = timeline(shuffled), timeline(readings)
    assert (one.marks, one.changes, one.state.said) == (other.marks, other.changes, other.state.said)


@settings(max_examples=200, deadline=None)
@given(histories())
def test_a_series_never_says_the_same_twice_and_time_never_goes_back(readings):
    taken = timeline(readings)
    last = {}
    for mark in taken.marks:
        before = last.get(mark.series)
        if before is not None:
            assert (mark.valid_from, mark.position) > (before.valid_from, before.position)
            assert (mark.said, mark.claim.score.value) != (before.said, before.claim.score.value) or not before.said
        else:
            assert mark.said
        last[mark.series] = mark
    assert len({change.id for change in taken.changes}) == len(taken.changes)
    assert len(taken.changes) == sum(mark.said for mark in taken.marks) + sum(
        change.kind is ChangeKind.WITHDRAWN for change in taken.changes
    )


@settings(max_examples=200, deadline=None)
@given(histories())
def test_challenges_in_between_change_nothing(readings):
    walls = [fetched(n / 3 + 0.1, condition=Condition.CHALLENGE) for n in range(13)]
    assert timeline([*readings, *walls]).marks == timeline(readings).marks


def test_step_refuses_an_earlier_reading():
    state = step(TimelineState(), reading(1)).state
    with pytest.raises(AssertionError):
        step(state, reading(0))
