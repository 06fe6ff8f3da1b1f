"""Draw `docs/feed.svg`, the picture in README: play the demo's story and export what it prints.

python docs/feed_picture.py
"""

from __future__ import annotations

import io
import re
import tempfile
from pathlib import Path

from rich.console import Console

from tracker.cli.feed import Feed
from tracker.demo.story import Looked, RoundStarted, Scene, play
from tracker.domain.outcomes import Outcome

TARGET = Path(__file__).with_name("feed.svg")
WIDTH = 104
_SHOWN = {3, 4, 5, 6, 7}
_DULL = {Outcome.UNCHANGED, Outcome.NOT_MODIFIED, Outcome.GONE, Outcome.ROBOTS_DISALLOWED}
_REMOTE_FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
_GENERATOR = re.compile(r"<!-- Generated with .*? -->\s*")


def main() -> None:
    screen = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    feed = Feed(screen)
    number = 0

    def show(scene: Scene) -> None:
        nonlocal number
        if isinstance(scene, RoundStarted):
            number = scene.number
        if number in _SHOWN and not (isinstance(scene, Looked) and scene.report.outcome in _DULL):
            feed.show(scene)

    play(Path(tempfile.mkdtemp()), show)
    picture = screen.export_svg(title="make demo")
    TARGET.write_text(_GENERATOR.sub("", _REMOTE_FONTS.sub("", picture)), encoding="utf-8")


if __name__ == "__main__":
    main()
