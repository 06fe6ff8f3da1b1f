"""Takes the settings out of a name: "MMLU (5-shot, Acc.)" is MMLU, 5 shots, Acc.

Every pattern is linear: counts are bounded, and no two quantifiers can share a character.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from tracker.domain.claims import Variant
from tracker.names.spelling import clean
from tracker.names.types import NO_SETTINGS, Settings

_BRACKETS = re.compile(r"[(\[（【]([^()\[\]（）【】]{0,80})[)\]）】]")
_WORD_COUNTS = {"zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "ten": "10"}
_SHOTS = re.compile(
    r"(?<![\w.])(?:"
    r"(\d{1,3})(?:\s?(?:-|~|to|–)\s?(\d{1,3}))?[\s\-_]{0,2}shots?"  # 5-shot, 3~5-shot, 0 shot
    r"|(zero|one|two|three|four|five|ten)[\s\-_]?shots?"
    r"|(?:(?:n|k)\s?[=:]\s?(?=\d{1,2}\b)|(?:shots?|n[\-_]?shots?|num_fewshot)\s?[=:]\s?)(\d{1,3})"  # n=0, shots: 5
    r"|(few|many|multi)[\s\-_]?shots?"
    r"|(\d{1,3})\s?样本"
    r")(?![A-Za-z\d]|,\d{3})",
    re.IGNORECASE,
)  # three digits and more behind n= are items, not shots
_PAIRED_SHOTS = re.compile(
    r"(?<![\w.])(?:\d{1,3}|zero|one|few)(?:[\s\-]?shots?)?\s?/\s?(?:\d{1,3}|few|five)[\s\-]?shots?(?![A-Za-z\d])",
    re.IGNORECASE,
)
"""Two counts for two numbers in a cell ("0/few-shot"): which of them is which is for the reader of the cell to say."""
_NO_COT = re.compile(
    r"(?<![A-Za-z])(?:w/o|without|no|non|not)[\s\-_]{0,2}(?:cot|chain[\s\-]of[\s\-]thought)(?![A-Za-z])", re.IGNORECASE
)
_COT = re.compile(
    r"(?:(?<![A-Za-z])(?:w/|with|\+|using|&)\s{0,2})?(?<![A-Za-z])(?:cot|chain[\s\-]of[\s\-]thought)(?![A-Za-z]|-[A-Z](?![A-Za-z]))",
    re.IGNORECASE,
)  # not in a metric's own name ("CoT-E")
_COUNTED = re.compile(
    r"(?<![A-Za-z])(?:pass|maj\d{0,2}|majority|cons|avg|mean|best|acc|prm|bon|mv|sc)\s?@\s?\d{1,4}k?(?![A-Za-z\d])",
    re.IGNORECASE,
)
_PASS_HAT = re.compile(r"(?<![A-Za-z])pass\s?\^\s?\d{1,2}(?![A-Za-z\d])", re.IGNORECASE)
_VARIANTS: dict[str, Variant] = {
    "base": "base", "base model": "base", "pretrained": "base", "pre-trained": "base", "pt": "base",
    "instruct": "instruct", "chat": "instruct", "inst": "instruct", "it": "instruct",
    "instruction-tuned": "instruct", "instruction tuned": "instruct",
}  # fmt: skip
_PIECES = re.compile(r"[;，、]|,(?!\d{3}(?!\d))")  # not at the comma of a thousand
_SIGNS_OF_SHOTS = ("shot", "=", ":", "样本")
_OPENING = re.compile(r"[(\[（【]")
_SPACES = re.compile(r" {2,}")  # `clean` leaves no other white space
_QUALIFYING = (
    "raw relaxed strict loose avg average mean micro macro overall prompt inst instruct lc length-controlled judge "
    "normalized normalised weighted exact top-1 top-5 first final"
)
_QUALIFIERS = frozenset(_QUALIFYING.split())
"""Words that, before a metric, make a metric of it again ("relaxed accuracy", "raw score"), not a part of the name."""
_SCALE = re.compile(
    r"(?:score|rating)s?\s?\d{1,3}\s?[-–~]\s?\d{1,4}|\d{1,3}\s?[-–~]\s?\d{1,4}\s(?:score|rating)s?", re.IGNORECASE
)
_NOISE = {"score", "scores", "↑", "↓", "%", "benchmark", "test", "the"}
_EDGES = " \t,;:/|-–_·&"


def split_settings(words: str, is_metric: Callable[[str], bool]) -> tuple[str, Settings]:
    """The words without their settings, and the settings. The core is never empty unless the words were only settings."""
    pass_hat = _PASS_HAT.search(words) if "^" in words else None
    settings = Settings(metric=pass_hat[0]) if pass_hat else NO_SETTINGS
    text = clean(_PASS_HAT.sub(" ", words) if pass_hat else words)
    settings, text = _take_brackets(text, settings, is_metric)
    settings, text = _take_patterns(text, settings)
    return _take_edges(text, settings, is_metric)


def _take_patterns(text: str, settings: Settings) -> tuple[Settings, str]:
    """Shots, chain of thought and counted metrics (`pass@1`), wherever they stand."""
    low = text.casefold()
    if "/" in text:
        text = _PAIRED_SHOTS.sub(" ", text)
    found = _SHOTS.search(text) if any(sign in low for sign in _SIGNS_OF_SHOTS) else None
    if found:
        low_count, high, word, equals, _vague, chinese = found.groups()
        count = low_count or (word and _WORD_COUNTS[word.casefold()]) or equals or chinese
        shots = f"{count}-{high}" if high else count
        settings = replace(settings, shots=settings.shots or shots)
        text = _SHOTS.sub(" ", text)
    if "cot" in low or "chain" in low:
        settings, text = _take_cot(text, settings)
    counted = _COUNTED.search(text) if "@" in text else None
    if counted:
        settings = replace(settings, metric=settings.metric or re.sub(r"\s", "", counted[0]))
        text = _COUNTED.sub(" ", text)
    return settings, _tidy(text)


def _take_cot(text: str, settings: Settings) -> tuple[Settings, str]:
    if _NO_COT.search(text):
        settings = replace(settings, cot=False)
        text = _NO_COT.sub(" ", text)
    if _COT.search(text):
        settings = replace(settings, cot=True if settings.cot is None else settings.cot)
        text = _COT.sub(" ", text)
    return settings, text


def _take_brackets(text: str, settings: Settings, is_metric: Callable[[str], bool]) -> tuple[Settings, str]:
    """Bracketed settings; what a bracket holds besides stays in the name, in its bracket."""
    if not _OPENING.search(text):
        return settings, _tidy(text)
    kept: list[str] = []
    at = 0
    for bracket in _BRACKETS.finditer(text):
        kept.append(text[at : bracket.start()])
        at = bracket.end()
        settings, rest = _take_patterns(bracket[1], settings)
        left: list[str] = []
        for piece in _PIECES.split(rest):
            settings, remaining = _take_piece(piece.strip(_EDGES), settings, is_metric)
            if remaining:
                left.append(remaining)
        # Nothing but one bracket: it is the name itself.
        if left:
            kept.append(f" ({', '.join(left)})")
        else:
            kept.append(" ")
    return settings, _tidy("".join(kept) + text[at:])


def _take_piece(piece: str, settings: Settings, is_metric: Callable[[str], bool]) -> tuple[Settings, str]:
    folded = piece.casefold()
    if not piece or folded in _NOISE:
        return settings, ""
    if folded in _VARIANTS:
        return replace(settings, variant=settings.variant or _VARIANTS[folded]), ""
    if (
        is_metric(piece)
        or ("/" in piece and all(is_metric(part) for part in piece.split("/")))
        or _SCALE.fullmatch(piece)
    ):
        return replace(settings, metric=settings.metric or piece), ""
    *qualifiers, last = folded.split()
    if qualifiers and all(word in _QUALIFIERS for word in qualifiers) and (is_metric(last) or last in _NOISE):
        return replace(settings, metric=settings.metric or piece), ""
    return settings, piece


def _take_edges(text: str, settings: Settings, is_metric: Callable[[str], bool]) -> tuple[str, Settings]:
    """A metric as the first or last words outside brackets ("HumanEval pass@1", "EM GSM8K", "arc_easy acc_norm")."""
    words = text.split(" ")
    while len(words) > 1 and words[-1].casefold() in _NOISE:
        words.pop()
    for length in range(min(3, len(words) - 1), 0, -1):
        tail = " ".join(words[-length:]).strip(_EDGES)
        if tail.count(")") > tail.count("("):
            continue  # the end of a bracket, not words beside the name
        if is_metric(tail):
            return _tidy(" ".join(words[:-length])), replace(settings, metric=settings.metric or tail)
        head = " ".join(words[:length]).strip(_EDGES)
        if is_metric(head):
            return _tidy(" ".join(words[length:])), replace(settings, metric=settings.metric or head)
    return _tidy(" ".join(words)), settings


def _tidy(text: str) -> str:
    if "  " in text:
        text = _SPACES.sub(" ", text)
    return text.replace("( ", "(").replace(" )", ")").strip(_EDGES)
