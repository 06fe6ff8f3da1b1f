from __future__ import annotations

import pytest

from tracker.storage import open_database


@pytest.fixture
def url(database_url):
    return database_url


@pytest.fixture
def database(url):
    opened = open_database(url)
    yield opened
    opened.close()
