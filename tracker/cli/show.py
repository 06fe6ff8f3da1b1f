"""`tracker show`: the proof of a claim."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli.opening import opened_database, settings
from tracker.cli.output import Format, FormatOption, console, write
from tracker.cli.scores import score_record
from tracker.domain.errors import TrackerError, UsageError

if TYPE_CHECKING:
    from tracker.storage import Proof


def show(
    claim: Annotated[str, typer.Argument(metavar="CLAIM", help="A claim's id, or its beginning.")],
    body: Annotated[bool, typer.Option("--body", help="Print the archived bytes themselves.")] = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """The quoted words of a claim and their place in the archived bytes, read again from them now."""
    from tracker.archive import open_archive
    from tracker.pipeline.proof import check

    chosen = settings()
    with opened_database(chosen) as database:
        proof = database.queries().proof(claim)
        if proof is None:
            raise UsageError("no claim has this id, or several begin so", where=claim, hint="tracker scores lists ids")
        versions = database.queries().claim(proof.score.claim)
    archive = open_archive(chosen.archive)
    if body:
        import sys

        sys.stdout.buffer.write(archive.get(proof.score.snapshot))
        return
    words, problem = None, ""
    try:
        words = check(proof, archive)
    except TrackerError as error:
        problem = str(error)
    if form is not Format.TABLE:
        write([{**_record(proof), "words": words, "proven": words == proof.score.quote, "problem": problem}], form, ())
        return
    _print(proof, words, problem)
    write(
        map(score_record, versions),
        form,
        ("score", "valid_from", "valid_to", "recorded_at", "snapshot"),
        title="Versions",
    )


def _record(proof: Proof) -> dict[str, Any]:
    return {
        **score_record(proof.score),
        "media_type": proof.media_type,
        "pointer": proof.pointer,
        "archived": proof.archived,
        "retrieved_at": proof.retrieved_at,
    }


def _print(proof: Proof, words: str | None, problem: str) -> None:
    from rich.text import Text

    score = proof.score
    screen = console()
    setting = [f"{score.shots}-shot" if score.shots else "", "CoT" if score.cot else "", score.variant or ""]
    lines = [
        ("claim", score.claim),
        ("says", f"{score.model} · {score.benchmark} · {score.text}"),
        ("setting", ", ".join(part for part in (*setting, score.metric or "") if part) or "not said"),
        ("as written", f"{score.model_raw} · {score.benchmark_raw}"),
        ("said by", f"{score.source} ({score.tier}, {score.party} party) {score.author or ''}"),
        ("document", score.document),
        ("address", score.url),
        (
            "snapshot",
            f"{score.snapshot}  ({proof.media_type or 'bytes'}, retrieved {proof.retrieved_at:%Y-%m-%d %H:%M} UTC)",
        ),
        ("place", score.locator),
        ("quoted", score.quote),
        ("read again", problem or ("the same words" if words == score.quote else f"other words: {words!r}")),
    ]
    for name, value in lines:
        screen.print(Text(f"{name:>10}  "), Text(str(value)), sep="", soft_wrap=True)
