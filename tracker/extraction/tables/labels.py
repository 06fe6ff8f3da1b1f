"""What a header or a row's label names: a model, a benchmark, a metric, a setting, or none of them.

A label is read once per document and remembered. It carries votes, not a verdict: whether "Math" is a benchmark or a
category, and "Falcon" a model or a word, is decided by the company it keeps in its row or column (see `roles`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum

from tracker.extraction.tables import lexicon
from tracker.names import BenchmarkName, ModelName, Names, Settings


class Sort(StrEnum):
    """What a label is by itself."""

    BLANK = "blank"
    SHOTS = "shots"
    COT = "cot"
    METRIC = "metric"
    VARIANT = "variant"
    SIZE = "size"
    QUANTISATION = "quantisation"
    EFFORT = "effort"
    LENGTH = "length"
    LANGUAGE = "language"
    SPLIT = "split"
    AVERAGE = "average"
    GENERIC = "generic"
    NO_SCORE = "no score"
    NUMBER = "number"
    OURS = "ours"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Label:
    """`text` is the label on one line without marks, `core` what is left of it without settings.

    `model` and `benchmark` are votes between 0 and 1 for what the label names. `written` is the cell's text without
    marks; `stack` holds its lines where each is a benchmark of its own.
    """

    text: str
    core: str
    sort: Sort
    settings: Settings = field(default_factory=Settings)
    marks: tuple[str, ...] = ()
    percent: bool = False
    model: float = 0.0
    benchmark: float = 0.0
    model_name: ModelName | None = None
    benchmark_name: BenchmarkName | None = None
    written: str = ""
    stack: tuple[Label, ...] = ()

    @property
    def is_blank(self) -> bool:
        return self.sort is Sort.BLANK


BLANK = Label("", "", Sort.BLANK)

_FOOTNOTE = re.compile(
    r"\s?\[(?:\^([\w*†‡-]{1,24})|(\d{1,3}|[*†‡]))\]"
    r"|\s?\^\{\s?\(?(\d{1,2}(?:\s?,\s?\d{1,2}){0,4}|[*†‡§¶#,\s]{1,6}|[a-z])\)?\s?\}"
    r"|([†‡§¶∗＊※✝]+|(?<!\d)\*+|\*+(?![\dA-Za-z])|[¹²³⁴-⁹]+)"
    r"|(?<=\w)\^(\d?)(?=\s|$)"
)
_EMPTY_BRACKETS = re.compile(r"\(\s{0,3}\)|\[\s{0,3}\]|（\s{0,3}）")
_NOTE_SCRIPT = re.compile(r"[\^_]\{([^{}]{1,60})\}")
_PICTURES = re.compile("[\u2600-\u27bf\U0001f000-\U0001faff\u2b00-\u2bff\ufe0f\u200d]|:[a-z_]{3,30}:")
_ARROWS = re.compile(r"\s?[(（]\s?[↑↓⬆⬇▲▼△▽]\s?[)）]|\s?[↑↓⬆⬇▲▼△▽]")
_PERCENT = re.compile(r"\(\s?(?:in )?[%％]\s?\)|[%％]\s?$|\[[%％]\]|,\s?[%％](?=\))")
_SPACE = re.compile(r"[ \t\u00a0]+")

_SIZE = re.compile(
    r"(?:~|≈)?(?:\d{1,3}x)?\d{1,4}(?:\.\d{1,3})?\s?[BbMT](?:[-\s]?[aA]\d{1,3}(?:\.\d)?[bB])?(?:\s?(?:params?|parameters?|model))?"
    r"|[eE]\d[bB]|(?:tiny|mini|small|medium|large|xl|xxl)",
)
_QUANTISATION = re.compile(
    r"(?:w\d+a\d+(?:c\d+)?(?:kv\d+)?|[iu]?q\d(?:_[a-z0-9]+){0,3}|iq\d_\w{1,4}|u?int-?\d+|fp-?\d+|bf-?16|f16|f32|fp8[-_ ]?\w{0,8}|mxfp4|nvfp4|nf4|\d{1,2}[- ]?bits?|awq|gptq(?:-int\d)?|gguf|"
    r"hqq|exl[23]|bnb|spin\s?quant|qlora|qat|ptq|(?:vanilla )?ptq|(?:fp16|bf16)\s?/\s?(?:bf16|fp16)|original|full precision|unquanti[sz]ed|baseline)"
    r"(?:[\s\-_/(]{0,2}(?:w\d+a\d+|[iu]?q\d(?:_\w+)*|int-?\d+|fp-?\d+|bf-?16|awq|gptq|gguf|dynamic|baseline|original|per-\w+|\d+[- ]?bits?|g\d+|autoround)\)?){0,2}",
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
_SPLITS = frozenset(
    [
        "test",
        "dev",
        "val",
        "valid",
        "validation",
        "train",
        "eval",
        "public",
        "private",
        "hidden",
        "held-out",
        "heldout",
        "testmini",
        "full",
        "lite",
        "mini",
        "easy",
        "medium",
        "hard",
        "all",
        "main",
        "diamond",
        "extended",
        "overall",
        "verified",
        "multilingual",
        "english",
        "chinese",
    ]
)
_VARIANT = re.compile(
    r"base|base models?|pre-?trained(?: models?)?|pt|instruct(?:ion)?(?:[- ]tuned)?(?: models?)?|chat(?: models?)?|it|sft|rlhf|dpo|aligned|post-?trained(?: models?)?|"
    r"foundation models?|基座模型|基座|对话模型|对齐模型|预训练模型",
    re.IGNORECASE,
)
_OURS = re.compile(
    r"(?:our|this|proposed|the proposed)\s?(?:models?|methods?|work|results?|approach)?|ours|(?:本模型|我们的模型|我们)",
    re.IGNORECASE,
)
_LANGUAGES = frozenset(
    [
        "english",
        "chinese",
        "german",
        "french",
        "spanish",
        "italian",
        "portuguese",
        "dutch",
        "russian",
        "japanese",
        "korean",
        "arabic",
        "hindi",
        "thai",
        "vietnamese",
        "indonesian",
        "turkish",
        "polish",
        "czech",
        "ukrainian",
        "greek",
        "hebrew",
        "swedish",
        "danish",
        "norwegian",
        "finnish",
        "hungarian",
        "romanian",
        "bulgarian",
        "croatian",
        "serbian",
        "slovak",
        "slovenian",
        "bengali",
        "urdu",
        "tamil",
        "telugu",
        "marathi",
        "gujarati",
        "kannada",
        "malayalam",
        "punjabi",
        "swahili",
        "yoruba",
        "zulu",
        "hausa",
        "igbo",
        "amharic",
        "somali",
        "persian",
        "farsi",
        "filipino",
        "tagalog",
        "malay",
        "burmese",
        "khmer",
        "lao",
        "nepali",
        "sinhala",
        "mongolian",
        "kazakh",
        "uzbek",
        "azerbaijani",
        "georgian",
        "armenian",
        "estonian",
        "latvian",
        "lithuanian",
        "icelandic",
        "irish",
        "welsh",
        "basque",
        "catalan",
        "galician",
        "afrikaans",
        "albanian",
        "macedonian",
        "bosnian",
        "maltese",
        "javanese",
        "sundanese",
        "cebuano",
        "cantonese",
        "tibetan",
        "uyghur",
        "latin",
        "en",
        "zh",
        "de",
        "fr",
        "es",
        "it",
        "pt",
        "nl",
        "ru",
        "ja",
        "jp",
        "ko",
        "ar",
        "hi",
        "th",
        "vi",
        "id",
        "tr",
        "pl",
        "cs",
        "uk",
        "el",
        "he",
        "sv",
        "da",
        "no",
        "fi",
        "hu",
        "ro",
        "bg",
        "hr",
        "sr",
        "sk",
        "sl",
        "bn",
        "ur",
        "ta",
        "te",
        "mr",
        "gu",
        "kn",
        "ml",
        "pa",
        "sw",
        "yo",
        "zu",
        "ha",
        "ig",
        "am",
        "so",
        "fa",
        "tl",
        "ms",
        "my",
        "km",
        "ne",
        "si",
        "mn",
        "kk",
        "uz",
        "az",
        "ka",
        "hy",
        "et",
        "lv",
        "lt",
        "is",
        "ga",
        "cy",
        "eu",
        "ca",
        "gl",
        "af",
        "sq",
        "cn",
        "kr",
        "python",
        "java",
        "javascript",
        "typescript",
        "c++",
        "cpp",
        "c#",
        "csharp",
        "go",
        "golang",
        "rust",
        "ruby",
        "php",
        "perl",
        "kotlin",
        "scala",
        "swift",
        "r",
        "bash",
        "shell",
        "julia",
        "lua",
        "haskell",
        "sql",
        "racket",
        "ts",
        "js",
        "rs",
        "英语",
        "中文",
        "法语",
        "德语",
        "西班牙语",
        "日语",
        "韩语",
        "俄语",
        "阿拉伯语",
        "英文",
    ]
)
_PAIR = re.compile(r"([A-Za-z]{2,3})\s?(?:-|→|->|–|_|2|↔|⇄|to)\s?([A-Za-z]{2,3})")
_BENCHMARKISH = re.compile(
    r"[\w.+\-]{0,40}(?:[Bb]ench(?:[Mm]ark)?|BENCH|[Ee]val|EVAL|QA|VQA|[Aa]rena|Gym|Vista|Verse|MMLU|GSM|AIME|HMMT|IMO|Codeforces|LiveCode|SWE|BrowseComp|MATH|Exam|Math)"
    r"(?:[\s\-_+.]?[\w+.]{0,16}){0,3}",
)
_GENERIC_MODEL = re.compile(
    r"(?:random(?: (?:guess(?:ing)?|chance|baseline))?|human(?:s| experts?| performance| \w+)?|chance|majority(?: \w+)?|baseline)",
    re.IGNORECASE,
)


def one_line(text: str, names: Names) -> str:
    r"""A label's lines joined as a reader does: without a space where the break stands inside a word (`Hella\nSwag`)."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if len(lines) < 2:
        return lines[0] if lines else ""
    joined = lines[0]
    for line in lines[1:]:
        if line[0] in "-_/" or joined[-1] in "-_/":
            joined += line
            continue
        tight = joined + line
        known = names.benchmark(tight) if joined[-1].isalpha() and line[0].isalpha() else None
        joined = tight if known is not None and known.id.casefold() == tight.casefold() else f"{joined} {line}"
    return joined


