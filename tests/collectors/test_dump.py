from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.collectors.dump_files import CREATED, RETRIEVED, comment, post, text_of, write_zstd
from tracker.collectors.dump import MAX_REPORTED_LINES, DumpCollector
from tracker.collectors.dump_lines import fingerprint
from tracker.domain.errors import SourceError
from tracker.domain.outcomes import Outcome
from tracker.domain.ports import CollectorKit
from tracker.domain.sources import Authority, Cursor, DocumentState, Item, Miss, Source

NOW = datetime(2025, 1, 1, tzinfo=UTC)


class _Clock:
    def now(self):
        return NOW

    def sleep(self, seconds):
        raise AssertionError("a dump waits for nobody")


class _NoNetwork:
    def fetch(self, url, validators=None, *, accept="*/*"):
        raise AssertionError("a dump is a local file")


@pytest.fixture
def collector(tmp_path):
    return DumpCollector(CollectorKit(fetcher=_NoNetwork(), clock=_Clock(), cache=str(tmp_path)))


def _source(path, *subreddits, **options):
    return Source("a-dump", "dump", str(path), options={"subreddits": tuple(subreddits), **options})


def _collect(collector, source, cursor=None):
    return list(collector.collect(source, cursor))


def _items(results):
    return [result for result in results if isinstance(result, Item)]


def _misses(results):
    return [result for result in results if isinstance(result, Miss)]


def _at(seconds):
    return datetime.fromtimestamp(seconds, UTC)


def _one(collector, tmp_path, *records, **options):
    return _collect(collector, _source(write_zstd(tmp_path / "R.zst", text_of(records)), **options))


def test_a_post_is_a_document(collector, tmp_path):
    path = write_zstd(tmp_path / "RS.zst", text_of([post("p1", title="A *new*  #1 &amp; 8 &lt; 9")]))
    (item,) = _items(_collect(collector, _source(path, "LocalLLaMA")))
    assert item == Item(
        source="a-dump",
        document="reddit:t3_p1",
        body=b"MMLU is 71.2",
        media_type="text/markdown; variant=reddit",
        valid_at=_at(CREATED),
        authority=Authority.REVISION,
        retrieved_at=NOW,
        url="https://www.reddit.com/r/LocalLLaMA/comments/p1/some_scores/",
        title="A *new* #1 & 8 < 9",
        author="somebody",
        published_at=_at(CREATED),
        context="A *new* #1 & 8 < 9",
        pointer=f"dump:{fingerprint(path)}@0",
    )


def test_a_comment_is_a_document_whose_context_is_its_threads_title(collector, tmp_path):
    posts = write_zstd(tmp_path / "RS.zst", text_of([post("p0", title="Other"), post("p1", title="Big &amp; new")]))
    comments = write_zstd(
        tmp_path / "RC.zst", text_of([comment("c1", body="a &gt; b\r\nc"), comment("c2", link_id="t3_x")])
    )
    first, second = _items(_collect(collector, _source(comments, "LocalLLaMA", posts=str(posts))))
    assert first.document == "reddit:t1_c1"
    assert first.body == b"a > b\nc"
    assert first.context == "Big & new"
    assert second.context == ""
    assert second.pointer.endswith(f"@{len(text_of([comment('c1', body='a &gt; b' + chr(13) + chr(10) + 'c')]))}")


def test_an_edited_text_is_valid_since_its_edit(collector, tmp_path):
    edited = CREATED + 5000
    by_time, only_true, not_edited = _items(
        _one(
            collector,
            tmp_path,
            comment("c1", edited=edited, retrieved_on=edited + 9),
            comment("c2", edited=True, retrieved_on=RETRIEVED),
            comment("c3", retrieved_on=RETRIEVED),
        )
    )
    assert (by_time.valid_at, by_time.revision) == (_at(edited), str(edited))
    assert by_time.published_at == _at(CREATED)
    assert by_time.retrieved_at == _at(edited + 9)
    assert (only_true.valid_at, only_true.revision) == (_at(RETRIEVED), None)
    assert (not_edited.valid_at, not_edited.retrieved_at) == (_at(CREATED), _at(RETRIEVED))


