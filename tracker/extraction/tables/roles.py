"""What each level is, and which axis holds the models and which the benchmarks: decided by the votes of all labels.

No header word decides alone: a column under "Model" whose entries are benchmarks is a benchmark column.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from tracker.extraction.tables import lexicon
from tracker.extraction.tables.labels import Label, Sort
from tracker.extraction.tables.levels import Axis, Frame, Level, Role, carry_down
from tracker.extraction.tables.plain_roles import (
    HEAD_ROLES,
    MODEL_ENOUGH,
    behind_scores,
    with_plain_role,
    without_limits,
)

BENCHMARK_ENOUGH = 0.25
"""Share of votes from which a level may name benchmarks. They may be fewer than models (`MODEL_ENOUGH`): a registry can
never know all of them, while almost every model's name has the shape of one. Tuned on the development documents: between
0.15 and 0.35 nothing changes."""

_MODEL_HEADS = ("model", "method")


@dataclass(frozen=True, slots=True)
class Orientation:
    """A frame whose levels have roles. `models` and `benchmarks` say on which axis they stand; `None`: on neither,
    so that they have to come from around the table. `guessed`: the model axis was found by elimination.
    """

    frame: Frame
    rows: tuple[Level, ...]
    columns: tuple[Level, ...]
    models: Axis | None
    benchmarks: Axis | None
    guessed: bool = False
    why: str = ""

    def levels(self, role: Role) -> Iterable[Level]:
        return (level for level in (*self.rows, *self.columns) if level.role is role)


def _nothing(_whole: str, _words: str) -> bool:
    return False


def orient(
    frame: Frame,
    *,
    whole: bool = False,
    is_part: Callable[[str, str], bool] = _nothing,
    about_model: bool = False,
    of_one: bool = False,
) -> Orientation:
    """`about_model`: the words around the table name one model, so that unknown labels need not be models. `of_one`: they
    name one benchmark too, and the columns nothing but scores, so that the rows are its parts.

    `whole`: a title row or caption says that the whole table is about one benchmark; labels that are not mostly
    benchmarks of their own are then its parts ("Math", "General"). `is_part(whole, words)`: whether words are a listed part
    of a benchmark (of the one around the table, where `whole` is empty).
    """
    rows = tuple(_voted(level) for level in carry_down(frame.rows))
    columns = tuple(_voted(level) for level in frame.columns)
    first = min(frame.values, default=0)
    rows = tuple(with_plain_role(level, rows) if level.place < first else behind_scores(level) for level in rows)
    columns = tuple(with_plain_role(level, columns) for level in columns)
    if any(level.role is Role.SUBSET and level.share(Sort.LENGTH) >= 0.5 for level in columns):
        rows = tuple(without_limits(level, rows) for level in rows)
    return _Choice(rows, columns, whole=whole, is_part=is_part, about_model=about_model, of_one=of_one).oriented(frame)


def _voted(level: Level) -> Level:
    """Average votes over the distinct labels that can name something."""
    able = [label for label in level.distinct if label.sort in (Sort.NAME, Sort.OURS)]
    silent = sum(label.sort not in _NEUTRAL for label in level.distinct if label.sort is not Sort.NAME)
    count = len(able) + silent
    if not count or not able:
        return level
    model = sum(label.model for label in able) / count
    benchmark = sum(label.benchmark for label in able) / count
    if level.axis is Axis.ROWS:
        head = lexicon.head_of(level.head.text)
        model += 0.25 * (head == "model") + 0.1 * (head == "method") * (model > 0)
        benchmark += 0.25 * (head == "benchmark") + 0.1 * (head == "metric") * (benchmark > 0)
        if head == "model" and model > benchmark and any(label.model >= 0.5 for label in able):
            model = max(model, MODEL_ENOUGH)  # most names under it are new, as those of competitors are
    return replace(level, model=model, benchmark=benchmark)


_NEUTRAL = frozenset(
    {Sort.BLANK, Sort.AVERAGE, Sort.NO_SCORE, Sort.GENERIC, Sort.METRIC, Sort.SHOTS, Sort.SPLIT, Sort.OURS}
)


class _Choice:
    """Chooses the level that holds models and the level that holds benchmarks."""

    def __init__(
        self,
        rows: tuple[Level, ...],
        columns: tuple[Level, ...],
        *,
        whole: bool,
        is_part: Callable[[str, str], bool],
        about_model: bool,
        of_one: bool,
    ) -> None:
        self.about_model = about_model
        self.of_one = of_one
        self.whole = whole
        self.is_part_of = is_part
        self.rows = rows
        self.columns = columns
        free = [level for level in (*rows, *columns) if level.role is None]
        self.model = self._strongest(free, lambda level: level.model if level.model > level.benchmark else 0.0)
        self.model = self._headed(self.model) or self.model
        self.benchmark = self._strongest(
            [level for level in free if level is not self.model],
            lambda level: level.benchmark if level.benchmark >= level.model or self._other_axis(level) else 0.0,
        )

    def _other_axis(self, level: Level) -> bool:
        return self.model is not None and level.axis is not self.model.axis

    def _headed(self, model: Level | None) -> Level | None:
        """The column under "Model" before a stronger one that says something about them (their language model)."""
        if model is None or model.axis is not Axis.ROWS or lexicon.head_of(model.head.text) == "model":
            return None
        named = (
            level
            for level in self.rows
            if level.place < model.place and level.role is None and lexicon.head_of(level.head.text) == "model"
        )
        for level in named:
            telling = len(level.distinct) >= 0.8 * len(model.distinct)
            if telling and level.model >= MODEL_ENOUGH and level.model > level.benchmark:
                return level
        return None

    @staticmethod
    def _strongest(levels: list[Level], vote: Callable[[Level], float]) -> Level | None:
        ranked = sorted(levels, key=vote, reverse=True)
        return ranked[0] if ranked and vote(ranked[0]) > 0 else None

    def oriented(self, frame: Frame) -> Orientation:
        model = self.model if self.model is not None and self.model.model >= MODEL_ENOUGH else None
        benchmark = (
            self.benchmark if self.benchmark is not None and self.benchmark.benchmark >= BENCHMARK_ENOUGH else None
        )
        if self.whole and benchmark is not None and benchmark.benchmark < 0.5:
            benchmark = None
        guessed = False
        if model is None and benchmark is not None:
            model = self._by_elimination(benchmark)
            guessed = model is not None
        names = self._name_axis(model, benchmark)
        rows = tuple(self._final(level, model, benchmark, names) for level in self.rows)
        columns = tuple(self._final(level, model, benchmark, names) for level in self.columns)
        why = f"models: {_said(model)}; benchmarks: {_said(benchmark)}"
        return Orientation(
            frame, rows, columns, model.axis if model else None, benchmark.axis if benchmark else None, guessed, why
        )

    def _by_elimination(self, benchmark: Level) -> Level | None:
        """Names on the other axis that nobody knows: over or beside known benchmarks they can only be models."""
        others = self.columns if benchmark.axis is Axis.ROWS else self.rows
        for level in sorted(others, key=lambda level: level.model, reverse=True):
            if level.role is not None or not level.distinct:
                continue
            named = [label for label in level.distinct if label.sort in (Sort.NAME, Sort.OURS)]
            head = lexicon.head_of(level.head.text)
            if level.axis is Axis.ROWS and head in ("category", "subset", "setting", "metric"):
                continue
            if level.share(Sort.AVERAGE) or self._lists_parts_of(benchmark, named):
                continue
            sure = level.model > 0 or head in _MODEL_HEADS
            if len(named) >= 0.6 * len(level.distinct) and (sure or (len(named) > 1 and not self.about_model)):
                return level
        return None

    def _lists_parts_of(self, benchmark: Level, labels: list[Label]) -> bool:
        """Whether labels across from benchmarks are parts of them ("STEM", "Hard" across from "C-Eval")."""
        wholes = [label.benchmark_name.id for label in benchmark.distinct if label.benchmark_name is not None]
        parts = [label for label in labels if any(self.is_part_of(whole, label.text) for whole in wholes[:6])]
        return len(parts) >= 0.5 * len(labels) > 0

    def _name_axis(self, model: Level | None, benchmark: Level | None) -> Level | None:
        """Where no level names benchmarks: the level across from the models whose labels may be parts of one."""
        if benchmark is not None:
            return None
        if model is None:
            return next((level for level in (*self.rows, *self.columns) if self._lists_parts(level)), None)
        across = self.columns if model.axis is Axis.ROWS else self.rows
        free = [level for level in across if level.role is None and level.distinct]
        return free[-1] if free and model.axis is Axis.ROWS else (free[0] if free else None)

    def _lists_parts(self, level: Level) -> bool:
        """Without a model in the table, only listed parts of the benchmark around it say that these are its scores."""
        named = [label for label in level.distinct if label.sort is Sort.NAME]
        if level.role is not None or not named:
            return False
        if self.of_one and level is self.rows[-1]:
            return True
        return sum(self.is_part_of("", label.text) for label in named) >= 0.5 * len(named)

    def _final(self, level: Level, model: Level | None, benchmark: Level | None, names: Level | None) -> Level:
        if level.role is not None:
            return level
        if level is model:
            return replace(level, role=Role.MODEL)
        if level is benchmark:
            return replace(level, role=Role.BENCHMARK)
        if level is names or (names is not None and _tells_apart(level, names)):
            return replace(level, role=Role.SUBSET)
        return replace(level, role=self._minor_role(level, model, benchmark))

    def _minor_role(self, level: Level, model: Level | None, benchmark: Level | None) -> Role:
        if level.axis is Axis.ROWS:
            return self._minor_column(level, model, benchmark)
        if benchmark is not None and benchmark.axis is Axis.COLUMNS:
            if level.place < benchmark.place:
                return Role.CATEGORY
            return Role.SUBSET if level.share(Sort.GENERIC, Sort.AVERAGE) < 1 else Role.METRIC
        if model is not None and model.axis is Axis.COLUMNS:
            # beside the models' header row: what family or maker they belong to, or how they were run
            if level.place > model.place:
                return Role.SUBSET if _recurs_under(level, model) else Role.MODEL
            return Role.MODEL if level.model > 0 else Role.CATEGORY
        if model is None and benchmark is not None and level.share(Sort.GENERIC, Sort.AVERAGE) < 1:
            named = [label for label in level.distinct if label.sort is Sort.NAME]
            if self._lists_parts_of(benchmark, named):
                return Role.SUBSET
            return Role.SETTING  # ways in which the one model around the table was run
        return Role.NOTHING

    def _minor_column(self, level: Level, model: Level | None, benchmark: Level | None) -> Role:
        head = lexicon.head_of(level.head.text)
        if head in HEAD_ROLES:
            return HEAD_ROLES[head]
        if benchmark is not None and benchmark.axis is Axis.ROWS:
            if level.place < benchmark.place:
                return Role.CATEGORY
            return (
                Role.SUBSET
                if _beside(level, benchmark) and not lexicon.is_attribute(level.head.text)
                else Role.ATTRIBUTE
            )
        if model is not None and model.axis is Axis.ROWS and level.place > model.place and not level.head.text:
            return Role.SETTING
        if model is None:
            return Role.SETTING if level is self.rows[-1] else Role.CATEGORY
        return Role.CATEGORY if level.place < model.place else Role.ATTRIBUTE


def _recurs_under(level: Level, upper: Level) -> bool:
    """Whether the same labels stand under several upper ones: what was measured ("func | value"), not who."""
    return _recurring(level, upper) >= 0.6


def _recurring(level: Level, upper: Level) -> float:
    """The share of labels that stand under several upper ones."""
    over: dict[str, set[str]] = {}
    for line, label in level.labels.items():
        if not label.is_blank:
            over.setdefault(label.text, set()).add(upper.labels[line].text)
    return sum(len(uppers) > 1 for uppers in over.values()) / len(over) if over else 0.0


def _tells_apart(level: Level, names: Level) -> bool:
    """Whether a header row stands over the same parts again ("Text | Image", each over "easy | hard | overall")."""
    return level.axis is names.axis is Axis.COLUMNS and level.place < names.place and _recurring(names, level) > 0


def _beside(level: Level, other: Level) -> bool:
    return level.place == other.place + 1


def _said(level: Level | None) -> str:
    if level is None:
        return "nowhere in the table"
    kind = "column" if level.axis is Axis.ROWS else "header row"
    return f"{kind} {level.place} ({level.model:.2f} model, {level.benchmark:.2f} benchmark)"


def labels_at(levels: Iterable[Level], role: Role, row: int, col: int) -> list[Label]:
    """The labels with a role that hold for one cell, the outermost first."""
    found: list[Label] = []
    for level in levels:
        if level.role is role:
            label = level.labels.get(row if level.axis is Axis.ROWS else col)
            if label is not None and not label.is_blank:
                found.append(label)
    return found
