"""The command line: one small file a command, and no logic.

Heavy libraries are imported in command bodies, so that `tracker --help` answers at once. Exit codes: 0 done, 1 unexpected
error or a story that came out wrong, 2 usage, 3 configuration, 4 database or archive, 5 a source, document or channel
failed, 130 interrupted.
"""

from __future__ import annotations

from tracker.cli.app import main

__all__ = ["main"]
