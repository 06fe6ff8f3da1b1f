"""Saved pages in a folder: what the manifest says of them, and that nothing else is read."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.clock import FakeClock
from tracker.collectors.archive import SavedPagesCollector, sources_of
from tracker.domain.errors import SourceError
from tracker.domain.outcomes import Outcome
from tracker.domain.ports import CollectorKit, Listed
from tracker.domain.sources import Authority, Cursor, Item, Miss, Precision, Source
from tracker.http import FakeFetcher

Row = Mapping[str, str]
PAGE = "https://lab.example/card"


class Folder:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.collector = SavedPagesCollector(CollectorKit(FakeFetcher({}), FakeClock(), cache=""), cursor_items=2)
        self.cursor: Cursor | None = None
        root.mkdir()

    def file(self, name: str, body: str | bytes) -> None:
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_bytes(body.encode() if isinstance(body, str) else body)

    def manifest(self, *rows: Row | str, name: str = "manifest.jsonl") -> None:
        self.file(name, "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows))

    def source(self, **options: str) -> Source:
        return Source("saved", "archive", str(self.root), options=options)

    def read(self, **options: str) -> list[Item | Miss]:
        found = list(self.collector.collect(self.source(**options), self.cursor))
        self.cursor = next((one for one in reversed(found) if isinstance(one, Cursor)), None)
        return [one for one in found if not isinstance(one, Cursor)]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "saved")


def row(file: str, saved_at: str = "2024-07-23T12:00:00Z", url: str = PAGE, **more: str) -> Row:
    return {"file": file, "url": url, "saved_at": saved_at, **more}


def the_miss(found: list[Item | Miss]) -> Miss:
    (miss,) = [one for one in found if isinstance(one, Miss)]
    return miss


def test_pages_in_the_order_of_their_times(folder: Folder) -> None:
    folder.file("pages/new.html", "<p>new</p>")
    folder.file("old.md", "# old")
    folder.manifest(
        row(
            "pages/new.html",
            "2024-09-24T10:00:00+02:00",
            url="HTTPS://Lab.example/card?utm_source=x",
            title=" A  card ",
        ),
        row("old.md", "2024-07-23T12:00:00"),
    )
    old, new = folder.read()
    assert isinstance(old, Item)
    assert isinstance(new, Item)
    assert (old.body, old.document, old.media_type) == (b"# old", PAGE, "text/markdown")
    assert old.valid_at == datetime(2024, 7, 23, 12, tzinfo=UTC)  # without a zone it is UTC
    assert (new.document, new.title, new.media_type) == (PAGE, "A card", "text/html")
    assert new.valid_at == datetime(2024, 9, 24, 8, tzinfo=UTC)
    assert (new.authority, new.precision, new.revision) == (Authority.FETCHED, Precision.SECOND, "saved:pages/new.html")


def test_a_date_is_a_day(folder: Folder) -> None:
    folder.file("a.html", "<p>x</p>")
    folder.manifest(row("a.html", "2024-07-23"))
    (item,) = folder.read()
    assert isinstance(item, Item)
    assert (item.valid_at, item.precision) == (datetime(2024, 7, 23, tzinfo=UTC), Precision.DAY)


def test_csv(folder: Folder) -> None:
    folder.file("a.html", "<p>x</p>")
    folder.file("b.bin", '{"a": 1}')
    folder.manifest(
        "\ufeffurl,file,saved_at,title,media_type",
        f'{PAGE},a.html,2024-07-23,"two\nlines, one title",',
        f"{PAGE},missing.html,2024-07-24,,",
        f"{PAGE},b.bin,2024-07-25,,application/json",
        name="manifest.csv",
    )
    first, missing, last = folder.read()
    assert isinstance(first, Item)
    assert first.title == "two lines, one title"
    assert isinstance(missing, Miss)
    assert "manifest.csv:4: 'missing.html' cannot be read" in missing.detail
    assert isinstance(last, Item)
    assert last.media_type == "application/json"


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("{not json", "not JSON"),
        ('["a.html"]', "no object"),
        (json.dumps(row("")), "no file"),
        (json.dumps({"file": "a.html", "saved_at": "2024-07-23"}), "no url"),
        (json.dumps(row("a.html", url="card.html")), "url is no web address"),
        (json.dumps(row("a.html", url="file:///etc/passwd")), "url is no web address"),
        (json.dumps(row("a.html", url="http://[")), "url is no web address"),
        (json.dumps(row("a.html", "last summer")), "saved_at is no time"),
        (json.dumps(row("a.html", "0001-01-01T00:00:00+14:00")), "saved_at is no time"),
        (json.dumps(row("a.html", "2126-01-01")), "saved in the future"),
        (json.dumps(row("missing.html")), "cannot be read"),
        (json.dumps(row("a\x00b.html")), "cannot be read"),
        (json.dumps(row("sub")), "is no file"),
        (json.dumps(row("empty.html")), "is empty"),
        (json.dumps(row("x" * 5000)), "longer than"),
    ],
)
def test_a_bad_row_is_named_by_its_line_and_passed_over(folder: Folder, written: str, why: str) -> None:
    folder.file("a.html", "<p>x</p>")
    folder.file("empty.html", " \n")
    (folder.root / "sub").mkdir()
    folder.manifest(row("a.html"), "", written, row("a.html", "2024-07-24"))
    found = folder.read()
    assert sum(isinstance(one, Item) for one in found) == 2
    miss = the_miss(found)
    assert miss.detail.startswith("manifest.jsonl:3: ")
    assert why in miss.detail


@pytest.mark.parametrize("file", ["../secret.html", "pages/../../secret.html", "link.html", "folder/secret.html", "/"])
def test_nothing_outside_the_folder_is_read(folder: Folder, tmp_path: Path, file: str) -> None:
    (tmp_path / "secret.html").write_text("secret")
    (folder.root / "pages").mkdir()
    (folder.root / "link.html").symlink_to(tmp_path / "secret.html")
    (folder.root / "folder").symlink_to(tmp_path)
    folder.manifest(row(file), row(str(tmp_path / "secret.html"), "2024-07-24"))
    found = folder.read()
    assert [one.outcome for one in found] == [Outcome.POLICY_BLOCKED] * 2
    assert all("is outside the folder" in one.detail for one in found if isinstance(one, Miss))


def test_links_within_the_folder_are_followed_and_pipes_are_not_read(folder: Folder) -> None:
    folder.file("a.html", "<p>x</p>")
    (folder.root / "b.html").symlink_to("a.html")
    os.mkfifo(folder.root / "pipe.html")
    folder.manifest(row("b.html"), row("pipe.html", "2024-07-24"))
    item, miss = folder.read()
    assert isinstance(item, Item)
    assert isinstance(miss, Miss)
    assert "is no file" in miss.detail


def test_a_run_goes_on_where_it_was(folder: Folder) -> None:
    for day in range(1, 6):
        folder.file(f"{day}.html", f"<p>{day}</p>")
    folder.manifest(*(row(f"{day}.html", f"2024-07-0{day}") for day in range(1, 6)))
    stream = folder.collector.collect(folder.source(), None)
    cursor = [next(stream) for _ in range(3)][-1]
    stream.close()
    assert isinstance(cursor, Cursor)
    assert (cursor.values["read"], cursor.values["size"]) == ("2", "5")
    folder.cursor = cursor
    assert [one.body for one in folder.read() if isinstance(one, Item)] == [b"<p>3</p>", b"<p>4</p>", b"<p>5</p>"]
    assert folder.read() == []
    folder.manifest(*(row(f"{day}.html", f"2024-07-0{day}") for day in range(1, 4)))
    assert len(folder.read()) == 3  # another manifest is read from its beginning


def test_what_was_missing_is_looked_for_again(folder: Folder) -> None:
    folder.file("a.html", "<p>a</p>")
    folder.manifest(row("b.html"), row("a.html", "2024-07-24"), row("a.html", "2024-07-25"))
    assert the_miss(folder.read()).outcome is Outcome.GONE
    folder.file("b.html", "<p>b</p>")
    assert len(folder.read()) == 3
    assert folder.read() == []


def test_rows_of_one_source_and_from_a_day_on(folder: Folder) -> None:
    folder.file("a.html", "<p>x</p>")
    folder.manifest(
        row("a.html", "2024-07-23", source="lab"), row("a.html", "2024-07-24"), "broken", row("a.html", "2024-07-25")
    )
    assert sources_of(folder.root) == ["lab", ""]
    assert len(folder.read(only="lab")) == 1
    assert [one.outcome for one in folder.read(only="")] == [Outcome.PARSE_FAILED, Outcome.CHANGED, Outcome.CHANGED]
    assert len([one for one in folder.read(since="2024-07-24") if isinstance(one, Item)]) == 2


def test_survey_reads_no_file(folder: Folder) -> None:
    folder.file("a.html", "<p>x</p>")
    folder.manifest(row("a.html"), row("missing.html", "2024-07-24"))
    (folder.root / "a.html").chmod(0)
    listed, miss = folder.collector.survey(folder.source(), None)
    assert listed == Listed(PAGE, datetime(2024, 7, 23, 12, tzinfo=UTC), 8)
    assert isinstance(miss, Miss)


def test_a_large_file_is_refused(folder: Folder) -> None:
    with (folder.root / "large.html").open("wb") as file:
        file.truncate(20_000_001)
    folder.manifest(row("large.html"))
    assert the_miss(folder.read()).outcome is Outcome.TOO_LARGE


@pytest.mark.parametrize(
    ("content", "options", "why"),
    [
        (None, {}, "there is no manifest.jsonl or manifest.csv"),
        ("", {"manifest": "other.jsonl"}, "there is no other.jsonl"),
        ("", {"manifset": "x"}, "option 'manifset'"),
        ("", {"since": "summer"}, "option 'since'"),
    ],
)
def test_a_folder_that_cannot_be_read_says_why(
    folder: Folder, content: str | None, options: dict[str, str], why: str
) -> None:
    if content is not None:
        folder.file("manifest.jsonl", content)
    with pytest.raises(SourceError, match=why):
        folder.read(**options)


def test_csv_without_its_columns_is_refused(folder: Folder) -> None:
    folder.manifest("file;url;saved_at", name="manifest.csv")
    with pytest.raises(SourceError, match="its first row does not name file, saved_at, url"):
        folder.read()


def test_no_such_folder(tmp_path: Path) -> None:
    collector = SavedPagesCollector(CollectorKit(FakeFetcher({}), FakeClock(), cache=""))
    with pytest.raises(SourceError, match="cannot be read"):
        list(collector.collect(Source("saved", "archive", str(tmp_path / "nothing")), None))
