"""Items made of Reddit's records."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tracker.collectors.reddit_items import comment_item, post_item
from tracker.domain.errors import SourceError
from tracker.domain.sources import DocumentState

NOW = datetime(2024, 7, 23, 12, 0, tzinfo=UTC)
CREATED = 1721620800  # 2024-07-22 04:00 UTC
TEXT = "| Model | MMLU |\n|---|---|\n| Toy 1B | 40.1 |\n\nis 5 < 6 &amp; so on"


def post(**changes: object) -> dict[str, Any]:
    return {
        "id": "1e9hg7g",
        "title": "Toy  1B &amp; friends",
        "selftext": TEXT,
        "created_utc": CREATED,
        "edited": False,
        "author": "someone",
        "permalink": "/r/LocalLLaMA/comments/1e9hg7g/toy/",
        **changes,
    }


def comment(**changes: object) -> dict[str, Any]:
    return {
        "id": "lef0abc",
        "link_id": "t3_1e9hg7g",
        "body": "MMLU is 40.1",
        "created_utc": CREATED,
        "edited": False,
        "author": "other",
        **changes,
    }


def test_post_keeps_its_text_to_the_letter() -> None:
    item = post_item(post(), source="reddit", retrieved_at=NOW)
    assert item.document == "reddit:t3_1e9hg7g"
    assert item.body == TEXT.encode()
    assert item.title == item.context == "Toy 1B &amp; friends"
    assert item.valid_at == item.published_at == datetime(2024, 7, 22, 4, 0, tzinfo=UTC)
    assert (item.author, item.revision, item.state) == ("someone", None, DocumentState.PRESENT)
    assert item.url == "https://www.reddit.com/r/LocalLLaMA/comments/1e9hg7g/toy/"


def test_dump_and_live_give_the_same_bytes() -> None:
    live = post_item(post(title="A < B", selftext="5 < 6 & &amp;\n"), source="s", retrieved_at=NOW)
    dumped = post_item(
        post(title="A &lt; B", selftext="5 &lt; 6 &amp; &amp;amp;\r\n"), source="s", retrieved_at=NOW, escaped=True
    )
    assert dumped == live


def test_edit_is_a_later_state_of_the_same_document() -> None:
    item = post_item(post(edited=CREATED + 60.0), source="s", retrieved_at=NOW)
    assert item.valid_at == datetime(2024, 7, 22, 4, 1, tzinfo=UTC)
    assert item.published_at == datetime(2024, 7, 22, 4, 0, tzinfo=UTC)
    assert item.revision == str(CREATED + 60)


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"selftext": "[deleted]", "author": "[deleted]", "removed_by_category": "deleted"}, DocumentState.DELETED),
        ({"selftext": "[removed]", "removed_by_category": "moderator"}, DocumentState.REMOVED),
        ({"selftext": "[removed]"}, DocumentState.REMOVED),
        ({"selftext": "[ Removed by Reddit ]"}, DocumentState.REMOVED),
    ],
)
def test_text_that_was_taken_away_is_a_state(changes: dict[str, str], state: DocumentState) -> None:
    item = post_item(post(**changes), source="s", retrieved_at=NOW)
    assert (item.state, item.body, item.valid_at) == (state, b"", NOW)


def test_author_who_left_leaves_the_text() -> None:
    item = post_item(post(author="[deleted]"), source="s", retrieved_at=NOW)
    assert (item.author, item.state, item.body) == (None, DocumentState.PRESENT, TEXT.encode())


def test_comment_belongs_to_its_thread() -> None:
    item = comment_item(comment(), source="s", retrieved_at=NOW, thread="Toy 1B is out")
    assert item.document == "reddit:t1_lef0abc"
    assert item.url == "https://www.reddit.com/comments/1e9hg7g/_/lef0abc/"
    assert item.context == item.title == "Toy 1B is out"
    assert item.body == b"MMLU is 40.1"


@pytest.mark.parametrize(
    "changes",
    [{"id": None}, {"id": "../x"}, {"id": ""}, {"created_utc": None}, {"created_utc": -1}, {"created_utc": 1e30}],
)
def test_record_without_id_or_time_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(SourceError, match="usable"):
        post_item(post(**changes), source="s", retrieved_at=NOW)


def test_lone_surrogate_does_not_end_the_run() -> None:
    assert post_item(post(selftext="a\ud800b"), source="s", retrieved_at=NOW).body == b"a?b"
