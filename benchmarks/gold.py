"""Measures extraction on labelled documents: `python -m benchmarks.gold`.

Reads every document of a gold set, writes the predictions in the format of `tracker extract --format jsonl`, and prints
precision, recall and F1 per kind of document, false claims in documents without scores, the calibration of confidence,
and the speed. The shared evaluation data are looked for beside the project (`TRACKER_SHARED` says otherwise); the
project's own set stands under `tests/gold`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import floor
from benchmarks.scoring import Record, Tally, calibration, score_document
from tracker.extraction import EXTRACTOR, extract
from tracker.extraction.render import claim_record
from tracker.names import Names
from tracker.parsers import parse

ROOT = Path(__file__).resolve().parent.parent
OWN = ROOT / "tests" / "gold"
FLOOR = OWN / "floor.toml"


def shared_gold() -> Path:
    return Path(os.environ.get("TRACKER_SHARED", ROOT.parent / "shared")) / "gold"


@dataclass(slots=True)
class Report:
    """`documents` holds each document's tally by its file name."""

    documents: dict[str, Tally] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    predictions: list[Record] = field(default_factory=list)
    seconds: float = 0.0
    megabytes: float = 0.0

    @property
    def total(self) -> Tally:
        total = Tally()
        for tally in self.documents.values():
            total.add(tally)
        return total

    @property
    def mean_f1(self) -> float:
        scored = [t.precision_recall_f1()[2] for name, t in self.documents.items() if self.kinds[name] != "no scores"]
        return sum(scored) / len(scored) if scored else 1.0

    @property
    def false_claims(self) -> int:
        return sum(len(t.wrong) for name, t in self.documents.items() if self.kinds[name] == "no scores")

    @property
    def sure_and_right(self) -> float:
        """Of the claims given a confidence of 0.9 and more, the share that is right."""
        sure = [right for confidence, right in self.total.judged if confidence >= 0.9]
        return sum(sure) / len(sure) if sure else 1.0

    @property
    def figures(self) -> floor.Figures:
        """What the floor holds."""
        total = self.total
        return {
            "core_f1": total.precision_recall_f1()[2],
            "mean_f1": self.mean_f1,
            "full_f1": total.precision_recall_f1(full=True)[2],
            "false_claims": self.false_claims,
            "sure_and_right": self.sure_and_right,
        }


