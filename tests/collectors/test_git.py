from __future__ import annotations

import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tracker.collectors.git import GitCollector
from tracker.collectors.git_history import BlobReader
from tracker.collectors.git_process import Git
from tracker.collectors.git_repository import canonical_name, fetch_remote
from tracker.domain.errors import FetchError, SourceError
from tracker.domain.outcomes import Outcome
from tracker.domain.ports import CollectorKit
from tracker.domain.sources import Authority, Cursor, DocumentState, Item, Miss, Source

NOW = datetime(2025, 1, 1, tzinfo=UTC)
START = datetime(2024, 7, 1, 12, tzinfo=UTC)

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


class _Clock:
    def now(self):
        return NOW

    def sleep(self, seconds):
        raise AssertionError("git waits by itself")


class _NoNetwork:
    def fetch(self, url, validators=None, *, accept="*/*"):
        raise AssertionError("git fetches by itself")


class Repo:
    """A working copy whose every commit is an hour after the one before."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._commits = 0
        folder.mkdir(parents=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str, at: datetime = START) -> str:
        environment = {
            "PATH": os.environ["PATH"],
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "A. Writer",
            "GIT_AUTHOR_EMAIL": "a@example.invalid",
            "GIT_COMMITTER_NAME": "C. Ommitter",
            "GIT_COMMITTER_EMAIL": "c@example.invalid",
            "GIT_AUTHOR_DATE": "2020-01-01T00:00:00Z",
            "GIT_COMMITTER_DATE": at.isoformat(),
        }
        return subprocess.run(
            ["git", "-C", str(self.folder), *arguments], env=environment, check=True, capture_output=True, text=True
        ).stdout.strip()

    def commit(self, files: dict[str, str | bytes | None], *, at: datetime | None = None) -> str:
        for path, text in files.items():
            place = self.folder / path
            if text is None:
                place.unlink()
            else:
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(text.encode() if isinstance(text, str) else text)
        at = at or START + timedelta(hours=self._commits)
        self._commits += 1
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "x", at=at)
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def repo(tmp_path):
    return Repo(tmp_path / "a-board")


@pytest.fixture
def kit(tmp_path):
    return CollectorKit(fetcher=_NoNetwork(), clock=_Clock(), cache=str(tmp_path / "cache"))


def _source(address, **options):
    return Source("a-repository", "git", str(address), options=options)


def _collect(kit, address, cursor=None, *, collector=None, **options):
    return list((collector or GitCollector(kit)).collect(_source(address, **options), cursor))


def _items(results):
    return [result for result in results if isinstance(result, Item)]


def test_every_revision_is_an_item_oldest_first(kit, repo):
    first = repo.commit({"data/board.yml": "a: 1\n"})
    second = repo.commit({"data/board.yml": "a: 2\n"})
    results = _collect(kit, repo.folder)
    old, new = _items(results)
    assert old == Item(
        source="a-repository",
        document="git:a-board#data/board.yml",
        body=b"a: 1\n",
        media_type="application/yaml",
        valid_at=START,
        authority=Authority.REVISION,
        retrieved_at=NOW,
        title="data/board.yml",
        author="A. Writer",
        revision=first,
        pointer=f"git:{first}:data/board.yml",
        sequence=1,
    )
    assert (new.body, new.revision, new.sequence) == (b"a: 2\n", second, 2)
    assert new.valid_at == START + timedelta(hours=1)
    assert results[-1].values["commit"] == second


def test_a_deleted_file_says_nothing_any_more_and_a_rename_is_two_events(kit, repo):
    repo.commit({"a.md": "x", "b.md": "y"})
    repo.commit({"a.md": None})
    repo.git("mv", "b.md", "c.md")
    repo.commit({})
    told = [(item.document[12:], item.state, item.body) for item in _items(_collect(kit, repo.folder))]
    assert told == [
        ("a.md", DocumentState.PRESENT, b"x"),
        ("b.md", DocumentState.PRESENT, b"y"),
        ("a.md", DocumentState.ERASED, b""),
        ("b.md", DocumentState.ERASED, b""),
        ("c.md", DocumentState.PRESENT, b"y"),
    ]


def test_only_what_a_parser_accepts_comes_by_default(kit, repo):
    repo.commit(dict.fromkeys(("x.md", "deep/er/X.YAML", "x.py", "LICENSE", "x.json", "x.md.bak", "a/b.csv"), "x"))
    assert [item.title for item in _items(_collect(kit, repo.folder))] == [
        "a/b.csv",
        "deep/er/X.YAML",
        "x.json",
        "x.md",
    ]


@pytest.mark.parametrize(
    ("patterns", "told"),
    [
        (("README.md",), ["README.md", "models/README.md"]),
        (("/README.md",), ["README.md"]),
        (("models/*.md",), ["models/README.md"]),
        (("models/**",), ["models/README.md", "models/a/spec.yaml"]),
        (("**/spec.yaml", "data/*"), ["data/x.bin", "models/a/spec.yaml"]),
        (("--output=x", ":(exclude)models"), []),
    ],
)
def test_globs_choose_files(kit, repo, patterns, told):
    repo.commit(dict.fromkeys(("README.md", "models/README.md", "models/a/spec.yaml", "data/x.bin"), "x"))
    assert [item.title for item in _items(_collect(kit, repo.folder, paths=patterns))] == told


def test_a_merge_is_one_step_on_the_first_parent_line(kit, repo):
    repo.commit({"a.md": "1"})
    repo.git("checkout", "-q", "-b", "side")
    repo.commit({"a.md": "2", "b.md": "1"})
    repo.commit({"a.md": "3"})
    repo.git("checkout", "-q", "main")
    repo.commit({"c.txt": "1"})
    repo.git("merge", "-q", "--no-ff", "-m", "x", "side", at=START + timedelta(hours=9))
    merge = repo.git("rev-parse", "HEAD")
    items = _items(_collect(kit, repo.folder))
    assert [(item.title, item.body, item.sequence) for item in items] == [
        ("a.md", b"1", 1),
        ("c.txt", b"1", 2),
        ("a.md", b"3", 3),
        ("b.md", b"1", 3),
    ]
    assert {item.revision for item in items[2:]} == {merge}


def test_a_clock_that_went_back_does_not_turn_history_round(kit, repo):
    repo.commit({"a.md": "1"}, at=START)
    repo.commit({"a.md": "2"}, at=START - timedelta(days=1))
    repo.commit({"a.md": "3"}, at=START + timedelta(days=1))
    items = _items(_collect(kit, repo.folder))
    assert [(item.valid_at - START).days for item in items] == [0, 0, 1]
    assert [item.sequence for item in items] == [1, 2, 3]


def test_since_leaves_out_what_was_before(kit, repo):
    for day in range(4):
        repo.commit({"a.md": str(day)}, at=START + timedelta(days=day))
    assert [item.body for item in _items(_collect(kit, repo.folder, since="2024-07-03"))] == [b"2", b"3"]
    assert [item.body for item in _items(_collect(kit, repo.folder, since="2024-07-03T14:00:00+02:00"))] == [b"2", b"3"]
    with pytest.raises(SourceError, match="not a date"):
        _collect(kit, repo.folder, since="yesterday")


def test_a_history_that_was_stopped_goes_on_where_it_was(kit, repo):
    for number in range(6):
        repo.commit({f"{name}.md": str(number) for name in "abc"})
    collector = GitCollector(kit, cursor_items=1)
    whole = _collect(kit, repo.folder, collector=collector)
    cursors = [at for at, result in enumerate(whole) if isinstance(result, Cursor)]
    assert len(cursors) == 6
    for at in cursors:
        assert _collect(kit, repo.folder, whole[at], collector=collector) == whole[at + 1 :]


def test_a_poll_brings_only_what_is_new(kit, repo):
    repo.commit({"a.md": "1"})
    cursor = _collect(kit, repo.folder)[-1]
    assert _collect(kit, repo.folder, cursor) == []
    repo.commit({"a.md": "2"})
    assert [item.body for item in _items(_collect(kit, repo.folder, cursor))] == [b"2"]
    assert len(_items(_collect(kit, repo.folder, cursor, paths=("a.md",)))) == 2


def test_a_history_that_was_rewritten_is_told_anew(kit, repo):
    repo.commit({"a.md": "1"})
    repo.commit({"a.md": "2"})
    cursor = _collect(kit, repo.folder)[-1]
    repo.git("reset", "-q", "--hard", "HEAD~1")
    repo.commit({"a.md": "3"})
    assert [item.body for item in _items(_collect(kit, repo.folder, cursor))] == [b"1", b"3"]


def test_odd_names_and_contents_survive(kit, repo):
    body = b"\0\r\n\xff" * 1000
    repo.commit({"weird name\n:é\x01.md": body, ":(top).md": "x", "-n.md": ""})
    told = {item.title: item.body for item in _items(_collect(kit, repo.folder))}
    assert told == {"weird name\n:é\x01.md": body, ":(top).md": b"x", "-n.md": b""}


def test_links_and_submodules_are_no_files(kit, repo):
    repo.commit({"a.md": "1"})
    (repo.folder / "a.md").unlink()
    (repo.folder / "a.md").symlink_to("/etc/passwd")
    sub = repo.commit({})
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{sub},sub.md")
    repo.git("commit", "-q", "-m", "x")
    states = [(item.title, item.state, item.body) for item in _items(_collect(kit, repo.folder))]
    assert states[:2] == [("a.md", DocumentState.PRESENT, b"1"), ("a.md", DocumentState.ERASED, b"")]
    assert all(body == b"" for _, state, body in states[1:] if state is DocumentState.ERASED)
    assert len([state for state in states if state[1] is DocumentState.PRESENT]) == 1


def test_nothing_in_a_repository_is_obeyed(kit, repo, tmp_path):
    sentinel = tmp_path / "obeyed"
    script = tmp_path / "script"
    script.write_text(f"#!/bin/sh\ntouch {sentinel}\n")
    script.chmod(0o755)
    repo.commit({"a.md": "1", ".gitattributes": "*.md diff=evil\n"})
    for name in ("core.fsmonitor", "core.pager", "diff.external", "diff.evil.textconv", "diff.evil.command"):
        repo.git("config", name, str(script))
    repo.git("config", "core.hooksPath", str(tmp_path))
    assert len(_items(_collect(kit, repo.folder))) == 1
    assert not sentinel.exists()


def test_a_large_file_is_a_miss_and_the_next_one_is_read(repo):
    repo.commit({"a.md": "x" * 5000, "b.md": "small"})
    git = Git()
    with git.talk(repo.folder, "cat-file", "--batch") as process:
        blobs = BlobReader(process.stdin, process.stdout, max_bytes=100)
        assert blobs.read(repo.git("rev-parse", "HEAD:a.md")) is None
        assert blobs.read("0" * 40) is None
        assert blobs.read(repo.git("rev-parse", "HEAD:b.md")) == b"small"


@pytest.mark.parametrize(
    ("address", "outcome"),
    [
        ("/no/such/folder", Outcome.GONE),
        ("--upload-pack=touch x", Outcome.GONE),
        ("ext::sh -c true", Outcome.GONE),
        ("ssh://git@example.org/x", Outcome.POLICY_BLOCKED),
        ("file:///etc", Outcome.POLICY_BLOCKED),
        ("http://example.org/x", Outcome.POLICY_BLOCKED),
        ("https://127.0.0.1/x", Outcome.POLICY_BLOCKED),
        ("https://user:secret@example.org/x", Outcome.POLICY_BLOCKED),
        ("https://localhost/x", Outcome.POLICY_BLOCKED),
    ],
)
def test_an_address_that_cannot_be_used_is_a_miss(kit, address, outcome):
    (miss,) = _collect(kit, address)
    assert isinstance(miss, Miss)
    assert miss.outcome is outcome


def test_a_folder_without_commits_is_a_miss(kit, repo):
    (miss,) = _collect(kit, repo.folder)
    assert (miss.outcome, "no commit" in miss.detail) == (Outcome.GONE, True)


class TestRemotes:
    """Over git's `file` transport, which only these tests allow."""

    @pytest.fixture
    def collector(self, kit):
        return GitCollector(kit, protocols=("file",))

    def test_a_remote_is_fetched_into_the_cache_and_then_only_brought_up_to_date(self, kit, repo, collector):
        address = f"file://{repo.folder}"
        repo.commit({"a.md": "1"})
        results = _collect(kit, address, collector=collector)
        assert [item.body for item in _items(results)] == [b"1"]
        repo.commit({"a.md": "2"})
        assert [item.body for item in _items(_collect(kit, address, results[-1], collector=collector))] == [b"2"]
        (clone,) = (Path(kit.cache) / "git").iterdir()
        assert not list(clone.glob("hooks/*"))

    def test_a_remote_that_is_not_there_is_a_miss(self, kit, tmp_path, collector):
        (miss,) = _collect(kit, f"file://{tmp_path}/none", collector=collector)
        assert miss.outcome is Outcome.HTTP_ERROR
        assert "git could not fetch" in miss.detail

    def test_a_remote_that_is_too_large_leaves_nothing_behind(self, kit, repo):
        repo.commit({"a.md": os.urandom(3_000_000)})
        collector = GitCollector(kit, protocols=("file",), max_repository_bytes=1_000_000)
        (miss,) = _collect(kit, f"file://{repo.folder}", collector=collector)
        assert miss.outcome is Outcome.TOO_LARGE
        assert list((Path(kit.cache) / "git").iterdir()) == []


