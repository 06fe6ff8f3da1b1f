"""The live feed of changes that the demo prints."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from tracker.demo.story import TITLES, Delivered, Looked, Outcomes, RoundJudged, RoundStarted, Scene
from tracker.domain.history import ChangeKind, RecordedChange
from tracker.domain.outcomes import Outcome

if TYPE_CHECKING:
    from rich.console import Console

_STYLES = {
    ChangeKind.APPEARED: "green",
    ChangeKind.REVISED: "bold yellow",
    ChangeKind.WITHDRAWN: "bold red",
    ChangeKind.REINSTATED: "cyan",
}
_SHOWN = 6
"""Changes of one look that are shown one by one; the rest are counted."""


class Feed:
    def __init__(self, screen: Console) -> None:
        self._screen = screen
        self._kinds: Counter[str] = Counter()

    def show(self, scene: Scene) -> None:
        if isinstance(scene, RoundStarted):
            self._line("")
            self._line(f"{scene.moment:%Y-%m-%d %H:%M}  {scene.number}. {scene.title}", "bold")
        elif isinstance(scene, Looked):
            self._look(scene)
        elif isinstance(scene, Delivered):
            self._line(f"    ✉ webhook received {_counted(scene.messages, 'alert')}, signature verified", "magenta")
        elif isinstance(scene, RoundJudged):
            self._judge(scene)

    def close(self, folder: Path, outcomes: Outcomes) -> None:
        self._line("")
        if outcomes.right:
            told = ", ".join(f"{count} {kind}" for kind, count in self._kinds.most_common())
            self._line(f"The story came out right: {len(TITLES)} rounds, {told}.", "bold green")
        else:
            wrong = [str(judged.number) for judged in outcomes.rounds if judged.problems]
            self._line(f"The story came out wrong in round {', '.join(wrong)}.", "bold red")
        self._line("Look further:")
        for command in (
            f"export TRACKER_HOME={folder}",
            'tracker history --model "Llama 3.1 70B" --benchmark GPQA',
            "tracker scores --benchmark GSM8K",
            "tracker scores --kind comparison",
            "tracker changes --kind revised --kind withdrawn",
            "tracker sources",
        ):
            self._line(f"    {command}", "cyan")

    def _look(self, scene: Looked) -> None:
        report = scene.report
        outcome = report.outcome
        quiet = outcome in {Outcome.UNCHANGED, Outcome.NOT_MODIFIED, Outcome.GONE}
        detail = f" — {report.detail}" if report.detail and not quiet else ""
        self._line(f"    {report.source:13} {outcome}{detail}", "dim" if quiet else "")
        for recorded in report.changes[:_SHOWN]:
            self._change(recorded)
        if len(report.changes) > _SHOWN:
            self._line(f"      … and {len(report.changes) - _SHOWN} more", "dim")
        self._kinds.update(recorded.change.kind.value for recorded in report.changes)

    def _change(self, recorded: RecordedChange) -> None:
        change = recorded.change
        setting = change.claim.setting
        said = [f"{setting.shots}-shot" if setting.shots else "", "CoT" if setting.cot else ""]
        line = Text("      ")
        line.append(f"{change.kind.value:10} ", style=_STYLES.get(change.kind, ""))
        line.append(f"{recorded.model} · {recorded.benchmark}")
        line.append("".join(f", {words}" for words in said if words), style="dim")
        line.append(f"  {_numbers(recorded)}", style="bold")
        self._screen.print(line)

    def _judge(self, scene: RoundJudged) -> None:
        if scene.problems:
            for problem in scene.problems:
                self._line(f"    ✗ {problem}", "bold red")
        else:
            told = _counted(scene.changes, "change") if scene.changes else "nothing changed"
            self._line(f"    ✓ as it should be: {told}", "green")

    def _line(self, words: str, style: str = "") -> None:
        self._screen.print(Text(words, style=style), soft_wrap=True)


def _numbers(recorded: RecordedChange) -> str:
    old, new = recorded.change.old, recorded.change.new
    if old is not None and new is not None:
        return f"{old.score.text} → {new.score.text}"
    if new is not None:
        return new.score.text
    return f"{old.score.text} →" if old is not None else ""


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
