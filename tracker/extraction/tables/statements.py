"""What the sentences around a table say about settings, and about what: everything, a benchmark, or a kind of models.

A sentence speaks for the benchmarks that it ties its count to ("MMLU (5-shot)", "3-shot for BBH and MATH", "GSM8K and MATH,
4-shot"), for one kind of models ("base models are run 5-shot"), or for everything ("the following zero-shot evaluations …").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from tracker.domain.claims import Variant
from tracker.extraction.tables import lexicon
from tracker.extraction.tables.labels import Label, Sort
from tracker.extraction.tables.settings import COT, SHOTS, Said, cot_in, count_of, said_in, shots_in, variant_in
from tracker.extraction.tables.surroundings import is_footnote
from tracker.names import Names

LEAD = 60
"""Characters of a line above a table that acts as its heading ("Chat models:")."""
_SENTENCE = re.compile(r"(?<=[.!?。！？；;])\s+|\n+|(?<=[。！？；])|\s(?=[*†‡§¶]\s?[A-Z\"“])")
_CLAUSE = re.compile(r"[,;，；]\s?|\s(?:and|while|whereas|but)\s", re.IGNORECASE)
_ITEM = re.compile(r"\s{0,3}(?:[-*•·]\s{1,3})?([^:：\n]{2,48}?)\s?[:：]\s?(?=\S)")
_EXCEPT = re.compile(
    r"\b(?:except(?:ion)?(?:ing)?(?:\s(?:for|of|on|that))?|excluding|other than|apart from|besides)\b|除了?",
    re.IGNORECASE,
)
_REST = re.compile(
    r"[\s(]{0,2}(?:for|on|in)?\s?(?:all\s)?(?:of\s)?(?:the\s)?(?:others?|rest|remaining|remainder)\b|其[他余它]",
    re.IGNORECASE,
)
_RESPECTIVELY = re.compile(r"\brespectively\b|分别", re.IGNORECASE)
_OPENS = re.compile(r"[\s(（:：\[=]{0,3}(?:w(?:ith|/)\s)?(?:CoT[\s,，]{1,2})?", re.IGNORECASE)
_LISTS = re.compile(
    r"[\s\w@.%\-]{0,24}?(?:\b(?:for|on|in|of|with)\s(?:the\s)?|(?:accuracy|performance|results?|scores?)\s(?:on|of)\s)?\s{0,2}",
    re.IGNORECASE,
)
_COT_AFTER = re.compile(r"[\s,，、+]{0,3}(?:with\s)?(?:CoT|chain[- ]of[- ]thought|思维链)", re.IGNORECASE)
_WITH_COT = re.compile(
    r"\b(?:with|using|and)\s(?:CoT|chain[- ]of[- ]thought)(?:\sprompt\w{0,4})?\s{0,2}$", re.IGNORECASE
)
_CLAUSE_END = re.compile(r"[;；,，。.]|\d\s?-?\s?shot|\band\s\d")
_COT_BEFORE = re.compile(r"(?:CoT|chain[- ]of[- ]thought|思维链)[\s,，、(（]{0,3}$", re.IGNORECASE)
_COT_BRACKET = re.compile(r"\s?[(（]\s?(?:CoT|思维链)\s?[,)，）]", re.IGNORECASE)
_BRACKETED = re.compile(r"(?<![\w\-])([A-Za-z][\w.+\-]{1,24})\s?[(（\[](?=[^()（）]{0,24}shot)")
_ADDRESS = re.compile(r"https?://[^\s)]{4,300}")
_GENERAL = re.compile(
    r"(?:\s(?:CoT|chain[- ]of[- ]thought))?[\s\-]{0,2}(?:(?:evaluation|result|setting|prompt|inference|score|test|benchmark|task|experiment)s?\b|prompting|performance|accuracy|manner|learning"
    r"|(?:的)?(?:评测|测试|设置|结果|方式|推理|评估)|(?:for|on|in|across) (?:all|every|each)\b|unless\b|[.,;:。，；)）]|$)",
    re.IGNORECASE,
)
"""What follows a count that holds for everything, in a sentence that names benchmarks ("zero-shot evaluations")."""
_COMPARED = re.compile(
    r"(?:\b(?:compared (?:to|with)|than|over|relative to|based on|derived from|trained from|surpass\w{0,3}|outperform\w{0,3})"
    r"\s(?:the\s|its\s|our\s|their\s|other\s|all\s|a\s){0,2}|(?:相比|优于|超过|基于)(?:其|了)?)$",
    re.IGNORECASE,
)
_SHORT = 90
"""Characters of a line that is a title rather than a sentence."""
_OF_TESTS = re.compile(
    r"\beval|\btest|\bresult|\breport|\bscore|performance|\bsetting|\bprompt|benchmark|accurac|\bmeasur|\bconduct|\brun\b|\bnumbers?\b"
    r"|example|unless|\bus(?:e|ed|ing)\b|^\W{0,4}\S{0,24}\W{0,4}$|评|测|结果|设置|采用|方式|指标|性能",
    re.IGNORECASE,
)
"""Words of a sentence that says how tests were run; another ("generalises in a zero-shot way") tells of abilities."""
_IN_BRACKET = re.compile(r"\w\s?[(（\[]\s?$")
"""A count in the bracket of a name that nobody knows is that name's ("FooBench (0-shot)")."""
_NAME_AFTER = re.compile(r"\s?(?!(?:CoT|LLMs?|ICL|QA|NLP)\b)[A-Z][A-Za-z\d]{0,24}[A-Z][A-Za-z\d]{0,24}")
"""An unknown name after a count has it in its own name ("Zero-shot VideoQA")."""
_BASE_MODELS = re.compile(
    r"(?<![\w\-])(?:base|pre-?trained|foundation(?:al)?)\s(?:[\w.\-]{1,24}\s)?(?:models?|LLMs?|versions?)\b"
    r"|(?:基座|基础|预训练|base)\s?(?:大?语言)?模型",
    re.IGNORECASE,
)
_INSTRUCT_MODELS = re.compile(
    r"(?<![\w\-])(?:instruct|instruction-?tuned|instruction-finetuned|chat|chat-aligned|aligned|post-?trained)\s(?:[\w.\-]{1,24}\s)?(?:models?|LLMs?|versions?)\b"
    r"|(?:对话|对齐|聊天|指令|指令微调|chat|instruct)\s?模型",
    re.IGNORECASE,
)


