"""`tracker run`: the daemon."""

from __future__ import annotations

import os
from typing import Annotated

import typer


def run(
    once: Annotated[
        bool, typer.Option("--once", help="Look at every due source once, deliver, and end (for cron).")
    ] = False,
    standby: Annotated[
        bool, typer.Option("--standby", help="Wait for a running daemon to end, then take over.")
    ] = False,
    log_format: Annotated[str, typer.Option("--log-format", help="text or json.")] = "text",
) -> None:
    """Collect whenever a source is due and deliver alerts, until SIGTERM; SIGHUP reads the configuration again."""
    from tracker.config import load_settings
    from tracker.daemon import Daemon, ServiceManager, serve
    from tracker.daemon.live import live
    from tracker.domain.clocks import SystemClock
    from tracker.domain.errors import UsageError
    from tracker.logs import configure

    if log_format not in {"text", "json"}:
        raise UsageError(f"{log_format!r} is no log format", where="--log-format", hint="text or json")
    configure("INFO", "json" if log_format == "json" else "text")
    clock = SystemClock()
    settings = load_settings(os.environ)
    with Daemon(settings, live(clock), clock, ServiceManager(os.environ), standby=standby) as daemon:
        if once:
            daemon.once()
            return
        raise typer.Exit(serve(daemon, lambda: load_settings(os.environ)))
