"""The floor under the gold figures: `tests/gold/floor.toml`, which only rises unless told otherwise."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from pathlib import Path

# Figures are kept to this many digits, rounded to the side that the measured figure still passes.
DIGITS = 4
# The only figure that is better when smaller.
COUNTS = frozenset({"false_claims"})

Figures = dict[str, float]

HEAD = """\
# What `make gold` may not fall below. Raise it when extraction gets better (`python -m benchmarks.gold --raise-floor`);
# `--lower-floor` writes the measured figures even where they are worse: a decision to be argued for in the commit.
"""


def load(path: Path) -> dict[str, Figures]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def below(figures: Mapping[str, float], floor: Mapping[str, float]) -> list[str]:
    """What is worse than the floor, one line a figure; a figure that the floor does not name is not held to it."""
    return [
        f"{name} {figures[name]:.4f} is worse than the floor {least:.4f}"
        for name, least in floor.items()
        if _worse(name, figures[name], least)
    ]


def moved(floor: Mapping[str, float], figures: Mapping[str, float], *, lower: bool = False) -> Figures:
    """The new floor: the measured figures where they are better, everywhere when `lower`."""
    rounded = {name: _rounded(name, value) for name, value in figures.items()}
    return {
        name: floor[name] if not lower and name in floor and _worse(name, value, floor[name]) else value
        for name, value in rounded.items()
    }


def write(path: Path, floors: Mapping[str, Mapping[str, float]]) -> None:
    sections = [
        f"[{name}]\n" + "".join(f"{key} = {_digits(key, value)}\n" for key, value in floor.items())
        for name, floor in floors.items()
    ]
    path.write_text("\n".join((HEAD, *sections)), encoding="utf-8")


def _worse(name: str, value: float, least: float) -> bool:
    return value > least if name in COUNTS else value < least


def _rounded(name: str, value: float) -> float:
    return value if name in COUNTS else math.floor(value * 10**DIGITS) / 10**DIGITS


def _digits(name: str, value: float) -> str:
    return str(int(value)) if name in COUNTS else f"{value:.{DIGITS}f}"