def documents(folder: Path) -> Iterator[tuple[Path, dict[str, object]]]:
    """The documents of a gold set with their labels (`docs/NAME` and `gold/STEM.json`, or `claims/STEM.json`)."""
    labels = folder / "gold" if (folder / "gold").is_dir() else folder / "claims"
    for path in sorted(labels.glob("*.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        yield folder / "docs" / str(gold["doc"]), gold


def media_type(path: Path) -> str:
    if path.suffix == ".html":
        return "text/html; charset=utf-8"
    if path.name.startswith("reddit-"):
        return "text/markdown; variant=reddit"
    return "text/markdown; charset=utf-8" if path.suffix == ".md" else ""


def kind_of(name: str, gold: dict[str, object]) -> str:
    if not gold["claims"]:
        return "no scores"
    if name.startswith("reddit-"):
        return "posts"
    return "pages" if name.endswith(".html") else "cards, READMEs, blogs"


def measure(folder: Path, names: Names) -> Report:
    report = Report()
    for path, gold in documents(folder):
        body = path.read_bytes()
        started = time.perf_counter()
        page = parse(body, media_type(path), path.name)
        claims = extract(page, names).claims
        report.seconds += time.perf_counter() - started
        report.megabytes += len(body) / 1e6
        records = [claim_record(path.name, claim, names) for claim in claims]
        report.predictions += records
        report.documents[path.name] = score_document(gold, records)
        report.kinds[path.name] = kind_of(path.name, gold)
    return report


def lines(report: Report, *, details: int = 0) -> Iterator[str]:
    if details:
        for name, tally in report.documents.items():
            yield from _document_lines(name, tally, details)
    by_kind: dict[str, Tally] = defaultdict(Tally)
    for name, tally in report.documents.items():
        by_kind[report.kinds[name]].add(tally)
    yield f"{'kind of document':24} {'claims':>7} {'P':>7} {'R':>7} {'F1':>7} {'full F1':>8}"
    for kind, tally in sorted(by_kind.items()):
        if kind != "no scores":
            yield _row(kind, tally)
    yield _row("all", report.total)
    yield f"core F1, mean over documents: {report.mean_f1:.4f}"
    without = sum(kind == "no scores" for kind in report.kinds.values())
    yield f"false claims in {without} documents without scores: {report.false_claims}"
    yield "confidence   claims   right"
    for band, count, right in calibration(report.total.judged):
        yield f"{band:>10} {count:8} {right / count:7.3f}" if count else f"{band:>10} {count:8}       –"
    yield f"of claims given ≥ 0.9: {report.sure_and_right:.4f} right"
    yield f"{report.megabytes:.2f} MB in {report.seconds:.2f} s: {report.megabytes / report.seconds:.2f} MB/s; {EXTRACTOR}"


def _row(kind: str, tally: Tally) -> str:
    precision, recall, f1 = tally.precision_recall_f1()
    full = tally.precision_recall_f1(full=True)[2]
    return f"{kind:24} {tally.needed:7} {precision:7.4f} {recall:7.4f} {f1:7.4f} {full:8.4f}"


def _document_lines(name: str, tally: Tally, details: int) -> Iterator[str]:
    precision, recall, f1 = tally.precision_recall_f1()
    if not tally.needed and not tally.said:
        return
    yield f"{name:36} need {tally.needed:4} said {tally.said:4} P {precision:.3f} R {recall:.3f} F1 {f1:.3f} full {tally.full}"
    for word, records in (("missed", tally.missed), ("wrong", tally.wrong)):
        for record in records[:details]:
            yield f"    {word}: {_brief(record)}"


def _brief(record: Record) -> str:
    parts = [record.get("model"), record.get("model_raw"), record.get("benchmark"), record.get("benchmark_raw")]
    return " | ".join(str(part) for part in (*parts, record.get("value"), record.get("evidence") or record.get("row")))


def write_predictions(path: Path, predictions: Iterable[Record]) -> None:
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in predictions), encoding="utf-8")


def floor_name(folder: Path) -> str | None:
    """The section of the floor that a gold set is held to; other folders are measured only."""
    named = {OWN.resolve(): "own", shared_gold().resolve(): "shared"}
    return named.get(folder.resolve())


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure extraction on labelled documents.")
    parser.add_argument(
        "folder", nargs="?", type=Path, help="a gold set (default: the shared one and the project's own)"
    )
    parser.add_argument("--predictions", type=Path, help="write the claims there, one JSON record a line")
    parser.add_argument(
        "--details", type=int, default=0, metavar="N", help="list N missed and N wrong claims a document"
    )
    parser.add_argument("--raise-floor", action="store_true", help="write the figures that are better into the floor")
    parser.add_argument("--lower-floor", action="store_true", help="write the figures into the floor, worse ones too")
    options = parser.parse_args()
    folders = [options.folder] if options.folder else [folder for folder in (shared_gold(), OWN) if folder.is_dir()]
    floors, measured = floor.load(FLOOR), dict[str, floor.Figures]()
    names = Names.bundled()
    for folder in folders:
        report = measure(folder, names)
        print(f"== {folder}")
        for line in lines(report, details=options.details):
            print(line)
        if options.predictions:
            write_predictions(options.predictions, report.predictions)
        if name := floor_name(folder):
            measured[name] = report.figures
    if options.raise_floor or options.lower_floor:
        moved = {
            name: floor.moved(floors.get(name, {}), measured[name], lower=options.lower_floor) for name in measured
        }
        floor.write(FLOOR, floors | moved)
        return 0
    failures = [f"{name}: {line}" for name in measured for line in floor.below(measured[name], floors.get(name, {}))]
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
