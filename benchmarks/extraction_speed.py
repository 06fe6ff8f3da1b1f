"""Measures reading: `python -m benchmarks.extraction_speed [--rounds 3]`.

Prints MB of input per CPU second, start-up left out, and how many times the CPU time of a plain pass over the same bytes
that is, so that the figures mean something on another machine:

- cards: parse and extract documents full of tables, beside `bytes.split`. The labelled ones where `../shared/gold/docs` is
  there (`TRACKER_SHARED` names another place of `../shared`), else generated ones. Each round is a process of its own:
  names that were resolved in one round would be remembered in the next.
- posts: what the filter before the parser takes for posts without tables that name nothing, beside `bytes.split`.

The best round counts.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tracker.domain.pages import Page
from tracker.extraction import extract
from tracker.names import Names
from tracker.parsers import parse
from tracker.pipeline.assembly import reader

DOCS = Path(os.environ.get("TRACKER_SHARED", Path(__file__).parents[2] / "shared")) / "gold" / "docs"
MARKDOWN = "text/markdown"
PASSES = 25
WARM_UP = (
    "warm-up.md",
    b"# Warm-up\n\nOur Nova-7B beats GPT-4o on MMLU.\n\n| Model | MMLU |\n|---|---|\n| Nova-7B | 71.2 |\n",
)
BENCHMARKS = ("MMLU", "MMLU-Pro", "GSM8K", "MATH", "HumanEval", "MBPP", "BBH", "GPQA", "IFEval", "HellaSwag")
SYLLABLES = ("no", "va", "zo", "ri", "ka", "lu", "mer", "ta", "bel", "qui", "fen", "dor")
TALK = (
    "I spent the whole weekend on this and it still feels slow on my machine.",
    "Does anybody know whether the fans have to be this loud?",
    "Thanks, that fixed it for me, I had the wrong driver installed the whole time.",
    "My brother says that two of them are better than one, but he pays for the power.",
    "It depends on what you want to do with it, honestly.",
    "We tried the same thing at work last year and gave up after 3 weeks.",
)

Document = tuple[str, bytes]


def cards() -> tuple[str, list[Document]]:
    """What they are, and the documents."""
    if DOCS.is_dir():
        return "labelled cards", [(path.name, path.read_bytes()) for path in sorted(DOCS.iterdir())]
    return "generated cards", [(f"card-{seed}.md", _card(random.Random(seed))) for seed in range(60)]


def _card(source: random.Random) -> bytes:
    """Tables and prose: about 90 bytes to a score (the labelled cards have 460)."""

    def name() -> str:
        return "".join(source.choices(SYLLABLES, k=3)).title()

    lines = [f"# {name()}-7B", "", f"{name()}-7B is a language model. We compare it with models of its size."]
    for table in range(4):
        lines += ["", f"## Evaluation {table + 1}", "", f"All scores are {source.randint(0, 8)}-shot.", ""]
        columns = source.sample(BENCHMARKS, 5)
        lines += [f"| Model | {' | '.join(columns)} |", "|---" * 6 + "|"]
        for _ in range(6):
            scores = " | ".join(f"{source.uniform(20, 95):.1f}" for _ in columns)
            lines.append(f"| {name()}-{source.choice((3, 7, 13, 70))}B-Instruct | {scores} |")
        for _ in range(4):
            lines += ["", " ".join(source.choices(TALK, k=8))]
    return "\n".join(lines).encode()


def posts(count: int = 4000) -> list[bytes]:
    """Posts of about 1 kB that name no model and no benchmark."""
    source = random.Random(0)
    return [" ".join(source.choices(TALK, k=source.randint(8, 22))).encode() for _ in range(count)]


def spent(work: Callable[[], object]) -> float:
    """CPU seconds."""
    before = time.process_time()
    work()
    return time.process_time() - before


def splitting(bodies: Sequence[bytes]) -> float:
    """Seconds of one pass of `bytes.split`: the middle one of many, as one is short."""
    return statistics.median(spent(lambda: [body.split() for body in bodies]) for _ in range(PASSES))


def read_cards(_: int) -> tuple[float, float, float]:
    """Seconds to parse, to extract, and to split."""
    names = Names.bundled()
    documents = cards()[1]
    extract(parse(WARM_UP[1], MARKDOWN, WARM_UP[0]), names)
    pages: list[Page] = []
    parsing = spent(lambda: pages.extend(parse(body, "", name) for name, body in documents))
    extracting = spent(lambda: [extract(page, names) for page in pages])
    return parsing, extracting, splitting([body for _, body in documents])


def filter_posts(rounds: int) -> tuple[int, float, float]:
    """Bytes, seconds to filter, seconds to split. Every post must be turned away."""
    bodies = posts()
    could_hold = reader(Names.bundled()).could_hold
    if any(could_hold(body, MARKDOWN, "") for body in bodies):
        raise SystemExit("the filter lets a post through that names nothing")
    times = [
        (spent(lambda: [could_hold(body, MARKDOWN, "") for body in bodies]), splitting(bodies)) for _ in range(rounds)
    ]
    return sum(map(len, bodies)), min(time for time, _ in times), min(time for _, time in times)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=3)
    rounds = options.parse_args().rounds
    kind, documents = cards()
    megabytes = sum(len(body) for _, body in documents) / 1e6
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        times = pool.map(read_cards, range(rounds), chunksize=1)
    parsing, extracting, yardstick = (min(column) for column in zip(*times, strict=True))
    both = parsing + extracting
    print(f"{len(documents)} {kind}, {megabytes:.2f} MB")
    print(f"  parse            {megabytes / parsing:8.2f} MB/s {parsing / yardstick:8.0f} × bytes.split")
    print(f"  parse + extract  {megabytes / both:8.2f} MB/s {both / yardstick:8.0f} × bytes.split")
    size, filtering, yardstick = filter_posts(rounds)
    print(f"posts without tables, {size / 1e6:.2f} MB")
    print(f"  filter           {size / 1e6 / filtering:8.2f} MB/s {filtering / yardstick:8.2f} × bytes.split")


if __name__ == "__main__":
    main()
