from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.commands import Commands


@pytest.fixture(scope="session")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commands]:
    """One process for all tests: it costs seconds to import everything."""
    with Commands(tmp_path_factory.mktemp("commands") / "errors.log") as running:
        yield running


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = tmp_path / "home"
    made.mkdir()
    return made
