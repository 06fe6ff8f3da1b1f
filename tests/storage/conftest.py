from __future__ import annotations

import pytest

from tracker.storage import open_database


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'tracker.sqlite3'}"


@pytest.fixture
def database(url):
    opened = open_database(url)
    yield opened
    opened.close()