Who: TypeAlias = Variant | Literal[""]
"""The models that a statement is about; all of them when empty."""
Statement: TypeAlias = tuple[Who, str, Said]
"""About whom, about which benchmark (a key of `keys_of`, or empty for all of them), and what."""


def key_of_label(label: Label) -> str:
    name = label.benchmark_name
    return name.id.casefold() if name is not None and name.confidence >= 0.9 else label.core.casefold()


@dataclass(frozen=True, slots=True)
class _Place:
    """A benchmark, or a label of the table, in a sentence."""

    key: str
    start: int
    end: int


class Speaker:
    """Reads statements about one table, whose labels count as names of benchmarks; `about` is the benchmark around it."""

    def __init__(self, names: Names, labels: Sequence[Label], about: str = "") -> None:
        self.names = names
        known = [label.benchmark_name for label in labels] + ([names.benchmark(about)] if about else [])
        self._own = {key.casefold() for name in known if name is not None for key in (name.id, name.family or name.id)}
        self.labels = {
            label.core: key_of_label(label)
            for label in labels
            if label.sort is Sort.NAME and len(label.core) >= 3 and not label.core.isdigit()
        }
        self._keys = {label.casefold(): key for label, key in self.labels.items()}

    def headline(self, words: str) -> Said:
        """A heading speaks for all rows, unless it ties its shots to a benchmark ("MMLU (5-shot) and more") or they are part
        of a name ("Zero-shot VideoQA").
        """
        said = said_in(words)
        shots = shots_in(words)
        if not shots:
            return said
        places = self._places(words)
        named = any(_is_in_name(words, match, places) for match in shots)
        of_column = len(self.labels) > 1 and any(place.key in self.labels.values() for place in places)
        return replace(said, shots=None, cot=None) if named or of_column or len(places) > 1 else said

    def statements(self, text: str, *, headline: bool = False) -> Iterator[Statement]:
        if not (SHOTS.search(text) or COT.search(text)):
            return
        text = _ADDRESS.sub(" ", text)
        item = _ITEM.match(text)
        if item and (key := self._keys.get(item[1].casefold())) is not None:
            yield "", key, replace(said_in(text), variant=None, relayed=False)
            text = text[item.end() :]
        for sentence in _SENTENCE.split(text):
            if not is_footnote(sentence):
                yield from self._sentence(sentence, headline=headline)

    def _sentence(self, sentence: str, *, headline: bool) -> Iterator[Statement]:
        if not (SHOTS.search(sentence) or COT.search(sentence)):
            return
        clauses = list(_by_variant(sentence))
        if len({who for who, _ in clauses}) > 1:
            for who, clause in clauses:
                yield from self._about(who, clause, headline=headline)
        else:
            one: Who = clauses[0][0] if clauses and _speaks_of_models(sentence) else ""
            yield from self._about(one, sentence, headline=headline)

    def _about(self, who: Who, words: str, *, headline: bool) -> Iterator[Statement]:
        shots = shots_in(words)
        places = self._places(words)
        if shots:
            told = _tied(words, shots, places, headline=headline)
            if self._is_elsewhere(places):
                told = ((key, said) for key, said in told if key)
        elif not places:
            told = iter([("", Said(cot=cot_in(words)))])
        else:
            told = ((place.key, Said(cot=True)) for place in places if cot_in(words) and not headline)
        yield from ((who, key, said) for key, said in told)

    def _is_elsewhere(self, places: Sequence[_Place]) -> bool:
        """Whether a sentence lists benchmarks of which the table has none: what it says "for the others" is not for it."""
        own = self._own | set(self.labels.values())
        return len(places) > 1 and bool(self._own) and not any(place.key in own for place in places)

    def variants(self, paragraph: str) -> Iterator[Statement]:
        """`For the base model we use A and B. For the chat model, C.`: the variant of the models scored on each."""
        if not (_BASE_MODELS.search(paragraph) and _INSTRUCT_MODELS.search(paragraph)):
            return
        variant: Variant | None = None
        for sentence in _SENTENCE.split(paragraph):
            base, instruct = _BASE_MODELS.search(sentence), _INSTRUCT_MODELS.search(sentence)
            if base or instruct:
                variant = None if base and instruct else "base" if base else "instruct"
            if variant:
                yield from (("", place.key, Said(variant=variant)) for place in self._places(sentence))

    def supposed(self, above: Sequence[str]) -> Variant | None:
        """The one variant of models that the nearest paragraph speaks of; over a short lead, the paragraph before."""
        for paragraph in above[:2]:
            base, instruct = _spoken_of(_BASE_MODELS, paragraph), _spoken_of(_INSTRUCT_MODELS, paragraph)
            if base or instruct:
                one = not (base and instruct) and lexicon.EVALUATION.search(paragraph)
                return ("base" if base else "instruct") if one else None
            if len(paragraph) > 3 * LEAD:
                return None
        return None

    def _places(self, text: str) -> list[_Place]:
        found = [
            _Place(mention.id.casefold(), mention.start, mention.end)
            for mention in self.names.mentions(text)
            if mention.kind == "benchmark"
        ]
        found += self._bracketed(text, found)
        taken = [(place.start, place.end) for place in found]
        for words, key in self.labels.items():
            start = text.find(words)
            end = start + len(words)
            if start < 0 or any(start < until and end > since for since, until in taken):
                continue
            if not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum()):
                found.append(_Place(key, start, end))
                taken.append((start, end))
        return sorted(found, key=lambda place: place.start)

    def _bracketed(self, text: str, found: Sequence[_Place]) -> Iterator[_Place]:
        """Spellings that only the bracket behind them shows to be names ("AGI-Eval (0-shot)")."""
        ends = {place.end for place in found}
        for match in _BRACKETED.finditer(text):
            if match.end(1) not in ends and (name := self.names.benchmark(match[1])) is not None:
                yield _Place(name.id.casefold(), match.start(1), match.end(1))


