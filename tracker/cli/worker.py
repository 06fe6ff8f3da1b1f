"""`tracker worker`: look at what the clock has queued, on this machine too."""

from __future__ import annotations

import os
from typing import Annotated

import typer


def worker(
    queues: Annotated[
        list[str] | None,
        typer.Option("--queue", metavar="KIND", help="Look at sources of this kind only (page, git, …); repeatable."),
    ] = None,
    concurrency: Annotated[
        int | None, typer.Option("--concurrency", min=1, max=64, help="Looks at once; default: schedule.workers.")
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="End when nothing is left in the queue (for cron).")] = False,
    log_format: Annotated[str, typer.Option("--log-format", help="text or json.")] = "text",
) -> None:
    """Look at sources that `tracker run` has queued in PostgreSQL, until SIGTERM; run it on as many machines as you like."""
    from tracker import plugins
    from tracker.config import load_settings
    from tracker.daemon import ServiceManager, Worker
    from tracker.daemon.live import working
    from tracker.domain.clocks import SystemClock
    from tracker.domain.errors import UsageError
    from tracker.logs import configure

    if log_format not in {"text", "json"}:
        raise UsageError(f"{log_format!r} is no log format", where="--log-format", hint="text or json")
    kinds = plugins.names(plugins.COLLECTORS)
    for kind in queues or []:
        if kind not in kinds:
            raise UsageError(f"there is no kind {kind!r}", where="--queue", hint=f"known: {', '.join(sorted(kinds))}")
    configure("INFO", "json" if log_format == "json" else "text")
    clock = SystemClock()
    settings = load_settings(os.environ)
    hands = Worker(
        settings,
        working(clock),
        clock,
        ServiceManager(os.environ),
        queues=queues or (),
        concurrency=concurrency,
    )
    raise typer.Exit(hands.serve(once=once))