def test_what_was_deleted_later_is_the_text_and_then_a_state(collector, tmp_path):
    meta = {"was_deleted_later": True, "retrieved_2nd_on": RETRIEVED + 129_600}
    kept, gone = _items(_one(collector, tmp_path, comment("c1", retrieved_on=RETRIEVED, _meta=meta)))
    assert (kept.state, kept.body, kept.valid_at) == (DocumentState.PRESENT, b"GSM8K is 80.1", _at(CREATED))
    assert (gone.state, gone.body, gone.valid_at) == (DocumentState.DELETED, b"", _at(RETRIEVED + 129_600))
    assert kept.document == gone.document
    assert gone.sequence > kept.sequence


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"removed_by_category": "moderator"}, DocumentState.REMOVED),
        ({"removed_by_category": "automod_filtered"}, DocumentState.REMOVED),
        ({"removed_by_category": "deleted"}, DocumentState.DELETED),
        ({"_meta": {"was_deleted_later": True, "removal_type": "removed"}}, DocumentState.REMOVED),
        ({"_meta": {"was_deleted_later": True, "removal_type": "removed by reddit"}}, DocumentState.REMOVED),
        ({"_meta": {"was_deleted_later": True, "removal_type": "deleted"}}, DocumentState.DELETED),
    ],
)
def test_who_took_it_away_decides_the_state(collector, tmp_path, fields, state):
    kept, gone = _items(_one(collector, tmp_path, post("p1", **fields)))
    assert (kept.state, gone.state) == (DocumentState.PRESENT, state)
    assert gone.valid_at >= kept.valid_at


@pytest.mark.parametrize(
    ("body", "state"),
    [
        ("[deleted]", DocumentState.DELETED),
        ("[removed]", DocumentState.REMOVED),
        ("[ Removed by Reddit ]", DocumentState.REMOVED),
    ],
)
def test_a_text_that_nobody_kept_is_only_a_state(collector, tmp_path, body, state):
    (gone,) = _items(_one(collector, tmp_path, comment("c1", body=body, author="[deleted]", retrieved_on=RETRIEVED)))
    assert (gone.state, gone.body, gone.author, gone.valid_at) == (state, b"", None, _at(RETRIEVED))


def test_only_the_asked_subreddits_come_in_any_case_and_spelling(collector, tmp_path):
    records = [
        post("p1"),
        post("p2", subreddit="LocalLLaMAHelp"),
        post("p3", subreddit="AI"),
        post("p4", subreddit="other", selftext='it says "subreddit":"LocalLLaMA" here'),
        post("p5", subreddit="other", crosspost_parent_list=[{"subreddit": "LocalLLaMA"}]),
        {"crosspost_parent_list": [{"subreddit": "x"}], **post("p6")},
        post("p7", subreddit="OpenAI", crosspost_parent_list=[{"subreddit": "LocalLLaMA"}]),
        post("p8", subreddit=None),
    ]
    spaced = json.dumps(post("p9")).encode() + b"\n"
    path = write_zstd(tmp_path / "RS.zst", text_of(records) + spaced)
    items = _items(_collect(collector, _source(path, "r/localllama", "openai")))
    assert [item.document[-2:] for item in items] == ["p1", "p6", "p7", "p9"]
    assert [item.document[-2:] for item in _items(_collect(collector, _source(path, "ai")))] == ["p3"]
    assert len(_items(_collect(collector, _source(path)))) == 9


def test_poison_lines_are_named_and_the_rest_goes_on(collector, tmp_path):
    lines = [
        text_of([post("p1")]),
        b'{"subreddit":"LocalLLaMA","title":\n',
        b'{"subreddit":"LocalLLaMA","id":"p3","title":"no time"}\n',
        b"\n",
        b'["subreddit"]\n',
        text_of([post("p6", id="../etc")]),
        text_of([post("p7", id=7, name=8)]),
        b'{"id":"c8","name":"t1_c8","created_utc":1720000000}\n',
        text_of([post("p9", created_utc="NaN")]),
        text_of([post("p10")]),
    ]
    results = _collect(collector, _source(write_zstd(tmp_path / "RS.zst", b"".join(lines))))
    assert [item.document for item in _items(results)] == ["reddit:t3_p1", "reddit:t3_p10"]
    misses = _misses(results)
    assert [miss.document for miss in misses] == [f"RS.zst#{line}" for line in (2, 3, 5, 6, 7, 8, 9)]
    assert {miss.outcome for miss in misses} == {Outcome.PARSE_FAILED}
    assert misses[0].detail.startswith("line 2: not JSON")
    assert isinstance(results[-1], Cursor)


def test_half_a_surrogate_pair_costs_no_record(collector, tmp_path):
    path = write_zstd(
        tmp_path / "RS.zst", text_of([post("p1", title="a\ud83db", author="x\ud83dy", selftext="c\ud83d")])
    )
    (item,) = _items(_collect(collector, _source(path, "LocalLLaMA")))
    assert (item.title, item.author, item.body) == ("a?b", "x?y", b"c?")


