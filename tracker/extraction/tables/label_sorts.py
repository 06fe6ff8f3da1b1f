"""What a label is by itself: a number, a size, a setting, a language, an average, or a name."""

from __future__ import annotations

import re

from tracker.extraction.tables import lexicon
from tracker.extraction.tables.labels import Sort
from tracker.extraction.tables.languages import LANGUAGES, is_language_pair, is_media_pair
from tracker.names import BenchmarkName, Settings

_SIZE = re.compile(
    r"(?:~|≈)?(?:\d{1,3}x)?\d{1,4}(?:\.\d{1,3})?\s?[BbMT](?:[-\s]?[aA]\d{1,3}(?:\.\d)?[bB])?(?:\s?(?:params?|parameters?|model))?"
    r"|[eE]\d[bB]|(?:tiny|mini|small|medium|large|xl|xxl)",
)
_QUANTISATION = re.compile(
    r"(?:w\d+a\d+(?:c\d+)?(?:kv\d+)?|[iu]?q\d(?:_[a-z0-9]+){0,3}|iq\d_\w{1,4}|u?int-?\d+|fp-?\d+|bf-?16|f16|f32|fp8[-_ ]?\w{0,8}|mxfp4|nvfp4|nf4|\d{1,2}[- ]?bits?|awq|gptq(?:-int\d)?|gguf|"
    r"hqq|exl[23]|bnb|spin\s?quant|qlora|qat|ptq|(?:vanilla )?ptq|(?:fp16|bf16)\s?/\s?(?:bf16|fp16)|original|full precision|unquanti[sz]ed|baseline)"
    r"(?:[\s\-_/(]{0,2}(?:w\d+a\d+|[iu]?q\d(?:_[a-z0-9]{1,8}){0,3}|int-?\d+|fp-?\d+|bf-?16|awq|gptq|gguf|dynamic|baseline|original|per-\w+|\d+[- ]?bits?|g\d+|autoround)\)?){0,2}(?:\s(?:kv[- ])?cache)?",
    re.IGNORECASE,
)
_EFFORT = re.compile(
    r"(?:(?:reasoning|thinking|effort)[\s:=]*)?(?:non[- ]?thinking|no[- ]?thinking|thinking|non[- ]?reasoning|reasoning|no[- ]?think|think|"
    r"low|medium|high|xhigh|minimal|max)(?:\s?(?:mode|effort|budget|reasoning))?|\d{1,3}k\s(?:thinking|budget|tokens?)|with(?:out)? (?:thinking|tools?|python)|"
    r"no tools?|w/o? (?:tools?|thinking)|greedy|sampling",
    re.IGNORECASE,
)
_LENGTH = re.compile(r"\d{1,4}\s?[kK]|[1-9]\d{2,6}|\d\s?[mM]|[≤<>]?\s?\d{1,3}[kK]\s?[-–~]\s?\d{1,4}[kK]")
_NUMBER = re.compile(r"[-+]?\d{1,9}(?:[.,]\d{1,6})?%?")
_SPLIT_WORDS = (
    "test dev val valid validation train eval public private hidden held-out heldout testmini full lite mini "
    "easy medium hard all main diamond extended overall verified multilingual english chinese"
)
_SPLITS = frozenset(_SPLIT_WORDS.split())
_VARIANT = re.compile(
    r"base|base models?|pre-?trained(?: models?)?|pt|instruct(?:ion)?(?:[- ]tuned)?(?: models?)?|chat(?: models?)?|it|sft|rlhf|dpo|aligned|post-?trained(?: models?)?|"
    r"foundation models?|基座模型|基座|指令|指令模型|对话|对话模型|基础模型|对齐模型|预训练模型",
    re.IGNORECASE,
)
_OURS = re.compile(
    r"(?:our|this|proposed|the proposed)\s?(?:models?|methods?|work|results?|approach)?|ours|(?:本模型|我们的模型|我们)",
    re.IGNORECASE,
)


def sort_of(words: str, core: str, settings: Settings, benchmark: BenchmarkName | None) -> Sort:  # noqa: C901  # a list of tests in order
    folded = words.casefold()
    if not core and settings:
        return _setting_sort(settings)
    listed = benchmark is not None and benchmark.confidence >= 0.9
    if folded in LANGUAGES or is_language_pair(words) or is_media_pair(words):
        return Sort.LANGUAGE
    if _OURS.fullmatch(words):
        return Sort.OURS
    if _SIZE.fullmatch(words):
        return Sort.SIZE
    if _VARIANT.fullmatch(words):
        return Sort.VARIANT
    if _QUANTISATION.fullmatch(words):
        return Sort.QUANTISATION
    if lexicon.is_average(words):
        return Sort.AVERAGE
    if not listed and _EFFORT.fullmatch(words):
        return Sort.EFFORT
    if not listed and lexicon.is_no_score(words):
        return Sort.NO_SCORE
    if lexicon.is_generic_score(words):
        return Sort.GENERIC
    if _LENGTH.fullmatch(words):
        return Sort.LENGTH
    if _NUMBER.fullmatch(words):
        return Sort.NUMBER
    if folded in _SPLITS:
        return Sort.SPLIT
    return Sort.NAME


def _setting_sort(settings: Settings) -> Sort:
    if settings.shots is not None:
        return Sort.SHOTS
    if settings.metric is not None:
        return Sort.METRIC
    if settings.cot is not None:
        return Sort.COT
    return Sort.VARIANT if settings.variant is not None else Sort.SHOTS