def _speaks_of_models(sentence: str) -> bool:
    """Whether the sentence speaks of models of a kind, and does not only use a word that could mean one."""
    return bool(_BASE_MODELS.search(sentence) or _INSTRUCT_MODELS.search(sentence))


def _spoken_of(models: re.Pattern[str], paragraph: str) -> bool:
    """Whether models of a kind are what a paragraph is about, and not only what others are compared with."""
    return any(
        not _COMPARED.search(paragraph[max(0, match.start() - 32) : match.start()])
        for match in models.finditer(paragraph)
    )


def _by_variant(sentence: str) -> Iterator[tuple[Variant, str]]:
    for clause in _CLAUSE.split(sentence):
        variant = variant_in(clause)
        if variant and (SHOTS.search(clause) or COT.search(clause)):
            yield variant, clause


def _tied(
    words: str, shots: Sequence[re.Match[str]], places: Sequence[_Place], *, headline: bool
) -> Iterator[tuple[str, Said]]:
    """Which benchmarks each count belongs to; a count that is tied to nothing holds for everything."""
    ways = [_way(words, match) for match in shots]
    if len(shots) == len(places) > 1 and _RESPECTIVELY.search(words):
        yield from ((place.key, way) for place, way in zip(places, ways, strict=True))
        return
    excepted = _EXCEPT.search(words)
    for number, (match, way) in enumerate(zip(shots, ways, strict=True)):
        keys = list(_owners(words, shots, number, places, excepted.end() if excepted else None))
        if keys:
            yield from ((key, way) for key in keys)
        elif _is_general(words, match, alone=len(shots) == 1, any_place=bool(places), headline=headline):
            yield "", way
    if not places and COT.search(words):
        yield "", Said(cot=cot_in(words))
    yield from (
        (place.key, Said(cot=True)) for place in places if _COT_BRACKET.match(words[place.end : place.end + 12])
    )


