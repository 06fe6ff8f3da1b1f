"""`kill -9` in the middle of backfills: in the end it is as if there had been one that nobody killed."""

from __future__ import annotations

import hashlib
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from tests.collectors.dump_files import CREATED, post, text_of
from tests.crash.commands import KILLED, KILLS, Place
from tests.storage.worlds import contents
from tracker.archive import open_archive
from tracker.storage import open_database, tables

POSTS = 10
CONFIGURATION = """
[[alerts.channels]]
name = "screen"
kind = "terminal"

[[alerts.rules]]
name = "all"
channels = ["screen"]
include = ["backfill"]
"""


def write_dump(folder: Path, number: int) -> Path:
    """Posts with a table each; every tenth is there twice, edited, as in dumps that overlap."""
    records = []
    for at in range(POSTS):
        name = f"d{number}p{at}"
        rows = "\n".join(f"|Alpha {size}B|{40 + at}.{size % 10}|{50 + size}.5|" for size in (3, 8, 70))
        text = f"Results of our runs.\n\n|Model|MMLU|GPQA|\n|:-|:-|:-|\n{rows}\n"
        created = CREATED + (number * POSTS + at) * 60
        records.append(post(name, selftext=text, created_utc=created, title=f"Evaluations, part {at}"))
        if at % 10 == 0:
            records.append(records[-1] | {"selftext": text.replace("Alpha 3B|4", "Alpha 3B|5"), "edited": created + 30})
    file = folder / f"RS_{number:03}.jsonl"
    file.write_bytes(text_of(records))
    return file


def known(place: Place) -> dict[str, Any]:
    """What a database knows, whenever it learnt it."""
    database = open_database(place.url)
    try:
        found: dict[str, Any] = {name: rows for name, rows in contents(database).items() if name != "documents"}
        with database.reading() as connection:
            found["alerts"] = sorted(connection.execute(select(tables.outbox.c.id)).scalars())
            found["documents"] = sorted(connection.execute(select(tables.document.c.name)).scalars())
            kept = connection.execute(select(tables.snapshot.c.sha256).where(tables.snapshot.c.archived)).scalars()
            found["snapshots"] = sorted(kept)
    finally:
        database.close()
    archive = open_archive(str(place.home / "archive"))
    for snapshot in found["snapshots"]:
        assert hashlib.sha256(archive.get(snapshot)).hexdigest() == snapshot
    return found


@pytest.mark.timeout(120 + 4 * KILLS)
def test_a_backfill_that_is_killed_again_and_again_loses_and_doubles_nothing(tmp_path, home, commands, database_url):
    wanted, kills = (KILLS if database_url.startswith("sqlite") else max(5, KILLS // 4)), 0
    files = [write_dump(tmp_path, 0)]
    chance = Random(KILLS)
    (home / "tracker.toml").write_text(CONFIGURATION)
    killed = Place(home, database_url)
    while kills < wanted:
        status = commands.kill(chance, 20, 0.6, killed, "backfill", "dump", *map(str, files))
        assert status in (0, KILLED), commands.errors
        kills += status == KILLED
        if status == 0:  # all is read: there is more
            files.append(write_dump(tmp_path, len(files)))
    assert commands.run(killed, "backfill", "dump", *map(str, files)) == 0, commands.errors
    assert commands.run(killed, "verify") == 0, commands.errors
    straight = Place(tmp_path / "straight", f"sqlite:///{tmp_path / 'straight.sqlite3'}")
    straight.home.mkdir()
    (straight.home / "tracker.toml").write_text(CONFIGURATION)
    assert commands.run(straight, "backfill", "dump", *map(str, files)) == 0, commands.errors
    expected = known(straight)
    assert known(killed) == expected
    assert len(expected["changes"]) == len(expected["alerts"]) > POSTS