_JUDGED = re.compile(r"\(\s?(?:evaluated|judged|graded|scored|rated) (?:by|with) [^()]{2,40}\)", re.IGNORECASE)
_PLAIN_METRIC = re.compile(
    r"acc(?:uracy|\.|_\w{2,8})?|em|exact[_ ]match|f1|bleu\S{0,4}|rouge\S{0,4}|chrf\S{0,3}|ppl|perplexity|bpb|wer|cer|elo|auc|mrr|map|ndcg\S{0,4}|mc[12]|"
    r"[\w.]{1,9}@\d{1,4}|lc\S{0,2}[- ]?win[- ]?rate|win[- ]?rate",
    re.IGNORECASE,
)
"""Metrics that are no part of a name. Of others ("Code Completion", "False Positive Error") only brackets tell."""
_VAGUE_SHOTS = re.compile(r"\b(?:few|many|multi)[- ]?shot\b", re.IGNORECASE)
_METRIC_OF = re.compile(r"([^()]{1,40}?)\s?(?:\(\s?|\b(?:on|for|of|in)\s)(?:on |the )?([^()]{2,60}?)\s?\)?")


class LabelReader:
    """Reads labels with the names registry, each spelling once."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._read: dict[str, Label] = {}

    def __call__(self, text: str) -> Label:
        label = self._read.get(text)
        if label is None:
            label = self._read[text] = self._label(text)
        return label

    def _label(self, text: str) -> Label:
        stack = self._stack(text)
        line = one_line(text, self.names)
        words, marks = _without_marks(line)
        percent = _PERCENT.search(words) is not None
        words = _SPACE.sub(" ", _ARROWS.sub(" ", _PERCENT.sub(" ", words))).strip(" :：-–|,")
        if not words:
            return Label("", "", Sort.BLANK, marks=marks)
        written = words
        words, core, settings, benchmark_name = self._named(words)
        model_name = self.names.model(words) if len(words) <= 96 else None
        sort = _sort(words, core, settings, benchmark_name)
        return Label(
            text=words,
            core=core or words,
            sort=sort,
            settings=settings,
            marks=marks,
            percent=percent,
            model=0.0 if stack else _model_vote(words, sort, model_name, benchmark_name),
            benchmark=1.0 if stack else _benchmark_vote(core or words, sort, model_name, benchmark_name),
            written=written,
            stack=stack,
            model_name=model_name,
            benchmark_name=benchmark_name,
        )

    def _stack(self, text: str) -> tuple[Label, ...]:
        """The lines of a cell, where each is a listed benchmark and the whole is none."""
        lines = [line for line in text.split("\n") if line.strip()]
        if len(lines) < 2 or len(lines) > 6 or self.names.benchmark(" ".join(lines)) is not None:
            return ()
        labels = tuple(self(line) for line in lines)
        return labels if all(label.sort is Sort.NAME and label.benchmark >= 0.9 for label in labels) else ()

    def _named(self, words: str) -> tuple[str, str, Settings, BenchmarkName | None]:
        """The label's benchmark and settings; a metric may stand before it ("Accuracy (MMLU)") or behind a slash."""
        words = _JUDGED.sub("", words).strip() or words
        core, settings = self.names.split_settings(words)
        benchmark = self.names.benchmark(words)
        if benchmark is not None:
            return words, core, settings, benchmark
        if words.casefold() in _LANGUAGES:
            return words, words, Settings(), None
        if self.names.metric(words) is not None:
            return words, "", Settings(metric=words), None
        head, slash, tail = words.rpartition("/")
        if slash and head and self.names.metric(tail.strip()) is not None:
            core, settings = self.names.split_settings(head)
            return head, core, _later(settings, tail.strip()), self.names.benchmark(head)
        match = _METRIC_OF.fullmatch(words)
        if match and (self.names.metric(match[1]) is not None or lexicon.is_generic_score(match[1])):
            inner = self.names.benchmark(match[2])
            if inner is not None:
                core, settings = self.names.split_settings(match[2])
                return match[2], core, _later(settings, match[1]), inner
        metric = settings.metric
        if metric and not _PLAIN_METRIC.fullmatch(metric) and f"({metric}" not in words and f"[{metric}" not in words:
            core, settings = words, replace(settings, metric=None)
        if (settings == Settings() and _VAGUE_SHOTS.search(words)) or settings == Settings(variant=settings.variant):
            core = words  # "Few-shot Learning" is a name; "(IT)" behind a benchmark is a language
        return words, core, settings, None


