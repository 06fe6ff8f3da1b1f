"""Scores an extractor's claims against labelled ones: core (who, what, number), full (also the settings), false claims.

A label is a claim with lists of acceptable spellings. A prediction is right when one of its spellings (canonical or as
written) of the model and of the benchmark is acceptable and the number agrees, as written or rescaled between percent
and fraction. Letter case, separators, token order of models, and words such as "instruct" that name a variant do not
matter. Claims labelled optional count neither when found nor when missed; the same claim said twice counts once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Record = Mapping[str, object]

_VARIANT_WORDS = frozenset(
    ["base", "instruct", "instruction", "inst", "chat", "it", "pt", "pretrained", "ours", "model"]
)
_OWNERS = frozenset({"meta", "openai", "google", "anthropic", "mistralai"})
_SETTINGS = re.compile(
    r"\b(?:\d+\s*[-–]?\s*shots?|zero[- ]shot|few[- ]shot|cot|pass@\d+|maj@\d+|em|acc\.?|accuracy|f1)\b", re.IGNORECASE
)
_MARKS = re.compile(r"[*†‡§¶^]+")
_HUB_PATH = re.compile(r"[\w.-]+/[\w.:-]+")
_TOKENS = re.compile(r"[a-z]+|\d+(?:\.\d+)*[a-z]*|[^\W_a-z\d]+|\+")


def model_key(words: str) -> tuple[str, ...]:
    text = _fold(words).strip()
    if _HUB_PATH.fullmatch(text):
        text = text.rsplit("/", 1)[-1]
    tokens = [t for t in _TOKENS.findall(re.sub(r"(?<=[a-z])(?=\d)", " ", text)) if t not in _VARIANT_WORDS]
    if len(tokens) > 1 and tokens[0] in _OWNERS:
        tokens = tokens[1:]
    return tuple(sorted(tokens))


def benchmark_key(words: str) -> str:
    return re.sub(r"[^\w+]|_", "", _SETTINGS.sub(" ", _fold(words)))


def _fold(words: str) -> str:
    return _MARKS.sub(" ", unicodedata.normalize("NFKC", words).casefold())


def same_value(label: float, predicted: float) -> bool:
    return any(abs(label - predicted * scale) <= 1e-6 * max(1.0, abs(label)) for scale in (1, 100, 0.01))


@dataclass(frozen=True, slots=True)
class Label:
    """One labelled claim, its spellings as keys."""

    models: frozenset[tuple[str, ...]]
    benchmarks: frozenset[str]
    record: Record

    @property
    def optional(self) -> bool:
        return bool(self.record.get("optional"))

    @property
    def value(self) -> float:
        return float(str(self.record["value"]))


@dataclass(slots=True)
class Tally:
    """Counts of one document or of many. `judged` pairs each prediction's confidence with whether it was right."""

    needed: int = 0
    said: int = 0
    core: int = 0
    full: int = 0
    wrong: list[Record] = field(default_factory=list)
    missed: list[Record] = field(default_factory=list)
    judged: list[tuple[float, bool]] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.needed += other.needed
        self.said += other.said
        self.core += other.core
        self.full += other.full
        self.wrong += other.wrong
        self.missed += other.missed
        self.judged += other.judged

    def precision_recall_f1(self, *, full: bool = False) -> tuple[float, float, float]:
        hits = self.full if full else self.core
        precision = hits / self.said if self.said else float(not self.needed)
        recall = hits / self.needed if self.needed else 1.0
        return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def score_document(gold: Mapping[str, object], predictions: Iterable[Record]) -> Tally:
    """Match one document's predictions with its labels, settings that agree first."""
    labels = _labels(gold)
    ignored = {entry.get("table") for entry in _sequence(gold.get("ignore"))}
    tally = Tally(needed=sum(not label.optional for label in labels))
    used: set[int] = set()
    said_wrong: set[tuple[object, ...]] = set()
    for prediction in predictions:
        evidence = prediction.get("evidence")
        if isinstance(evidence, Mapping) and evidence.get("table") in ignored and evidence.get("table") is not None:
            continue
        hit, agrees, repeated = _match(prediction, labels, used)
        confidence = float(str(prediction.get("confidence", 1.0)))
        if hit is not None:
            used.add(hit)
            tally.judged.append((confidence, True))
            if not labels[hit].optional:
                tally.core += 1
                tally.full += agrees
        elif not repeated:
            signature = (str(prediction.get("model")), str(prediction.get("benchmark")), prediction.get("value"))
            if signature not in said_wrong:
                said_wrong.add(signature)
                tally.wrong.append(prediction)
                tally.judged.append((confidence, False))
    if not gold.get("complete", True):
        tally.wrong = []
    tally.missed = [label.record for at, label in enumerate(labels) if at not in used and not label.optional]
    tally.said = tally.core + len(tally.wrong)
    return tally


def _labels(gold: Mapping[str, object]) -> list[Label]:
    labels: list[Label] = []
    seen: set[tuple[object, ...]] = set()
    for record in _sequence(gold["claims"]):
        label = Label(
            frozenset(key for key in map(model_key, _words(record["model"])) if key),
            frozenset(key for key in map(benchmark_key, _words(record["benchmark"])) if key),
            record,
        )
        signature = (
            min(label.models, default=()),
            min(label.benchmarks, default=""),
            round(label.value, 6),
            record.get("variant"),
            _shots(record.get("shots")),
        )
        if signature not in seen:
            seen.add(signature)
            labels.append(label)
    return labels


def _match(prediction: Record, labels: Sequence[Label], used: set[int]) -> tuple[int | None, bool, bool]:
    models = {key for key in map(model_key, _words([prediction.get("model"), prediction.get("model_raw")])) if key}
    raw = _words([prediction.get("benchmark"), prediction.get("benchmark_raw")])
    benchmarks = {key for key in map(benchmark_key, raw) if key}
    value = float(str(prediction["value"]))
    hit: int | None = None
    agrees = repeated = False
    for at, label in enumerate(labels):
        if not (models & label.models and benchmarks & label.benchmarks and same_value(label.value, value)):
            continue
        if at in used:
            repeated = True
            continue
        settled = _settings_agree(label.record, prediction)
        if hit is None or (settled and not agrees):
            hit, agrees = at, settled
        if settled:
            break
    return hit, agrees, repeated


def _settings_agree(label: Record, prediction: Record) -> bool:
    if "shots" in label and _shots(label["shots"]) != _shots(prediction.get("shots")):
        return False
    if label.get("cot") and not prediction.get("cot"):
        return False
    return not label.get("variant") or label["variant"] == prediction.get("variant")


def _shots(value: object) -> str | None:
    return None if value is None else re.sub(r"[^\d-]", "", str(value).replace("–", "-")) or None


def _sequence(value: object) -> Sequence[Record]:
    return value if isinstance(value, list) else []


def _words(value: object) -> list[str]:
    return [str(item) for item in value if item] if isinstance(value, list) else []


def calibration(judged: Iterable[tuple[float, bool]]) -> list[tuple[str, int, int]]:
    """Rows of (confidence band, claims, right claims), the surest first."""
    edges = (0.97, 0.95, 0.9, 0.8, 0.6, 0.0)
    pairs = list(judged)
    rows: list[tuple[str, int, int]] = []
    upper = 1.01
    for edge in edges:
        inside = [right for sure, right in pairs if edge <= sure < upper]
        rows.append((f"≥ {edge:.2f}", len(inside), sum(inside)))
        upper = edge
    return rows
