"""`tracker demo`: the whole product on a small world, in one command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from tracker.demo.story import Scene


def demo(
    home: Annotated[
        Path | None, typer.Option("--home", help="Where to leave the database; default: a fresh folder.")
    ] = None,
) -> None:
    """Track a small world on loopback that tells the story of July 2024: no network, no credentials, a few seconds.

    Exit code 0 only if the story came out right.
    """
    import tempfile

    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from tracker.cli.feed import Feed
    from tracker.cli.output import console
    from tracker.demo.story import TITLES, RoundJudged, play
    from tracker.logs import configure

    configure("ERROR")
    folder = home or Path(tempfile.mkdtemp(prefix="scoretrail-demo-"))
    if (folder / "tracker.sqlite3").exists():
        from tracker.domain.errors import UsageError

        raise UsageError(
            "there is a database already; the story wants a fresh one", where=str(folder), hint="choose another --home"
        )
    screen: Any = console()
    feed = Feed(screen)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total} rounds"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as progress:
        task = progress.add_task("July 2024", total=len(TITLES))

        def show(scene: Scene) -> None:
            feed.show(scene)
            if isinstance(scene, RoundJudged):
                progress.advance(task)

        outcomes = play(folder, show)
    feed.close(folder, outcomes)
    if not outcomes.right:
        raise typer.Exit(1)
