from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.clock import FakeClock
from tests.loopback import Loopback
from tracker.config import HttpSettings
from tracker.http import PoliteClient


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as loopback:
        yield loopback


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def settings(server: Loopback) -> HttpSettings:
    return HttpSettings(allow_hosts=(server.authority,), host_delay_seconds=0, deadline_seconds=10, max_bytes=1_000_000)


@pytest.fixture
def client(settings: HttpSettings, clock: FakeClock) -> Iterator[PoliteClient]:
    with PoliteClient(settings, clock) as polite:
        yield polite
