"""The floor under the gold figures rises, and falls only when told to."""

from __future__ import annotations

from pathlib import Path

from benchmarks.floor import below, load, moved, write

FLOOR = {"core_f1": 0.95, "false_claims": 2.0}


def test_equal_figures_pass() -> None:
    assert below({"core_f1": 0.95, "false_claims": 2.0}, FLOOR) == []


def test_each_worse_figure_is_named() -> None:
    first, second = below({"core_f1": 0.9499, "false_claims": 3.0}, FLOOR)
    assert first.startswith("core_f1")
    assert second.startswith("false_claims")


def test_floor_moves_only_where_figures_are_better() -> None:
    assert moved(FLOOR, {"core_f1": 0.97129, "false_claims": 3.0}) == {"core_f1": 0.9712, "false_claims": 2.0}
    assert moved(FLOOR, {"core_f1": 0.94, "false_claims": 0.0}) == {"core_f1": 0.95, "false_claims": 0.0}


def test_floor_falls_when_told_to() -> None:
    assert moved(FLOOR, {"core_f1": 0.94, "false_claims": 3.0}, lower=True) == {"core_f1": 0.94, "false_claims": 3.0}


def test_written_floor_is_read_back_and_passed_by_its_figures(tmp_path: Path) -> None:
    figures = {"core_f1": 0.99999, "false_claims": 0.0}
    write(tmp_path / "floor.toml", {"own": moved({}, figures)})
    floor = load(tmp_path / "floor.toml")["own"]
    assert floor == {"core_f1": 0.9999, "false_claims": 0.0}
    assert below(figures, floor) == []
