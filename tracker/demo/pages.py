"""The world's pages, in our own words, as text; each takes what has changed by the round that it is asked in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html import escape

from tracker.demo.figures import (
    BASE,
    BASE_MODELS,
    COMMENT,
    EDITED,
    INSTRUCT,
    INSTRUCT_MODELS,
    JOKE,
    LEAK,
    LEAK_MODELS,
    LEAVES,
    MISTYPED,
    Row,
)

LEAK_TITLE = "Llama 3.1 405B base benchmarks, a day early?"
JOKE_TITLE = "A friend of a friend has GPT-5 numbers"
JOKE_BODY = f"Trust me: {JOKE[0]} scores {JOKE[2]} on {JOKE[1]}. No, I can't show the chart."
PLAIN_COMMENT = "If this holds up, the 405B is the first open model that I can't run and still want."
NEWS_TITLE = "What the leaked Llama 3.1 table says"


def leak_body(*, corrected: bool) -> str:
    """The post's Markdown: GitHub's table dialect without its outer pipes, as people type it on Reddit."""
    benchmark, model, mistyped, _ = MISTYPED
    rows = LEAK if corrected else _with_score(LEAK, LEAK_MODELS, benchmark, model, mistyped)
    lines = [
        "Found in a public evaluation repository before it was taken down. These are **base** models, Instruct is not in it.",
        "",
        " | ".join(("Benchmark", *LEAK_MODELS)),
        "|".join([":--", *["--:"] * len(LEAK_MODELS)]),
        *(" | ".join((row.benchmark, *row.scores)) for row in rows),
        "",
        "No shots are given, so compare with care.",
    ]
    if corrected:
        lines += ["", "Edit: two digits of one HumanEval number were swapped, thanks for checking."]
    return "\n".join(lines)


def table_comment() -> str:
    """A comment with a small table of its own."""
    return "\n".join(
        [
            "Same harness on my box, for scale:",
            "",
            "| Model | GSM8K | BoolQ |",
            "|---|---|---|",
            *(f"| {model} | {' | '.join(scores)} |" for model, scores in _by_model(COMMENT).items()),
        ]
    )


def news_feed(base: str, *, published: str) -> str:
    return f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <title>The Weights Desk</title>
  <id>{base}/</id>
  <updated>{published}</updated>
  <link rel="self" href="{base}/feed.atom"/>
  <entry>
    <title>{NEWS_TITLE}</title>
    <id>{base}/posts/llama-31-leak</id>
    <link rel="alternate" href="{base}/p/31"/>
    <published>{published}</published>
    <updated>{published}</updated>
    <author><name>R. Desk</name></author>
    <summary>Base models only, and a close race.</summary>
  </entry>
</feed>
"""


def empty_feed(base: str) -> str:
    return f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>The Weights Desk</title><id>{base}/</id>
<updated>2024-07-01T00:00:00Z</updated></feed>
"""


def news_article() -> str:
    return _html(
        NEWS_TITLE,
        f"""<article><h1>{NEWS_TITLE}</h1>
<p>A table that surfaced on Monday lists base models only; Instruct versions are to follow.</p>
<p>In it, Llama 3.1 405B beats GPT-4o on GSM8K, HellaSwag, BoolQ, MMLU humanities, MMLU other, MMLU STEM and Winogrande.</p>
<p>Llama 3.1 405B trails GPT-4o on HumanEval and MMLU social sciences.</p>
<p>OpenAI has announced that GPT-5 is forthcoming.</p>
<p>Meta said in April that its largest Llama 3 model, with over 400B parameters, was still in training.</p>
</article>""",
    )


def card(*, edited: bool = False, without_row: bool = False, restyled: bool = False) -> str:
    """The official model card. `restyled`: other order, other markup, other emphasis, the same numbers."""
    instruct = INSTRUCT
    if edited:
        benchmark, model, _, now = EDITED
        instruct = _with_score(instruct, INSTRUCT_MODELS, benchmark, model, now)
    if without_row:
        instruct = tuple(row for row in instruct if row.benchmark != LEAVES)
    tables = [
        ("Base pretrained models", _table(BASE_MODELS, BASE)),
        ("Instruction tuned models", _table(INSTRUCT_MODELS, instruct)),
    ]
    if restyled:
        tables = [
            ("Instruction tuned models", _restyled(INSTRUCT_MODELS, tuple(reversed(instruct)))),
            ("Base pretrained models", _restyled(BASE_MODELS, tuple(reversed(BASE)))),
        ]
    sections = "\n".join(f"<h3>{title}</h3>\n{table}" for title, table in tables)
    body = f"<main><h1>Llama 3.1 model card</h1>\n<h2>Benchmark scores</h2>\n{sections}\n</main>"
    return _html("Llama 3.1 model card", body)


def challenge() -> str:
    """A bot check as content networks show it: status 403 or 200, a spinner, no content."""
    return (
        "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>"
        '<h1>Checking if the site connection is secure</h1><div id="cf-spinner"></div>'
        "<noscript>Enable JavaScript and cookies to continue</noscript>"
        '<script src="/cdn-cgi/challenge-platform/h/g/orchestrate/jsch/v1"></script></body></html>'
    )


def _with_score(rows: Sequence[Row], models: Sequence[str], benchmark: str, model: str, score: str) -> tuple[Row, ...]:
    column = models.index(model)
    return tuple(
        replace(row, scores=(*row.scores[:column], score, *row.scores[column + 1 :]))
        if row.benchmark == benchmark
        else row
        for row in rows
    )


def _table(models: Sequence[str], rows: Sequence[Row]) -> str:
    head = "".join(f"<th>{escape(words)}</th>" for words in ("Benchmark", "# Shots", "Metric", *models))
    lines = [f"<tr><td>{_name(row)}</td><td>{row.shots}</td><td>{row.metric}</td>{_cells(row)}</tr>" for row in rows]
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n" + "\n".join(lines) + "\n</tbody>\n</table>"


def _restyled(models: Sequence[str], rows: Sequence[Row]) -> str:
    """Models in another order, bold best numbers, `<th>` row heads, style attributes, spans instead of text."""
    order = list(reversed(range(len(models))))
    head = "".join(f'<th scope="col"><span>{escape(models[column])}</span></th>' for column in order)
    lines = []
    for row in rows:
        best = max((score for score in row.scores if score), key=float)
        cells = "".join(
            f'<td class="num">{"<strong>" if row.scores[column] == best else ""}{row.scores[column]}'
            f"{'</strong>' if row.scores[column] == best else ''}</td>"
            for column in order
        )
        lines.append(
            f'<tr style="border-top:1px solid"><th scope="row"><em>{_name(row)}</em></th>'
            f"<td>{row.shots}</td><td><code>{row.metric}</code></td>{cells}</tr>"
        )
    return (
        '<table class="scores"><thead><tr><th>Benchmark</th><th># Shots</th><th>Metric</th>'
        f"{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
    )


def _by_model(claims: Sequence[tuple[str, str, str]]) -> dict[str, list[str]]:
    rows: dict[str, list[str]] = {}
    for model, _, score in claims:
        rows.setdefault(model, []).append(score)
    return rows


def _name(row: Row) -> str:
    return escape(f"{row.benchmark} (CoT)" if row.cot else row.benchmark)


def _cells(row: Row) -> str:
    return "".join(f"<td>{score or '-'}</td>" for score in row.scores)


def _html(title: str, body: str) -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title></head>\n'
        f"<body>\n{body}\n</body></html>\n"
    )
