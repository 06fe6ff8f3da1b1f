"""`tracker backfill …`: fill the past; one small file a command. All of them go on where they were, change nothing when
they are repeated, and say with `--dry-run` what they would read.
"""

from __future__ import annotations

import typer

from tracker.cli.backfill import archive, dump, feed, git, reddit, wayback

app = typer.Typer(
    help="Fill the past from repositories, web archives, feeds, Reddit and dumps.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.callback()
def backfill() -> None:
    """Fill the past. A backfill that was interrupted goes on where it was; one that is repeated changes nothing.

    Exit codes: 0 everything was read, 2 usage, 3 configuration, 4 database or archive, 5 something could not be read (the
    rest was), 130 interrupted.
    """


app.command("git")(git.git)
app.command("wayback")(wayback.wayback)
app.command("archive")(archive.archive)
app.command("feed")(feed.feed)
app.command("reddit")(reddit.reddit)
app.command("dump")(dump.dump)
