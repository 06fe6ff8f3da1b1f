"""What an address says: which benchmark a board is about, and whose results a file holds.

Result files often leave it to their path: `…/polyglot_leaderboard.yml`, `results/<model>/<task>.json`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from tracker.names import Names

_CONFIDENT = 0.7
_NEAREST = 6
"""Path segments that are looked at, from the end: beyond them stand people's home folders."""

_REVISION_FOLDERS = frozenset({"blob", "raw", "resolve", "tree", "-"})
_GENERIC = frozenset(
    [
        "aggregate",
        "aggregated",
        "all",
        "api",
        "archive",
        "asset",
        "assets",
        "benchmark",
        "benchmarks",
        "blob",
        "board",
        "boards",
        "card",
        "cards",
        "csv",
        "data",
        "database",
        "dataset",
        "datasets",
        "default",
        "docs",
        "download",
        "downloads",
        "dump",
        "eval",
        "evals",
        "evaluation",
        "evaluations",
        "export",
        "exports",
        "file",
        "files",
        "final",
        "full",
        "html",
        "index",
        "info",
        "json",
        "jsonl",
        "latest",
        "leaderboard",
        "leaderboards",
        "list",
        "log",
        "logs",
        "main",
        "master",
        "metric",
        "metrics",
        "model",
        "models",
        "new",
        "out",
        "output",
        "outputs",
        "overall",
        "page",
        "pages",
        "pages-data",
        "path",
        "processed",
        "public",
        "raw",
        "readme",
        "record",
        "records",
        "report",
        "reports",
        "result",
        "results",
        "run",
        "runs",
        "score",
        "scores",
        "share",
        "site",
        "source",
        "sources",
        "spec",
        "src",
        "stat",
        "static",
        "stats",
        "summary",
        "table",
        "tables",
        "test",
        "tests",
        "trash",
        "tsv",
        "v1",
        "v2",
        "v3",
        "web",
        "website",
        "www",
        "xlsx",
        "yaml",
        "yml",
    ]
)
_PREPOSITIONS = frozenset(("in", "of", "for", "by", "on", "with", "to", "from", "and", "vs"))
"""`code-in-json.yml` is about none of its words."""
_STAMP = re.compile(
    r"\d{4}[-_.]?\d{2}[-_.]?\d{2}(?:[t_-]\d{2}[-_:]?\d{2}(?:[-_:.]?\d{2})?(?:[.]\d{1,9})?z?)?", re.IGNORECASE
)
_HASH = re.compile(r"(?=[a-f-]{0,64}[0-9])[0-9a-f]{7,64}(?:-[0-9a-f]{4,12}){0,4}")
_SEPARATORS = re.compile(r"[\s_]+")
_WORD = re.compile(r"[^\s_\-]+")


@dataclass(frozen=True, slots=True)
class Address:
    """`segments` are host or repository, folders and file name, without what only says which revision it is."""

    segments: tuple[str, ...]

    @property
    def stem(self) -> str:
        """The file's name without its suffix."""
        name = self.segments[-1] if self.segments else ""
        head, dot, suffix = name.rpartition(".")
        return head if dot and len(suffix) <= 5 else name

    @property
    def folders(self) -> tuple[str, ...]:
        """The nearest first."""
        return tuple(reversed(self.segments[:-1]))[: _NEAREST - 1]

    @property
    def folders_within(self) -> tuple[str, ...]:
        """Folders without the host and whoever owns the repository there: these are no names of benchmarks."""
        outside = 2 if len(self.segments) > 3 and "." in self.segments[0] else 0
        return tuple(reversed(self.segments[outside:-1]))[: _NEAREST - 1]


def read_address(address: str) -> Address:
    """From a URL, a document id (`git:host/owner/name#folder/file`) or a path."""
    if "://" in address:
        try:
            parts = urlsplit(address)
        except ValueError:
            return Address(())
        path = f"{parts.hostname or ''}/{unquote(parts.path)}"
    else:
        path = address.removeprefix("git:").replace("#", "/")
    segments = [segment for segment in path.replace("\\", "/").split("/") if segment not in ("", ".", "..")]
    return Address(
        tuple(
            segment
            for number, segment in enumerate(segments, start=1)
            if number == len(segments) or not (segment in _REVISION_FOLDERS or _HASH.fullmatch(segment))
        )
    )


def benchmark_words(address: Address, title: str, names: Names) -> tuple[str, bool]:
    """The words for the benchmark that a whole file is about, and whether the registry knows them.

    A file's own name goes before its folders', a known benchmark before words that are only not generic. Empty when the
    address says nothing.
    """
    own = meaningful(address.stem)
    around = [words for words in (meaningful(folder) for folder in address.folders) if words]
    folders = [  # "crux-eval" is more than "crux", "AlpacaEval 2" than "data_AlpacaEval_2"
        words for folder in address.folders for words in (folder.removesuffix(".github.io"), meaningful(folder))
    ]
    candidates = [address.stem, own, title, *(f"{words} {own}" for words in around if own), *folders]
    for words in candidates:
        if words and names.benchmark(_SEPARATORS.sub(" ", words)) is not None:
            return _SEPARATORS.sub(" ", words), True
    for words in (own, title, *around):
        for mention in names.mentions(words):
            if mention.kind == "benchmark" and not mention.ambiguous and mention.confidence >= _CONFIDENT:
                return mention.words, True
    for words in (own, *map(meaningful, address.folders_within[:3])):
        if words and names.model(words) is None:
            return words, False
    return "", False


def model_words(address: Address, names: Names) -> str:
    """The words for the model whose results a file holds: the nearest folder, or the file's name, that names one.

    `Org__Model` is how paths write a model hub's `Org/Model`, which needs no further sign.
    """
    for segment in (*address.folders, address.stem):
        organisation, flattened, name = segment.partition("__")
        if flattened and organisation.strip("_") and name.strip("_"):
            return f"{organisation}/{name}"
        model = names.model(segment)
        if model is not None and (model.known or model.confidence >= _CONFIDENT):
            return segment
    return ""


def meaningful(segment: str) -> str:
    """A segment's words without the ones that every path has, dates and hashes; empty when nothing is left."""
    kept: list[str] = []
    follows = False
    for word in _WORD.findall(_STAMP.sub(" ", segment.removesuffix(".github.io"))):
        version = follows and len(word) == 1 and word.isdigit()  # "AlpacaEval_2"
        follows = version or not (word.lower() in _GENERIC or _HASH.fullmatch(word.lower()) or word.isdigit())
        if follows:
            kept.append(word)
    return "" if kept and kept[-1].lower() in _PREPOSITIONS else " ".join(kept)
