"""docs/configuration.md tells of every setting, variable and option, with its default."""

from __future__ import annotations

import ast
import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from tracker.config import Settings, settings

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
COLLECTORS = ROOT / "tracker" / "collectors"


def keys(section: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Each setting with its dotted name and default."""
    for name, field in section.model_fields.items():
        inner = nested(field.annotation)
        if inner is None:
            yield f"{prefix}{name}", field.default
        else:
            yield from keys(inner, f"{prefix}{name}.")


def nested(annotation: Any) -> type[BaseModel] | None:
    """The section that a field holds, or holds several of."""
    if (
        isinstance(annotation, type)
        and not isinstance(annotation, types.GenericAlias)
        and issubclass(annotation, BaseModel)
    ):
        return annotation
    for argument in typing.get_args(annotation):
        found = nested(argument)
        if found is not None:
            return found
    return None


def row(key: str) -> str:
    rows = [line for line in DOCUMENT.splitlines() if line.startswith(f"| `{key}` |")]
    assert len(rows) == 1, f"{key} has {len(rows)} rows"
    return rows[0]


@pytest.mark.parametrize(("key", "default"), list(keys(Settings)))
def test_every_setting_has_a_row_with_its_default(key: str, default: object) -> None:
    shown = row(key).split("|")[2]
    if default is PydanticUndefined or default is None or default == ():
        return
    if isinstance(default, bool):
        assert f"`{str(default).lower()}`" in shown
    elif isinstance(default, tuple):
        assert f"`{', '.join(map(str, default))}`" in shown
    elif isinstance(default, int | float | str):
        assert f"`{default}`" in shown


@pytest.mark.parametrize("variable", [*settings._VARIABLES, "TRACKER_HOME", "TRACKER_CONFIG"])
def test_every_variable_has_a_row(variable: str) -> None:
    assert row(variable)


def known_options() -> Iterator[tuple[str, str]]:
    """The options that each collector's module lists in its call of `options.known`."""
    for path in sorted(COLLECTORS.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "options.known":
                for argument in node.args[1:]:
                    yield path.stem, ast.literal_eval(argument)


@pytest.mark.parametrize(("kind", "option"), list(known_options()))
def test_every_option_has_a_row_in_its_kinds_section(kind: str, option: str) -> None:
    assert f'### `kind = "{kind}"`' in DOCUMENT
    section = DOCUMENT.split(f'### `kind = "{kind}"`')[1].split("\n## ")[0].split("\n### ")[0]
    assert f"\n| `{option}` |" in section


def test_no_row_tells_of_a_setting_that_is_gone() -> None:
    written = {
        line.split("`")[1] for line in DOCUMENT.splitlines() if line.startswith("| `") and "." in line.split("`")[1]
    }
    assert written <= {key for key, _ in keys(Settings)}
