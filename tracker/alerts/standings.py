"""What is known, folded from changes alone."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.alerts.ports import Standing
from tracker.domain.history import RecordedChange


class FoldedStandings:
    """Standings as the changes learnt so far leave them; without any, those of an empty database."""

    def __init__(self) -> None:
        self._models: set[str] = set()
        self._said: dict[str, dict[tuple[str, str], Standing]] = {}

    def known(self, model: str) -> bool:
        return model in self._models

    def scores(self, benchmark: str) -> Sequence[Standing]:
        return tuple(self._said.get(benchmark, {}).values())

    def learn(self, recorded: RecordedChange) -> None:
        change = recorded.change
        self._models.add(recorded.model)
        said = self._said.setdefault(recorded.benchmark, {})
        place = (change.document, change.key.text)
        if change.new is None:
            said.pop(place, None)
        else:
            said[place] = Standing(recorded.model, change.new.score, recorded.tier)
