"""Where files are: the data folder, and the folders that travel with the code."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tracker.domain.errors import ConfigError

_PACKAGE = Path(__file__).resolve().parent.parent


def bundled(name: str) -> Path:
    """The folder `config` or `alembic`: inside an installed wheel, or at the top of a checkout."""
    for candidate in (_PACKAGE / "_bundled" / name, _PACKAGE.parent / name):
        if candidate.is_dir():
            return candidate
    raise ConfigError(f"the folder {name!r} is missing", where=str(_PACKAGE), hint="reinstall scoretrail")


def home_folder(environ: Mapping[str, str]) -> Path:
    """`TRACKER_HOME`, or the platform's data folder."""
    if environ.get("TRACKER_HOME"):
        return Path(environ["TRACKER_HOME"]).expanduser()
    from platformdirs import user_data_path

    return user_data_path("scoretrail", appauthor=False)
