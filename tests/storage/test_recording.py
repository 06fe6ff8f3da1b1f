"""Recording: whatever the order of arrival, the rows are those of the decider; nothing is lost, doubled or overwritten."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from tests.storage.worlds import DAY, NOW, SOURCE, START, FakeRegistry, Seen, claim, contents, record
from tracker.domain.claims import Comparison, Evidence
from tracker.domain.history import Cause, ChangeKind, Condition, Reading
from tracker.domain.outbox import OutboxEntry
from tracker.domain.sources import Authority, DocumentState
from tracker.domain.timeline import timeline
from tracker.storage import ChangeFilter, ScoreFilter, findings_of, open_database, tables

FETCHED = Authority.FETCHED


def count(database, table):
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_a_first_reading_gives_scores_and_changes(database):
    told = record(database, Seen(0, (claim(),)))
    assert [(c.change.kind, c.model, c.benchmark, c.source) for c in told] == [
        (ChangeKind.APPEARED, "Alpha 1", "MMLU", "card")
    ]
    [score] = database.queries().scores()
    assert (score.model, score.model_raw, str(score.value), score.valid_from, score.party) == (
        "Alpha 1",
        "Alpha",
        "70.1",
        START,
        "first",
    )


def test_the_same_observation_twice_is_one(database):
    record(database, Seen(0, (claim(),)))
    before = contents(database)
    assert record(database, Seen(0, (claim(),)), Seen(0, (claim(),))) == ()
    assert contents(database) == before
    assert count(database, tables.snapshot) == 1


def test_an_unchanged_reading_costs_one_snapshot(database):
    record(database, Seen(0, (claim(),)))
    tables_before = [count(database, t) for t in (tables.version, tables.statement, tables.change, tables.recording)]
    record(database, Seen(1, (claim(row=5),)))
    assert [
        count(database, t) for t in (tables.version, tables.statement, tables.change, tables.recording)
    ] == tables_before
    assert count(database, tables.snapshot) == 2


def test_an_earlier_reading_refolds_and_supersedes(database):
    record(database, Seen(5, (claim(value="71"),)), now=NOW)
    told = record(database, Seen(1, (claim(value="70"),)), cause=Cause.BACKFILL, now=NOW + DAY)
    assert [(c.change.kind.value, (c.change.valid_at - START) / DAY) for c in told] == [("appeared", 1), ("revised", 5)]
    queries = database.queries()
    assert [str(row.value) for row in queries.scores()] == ["71"]
    assert [str(row.value) for row in queries.scores(ScoreFilter(as_of=START + 2 * DAY))] == ["70"]
    # What we knew before the backfill has not been lost.
    assert queries.scores(ScoreFilter(as_of=START + 2 * DAY, known_at=NOW)) == []
    kinds = [c.change.kind.value for c in queries.changes(ChangeFilter(superseded=True))]
    assert sorted(kinds) == ["appeared", "appeared", "revised"]


def test_known_at_gives_what_was_known(database):
    record(database, Seen(0, (claim(value="70"),)), now=NOW)
    record(database, Seen(1, (claim(value="71"),)), now=NOW + DAY)
    queries = database.queries()
    for known, value in ((NOW, "70"), (NOW + DAY / 2, "70"), (NOW + DAY, "71"), (NOW + 9 * DAY, "71")):
        assert [str(row.value) for row in queries.scores(ScoreFilter(known_at=known))] == [value]
    assert queries.scores(ScoreFilter(known_at=NOW - DAY)) == []


def test_what_a_claim_said_at_two_times(database):
    record(database, Seen(0, (claim(value="70"),)), Seen(5, (claim(value="71"),)), Seen(9), now=NOW)
    record(database, Seen(2, (claim(value="72"),)), cause=Cause.BACKFILL, now=NOW + DAY)
    queries = database.queries()
    [number] = {row.claim for row in queries.history(ScoreFilter())}
    told = {
        (day, known): queries.said(number, day and START + day * DAY, known)
        for day in (-1, 1, 3, 6, 9, None)
        for known in (None, NOW - DAY, NOW, NOW + DAY)
    }
    assert {place: str(row.value) for place, row in told.items() if row is not None} == {
        **{(1, known): "70" for known in (None, NOW, NOW + DAY)},
        (3, None): "72",
        (3, NOW): "70",
        (3, NOW + DAY): "72",
        **{(6, known): "71" for known in (None, NOW, NOW + DAY)},
    }
    assert told[6, None].valid_from == START + 5 * DAY
    assert queries.said("0" * 16) is None


def test_claims_are_found_by_the_beginning_of_their_id(database):
    record(database, Seen(0, tuple(claim(f"M{n}", row=n) for n in range(40))))
    queries = database.queries()
    ids = sorted(row.claim for row in queries.scores())
    for beginning in ("", "0", "7", "a", ids[3], ids[3][:5], "f", "g", "%", "A"):
        found = sorted(row.claim for row in queries.scores(ScoreFilter(claim=beginning)))
        assert found == [one for one in ids if one.startswith(beginning)]


def test_the_times_of_recording_never_go_back(database):
    record(database, Seen(0, (claim(value="70"),)), now=NOW)
    record(database, Seen(1, (claim(value="71"),)), now=NOW - 365 * DAY)
    with database.reading() as connection:
        times = (
            connection.execute(select(tables.recording.c.recorded_at).order_by(tables.recording.c.id)).scalars().all()
        )
    assert times == sorted(set(times))


def test_validity_ends_where_the_next_version_begins(database):
    record(database, Seen(0, (claim(value="70"),)), Seen(3, (claim(value="71"),)), Seen(4))
    rows = database.queries().history(ScoreFilter(model="alpha"))
    assert [(str(r.value), r.said, r.valid_from, r.valid_to) for r in rows] == [
        ("70", True, START, START + 3 * DAY),
        ("71", True, START + 3 * DAY, START + 4 * DAY),
        ("71", False, START + 4 * DAY, None),
    ]
    [then] = database.queries().scores(ScoreFilter(as_of=START + DAY))
    assert then.valid_to == START + 3 * DAY
    assert database.queries().scores() == []


def test_a_history_follows_a_claim_through_its_renaming(database):
    record(database, Seen(0, (claim("Beta 2"),)), Seen(1, (claim("Beta 2 (0613)"),)))
    rows = database.queries().history(ScoreFilter(model="0613"))
    assert {row.model_raw for row in rows} == {"Beta 2", "Beta 2 (0613)"}
    [change] = database.queries().changes(ChangeFilter(kinds=(ChangeKind.RELABELLED,)))
    assert (change.change.old.model, change.change.new.model) == ("Beta 2", "Beta 2 (0613)")


def test_suspects_are_shown_and_confirmed_from_the_stored_state(database):
    full = tuple(claim(f"M{n}", value=str(n), row=n) for n in range(1, 5))
    record(database, Seen(0, full, authority=FETCHED))
    record(database, Seen(1, full[:1], authority=FETCHED))
    [waiting] = database.queries().documents(waiting=True)
    assert (waiting.suspect_since, waiting.suspect_why) == (START + DAY, "3 of 4 claims are missing")
    assert len(database.queries().scores()) == 4
    told = record(database, Seen(2, full[:1], authority=FETCHED))
    assert {(c.change.kind.value, c.change.valid_at) for c in told} == {("withdrawn", START + DAY)}
    assert database.queries().documents(waiting=True) == []


def test_alerts_are_written_with_their_changes(database):
    def announce(changes):
        return [OutboxEntry(f"r:{c.change.id}", "r", "terminal", "subject", "body", c.change.id) for c in changes]

    record(database, Seen(0, (claim(),)), announce=announce)
    [pending] = database.outbox().due("terminal", NOW)
    assert pending.change is not None
    assert pending.change.model == "Alpha 1"


def test_a_failing_announcement_takes_everything_back(database):
    def announce(changes):
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        record(database, Seen(0, (claim(),)), announce=announce)
    assert count(database, tables.snapshot) == count(database, tables.version) == count(database, tables.change) == 0


def test_a_state_stored_by_an_earlier_program_is_folded_anew(database):
    said = [Seen(0, (claim(value="70"),)), Seen(1, (claim(value="71"),))]
    record(database, *said)
    with database.writing() as connection:
        connection.execute(update(tables.timeline).values(state=b"as it was stored in an earlier layout"))
    told = record(database, Seen(2, (claim(value="72"),)))
    assert [(c.change.kind.value, str(c.change.new.score.value)) for c in told] == [("revised", "72")]
    assert [str(row.value) for row in database.queries().history(ScoreFilter())] == ["70", "71", "72"]
    assert [str(c.change.new.score.value) for c in record(database, Seen(3, (claim(value="73"),)))] == ["73"]


def test_expecting_what_is_to_come_changes_nothing_but_the_time(database, tmp_path):
    said = [
        Seen(0, (claim(),)),
        Seen(1, (claim(value="71"), claim("Beta"))),
        Seen(1, (claim(value="71"), claim("Beta"))),
    ]
    other = open_database(f"sqlite:///{tmp_path / 'other.sqlite3'}")
    record(other, *said[:1])
    record(other, *said)
    record(database, *said[:1])
    findings = [findings_of(one.claims) for one in said]
    with database.recording(FakeRegistry(), Cause.LIVE, NOW) as recording:
        recording.expect([(one.observation, found) for one, found in zip(said, findings, strict=True)])
        repeated = [
            recording.record(SOURCE, one.observation, found, "x/1").repeated
            for one, found in zip(said, findings, strict=True)
        ]
        recording.finish(lambda _changes: ())
    assert repeated == [True, False, True]
    assert contents(database) == contents(other)
    other.close()


def test_a_new_registry_renames_without_any_change(database):
    record(database, Seen(0, (claim(),)))
    before = contents(database)
    newer = FakeRegistry(models=(("Alpha", "Alpha One", "Acme"),), version="r2")
    assert database.refresh_names(newer, NOW) == 1
    assert database.refresh_names(newer, NOW) == 0
    assert contents(database) == before
    assert [row.model for row in database.queries().scores()] == ["Alpha One"]


def test_comparisons_come_and_go_with_the_reading(database):
    better = Comparison("Alpha", ">", "Beta", "MMLU", Evidence.span(0, 9), "Alpha beats Beta on MMLU")
    record(database, Seen(0, (claim(),), comparisons=(better,)), now=NOW)
    record(database, Seen(1, (claim(),), comparisons=(replace(better, evidence=Evidence.span(5, 14)),)), now=NOW + DAY)
    [row] = database.queries().comparisons(ScoreFilter(model="beta"))
    assert (row.left, row.relation, row.right, row.valid_from) == ("Alpha 1", ">", "Beta", START)
    record(database, Seen(2, (claim(),)), now=NOW + 2 * DAY)
    assert database.queries().comparisons() == []
    assert len(database.queries().comparisons(ScoreFilter(known_at=NOW + DAY))) == 1


def test_hostile_words_are_stored_alike_everywhere(database):
    record(database, Seen(0, (claim("Al\x00pha \ud800", value="1", quote="a\x00b"),)))
    [row] = database.queries().scores()
    assert row.quote == "a\ufffdb"
    assert row.model_raw.startswith("Al\ufffdpha \ufffd")
    record(database, Seen(-1, (claim("Al\x00pha \ud800", value="2"),)))
    assert len(database.queries().history(ScoreFilter(claim=row.claim))) == 2


CLAIMS = st.builds(
    claim,
    st.sampled_from(["Alpha", "Alpha 2", "Beta"]),
    st.sampled_from(["MMLU", "MMLU Pro"]),
    st.sampled_from(["1", "2", "2.0", "0.02", "2.04"]),
    context=st.sampled_from(["", "left", "right"]),
    row=st.integers(1, 9),
)
SEEN = st.lists(
    st.builds(
        Seen,
        st.integers(0, 8).map(lambda n: n / 3),
        st.lists(CLAIMS, max_size=4).map(tuple),
        document=st.sampled_from(["one", "two"]),
        authority=st.sampled_from(Authority),
        condition=st.sampled_from(Condition),
        state=st.sampled_from([DocumentState.PRESENT] * 4 + [DocumentState.DELETED, DocumentState.GONE]),
    ),
    max_size=10,
    unique_by=lambda one: (one.document, one.day, one.observation.snapshot, one.state),
)


ARRIVALS = given(SEEN, st.randoms(use_true_random=False), st.integers(1, 4))
# Every example takes new databases from the fixture, which is quick on SQLite only.
TAKES_NEW = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}


@pytest.mark.parametrize("new_url", ["sqlite"], indirect=True)
@settings(max_examples=40, **TAKES_NEW)
@ARRIVALS
def test_any_order_repetition_and_batching_gives_the_decider_s_rows(new_url, seen, chance, batch):
    hold_against_the_decider(new_url, seen, chance, batch)


@pytest.mark.parametrize("new_url", ["postgresql"], indirect=True)
@settings(max_examples=8, **TAKES_NEW)
@ARRIVALS
def test_the_same_on_postgresql(new_url, seen, chance, batch):
    hold_against_the_decider(new_url, seen, chance, batch)


def hold_against_the_decider(new_url, seen, chance, batch):
    arrivals = [*seen, *chance.sample(seen, len(seen) // 2)]
    chance.shuffle(arrivals)
    straight, shuffled = open_database(new_url()), open_database(new_url())
    for one in sorted(seen, key=lambda one: (one.observation.order, one.state)):
        record(straight, one)
    for start in range(0, len(arrivals), batch):
        record(shuffled, *arrivals[start : start + batch])
    expected, found = contents(straight), contents(shuffled)
    straight.close()
    shuffled.close()
    assert found["versions"] == expected["versions"]
    assert found["changes"] == expected["changes"]
    assert found["documents"] == expected["documents"]
    ids = {change.id for name in ("one", "two") for change in timeline(_readings(seen, name)).changes}
    assert {row[0] for row in found["changes"]} == ids


def _readings(seen, name):
    return [
        Reading(
            name,
            one.observation.snapshot,
            one.observation.valid_at,
            one.claims,
            one.authority,
            "x/1",
            one.sequence,
            condition=one.condition,
            state=one.state,
        )
        for one in seen
        if one.document == name
    ]