def _later(settings: Settings, metric: str) -> Settings:
    """The settings with a metric, where they have none."""
    return settings if settings.metric else replace(settings, metric=metric)


def _unwrapped(text: str) -> str:
    """A cell that is small print as a whole is no superscript: `^{Model ^{(note)}}`."""
    if text[:2] not in ("^{", "_{") or not text.endswith("}"):
        return text
    depth = 0
    for at, character in enumerate(text):
        depth += (character == "{") - (character == "}")
        if not depth and at and character == "}":
            return text[2:-1] if at == len(text) - 1 and len(text) > 6 else text
    return text


def _bracketed(match: re.Match[str]) -> str:
    return f" ({match[1].strip().removeprefix('(').removesuffix(')')})"


def _without_marks(text: str) -> tuple[str, tuple[str, ...]]:
    """Footnote marks and pictures off; words in a superscript are a setting in brackets (`MMLU^{5-shot}`)."""
    marks: list[str] = []
    text = _unwrapped(text)

    def take(match: re.Match[str]) -> str:
        mark = next((group for group in match.groups() if group), match[0].strip())
        marks.extend(part for part in re.split(r"[,\s]+", mark) if part)
        return " "

    plain = _FOOTNOTE.sub(take, text)
    plain = _NOTE_SCRIPT.sub(_bracketed, plain)
    plain = _EMPTY_BRACKETS.sub(" ", _PICTURES.sub(" ", plain))
    return plain.strip(), tuple(marks)


