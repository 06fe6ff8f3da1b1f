"""Finds names in running text, linearly: one pass over the words, a trie of listed names, a grammar for model names.

A family's name starts a model ("Llama", "qwen"); the words after it join while they are parts of model names. A size
("Foo-7B") starts one at its left. Where several readings start at one place, the longest wins.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from tracker.names.prefilter import CHUNK
from tracker.names.registry import Registry
from tracker.names.spelling import name_key, spread_out
from tracker.names.tokens import ACTIVE, CONTEXT, EXPERTS, SHORT_DATE, SIZE, VERSION
from tracker.names.types import BenchmarkName, Mention, MentionKind, ModelName

# What may stand between two parts of one name: nothing, one separator, a possessive, an opening or closing bracket.
_GAP = re.compile(r"(?:['’]s )?[ \-_\u00a0\u2010-\u2013/:.]?|[ \-]?\(|\) ?")
_LETTER = r"A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u04ff"
_PART = re.compile(rf"(?:[{_LETTER}\d]+(?:\.[{_LETTER}\d]+)*\+?|[\u3400-\u9fff]{{2,6}}?(?=[{_LETTER}\d\- ]|$))")
_JOIN = re.compile(r" ?\(|[\-_\u2010-\u2013:]|(?:['’]s )?[ \u00a0]?")
_UNLISTED_SIZE = re.compile(r"(?<![\w.$€£])(?:\d{1,2}x)?\d{1,3}(?:\.\d{1,2})?[bB](?![\w])", re.ASCII)
_LEFT_RUN = re.compile(r"[A-Za-z](?:[^\W_]|[.+]){0,40}(?:[\-_](?:[^\W_]|[.+]){1,40}){0,6}[\-_]$")
_LEFT_WORD = re.compile(r"(?<![\w.])[A-Z][\w+]{1,30}(?:[\- ](?:v?\d{1,2}(?:\.\d{1,2})?|[A-Z][\w+]{1,20})){0,2} $")
_OWN_NAME = re.compile(r"(?<![\w.+/-])[A-Z][A-Za-z][\w.+]{0,24}(?:[-_][\w.+]{1,20}){0,3}[-_]$")
_LONGEST_OWN_NAME = 60
_FIRST_WORD = re.compile(r"[-_]")
_WORDS_BEFORE = (
    "non pre post ex anti mid semi multi meta gptq awq gguf ggml exl2 mlx base original vanilla quantized merged "
    "the open new old big small both vs like"
)
_NO_NAMES = frozenset(_WORDS_BEFORE.split())
"""Beginnings of compound words, makers and formats: what follows them is the model itself."""
_RIGHT_RUN = re.compile(r"(?:[\-_][\w.]{1,30}){1,6}", re.ASCII)
_BEFORE_SIZE = frozenset("-_ ")
_LONGEST = 12
_MEMORY = 4096
_LONGEST_REMEMBERED = 4000
_SPACED_VERSION = re.compile(r"1?\d(?:\.\d{1,2})?[a-z]?", re.IGNORECASE)
_COUNTED_NOUN = re.compile(r"[A-Z][a-z]+ \d{1,3}")
_UNITS_AFTER = re.compile(
    r"\s?(?:%|percent|points?|times|x\b|of\b|out\b|/\d|k?\s?tok|t/s|gb|hours?|days?|years?|weeks?|months?|models?\b|gpus?\b)",
    re.IGNORECASE,
)


def _run_together(words: str) -> str:
    """`MT-Bench` as many write it: `MTBench`."""
    head, hyphen, tail = words.rpartition("-")
    return head + tail if hyphen and head.isalpha() and tail in ("Bench", "Eval", "bench", "eval") else ""


@dataclass(slots=True)
class _Node:
    """A place in the trie; `found` is what the words up to here name."""

    next: dict[str, _Node]
    found: tuple[MentionKind | None, str, frozenset[str]] | None = None

    @property
    def names(self) -> bool:
        """Whether the words up to here, or any longer ones, name something; others only say that they do not."""
        return (self.found is not None and self.found[0] is not None) or any(node.names for node in self.next.values())


class MentionFinder:
    def __init__(
        self,
        registry: Registry,
        model: Callable[[str], ModelName | None],
        benchmark: Callable[[str], BenchmarkName | None],
    ) -> None:
        self._registry = registry
        self._model = model
        self._benchmark = benchmark
        self._remembered = lru_cache(_MEMORY)(self._find)

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """Texts of a paragraph's length are remembered: every table asks for those around it again."""
        return self._remembered(text) if len(text) <= _LONGEST_REMEMBERED else self._find(text)

    def _find(self, text: str) -> tuple[Mention, ...]:
        found: list[Mention] = []
        beginnings, at = self._beginnings, 0
        waiting: tuple[int, str, frozenset[str]] | None = None
        for chunk in CHUNK.finditer(text):
            word = chunk[0].lower()
            if waiting is not None:
                start, head, following = waiting
                waiting = None
                if word in following and start >= at and (mention := self._mention_at(text, start, head)):
                    found.append(mention)
                    at = mention.end
            if word in beginnings:
                start = chunk.start()
                if start < at or not _boundary(text, start):
                    continue
                if following := beginnings[word]:
                    waiting = start, word, following
                elif mention := self._mention_at(text, start, word):
                    found.append(mention)
                    at = mention.end
        return tuple(self._with_unlisted(text, self._with_own_names(text, found)))

    def _with_own_names(self, text: str, found: list[Mention]) -> list[Mention]:
        """A model named after the one that it was made from ("Kestrel-2-Mistral-7B") is not that one."""
        for number, mention in enumerate(found):
            if mention.kind == "model" and mention.start and text[mention.start - 1] in "-_":
                since = max(found[number - 1].end if number else 0, mention.start - _LONGEST_OWN_NAME)
                found[number] = self._with_own_name(text, mention, since)
        return found

    def _with_own_name(self, text: str, base: Mention, since: int) -> Mention:
        run = _OWN_NAME.search(text[since : base.start])
        if run is None or _FIRST_WORD.split(run[0], maxsplit=1)[0].casefold() in _NO_NAMES:
            return base
        start = since + run.start()
        words = text[start : base.end]
        found = self._model(words)
        if found is None or not _boundary(text, start):
            return base
        return Mention(start, base.end, words, "model", found.id, found.confidence)

    def _mention_at(self, text: str, start: int, head: str) -> Mention | None:
        listed = self._listed_at(text, start) if head in self._trie.next else None
        model = self._family_at(text, start) if head in self._family_heads else None
        if listed is not None and listed.kind == "benchmark":
            listed = self._with_subset(text, listed)
        if listed is None or (model is not None and model.end > listed.end):
            return model if model is not None else listed
        return listed

    @cached_property
    def _beginnings(self) -> dict[str, frozenset[str]]:
        """The words that a name may begin with, and the words of which one must follow: none for a name of one word."""
        trie = self._trie.next
        alone = {word for word, node in trie.items() if node.names and node.found is not None}
        longer = {word: frozenset(node.next) for word, node in trie.items() if node.names and node.found is None}
        return longer | dict.fromkeys(alone | self._family_heads, frozenset[str]())

    @cached_property
    def _trie(self) -> _Node:
        root = _Node({})
        registry = self._registry
        for kind, aliases in (
            ("organisation", registry.organisation_aliases),
            ("metric", registry.metric_aliases),
            ("model", registry.model_aliases),
            ("benchmark", registry.benchmark_aliases),
        ):
            for key, target in aliases.ids.items():
                exact = registry.exact_benchmarks.get(key, frozenset()) if kind == "benchmark" else frozenset()
                self._plant(root, aliases.written[key], kind, target, exact)
                if kind == "benchmark" and not exact and (spread := spread_out(aliases.written[key])):
                    self._plant(root, spread, kind, target, exact)
                if kind == "benchmark" and not exact:
                    self._plant(root, _run_together(aliases.written[key]), kind, target, exact, weak=True)
        for label in registry.ambiguous:
            kind, _, key = label.partition(":")
            self._plant(root, registry.ambiguous_words[label], kind, "", frozenset())
        for key, what in registry.not_models.items():
            if not what.endswith("word"):
                self._plant(root, registry.not_model_words[key], None, key, frozenset())
        return root

    def _plant(
        self, root: _Node, words: str, kind: Any, target: str, exact: frozenset[str], *, weak: bool = False
    ) -> None:
        node = root
        for chunk in CHUNK.findall(words):
            node = node.next.setdefault(chunk.lower(), _Node({}))
        if node is not root and (node.found is None or node.found[0] is None or (kind is not None and not weak)):
            node.found = (kind, target, exact)

    def _listed_at(self, text: str, start: int) -> Mention | None:
        """The longest listed name that starts here. Words that are no name end the search with nothing."""
        node, at, best = self._trie, start, None
        while True:
            chunk = CHUNK.match(text, at)
            if chunk is None or chunk[0].lower() not in node.next:
                break
            node = node.next[chunk[0].lower()]
            end = chunk.end()
            if node.found is not None and _ends(text, end):
                best = (end, node.found)
            gap = _GAP.match(text, end)
            at = gap.end() if gap else end
        if best is None:
            return None
        end, (kind, target, exact) = best
        words = text[start:end]
        if kind is None or not self._spelt_as_a_name(words, kind, target, exact):
            return None
        if kind == "model" and target:
            found = self._model(words)
            if found is None or not self._credible(words, found):
                return None
        return Mention(start, end, words, kind, target or words, ambiguous=not target)

    def _spelt_as_a_name(self, words: str, kind: str, target: str, exact: frozenset[str]) -> bool:
        """Words that are ordinary language count only in the casing of the name ("MATH", not "math")."""
        if exact:
            return words in exact
        if kind == "organisation" or not target:
            return not words.islower()
        if len(words) <= 2 and kind in {"metric", "benchmark"}:
            return words.isupper()
        return True

    @cached_property
    def _family_heads(self) -> frozenset[str]:
        aliases = self._registry.family_aliases
        return frozenset(CHUNK.findall(words)[0].lower() for words in aliases.written.values() if CHUNK.search(words))

    def _family_at(self, text: str, start: int) -> Mention | None:
        ends = list(self._reach(text, start))
        while ends:
            end = ends.pop()
            words = text[start:end]
            balanced = words + ")" if words.count("(") > words.count(")") else words
            if balanced != words and text[end : end + 1] != ")":
                continue
            found = self._model(balanced)
            if found is not None and self._credible(balanced, found):
                end += len(balanced) - len(words)
                return Mention(start, end, balanced, "model", found.id, found.confidence)
        return None

    def _credible(self, words: str, found: ModelName) -> bool:
        """Whether running text means a model by these words; a family that is an ordinary word needs a size or hyphen."""
        family = self._registry.families.get(found.family or "")
        if family is None or found.confidence < 0.8:
            return found.known
        if name_key(words) in self._registry.family_aliases.ids and not found.known:
            return family.bare == "yes" and (not words.islower() or len(words) > 3)
        if family.bare != "word" or (found.size or "").endswith("B") or "-" in words:
            return True
        return found.known and not words.islower() and not _COUNTED_NOUN.fullmatch(words)

    def _reach(self, text: str, start: int) -> Iterator[int]:
        """Ends of ever longer runs of words that may all be parts of one model's name."""
        first = _PART.match(text, start)
        if first is None:
            return
        at, count, versions = first.end(), 1, 0
        yield at
        while count < _LONGEST:
            gap = _JOIN.match(text, at)
            part = _PART.match(text, gap.end()) if gap else None
            if gap is None or part is None or (part.start() == at and text[at - 1] < "\u3400"):
                return
            joined = gap[0] in {"-", "_", ":", "\u2010", "\u2011", "\u2012", "\u2013"} or not gap[0]
            bracketed = gap[0].endswith("(") and part[0].lower() in self._registry.words
            if not bracketed and not self._may_join(text, part, joined=joined, versions=versions):
                return
            if VERSION.fullmatch(part[0]) and not joined:
                versions += 1
            at, count = part.end(), count + 1
            yield at

    def _may_join(self, text: str, part: re.Match[str], *, joined: bool, versions: int) -> bool:
        word, low, end = part[0], part[0].lower(), part.end()
        if text[end : end + 1] == "/" and word.isdigit():
            return False
        if joined:
            return True
        if SIZE.fullmatch(low) or ACTIVE.fullmatch(low) or EXPERTS.fullmatch(low) or SHORT_DATE.fullmatch(low):
            return low[-1] not in "mt" or any(digit.isdigit() for digit in low)
        if CONTEXT.fullmatch(low):
            return False
        if VERSION.fullmatch(low):
            numbered = bool(_SPACED_VERSION.fullmatch(low) or low.startswith("v"))
            return numbered and versions == 0 and not _UNITS_AFTER.match(text, end)
        known = self._registry.words.get(low)
        if known is None:
            return word[:1].isupper() and self._is_name_word(low)
        if known.role == "loose":
            return True
        return not word.islower() or self._before_a_number(text, end)

    def _is_name_word(self, low: str) -> bool:
        return low in self._family_heads

    def _before_a_number(self, text: str, end: int) -> bool:
        """A lower-case line word counts where a size or version follows ("mistral small 24b") or a hyphen."""
        part = _PART.match(text, end + 1)
        if text[end : end + 1] in {"-", "_"}:
            return True
        return part is not None and text[end] == " " and bool(SIZE.fullmatch(part[0]) or SHORT_DATE.fullmatch(part[0]))

    def _with_subset(self, text: str, found: Mention) -> Mention:
        """The benchmark with the words behind it that name a part of it ("MMLU-social sciences", "AIME 2024")."""
        benchmark = self._benchmark(found.words)
        if benchmark is None:
            return found
        at, best = found.end, found
        for _count in range(4):
            gap = _GAP.match(text, at)
            part = _PART.match(text, gap.end()) if gap else None
            if gap is None or part is None or (part.start() == at):
                break
            at = part.end()
            words = text[found.start : at]
            if words.count("(") > words.count(")"):
                words += ")" if text[at : at + 1] == ")" else ""
            if _UNITS_AFTER.match(text, at) and part[0][-1].isdigit():
                break
            longer = self._benchmark(words)
            if longer is not None and longer.subset is not None and self._own_subset(longer):
                best = Mention(found.start, found.start + len(words), words, "benchmark", longer.id)
        return best

    def _own_subset(self, found: BenchmarkName) -> bool:
        """In prose only subsets of this very benchmark, versions and dates count; "on MMLU Python …" is two things."""
        subset = found.subset or ""
        return name_key(subset) in self._registry.subsets.get(found.family or "", {}) or any(
            c.isdigit() for c in subset
        )

    def _with_unlisted(self, text: str, found: list[Mention]) -> list[Mention]:
        """Adds models of no listed family, known by their size: `Foo-7B-Chat`, `Foo 7B`."""
        added: list[Mention] = []
        ends = [mention.end for mention in found]
        for size in _UNLISTED_SIZE.finditer(text):
            span = _around_size(text, size)
            if span is None or (added and span[0] < added[-1].end):
                continue
            start, end = span
            after = bisect_right(ends, start)
            if after < len(found) and found[after].start < end:
                continue
            mention = self._unlisted(text, start, end)
            if mention is not None:
                added.append(mention)
        return sorted([*found, *added], key=lambda mention: mention.start) if added else found

    def _unlisted(self, text: str, start: int, end: int) -> Mention | None:
        if not _boundary(text, start):
            return None
        words = text[start:end].rstrip(".")
        model = self._model(words)
        if model is None or model.confidence < 0.8:
            return None
        return Mention(start, start + len(words), words, "model", model.id, model.confidence)


def _around_size(text: str, size: re.Match[str]) -> tuple[int, int] | None:
    """Where the name around a size may stand."""
    before = text[size.start() - 1 : size.start()]
    if before not in _BEFORE_SIZE:
        return None
    left = text[max(0, size.start() - 120) : size.start()]
    run = _LEFT_WORD.search(left) if before == " " else _LEFT_RUN.search(left)
    if run is None:
        return None
    right = _RIGHT_RUN.match(text, size.end())
    return size.start() - (len(left) - run.start()), right.end() if right else size.end()


def _boundary(text: str, start: int) -> bool:
    """Whether a name may start here: not inside a Latin word or number."""
    before = text[start - 1 : start]
    return not (before.isascii() and (before.isalnum() or before == "_")) or (before == "" and start == 0)


def _ends(text: str, end: int) -> bool:
    after = text[end : end + 1]
    if after == "+" and not text[end + 1 : end + 2].isdigit():
        return False
    return not (after.isascii() and after.isalnum())
