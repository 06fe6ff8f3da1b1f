"""What the fields of a record are, by their names: who, on what, under which settings, and which numbers are scores.

The names registry speaks first (`TimeQA` is no time, `error rate` no count of errors); then the ordinary vocabulary of
result files. A number is a score only when something says so: most numbers of a record are costs, counts and times.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache

from tracker.names import Names

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_CUTS = re.compile(r"[\s_\-./:|@()\[\]]+")
_NUMERAL = re.compile(r"\d+")


def word_set(text: str) -> frozenset[str]:
    return frozenset(text.split())


class Role(Enum):
    SCORE = "score"
    UNCERTAINTY = "uncertainty"
    MAYBE = "maybe"  # a number whose name says neither that it is a score nor that it is none
    NO_SCORE = "no score"


MODEL_FIELDS = (
    "model name", "model", "model id", "llm", "llm name", "model display name", "display name", "model title", "model key",
    "model slug", "model full name", "full model name", "model name or path", "model path", "model alias", "modelname",
)  # fmt: skip
"""Fields that name a model, the best first."""

PERHAPS_MODEL_FIELDS = (
    "name",
    "system",
    "agent",
    "method",
    "title",
    "submission",
    "label",
    "id",
    "key",
    "slug",
    "entry",
)
"""Fields that name a model where most of their values do."""

BENCHMARK_FIELDS = (
    "benchmark name", "benchmark", "dataset name", "dataset", "eval name", "evaluation name", "task name", "test name",
    "benchmark id", "dataset id", "eval", "evaluation", "task", "test set", "testset", "test suite", "suite",
)  # fmt: skip
KINDS_OF_WORK = frozenset({"task", "task name", "suite", "test suite", "eval", "evaluation", "test set", "testset"})
"""Fields that often hold a kind of work ("question-answering"): a benchmark only where the registry knows the words."""

METRIC_FIELDS = ("metric name", "metric", "metric type", "measure", "metric id")
ITEM_FIELDS = (
    "question id", "sample id", "instance id", "problem id", "doc id", "prompt id", "item id", "example id", "qid", "question",
    "problem", "prompt", "instruction",
)  # fmt: skip
"""Fields that say about which single question of a benchmark a record is."""
VALUE_FIELDS = ("value", "score", "result", "metric value", "score value", "mean score")
AVERAGES = frozenset(
    {"average", "avg", "overall", "mean", "total", "all", "average score", "overall score", "mean score"}
)
SHOTS_FIELDS = frozenset(
    [
        "n shot",
        "n shots",
        "num few shot",
        "num fewshot",
        "num shots",
        "shots",
        "few shot",
        "n few shot",
        "nshot",
        "num few shots",
        "fewshot",
        "k shot",
    ]
)
CONTAINERS = frozenset(
    [
        "metrics",
        "scores",
        "results",
        "metric",
        "score",
        "evaluation",
        "evaluations",
        "benchmarks",
        "performance",
        "evals",
        "eval results",
        "benchmark scores",
    ]
)
"""Fields that hold nothing but scores: what stands in them needs no further sign that it is one."""

QUALIFIERS = word_set(
    """accuracy adjusted average avg balanced dev exact instruction level loose macro mean median micro normalized official overall
    prompt raw strict test top top1 top5 total val validation verified weighted"""
)
"""Words before a metric that belong to it and not to a benchmark: `test_accuracy`, `macro_f1`."""

SETTING_FIELDS = (
    "split", "subset", "config", "language", "lang", "hf subset", "category", "subject", "domain", "level", "difficulty",
    "context length", "quantization", "quant", "quantisation", "precision", "reasoning effort", "effort", "thinking budget",
    "thinking", "variant", "harness", "scaffold", "agent", "framework", "tools", "tool use", "size", "judge", "filter",
)  # fmt: skip
"""Fields that tell two results of one model on one benchmark apart where a board has them throughout, the best first."""

_METRIC_WORDS = frozenset(
    [
        "acc",
        "accuracy",
        "accuracies",
        "auc",
        "auroc",
        "average",
        "avg",
        "bertscore",
        "bleu",
        "bleurt",
        "bpb",
        "brier",
        "cer",
        "chrf",
        "cider",
        "coherence",
        "comet",
        "completeness",
        "conciseness",
        "correct",
        "correctness",
        "correlation",
        "ece",
        "elo",
        "em",
        "exact",
        "f1",
        "f2",
        "factuality",
        "faithfulness",
        "fid",
        "fidelity",
        "fluency",
        "grade",
        "groundedness",
        "hallucination",
        "harmlessness",
        "helpfulness",
        "honesty",
        "iou",
        "kappa",
        "kendall",
        "macro",
        "map",
        "mauroc",
        "mauve",
        "mcc",
        "mean",
        "meteor",
        "micro",
        "miou",
        "mrr",
        "ndcg",
        "overall",
        "pass",
        "passed",
        "pct",
        "pearson",
        "percent",
        "percentage",
        "perplexity",
        "ppl",
        "precision",
        "quality",
        "rate",
        "rating",
        "recall",
        "relevance",
        "resolved",
        "rouge",
        "safety",
        "satisfaction",
        "score",
        "scores",
        "similarity",
        "solved",
        "spearman",
        "success",
        "toxicity",
        "truthfulness",
        "wer",
        "win",
        "winrate",
        "gptsimilarity",
        "rougel",
        "rouge1",
        "rouge2",
        "rougelsum",
    ]
)
_OTHER_WORDS = frozenset(
    [
        "attempt",
        "attempts",
        "batch",
        "battles",
        "bits",
        "bucket",
        "budget",
        "byte",
        "bytes",
        "ci",
        "co2",
        "commit",
        "compute",
        "context",
        "cost",
        "costs",
        "count",
        "counts",
        "ctx",
        "cutoff",
        "date",
        "day",
        "days",
        "dev",
        "device",
        "dim",
        "dimension",
        "dimensions",
        "disk",
        "dollar",
        "dollars",
        "downloads",
        "dropout",
        "duration",
        "emissions",
        "energy",
        "epoch",
        "epochs",
        "eur",
        "experts",
        "flops",
        "forks",
        "games",
        "gb",
        "gib",
        "gpu",
        "gpus",
        "hash",
        "heads",
        "height",
        "hour",
        "hours",
        "id",
        "ids",
        "idx",
        "index",
        "instances",
        "interval",
        "items",
        "kg",
        "kwh",
        "latency",
        "layers",
        "learning",
        "len",
        "length",
        "length",
        "lengths",
        "likes",
        "limit",
        "lower",
        "lr",
        "max",
        "mb",
        "memory",
        "mib",
        "min",
        "minute",
        "minutes",
        "model",
        "month",
        "ms",
        "n",
        "num",
        "number",
        "offset",
        "order",
        "page",
        "params",
        "parameter",
        "parameters",
        "parameterscount",
        "patience",
        "percentile",
        "port",
        "position",
        "power",
        "price",
        "priced",
        "pricing",
        "prompt",
        "q025",
        "q975",
        "questions",
        "rank",
        "ranking",
        "refresh",
        "repeats",
        "replicas",
        "requests",
        "retries",
        "revision",
        "rows",
        "rpm",
        "runs",
        "runtime",
        "sample",
        "samples",
        "sampling",
        "sec",
        "seconds",
        "second",
        "seed",
        "sequence",
        "shard",
        "size",
        "sizes",
        "speed",
        "stars",
        "step",
        "steps",
        "tasks",
        "temperature",
        "threshold",
        "throughput",
        "tie",
        "ties",
        "time",
        "timeout",
        "timeouts",
        "times",
        "timestamp",
        "tok",
        "token",
        "tokens",
        "top",
        "tpm",
        "tps",
        "trials",
        "upper",
        "usage",
        "usd",
        "version",
        "versions",
        "views",
        "votes",
        "warmup",
        "weight",
        "weights",
        "width",
        "window",
        "words",
        "workers",
        "year",
        "years",
    ]
)
_SPREADS = frozenset(
    [
        "stderr",
        "std",
        "stdev",
        "std dev",
        "std err",
        "standard error",
        "standard deviation",
        "se",
        "sem",
        "uncertainty",
        "error bar",
        "margin of error",
        "plus minus",
    ]
)


@lru_cache(maxsize=16384)
def field_words(key: str) -> str:
    """A field's name as lower-case words: `modelName`, `model_name`, `Model-Name` are all `model name`."""
    return _CUTS.sub(" ", _CAMEL.sub(" ", key)).strip().lower()