def test_many_poison_lines_are_counted(collector, tmp_path):
    path = write_zstd(tmp_path / "RS.zst", b"{\n" * (MAX_REPORTED_LINES + 5))
    misses = _misses(_collect(collector, _source(path)))
    assert len(misses) == MAX_REPORTED_LINES + 1
    assert misses[-1].detail.startswith(f"{MAX_REPORTED_LINES + 5} lines")


def test_a_file_that_was_cut_off_is_told_after_what_was_read(collector, tmp_path):
    path = write_zstd(tmp_path / "RS.zst", text_of([post(f"p{n}") for n in range(5000)]))
    path.write_bytes(path.read_bytes()[:-10])
    results = _collect(collector, _source(path, "LocalLLaMA"))
    assert len(_items(results)) > 3000
    assert isinstance(results[-1], Miss)
    assert results[-1].outcome is Outcome.TRUNCATED
    assert "cut off" in results[-1].detail
    assert not any(isinstance(result, Cursor) and result.values.get("complete") for result in results)


def test_posts_that_were_cut_off_cost_titles_and_no_comments(collector, tmp_path):
    posts = write_zstd(tmp_path / "RS.zst", text_of([post("p1")]))
    posts.write_bytes(posts.read_bytes()[:-1])
    comments = write_zstd(tmp_path / "RC.zst", text_of([comment("c1")]))
    results = _collect(collector, _source(comments, posts=str(posts)))
    assert [miss.outcome for miss in _misses(results)] == [Outcome.TRUNCATED]
    assert len(_items(results)) == 1


def test_a_missing_file_is_a_miss(collector, tmp_path):
    (miss,) = _collect(collector, _source(tmp_path / "none.zst"))
    assert (miss.outcome, miss.document) == (Outcome.GONE, str(tmp_path / "none.zst"))


def test_a_misspelt_option_is_refused(collector, tmp_path):
    with pytest.raises(SourceError, match="'subredits'"):
        _collect(collector, _source(tmp_path / "a.zst", subredits=("x",)))


class TestResuming:
    @pytest.fixture
    def collector(self, tmp_path):
        """It gives a place to go on from behind every block."""
        return DumpCollector(CollectorKit(fetcher=_NoNetwork(), clock=_Clock(), cache=str(tmp_path)), cursor_bytes=1)

    @pytest.fixture
    def path(self, tmp_path):
        records = [comment(f"c{n}", body=f"{n} " * 40, subreddit="LocalLLaMA" if n % 3 else "x") for n in range(4000)]
        return write_zstd(tmp_path / "RC.zst", text_of(records))

    def test_a_scan_that_was_stopped_goes_on_where_it_was(self, collector, path):
        source = _source(path, "LocalLLaMA")
        whole = _collect(collector, source)
        cursors = [at for at, result in enumerate(whole) if isinstance(result, Cursor)]
        assert len(cursors) > 3
        for at in cursors[:-1]:
            assert _collect(collector, source, whole[at]) == whole[at + 1 :]

    def test_a_scan_that_is_complete_reads_nothing_again(self, collector, path):
        source = _source(path, "LocalLLaMA")
        last = _collect(collector, source)[-1]
        assert last.values["read"] == last.values["size"] == str(path.stat().st_size)
        assert _collect(collector, source, last) == []

    def test_another_question_or_another_file_starts_again(self, collector, path):
        source = _source(path, "LocalLLaMA")
        whole = _collect(collector, source)
        assert _collect(collector, _source(path, "localllama", "y"), whole[-1])
        write_zstd(path, text_of([comment("new")]))
        assert [item.document for item in _items(_collect(collector, source, whole[-1]))] == ["reddit:t1_new"]


@pytest.mark.parametrize("permalink", ["javascript:alert(1)", "//evil.invalid/r/x", "/r/x/\n", None, 7])
def test_a_hostile_permalink_is_replaced(collector, tmp_path, permalink):
    (item,) = _items(_one(collector, tmp_path, comment("c1", permalink=permalink)))
    assert item.url == "https://www.reddit.com/comments/p1/_/c1/"


def test_times_out_of_this_world_are_no_times(collector, tmp_path):
    results = _one(collector, tmp_path, post("p1", created_utc=2**64), post("p2", edited=-5, retrieved_on="x"))
    (item,) = _items(results)
    assert (item.document, item.valid_at) == ("reddit:t3_p2", _at(CREATED))
    assert item.retrieved_at == NOW
    assert NOW - item.valid_at > timedelta(0)
