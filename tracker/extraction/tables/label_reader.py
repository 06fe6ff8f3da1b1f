"""Reads a label with the names registry: what stands around the name comes off, what is left is looked up and judged."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from tracker.extraction.tables import lexicon
from tracker.extraction.tables.label_marks import without_marks, without_presentation
from tracker.extraction.tables.label_sorts import sort_of
from tracker.extraction.tables.label_votes import benchmark_vote, model_vote
from tracker.extraction.tables.labels import Label, Sort
from tracker.extraction.tables.languages import LANGUAGES
from tracker.names import BenchmarkName, Names, Settings

_JUDGED = re.compile(r"\(\s?(?:evaluated|judged|graded|scored|rated) (?:by|with) [^()]{2,40}\)", re.IGNORECASE)
_PLAIN_METRIC = re.compile(
    r"acc(?:uracy|\.|_\w{2,8})?|em|exact[_ ]match|f1|bleu\S{0,4}|rouge\S{0,4}|chrf\S{0,3}|ppl|perplexity|bpb|wer|cer|sim-[or]|bleurt|comet\S{0,3}|elo|auc|mrr|map|ndcg\S{0,4}|mc[12]|"
    r"[\w.]{1,9}@\d{1,4}|lc\S{0,2}[- ]?win[- ]?rate|win[- ]?rate",
    re.IGNORECASE,
)
"""Metrics that are no part of a name. Of others ("Code Completion", "False Positive Error") only brackets tell."""
_VAGUE_SHOTS = re.compile(r"\b(?:few|many|multi)[- ]?shot\b", re.IGNORECASE)
_ITEMS = re.compile(r"(.{1,60}?)\s?\((?:n\s?=\s?)?(?!(?:19|20)\d\d\))(?:\d{3,6}|\d{1,3}(?:,\d{3}){1,2})\)")
"""How many items a part of a benchmark has ("Val Total (1337)"): no part of its name, where no list says so."""
_BRACKETS = re.compile(r"[(（][^()（）]{0,60}[)）]")
_PAIRED_SHOTS = re.compile(r"/\s?(?:\d{1,3}|few|five)[- ]?shots?", re.IGNORECASE)
_TIGHT = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]{2}")
"""Chinese and Japanese are written without spaces."""
_LONGEST_STACK = 8
"""Lines of a cell that may be names one over the other; longer cells are texts."""
_COUNT_BEHIND = re.compile(r"([A-Za-z][\w.+\- ]{1,40}?)\s?[(（\[](\d|[1-5]\d|6[0-4])(-s)?[)）\]]")
"""A benchmark with its number of examples behind it ("ARC (25)", "ARC (25-s)")."""
_GLOSS = re.compile(
    r"([A-Za-z][\w.+\- ]{1,40}?)\s?[(（](?:[\u3400-\u9fff]{1,8}|[A-Z][a-z]{2,16}(?: [a-z]{1,16}){1,4})[)）]"
)
"""A name with what it asks for, in the reader's language or in other words ("LSHT (分类)", "AI2D (Science diagrams)")."""
_ACCURACY_OF = re.compile(
    r"([A-Za-z][\w.+\- ]{1,40}?)\s?(?:の|的)\s?(?:精度|正解率|正答率|准确率|正确率|スコア|得点|得分|分数)"
)
_LANGUAGE_CODE = re.compile(r"[(（\[](?:IT|PT)[)）\]]$")
_MEMORY = 16384
_MEMORY_OF_TEXTS = 256
_LONGEST_NAME = 160
"""Labels that are remembered, about 10 MB; of longer texts in cells only those that the same table asks for again."""
_METRIC_OF = re.compile(r"([^()]{1,40}?)\s?(?:\(\s?|\b(?:on|for|of|in)\s)(?:on |the )?([^()]{2,60}?)\s?\)?")


