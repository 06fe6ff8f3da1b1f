"""The words of an alert: what changed, from what to what, who said it, when, link, proof.

Everything that comes from a page goes through `words.plain`; no template is involved anywhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from tracker.alerts.measures import move
from tracker.alerts.ports import BenchmarkFacts, ModelFacts
from tracker.alerts.words import LONGEST_SUBJECT, address, plain
from tracker.domain.claims import Claim, Score, Setting
from tracker.domain.history import ChangeKind, RecordedChange
from tracker.domain.outbox import OutboxEntry
from tracker.domain.sources import Precision

_VERBS = {
    ChangeKind.APPEARED: "reports",
    ChangeKind.REVISED: "changed",
    ChangeKind.RESCALED: "restated in another unit",
    ChangeKind.RELABELLED: "renamed",
    ChangeKind.WITHDRAWN: "withdrew",
    ChangeKind.REINSTATED: "reports again",
    ChangeKind.REREAD: "was read anew",
}
_LINES_IN_DIGEST = 40


def subject(recorded: RecordedChange, lead: str = "") -> str:
    """`Llama 3.1 70B Instruct on GPQA: 41.7 → 46.7 (revised, Meta)`, with what makes it news in front."""
    change = recorded.change
    line = f"{_title(recorded)}: {_numbers(recorded)} ({change.kind.value}, {_short_voice(recorded)})"
    return plain(f"{lead}: {line}" if lead else line, LONGEST_SUBJECT)


def body(
    recorded: RecordedChange,
    rules: Sequence[str],
    *,
    lead: str = "",
    benchmark: BenchmarkFacts | None = None,
    model: ModelFacts | None = None,
) -> str:
    """The whole alert as plain text, a line a fact."""
    change, claim = recorded.change, recorded.change.claim
    headline = f"{_short_voice(recorded)} {_VERBS[change.kind]} {_title(recorded)}: {_numbers(recorded)}"
    lines = [plain(f"{lead}. {headline}" if lead else headline, 300), ""]
    distance = _distance(change.old, change.new, benchmark)
    if distance:
        lines.append(f"Moved: {distance}")
    lines += [
        f"As written: {plain(claim.model, 120)} | {plain(claim.benchmark, 120)}{_metric(claim)} | {_said(claim.score)}",
        f"Said by: {_voice(recorded, model)}",
        f"Since: {moment(change.valid_at, change.precision)}; recorded {moment(recorded.recorded_at)}",
    ]
    if claim.quote:
        lines.append(f"Quote: “{plain(claim.quote, 240)}”")
    if recorded.title:
        lines.append(f"Page: {plain(recorded.title, 160)}")
    if address(recorded.url):
        lines.append(f"Link: {address(recorded.url)}")
    lines += [
        f"Proof: snapshot {plain(change.snapshot, 64)} at {plain(claim.evidence.locator, 120)}",
        f"Look: tracker show {plain(recorded.claim_id or change.id, 64)}",
        f"Rule: {', '.join(rules)}",
    ]
    return "\n".join(lines)


def digest(entries: Sequence[OutboxEntry], changes: Sequence[RecordedChange]) -> tuple[str, str]:
    """Subject and body of one message for many alerts: what kinds, which models, and a line for each of the first."""
    models = Counter(plain(change.model, 60) for change in changes if change.model)
    named = ", ".join(model for model, _ in models.most_common(3))
    rest = len(models) - 3
    about = f": {named}{f' and {rest} more' if rest > 0 else ''}" if named else ""
    kinds = Counter(change.change.kind.value for change in changes)
    lines = [", ".join(f"{number} {kind}" for kind, number in kinds.most_common()), ""] if kinds else []
    lines += [f"- {entry.subject}" for entry in entries[:_LINES_IN_DIGEST]]
    if len(entries) > _LINES_IN_DIGEST:
        lines.append(f"and {len(entries) - _LINES_IN_DIGEST} more")
    lines += ["", "Look: tracker changes"]
    return f"{len(entries)} alerts{about}"[:LONGEST_SUBJECT], "\n".join(lines)


def silence(source: str, last: datetime | None, detail: str) -> tuple[str, str]:
    """Subject and body for a source that has stopped answering."""
    since = f"since {moment(last)}" if last else "and never has"
    name = plain(source, 64)
    lines = [f"The source {name} has not answered {since}."]
    if detail:
        lines.append(f"Last word: {plain(detail, 240)}")
    lines += ["What it said before stands until it is heard again.", "", f"Look: tracker sources {name}"]
    return f"Source silent: {name}, no answer {since}", "\n".join(lines)


def moment(at: datetime, precision: Precision = Precision.SECOND) -> str:
    return f"{at:%Y-%m-%d}" if precision is Precision.DAY else f"{at:%Y-%m-%d %H:%M} UTC"


def _title(recorded: RecordedChange) -> str:
    claim = recorded.change.claim
    model = recorded.model or claim.model
    return f"{model} on {recorded.benchmark or claim.benchmark}{_setting(claim.setting, model)}"


def _numbers(recorded: RecordedChange) -> str:
    old, new = recorded.change.old, recorded.change.new
    if recorded.change.kind is ChangeKind.RELABELLED and old and new:
        return f"{old.model} | {old.benchmark} → {new.model} | {new.benchmark}"
    if old is not None and new is not None:
        return f"{_said(old.score)} → {_said(new.score)}"
    return _said(recorded.change.claim.score)


def _said(score: Score) -> str:
    """The number in the document's own spelling, with its unit where the spelling does not show it."""
    text = plain(score.text, 40)
    return f"{text} {plain(score.unit, 20)}" if score.unit and score.unit not in ("percent", "fraction") else text


