"""`tracker init`: a home folder with a configuration to edit."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from tracker.domain.errors import UsageError


def init(
    force: Annotated[bool, typer.Option("--force", help="Replace an existing tracker.toml.")] = False,
) -> None:
    """Make TRACKER_HOME, write tracker.toml into it to edit, and create the database."""
    from tracker.config import bundled, home_folder, load_settings
    from tracker.storage import open_database

    home = home_folder(os.environ)
    target = home / "tracker.toml"
    if target.exists() and not force:
        raise UsageError("there is a configuration already", where=str(target), hint="edit it, or use --force")
    home.mkdir(parents=True, exist_ok=True)
    target.write_text((bundled("config") / "tracker.toml").read_text(encoding="utf-8"), encoding="utf-8")
    settings = load_settings(os.environ)
    open_database(settings.database).close()
    typer.echo(f"Configuration: {target} ({len(settings.sources)} sources)")
    typer.echo(
        f"Database:      {settings.home / 'tracker.sqlite3' if settings.database_url is None else 'as configured'}"
    )
    typer.echo("Next: edit the configuration, then run: tracker collect")
