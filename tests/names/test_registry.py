"""The shipped registry is valid and as large as promised."""

from __future__ import annotations

from tracker.names import Names


def test_shipped_registry_holds_what_is_promised() -> None:
    registry = Names.bundled().registry

    assert len(registry.benchmarks) >= 500
    assert len(registry.models) >= 800
    assert len(registry.metrics) >= 40
    assert len(registry.organisations) >= 60
    assert len(registry.families) >= 60
