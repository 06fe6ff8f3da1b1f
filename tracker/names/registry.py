"""The registry: what the files under `config/names` say, checked. `docs/names.md` describes the format."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, TypeAlias, cast

from tracker.domain.claims import Variant
from tracker.names.files import Aliases, Folder, Row
from tracker.names.spelling import name_key
from tracker.names.types import Direction

Status: TypeAlias = Literal["announced", "training", "preview", "released", "retired"]
Role: TypeAlias = Literal["line", "loose", "after", "base", "instruct", "effort", "quantisation", "noise"]
VersionPlace: TypeAlias = Literal["family", "end"]
Bare: TypeAlias = Literal["yes", "no", "word"]

_STATUSES: tuple[str, ...] = ("announced", "training", "preview", "released", "retired")
_ROLES: tuple[str, ...] = ("line", "loose", "after", "base", "instruct", "effort", "quantisation", "noise")


@dataclass(frozen=True, slots=True)
class Benchmark:
    id: str
    family: str | None
    metric: str | None
    direction: Direction
    unit: str | None
    low: float | None
    high: float | None
    shots: str | None
    items: int | None
    random_baseline: float | None


@dataclass(frozen=True, slots=True)
class Metric:
    id: str
    direction: Direction
    unit: str | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Family:
    """A line of models as a grammar: how a name is put together from version, size, variant.

    `glue` stands between family and version, `joint` between the other parts, `version_at` says where the version
    goes. `plain` is what a name without base/instruct means, by version where that changed ("": the default).
    `bare` says what the name alone is in prose: `yes` a mention of a model, `no` none, `word` ordinary language, so that
    it needs a size, a hyphen or the registry's own casing to be a model at all ("Step 3: …", "nova").
    """

    id: str
    organisation: str | None
    glue: str
    joint: str
    version_at: VersionPlace
    plain: Mapping[str, Variant]
    open: bool | None
    bare: Bare

    def plain_variant(self, version: str | None) -> Variant | None:
        return self.plain.get(version or "", self.plain.get(""))


@dataclass(frozen=True, slots=True)
class Model:
    id: str
    organisation: str | None
    family: str | None
    version: str | None
    size: str | None
    variant: Variant | None
    open: bool | None
    status: Status
    released: str | None

    def status_on(self, day: date) -> Status:
        """The status on a day: before its release date a model was announced at most."""
        if self.status in {"announced", "training"} or self.released is None:
            return self.status
        return "announced" if day.isoformat() < self.released else self.status


@dataclass(frozen=True, slots=True)
class Word:
    """A word inside model names. `loose`: also a part of the name after a space in lower case ("gemini 2.5 pro")."""

    display: str
    role: Role


@dataclass(frozen=True, slots=True)
class Registry:
    """Everything the files say. The alias tables map `name_key(words)` to an id."""

    version: str
    benchmarks: Mapping[str, Benchmark]
    metrics: Mapping[str, Metric]
    organisations: tuple[str, ...]
    families: Mapping[str, Family]
    models: Mapping[str, Model]
    words: Mapping[str, Word]
    subsets: Mapping[str, Mapping[str, str]]
    not_models: Mapping[str, str]
    not_model_words: Mapping[str, str]
    ambiguous: Mapping[str, tuple[str, ...]]
    ambiguous_words: Mapping[str, str]
    ordinary: frozenset[str]
    benchmark_aliases: Aliases
    exact_benchmarks: Mapping[str, frozenset[str]]
    metric_aliases: Aliases
    organisation_aliases: Aliases
    family_aliases: Aliases
    family_versions: Mapping[str, str]
    model_aliases: Aliases


def load_registry(folder: Path) -> Registry:
    """Reads and checks every file of the folder. Raises `NamesError` naming file and line."""
    files = Folder(folder)
    organisations = {row["organisation"]: row for row in files.rows("organisations.tsv")}
    families = {row["family"]: _family(row, organisations) for row in files.rows("families.tsv")}
    models = {row["model"]: _model(row, organisations, families) for row in files.rows("models.tsv")}
    metrics = {row["metric"]: _metric(row) for row in files.rows("metrics.tsv")}
    benchmark_rows = {row["benchmark"]: row for row in files.rows("benchmarks.tsv")}
    benchmarks = {name: _benchmark(row, benchmark_rows, metrics) for name, row in benchmark_rows.items()}
    benchmark_aliases, exact = _benchmark_aliases(files, benchmark_rows)
    return Registry(
        version=_content_hash(folder),
        benchmarks=benchmarks,
        metrics=metrics,
        organisations=tuple(organisations),
        families=families,
        models=models,
        words=_words(files),
        subsets=_subsets(files, benchmarks),
        not_models={name_key(row["words"]): row["what"] for row in files.rows("not-models.tsv")},
        not_model_words={name_key(row["words"]): row["words"] for row in files.rows("not-models.tsv")},
        ambiguous=_ambiguous(files, benchmarks, models),
        ambiguous_words={
            f"{row['kind']}:{name_key(row['words'])}": row["words"] for row in files.rows("ambiguous.tsv")
        },
        ordinary=frozenset(row["word"] for row in files.rows("ordinary-words.tsv")),
        benchmark_aliases=benchmark_aliases,
        exact_benchmarks=exact,
        metric_aliases=_aliases(files, "metric", metrics),
        organisation_aliases=_aliases(files, "organisation", organisations),
        family_aliases=_aliases(files, "family", families),
        family_versions={
            name_key(row["alias"]): row["version"] for row in files.rows("family-aliases.tsv") if row["version"]
        },
        model_aliases=_aliases(files, "model", models),
    )


def _content_hash(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.tsv")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _aliases(files: Folder, kind: str, known: Mapping[str, object]) -> Aliases:
    """The ids themselves and the alias file; both ways to say one thing go into one table."""
    plural = {"family": "families"}.get(kind, f"{kind}s")
    aliases = Aliases(kind)
    for row in files.rows(f"{plural}.tsv"):
        aliases.add(row, row[kind], row[kind])
    for row in files.rows(f"{kind}-aliases.tsv"):
        if row[kind] not in known:
            row.fail(f"there is no {kind} {row[kind]!r}", f"add it to {plural}.tsv")
        aliases.add(row, row["alias"], row[kind])
    return aliases


def _benchmark_aliases(files: Folder, known: Mapping[str, Row]) -> tuple[Aliases, dict[str, frozenset[str]]]:
    aliases = _aliases(files, "benchmark", known)
    exact: dict[str, set[str]] = {}
    named = ((row, row["benchmark"]) for row in known.values())
    aliased = ((row, row["alias"]) for row in files.rows("benchmark-aliases.tsv"))
    for row, words in (*named, *aliased):
        if row.choice("case", ("exact", ""), "") == "exact":
            exact.setdefault(name_key(words), set()).add(words)
    return aliases, {key: frozenset(spellings) for key, spellings in exact.items()}


def _range(row: Row) -> tuple[float | None, float | None]:
    low, high = row.number("low"), row.number("high")
    if low is not None and high is not None and low >= high:
        row.fail(f"the range {low:g} to {high:g} is empty")
    if row["unit"] == "percent" and (low, high) != (0, 100):
        row.fail(f"a percentage ranges from 0 to 100, not {row['low']!r} to {row['high']!r}")
    return low, high


def _benchmark(row: Row, known: Mapping[str, Row], metrics: Mapping[str, Metric]) -> Benchmark:
    low, high = _range(row)
    if row["family"] and row["family"] not in known:
        row.fail(f"there is no benchmark {row['family']!r} to belong to")
    if row["metric"] and row["metric"] not in metrics:
        row.fail(f"there is no metric {row['metric']!r}", "add it to metrics.tsv")
    random_baseline = row.number("random")
    if random_baseline is not None and not (low or 0) <= random_baseline <= (random_baseline if high is None else high):
        row.fail(f"the random baseline {random_baseline:g} is outside the range")
    return Benchmark(
        id=row["benchmark"],
        family=row["family"] or None,
        metric=row["metric"] or None,
        direction=cast("Direction", row.choice("direction", ("higher", "lower"), "higher")),
        unit=row["unit"] or None,
        low=low,
        high=high,
        shots=row["shots"] or None,
        items=row.count("items"),
        random_baseline=random_baseline,
    )


def _metric(row: Row) -> Metric:
    low, high = _range(row)
    direction = cast("Direction", row.choice("direction", ("higher", "lower"), "higher"))
    return Metric(row["metric"], direction, row["unit"] or None, low, high)


def _organisation(row: Row, known: Mapping[str, object]) -> str | None:
    name = row["organisation"]
    if name and name not in known:
        row.fail(f"there is no organisation {name!r}", "add it to organisations.tsv")
    return name or None


def _open(row: Row) -> bool | None:
    return {"open": True, "closed": False, "": None}[row.choice("open", ("open", "closed", ""), "")]


def _family(row: Row, organisations: Mapping[str, object]) -> Family:
    plain: dict[str, Variant] = {}
    for word in row["plain"].split():
        version, _, variant = word.rpartition(":")
        if variant not in {"base", "instruct"}:
            row.fail(f"plain is {row['plain']!r}", "write base or instruct, with exceptions as VERSION:instruct")
        plain[version] = cast("Variant", variant)
    spaces = {"": "", "space": " ", "hyphen": "-"}
    return Family(
        id=row["family"],
        organisation=_organisation(row, organisations),
        glue=spaces[row.choice("glue", tuple(spaces), "")],
        joint=spaces[row.choice("joint", ("space", "hyphen"), "space")],
        version_at=cast("VersionPlace", row.choice("version_at", ("family", "end"), "family")),
        plain=plain,
        open=_open(row),
        bare=cast("Bare", row.choice("bare", ("yes", "no", "word"), "no")),
    )


def _model(row: Row, organisations: Mapping[str, object], families: Mapping[str, Family]) -> Model:
    if row["family"] and row["family"] not in families:
        row.fail(f"there is no family {row['family']!r}", "add it to families.tsv")
    released = row["released"]
    if released:
        try:
            date.fromisoformat(released + "-01" * (2 - released.count("-")))
        except ValueError:
            row.fail(f"released is {released!r}, which is no date", "write YYYY-MM-DD, YYYY-MM or YYYY")
    variant = row.choice("variant", ("base", "instruct", ""), "")
    return Model(
        id=row["model"],
        organisation=_organisation(row, organisations),
        family=row["family"] or None,
        version=row["version"] or None,
        size=row["size"] or None,
        variant=cast("Variant", variant) if variant else None,
        open=_open(row),
        status=cast("Status", row.choice("status", _STATUSES, "released")),
        released=released or None,
    )


def _words(files: Folder) -> dict[str, Word]:
    words: dict[str, Word] = {}
    for row in files.rows("words.tsv"):
        role = cast("Role", row.choice("role", _ROLES, "line"))
        words[row["word"].casefold()] = Word(row["display"] or row["word"], role)
    return words


def _subsets(files: Folder, benchmarks: Mapping[str, Benchmark]) -> dict[str, dict[str, str]]:
    """Benchmark → (key of the words → subset). `*` holds the subsets that any benchmark may have (languages, splits)."""
    subsets: dict[str, dict[str, str]] = {}
    for row in files.rows("subsets.tsv"):
        if row["benchmark"] != "*" and row["benchmark"] not in benchmarks:
            row.fail(f"there is no benchmark {row['benchmark']!r}", "add it to benchmarks.tsv")
        known = subsets.setdefault(row["benchmark"], {})
        key, subset = name_key(row["words"]), row["subset"] or row["words"]
        if known.get(key, subset) != subset:
            row.fail(f"{row['words']!r} would be the subset {subset!r} and {known[key]!r}")
        known[key] = subset
    return subsets


def _ambiguous(
    files: Folder, benchmarks: Mapping[str, Benchmark], models: Mapping[str, Model]
) -> dict[str, tuple[str, ...]]:
    ambiguous: dict[str, tuple[str, ...]] = {}
    for row in files.rows("ambiguous.tsv"):
        known: Mapping[str, object] = benchmarks if row["kind"] == "benchmark" else models
        candidates = tuple(word.strip() for word in row["candidates"].split("|"))
        for candidate in candidates:
            if candidate not in known:
                row.fail(f"there is no {row['kind']} {candidate!r}")
        ambiguous[f"{row['kind']}:{name_key(row['words'])}"] = candidates
    return ambiguous