def one_line(text: str, names: Names) -> str:
    r"""A label's lines joined as a reader does: without a space where the break stands inside a word (`Hella\nSwag`)."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if len(lines) < 2:
        return lines[0] if lines else ""
    joined = lines[0]
    for line in lines[1:]:
        if line[0] in "-_/" or joined[-1] in "-_/" or _TIGHT.fullmatch(joined[-1] + line[0]):
            joined += line
            continue
        tight = joined + line
        known = names.benchmark(tight) if joined[-1].isalpha() and line[0].isalpha() else None
        joined = tight if known is not None and known.id.casefold() == tight.casefold() else f"{joined} {line}"
    return joined


@lru_cache(maxsize=2)
def label_reader(names: Names) -> LabelReader:
    """The reader of one registry. It outlives a page: other cards, and the next snapshot of this one, have its labels."""
    return LabelReader(names)


class LabelReader:
    """Reads labels with the names registry, each spelling once: a label says the same in every table."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._of_name = lru_cache(_MEMORY)(self._label)
        self._of_text = lru_cache(_MEMORY_OF_TEXTS)(self._label)

    def __call__(self, text: str) -> Label:
        return self._of_name(text) if len(text) <= _LONGEST_NAME else self._of_text(text)

    def _label(self, text: str) -> Label:
        stack = self._stack(text)
        line = one_line(text, self.names)
        words, marks = without_marks(line)
        words, percent = without_presentation(words)
        if not words:
            return Label("", "", Sort.BLANK, marks=marks, written=line)
        written = words
        words, core, settings, benchmark_name = self._named(words)
        model_name = self.names.model(words) if len(words) <= 96 else None
        sort = sort_of(words, core, settings, benchmark_name)
        label = Label(
            text=words,
            core=core or words,
            sort=sort,
            settings=settings,
            marks=marks,
            percent=percent,
            model=model_vote(words, sort, model_name, benchmark_name),
            benchmark=benchmark_vote(core or words, sort, model_name, benchmark_name),
            written=written,
            stack=stack,
            model_name=model_name,
            benchmark_name=benchmark_name,
        )
        return replace(label, model=0.0, benchmark=1.0) if label.is_stacked else label

    def _stack(self, text: str) -> tuple[Label, ...]:
        """The lines of a cell, where each may be a name and the whole is no listed benchmark."""
        lines = [line for line in text.split("\n") if line.strip()]
        if not 2 <= len(lines) <= _LONGEST_STACK or self.names.benchmark(one_line(text, self.names)) is not None:
            return ()
        labels = tuple(self(line) for line in lines)
        return labels if all(label.sort is Sort.NAME and label.core[0] not in "(（[-" for label in labels) else ()

    def _named(self, words: str) -> tuple[str, str, Settings, BenchmarkName | None]:
        """The label's benchmark and settings; a metric may stand before it ("Accuracy (MMLU)") or behind a slash."""
        words = _JUDGED.sub("", words).strip() or words
        if (name := self._counted(words)) is not None:
            words, core, settings, benchmark = self._named(name[1])
            return words, core, replace(settings, shots=settings.shots or name[2]), benchmark
        core, settings = self.names.split_settings(words)
        benchmark = self.names.benchmark(words)
        if benchmark is not None:
            return words, *_without_languages(words, core, settings, benchmark), benchmark
        glossed = _GLOSS.fullmatch(words) or _ACCURACY_OF.fullmatch(words)
        if glossed is not None and self.names.benchmark(glossed[1]) is not None:
            return self._named(glossed[1])
        if words.casefold() in LANGUAGES:
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
        core, settings = _cleared(words, core, settings)
        head, bracket, _ = words.partition("(")
        named = head and bracket and not (_PAIRED_SHOTS.search(words) or lexicon.is_no_score(words))
        listed = self.names.benchmark(head.strip()) if named else None
        return words, _without_items(core), settings, listed

    def _counted(self, words: str) -> re.Match[str] | None:
        """A benchmark with its number of examples behind it, where that is no year ("AIME (24)")."""
        counted = _COUNT_BEHIND.fullmatch(words)
        if counted is None or (counted[3] is None and self.names.benchmark(counted[1]) is None):
            return None
        year = (
            self.names.benchmark(f"{counted[1]} 20{counted[2]}")
            if counted[2][0] == "2" and len(counted[2]) == 2
            else None
        )
        return None if year is not None and year.key.endswith(counted[2]) else counted


def _cleared(words: str, core: str, settings: Settings) -> tuple[str, Settings]:
    """The core and settings of a name nobody listed, in which less is sure to be a setting."""
    metric = settings.metric
    if metric and not _PLAIN_METRIC.fullmatch(metric) and f"({metric}" not in words and f"[{metric}" not in words:
        core, settings = words, replace(settings, metric=None)
    vague = settings == Settings() and _VAGUE_SHOTS.search(_BRACKETS.sub(" ", words))
    if not _PAIRED_SHOTS.search(words) and (vague or settings == Settings(variant=settings.variant)):
        return words, settings  # "Few-shot Learning" is a name; "(IT)" behind a benchmark is a language
    return core, settings


def _without_items(words: str) -> str:
    counted = _ITEMS.fullmatch(words)
    return counted[1] if counted else words


def _without_languages(words: str, core: str, settings: Settings, benchmark: BenchmarkName) -> tuple[str, Settings]:
    """Codes of languages behind a benchmark that look like settings of it: they are parts of the name."""
    if _is_language(settings.metric, benchmark):
        return words, replace(settings, metric=None)
    if settings.variant and _LANGUAGE_CODE.search(words):
        return words, replace(settings, variant=None)
    return core, settings


def _is_language(metric: str | None, benchmark: BenchmarkName) -> bool:
    """Whether what looks like a metric is a language: ES is edit similarity in code completion, elsewhere Spanish."""
    return metric is not None and metric.casefold() in LANGUAGES and benchmark.metric != "Edit similarity"


def _later(settings: Settings, metric: str) -> Settings:
    """The settings with a metric, where they have none."""
    return settings if settings.metric else replace(settings, metric=metric)