def _setting(setting: Setting, model: str) -> str:
    """What the claim says about how it was measured, the variant only where the model's name does not say it."""
    words = [f"{setting.shots}-shot"] if setting.shots else []
    if setting.cot is not None:
        words.append("CoT" if setting.cot else "no CoT")
    if setting.variant and setting.variant not in model.casefold():
        words.append(setting.variant)
    words += [f"{name} {value}" for name, value in setting.extra]
    return f" ({', '.join(words)})" if words else ""


def _metric(claim: Claim) -> str:
    return f" | {plain(claim.metric, 60)}" if claim.metric else ""


def _distance(old: Claim | None, new: Claim | None, benchmark: BenchmarkFacts | None) -> str:
    moved = move(old.score, new.score, benchmark) if old and new else None
    if moved is None or not moved.points:
        return ""
    parts = [f"{_signed(moved.points)} points"]
    if moved.percent is not None:
        parts.append(f"{_signed(moved.percent)} % of the old number")
    if moved.errors is not None:
        parts.append(f"{moved.errors:.1f} standard errors")
    return ", ".join(parts)


def _signed(number: Decimal) -> str:
    text = f"{number:+.2f}".rstrip("0").rstrip(".")
    return text if text not in ("+0", "-0") else f"{number:+.1E}"


def _short_voice(recorded: RecordedChange) -> str:
    return recorded.organisation or recorded.source


def _voice(recorded: RecordedChange, model: ModelFacts | None) -> str:
    who = plain(recorded.organisation or recorded.author or "somebody", 80)
    said = f"{who}, source {plain(recorded.source, 64)} ({recorded.tier})"
    if recorded.change.claim.relayed:
        return f"{said}, relaying somebody else's number"
    if recorded.organisation and model is not None and model.organisation:
        return f"{said}, {'first' if first_party(recorded, model) else 'third'} party"
    return said


def first_party(recorded: RecordedChange, model: ModelFacts | None) -> bool:
    """Whether the organisation that speaks made the model."""
    return (
        model is not None
        and bool(recorded.organisation)
        and bool(model.organisation)
        and str(recorded.organisation).casefold() == str(model.organisation).casefold()
        and not recorded.change.claim.relayed
    )
