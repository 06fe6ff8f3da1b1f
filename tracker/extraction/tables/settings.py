"""Settings that are said around a table: shots, chain of thought, base or instruct, and whose report a number is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise

from tracker.domain.claims import Variant
from tracker.extraction.tables.surroundings import Surroundings, is_footnote
from tracker.names import Mention, Names

_NUMBERS = {
    "zero": "0",
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "eight": "8",
    "ten": "10",
}
_SHOTS = re.compile(
    r"(?<![\w.])(?:(?P<low>\d{1,3})(?:\s?[-–~]\s?(?P<high>\d{1,3}))?\s?[-–‑ ]?\s?shots?(?![\w])"
    r"|(?P<word>zero|one|two|three|four|five|six|eight|ten)[-–‑ ]shots?(?![\w])|(?P<few>few|multi)[-–‑ ]?shots?(?![\w]))",
    re.IGNORECASE,
)
_COT = re.compile(r"(?<![A-Za-z])(?:CoT|COT|chain[- ]of[- ]thoughts?|思维链)(?![A-Za-z])", re.IGNORECASE)
_NO_COT = re.compile(
    r"(?:without|no|non|w/o|not (?:use|using)|instead of|answer[- ]only|with and without|with or without)[-\s]{0,2}(?:any\s)?(?:CoT|chain)",
    re.IGNORECASE,
)
_BASE = re.compile(
    r"(?<![A-Za-z])(?:base(?:[- ](?:models?|versions?|pre-?trained|language))?|pre-?trained(?: models?)?|foundation(?:al)? (?:language )?models?|raw models?)"
    r"(?![A-Za-z\-])|基座|预训练模型|基础模型",
    re.IGNORECASE,
)
_INSTRUCT = re.compile(
    r"(?<![A-Za-z])(?:instruct(?:[- ](?:tuned|models?|versions?))?|instruction[- ](?:tuned|tuning|finetuned|fine-tuned|models?)|chat(?:[- ](?:models?|versions?|aligned|tuned))?|"
    r"(?:supervised )?fine-?tuned(?: models?)?|sft|post-?trained(?: models?)?|aligned|rlhf|assistant models?)(?![A-Za-z\-])|对话模型|对齐模型|指令微调|聊天模型",
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
_LEAD = 60
"""Characters of a line above a table that acts as its heading ("Chat models:")."""
_SENTENCE = re.compile(r"(?<=[.!?。！？；;])\s+|\n+|(?<=[。！？；])")
_CLAUSE = re.compile(r"[,;，；]\s?|\s(?:and|while|whereas|but)\s", re.IGNORECASE)


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

    def of_any_variant(self) -> Said:
        return self if self.variant is None else Said(self.shots, self.cot, None, self.relayed)


NOTHING_SAID = Said()


@dataclass(frozen=True, slots=True)
class Defaults:
    """Settings for the whole table, by benchmark (its id, folded), and by variant."""

    all: Said = NOTHING_SAID
    benchmarks: dict[str, Said] = field(default_factory=dict)
    variants: dict[str, Said] = field(default_factory=dict)


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
    shots = {_count(match) for match in _SHOTS.finditer(words)}
    return Said(
        shots=shots.pop() if len(shots) == 1 else None,
        cot=_cot(words),
        variant=variant_in(words),
        relayed=_REPORTED.search(words) is not None,
    )


def _count(match: re.Match[str]) -> str | None:
    if match["few"]:
        return None
    low = match["low"] or _NUMBERS[match["word"].casefold()]
    return f"{low}-{match['high']}" if match["high"] else low


def _cot(words: str) -> bool | None:
    if _NO_COT.search(words):
        return None
    return True if _COT.search(words) else None


def defaults(around: Surroundings, titles: Iterable[str], names: Names) -> Defaults:
    """Gather settings from the nearest text outwards; what a nearer one says stands."""
    found = Defaults()
    lead = [paragraph for paragraph in around.above[:1] if len(paragraph) <= _LEAD]
    for heading in (*titles, around.caption, *lead, *reversed(around.headings[-2:])):
        if heading:
            found = replace(found, all=found.all.over(_heading(heading, names)))
            found = _merge(found, _sentences(heading, names, headline=True))
    for paragraph in (*around.above[:6], *around.below[:5], *around.intro):
        if not is_footnote(paragraph):
            found = _merge(found, _sentences(paragraph, names, headline=False))
    return found


def _heading(words: str, names: Names) -> Said:
    """A heading speaks for all rows, unless it ties its shots to a benchmark ("MMLU (5-shot) and more")."""
    said = said_in(words)
    return replace(said, shots=None) if len(_benchmarks(words, names)) > 1 else said


def _merge(found: Defaults, more: Iterable[tuple[str, str, Said]]) -> Defaults:
    everything, benchmarks, variants = found.all, dict(found.benchmarks), dict(found.variants)
    free: list[Said] = []
    for kind, key, said in more:
        if kind == "all":
            free.append(said)
        else:
            target = benchmarks if kind == "benchmark" else variants
            target[key] = target[key].over(said) if key in target else said
    shots = {said.shots for said in free if said.shots is not None}
    for said in free:
        everything = everything.over(said if len(shots) <= 1 else replace(said, shots=None))
    return Defaults(everything, benchmarks, variants)


def _sentences(text: str, names: Names, *, headline: bool) -> Iterator[tuple[str, str, Said]]:
    """What each sentence says, and about what: everything, one benchmark, or one variant."""
    if not (_SHOTS.search(text) or _COT.search(text)):
        return
    for sentence in _SENTENCE.split(text):
        shots = list(_SHOTS.finditer(sentence))
        if not shots and not _COT.search(sentence):
            continue
        by_variant = dict(_by_variant(sentence))
        if len(by_variant) > 1:
            yield from (("variant", variant, said) for variant, said in by_variant.items())
            continue
        mentions = _benchmarks(sentence, names)
        tied = list(_tied(sentence, shots, mentions))
        yield from (("benchmark", key, Said(shots=count)) for key, count in tied if count is not None)
        free = [match for match in shots if not mentions]
        counts = {_count(match) for match in free}
        whole = Said(shots=counts.pop() if len(counts) == 1 else None, cot=_cot(sentence))
        if len(mentions) == 1 and whole.cot and not headline:
            yield "benchmark", _key(mentions[0]), Said(cot=True)
        elif not mentions:
            yield "all", "", whole


def _by_variant(sentence: str) -> Iterator[tuple[Variant, Said]]:
    for clause in _CLAUSE.split(sentence):
        variant = variant_in(clause)
        if variant and (_SHOTS.search(clause) or _COT.search(clause)):
            yield variant, replace(said_in(clause), variant=None)


def _benchmarks(text: str, names: Names) -> list[Mention]:
    return [mention for mention in names.mentions(text) if mention.kind == "benchmark"]


def _key(mention: Mention) -> str:
    return mention.id.casefold()


def _tied(sentence: str, shots: list[re.Match[str]], mentions: list[Mention]) -> Iterator[tuple[str, str | None]]:
    """`MMLU (5-shot)`, `5-shot MMLU`, `3-shot for BBH, GSM8K and MATH`: which benchmarks a count belongs to."""
    for number, match in enumerate(shots):
        count = _count(match)
        before = [mention for mention in mentions if mention.end <= match.start()]
        after = [mention for mention in mentions if mention.start >= match.end()]
        if before and re.fullmatch(r"[\s(（:：\[=]{0,3}", sentence[before[-1].end : match.start()]):
            yield _key(before[-1]), count
            continue
        until = shots[number + 1].start() if number + 1 < len(shots) else len(sentence)
        listed = [mention for mention in after if mention.end <= until]
        if listed and re.fullmatch(
            r"[\s\w]{0,24}?(?:\b(?:for|on|in|of|with)\s(?:the\s)?)?\s{0,2}", sentence[match.end() : listed[0].start]
        ):
            yield from ((_key(mention), count) for mention in listed)
            continue
        start = shots[number - 1].end() if number else 0
        earlier = [mention for mention in before if mention.start >= start]
        yield from ((_key(mention), count) for mention in earlier)