def _is_general(words: str, match: re.Match[str], *, alone: bool, any_place: bool, headline: bool) -> bool:
    """Whether a count that belongs to no known benchmark holds for everything, not for a name that nobody knows."""
    if _REST.match(words[match.end() :]):
        return True
    if not any_place and len(words) > _SHORT and not _OF_TESTS.search(words):
        return False
    if any_place and not _GENERAL.match(words, match.end()):
        return False
    bracketed = not alone and _IN_BRACKET.search(words[: match.start()])
    return not ((any_place and headline) or bracketed or _NAME_AFTER.match(words, match.end()))


def _is_in_name(words: str, match: re.Match[str], places: Iterable[_Place]) -> bool:
    """Whether a count is the beginning of a name that nobody knows ("Zero-shot VideoQA")."""
    after = _NAME_AFTER.match(words, match.end())
    return after is not None and not any(after.start() <= place.start < after.end() for place in places)


def _owners(
    sentence: str, shots: Sequence[re.Match[str]], number: int, places: Sequence[_Place], exceptions: int | None
) -> Iterator[str]:
    """`MMLU (5-shot)`, `5-shot MMLU`, `3-shot for BBH, GSM8K and MATH`, `BBH and MATH with 3 shots`."""
    match = shots[number]
    if _is_in_name(sentence, match, places):
        return
    since = shots[number - 1].end() if number else 0
    before = [place for place in places if place.end <= match.start()]
    if before and _OPENS.fullmatch(sentence[before[-1].end : match.start()]):
        yield before[-1].key
        if not sentence[before[-1].end : match.start()].strip():  # no bracket: "BBH, MATH 4-shot" is a list
            yield from (place.key for place in before[:-1] if place.start >= since)
        return
    if _REST.match(sentence[match.end() :]) or _REST.search(sentence[max(0, match.start() - 24) : match.start()]):
        return
    until = shots[number + 1].start() if number + 1 < len(shots) else len(sentence)
    listed = [place for place in places if match.end() <= place.start and place.end <= until]
    if exceptions is not None:
        listed = [place for place in listed if place.start < exceptions]
    if listed and _LISTS.fullmatch(sentence[match.end() : listed[0].start]):
        yield from (place.key for place in listed)
        return
    yield from (place.key for place in before if place.start >= since)


def _way(sentence: str, match: re.Match[str]) -> Said:
    """A count, and whether chain of thought stands beside it ("8-shot CoT", "CoT, 8-shot")."""
    rest = _CLAUSE_END.split(sentence[match.end() :], maxsplit=1)[0]
    after = _COT_AFTER.match(sentence[match.end() : match.end() + 40]) or _WITH_COT.search(rest)
    beside = after or _COT_BEFORE.search(sentence[: match.start()])
    return Said(shots=count_of(match), cot=True if beside else None)