@pytest.mark.parametrize("addresses", [["10.0.0.7"], ["93.184.215.14", "::1"], []])
def test_a_host_that_resolves_to_a_private_address_is_not_dialled(tmp_path, addresses):
    with pytest.raises(FetchError, match="not public") as caught:
        fetch_remote("https://example.org/x", tmp_path, resolve=lambda host, port: addresses)
    assert caught.value.outcome is Outcome.POLICY_BLOCKED


def test_a_host_that_nobody_knows_is_an_error(tmp_path):
    def resolve(host, port):
        raise OSError("no such host")

    with pytest.raises(FetchError, match="not known") as caught:
        fetch_remote("https://example.org/x", tmp_path, resolve=resolve)
    assert caught.value.outcome is Outcome.HTTP_ERROR


def test_git_is_ended_when_its_time_is_over(tmp_path):
    git = Git(settings=[("alias.nap", "!exec sleep 60")])
    with pytest.raises(FetchError, match="within its time"):
        git.run(tmp_path, "nap", seconds=0.05, max_bytes=1000)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://GitHub.com/Some-Lab/cards.git", "github.com/Some-Lab/cards"),
        ("https://github.com/Some-Lab/cards/", "github.com/Some-Lab/cards"),
        ("git@github.com:Some-Lab/cards.git", "github.com/Some-Lab/cards"),
        ("ssh://git@github.com/Some-Lab/cards", "github.com/Some-Lab/cards"),
        ("https://token@huggingface.co/lab/model", "huggingface.co/lab/model"),
        ("/srv/git/cards.git", None),
        ("../cards", None),
        ("", None),
        ("https://[broken", None),
    ],
)
def test_a_repository_has_one_name_however_it_is_spelt(address, name):
    assert canonical_name(address) == name


def test_a_clone_bears_its_origins_name_and_links_to_it(kit, repo):
    commit = repo.commit({"cards/a b.md": "1"})
    repo.git("remote", "add", "origin", "git@github.com:Some-Lab/cards.git")
    (item,) = _items(_collect(kit, repo.folder))
    assert item.document == "git:github.com/Some-Lab/cards#cards/a b.md"
    assert item.url == f"https://github.com/Some-Lab/cards/blob/{commit}/cards/a%20b.md"