def spread_of(key: str) -> str | None:
    """Of which field a field is the uncertainty: `acc_stderr` of `acc`, `stderr` of whatever the record scores ("")."""
    words = field_words(key)
    if words in _SPREADS:
        return ""
    for spread in _SPREADS:
        if words.endswith(f" {spread}"):
            return words.removesuffix(f" {spread}")
        if words.startswith(f"{spread} "):
            return words.removeprefix(f"{spread} ")
    return None


_AT_K = re.compile(r"[A-Za-z]{1,12}@\d{1,3}")
"""`o@1`: a rate over k tries."""
ORDINARY = 0.6
"""The confidence of a benchmark's name in another casing than its own (`tracker.names`)."""


def role_of(key: str, names: Names) -> Role:
    """What a number under this name is."""
    words = field_words(key)
    if not words or _NUMERAL.fullmatch(words):
        return Role.NO_SCORE
    if spread_of(key) is not None:
        return Role.UNCERTAINTY
    if words in SHOTS_FIELDS:
        return Role.NO_SCORE
    if names.metric(key) is not None or names.metric(words) is not None or _AT_K.fullmatch(key):
        return Role.SCORE
    benchmark = names.benchmark(key)
    if benchmark is not None:  # an ordinary word that is a benchmark in another casing ("quality") may be either
        return Role.SCORE if benchmark.confidence > ORDINARY else Role.MAYBE
    parts = {part.rstrip("0123456789") or part for part in words.split(" ")} | set(words.split(" "))
    if parts & _OTHER_WORDS:
        return Role.NO_SCORE
    return Role.SCORE if parts & _METRIC_WORDS else Role.MAYBE


def split_metric(key: str, names: Names) -> tuple[str, str] | None:
    """A field that names benchmark and metric (`gsm8k_accuracy`, `MMLU (acc)`): both, as written. The longest metric wins.

    `None` when the end of the name is no metric, or all of it is one.
    """
    if names.metric(key) is not None:
        return None
    for cut in _CUTS.finditer(key):
        head, tail = key[: cut.start()], key[cut.end() :].strip(" )]")
        if head and tail and names.metric(tail) is not None:
            return head, tail
    return None