def _sort(words: str, core: str, settings: Settings, benchmark: BenchmarkName | None) -> Sort:  # noqa: C901  # a list of tests in order
    folded = words.casefold()
    if not core and settings:
        return _setting_sort(settings)
    listed = benchmark is not None and benchmark.confidence >= 0.9
    if folded in _LANGUAGES or _is_pair(words):
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


def _is_pair(words: str) -> bool:
    pair = _PAIR.fullmatch(words)
    return pair is not None and pair[1].casefold() in _LANGUAGES | {"xx"} and pair[2].casefold() in _LANGUAGES | {"xx"}


def _model_vote(words: str, sort: Sort, model: ModelName | None, benchmark: BenchmarkName | None) -> float:
    if sort is Sort.OURS:
        return 0.5
    if sort is not Sort.NAME:
        return 0.0
    if _GENERIC_MODEL.fullmatch(words):
        return 0.5
    if model is None:
        return 0.0
    if benchmark is not None and not model.known and benchmark.confidence >= 0.9:
        return 0.0
    return 1.0 if model.known else min(model.confidence, 0.9) if model.confidence >= 0.5 else 0.25


def _benchmark_vote(core: str, sort: Sort, model: ModelName | None, benchmark: BenchmarkName | None) -> float:
    if benchmark is not None:
        if sort in (Sort.NO_SCORE, Sort.GENERIC, Sort.AVERAGE):
            return 0.0
        return benchmark.confidence
    if sort is not Sort.NAME:
        return 0.0
    if model is not None and model.confidence >= 0.8:
        return 0.0
    return 0.6 if _BENCHMARKISH.fullmatch(core) else 0.0
