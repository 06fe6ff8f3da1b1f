"""Settings in a short text: shots, chain of thought, base or instruct, and whose report a number is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from tracker.domain.claims import Variant

_NUMBERS = {
    "zero": "0",
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "ten": "10",
}
SHOTS = re.compile(
    r"(?<![A-Za-z\d_.])(?:(?P<low>\d{1,3})(?:\s?[-–~]\s?(?P<high>\d{1,3}))?\s?[-–‑ ]?\s?shots?(?![A-Za-z\d_])"
    r"|(?P<word>zero|one|two|three|four|five|six|seven|eight|ten)[-–‑ ]?shots?(?![A-Za-z\d_])"
    r"|(?P<examples>\d{1,2}|two|three|four|five|six|seven|eight|ten)[- ](?:few-?shot|in-?context)\s(?:examples?|exemplars?|demonstrations?)"
    r"|few[-–‑ ]?shots?\s?[(（]k\s?=\s?(?P<few_of>\d{1,3})[)）]"
    r"|(?:num_fewshot|n[-_]?shots?|shots)\s?[=:：]\s?(?P<equals>\d{1,3})(?!\d)"
    r"|(?P<few>few|multi)[-–‑ ]?shots?(?![A-Za-z\d_]))"
    r"|(?P<none>零样本|零次学习)|(?P<single>单样本)|(?P<some>少样本|小样本)",
    re.IGNORECASE,
)
COT = re.compile(r"(?<![A-Za-z])(?:CoT|chain[- ]of[- ]thoughts?)(?![A-Za-z])|思维链", re.IGNORECASE)
_DENIED = re.compile(r"\b(?:instead of|rather than|not|no|without)\s(?:a\s|the\s|in\s|under\s){0,2}$", re.IGNORECASE)
_PAIRED = re.compile(r"[\s\"'”“]{0,2}(?:/|and|和|与|、)[\s\"'”“]{0,2}", re.IGNORECASE)
_WITHOUT = re.compile(r"without|no|non|w/o|not", re.IGNORECASE)
_NO_COT = re.compile(
    r"(?:without|no|non|w/o|not (?:use|using)|instead of|answer[- ]only|with and without|with or without)[-\s]{0,2}(?:any\s)?(?:CoT|chain)",
    re.IGNORECASE,
)
_BASE = re.compile(
    r"(?<![A-Za-z])(?:base(?:[- ](?:models?|versions?|pre-?trained|language))?|pre-?trained(?: models?)?|pre-?train(?:ing)? (?:models?|checkpoints?|performance|results?|evaluations?)|foundation(?:al)? (?:language )?models?|raw models?)"
    r"(?![A-Za-z\-])|基座|预训练模型|基础模型",
    re.IGNORECASE,
)
_INSTRUCT = re.compile(
    r"(?<![A-Za-z])(?:instruct(?:[- ](?:tuned|models?|versions?))?|instruction[- ](?:tuned|tuning|finetuned|fine-tuned|models?)|chat(?:[- ](?:models?|versions?|aligned|tuned))?|"
    r"(?:supervised )?fine-?tuned(?: models?)?|sft|post-?trained(?: models?)?|aligned|rlhf|assistant models?)(?![A-Za-z\-])|对话模型|对齐模型|指令微调|指令模型|聊天模型|^(?:指令|对话)$",
    re.IGNORECASE,
)
_BASED = re.compile(
    r"\b(?:knowledge|code|rule|model|web|llm)[- ]base[ds]?\b|\bbase(?:d|line)\b|\bdata ?base\b", re.IGNORECASE
)
_REPORTED = re.compile(
    r"\breported\b|as reported|from (?:the|their|its) (?:original |official |technical |respective )*(?:papers?|reports?|blogs?|announcements?|cards?)"
    r"|results? (?:are |were )?(?:taken|copied|cited|quoted|borrowed) from|officially? (?:reported|results?)|cited from|来自(?:官方|原)?(?:论文|报告)|官方(?:报告|结果)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Said:
    """What words say about how scores were obtained; `None`: nothing."""

    shots: str | None = None
    cot: bool | None = None
    variant: Variant | None = None
    relayed: bool = False

    def over(self, other: Said) -> Said:
        """Completed by what the other says."""
        if other is NOTHING_SAID:
            return self
        if self is NOTHING_SAID:
            return other
        return Said(
            shots=self.shots if self.shots is not None else other.shots,
            cot=self.cot if self.cot is not None else other.cot,
            variant=self.variant or other.variant,
            relayed=self.relayed or other.relayed,
        )


NOTHING_SAID = Said()


def variant_in(words: str) -> Variant | None:
    """Base or instruct, where the words say one of them and not both."""
    text = _BASED.sub(" ", words)
    base, instruct = _BASE.search(text), _INSTRUCT.search(text)
    if base and not instruct:
        return "base"
    return "instruct" if instruct and not base else None


_NAME_TOKENS = re.compile(r"[^\W_]+")
_INSTRUCT_TOKENS = frozenset({"instruct", "instruction", "inst", "chat"})
_BASE_TOKENS = frozenset({"base", "pretrained", "pretrain", "pt"})


@lru_cache(maxsize=16384)
def variant_of_name(words: str) -> Variant | None:
    """Base or instruct, where a model's own name says so (`-Instruct`, `12b-it`, `(base)`)."""
    tokens = [token.casefold() for token in _NAME_TOKENS.findall(words)]
    if any(token in _INSTRUCT_TOKENS for token in tokens[1:]) or tokens[-1:] == ["it"] or "it" in _after_size(tokens):
        return "instruct"
    return "base" if any(token in _BASE_TOKENS for token in tokens[1:]) else None


def _after_size(tokens: list[str]) -> list[str]:
    return [after for before, after in pairwise(tokens) if before[0].isdigit() and before.endswith("b")]


@lru_cache(maxsize=4096)
def said_in(words: str) -> Said:
    """Settings in a short text about some scores: a section row, a footnote, a heading."""
    shots = {count_of(match) for match in shots_in(words)}
    return Said(
        shots=shots.pop() if len(shots) == 1 else None,
        cot=cot_in(words),
        variant=variant_in(words),
        relayed=_REPORTED.search(words) is not None,
    )


def shots_in(words: str) -> list[re.Match[str]]:
    """The counts that are said of scores, without those that are denied ("instead of zero-shot")."""
    return [
        match
        for match in SHOTS.finditer(words)
        if not _DENIED.search(words[max(0, match.start() - 24) : match.start()])
    ]


def count_of(match: re.Match[str]) -> str | None:
    """How many examples a match of `SHOTS` says; `None` where it says only that there were some."""
    if match["few_of"]:
        return match["few_of"]
    if match["few"] or match["some"]:
        return None
    if match["none"] or match["single"]:
        return "0" if match["none"] else "1"
    low = match["low"] or match["equals"] or (match["word"] or match["examples"]).casefold()
    low = _NUMBERS.get(low, low)
    return f"{low}-{match['high']}" if match["high"] else low


def pair_in(text: str) -> tuple[str | None, ...]:
    """The two counts that a sentence gives for two numbers ("zero-shot / 5-shot", "zero-shot and 5-shot results")."""
    shots = list(SHOTS.finditer(text))
    for first, second in pairwise(shots):
        if _PAIRED.fullmatch(text[first.end() : second.start()]):
            return count_of(first), count_of(second)
    return ()


def cot_in(words: str) -> bool | None:
    denied = _NO_COT.search(words)
    if denied:
        return False if _WITHOUT.match(denied[0]) else None
    return True if COT.search(words) else None
