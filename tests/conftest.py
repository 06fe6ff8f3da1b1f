"""What all tests share: the databases to run on, and Hypothesis. Its examples are the same on every run, so that a red build is red for everybody.

`HYPOTHESIS_PROFILE=explore` looks for new ones.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from hypothesis import Phase, settings

from tests.postgres import Cluster, running_cluster

_PHASES = (Phase.explicit, Phase.generate, Phase.shrink)

settings.register_profile("steady", derandomize=True, deadline=None, phases=_PHASES, print_blob=True)
settings.register_profile("explore", deadline=None, max_examples=500)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


@pytest.fixture(scope="session")
def cluster(testrun_uid: str) -> Iterator[Cluster]:
    """A running PostgreSQL, one for all processes of the run."""
    with running_cluster(testrun_uid) as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def new_url(request: pytest.FixtureRequest) -> Iterator[Callable[[], str]]:
    """Makes migrated, empty databases, as many as a test needs: it runs once on SQLite and once on PostgreSQL."""
    made: list[str] = []
    if request.param == "sqlite":
        folder = request.getfixturevalue("tmp_path")

        def sqlite() -> str:
            made.append(f"sqlite:///{folder / 'tracker'}{len(made) or ''}.sqlite3")
            return made[-1]

        yield sqlite
        return
    cluster: Cluster = request.getfixturevalue("cluster")

    def postgresql() -> str:
        made.append(cluster.migrated())
        return made[-1]

    yield postgresql
    for url in made:
        cluster.drop(url)


@pytest.fixture
def database_url(new_url: Callable[[], str]) -> str:
    """A migrated, empty database."""
    return new_url()
