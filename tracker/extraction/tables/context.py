"""Names that stand around a table and hold for it: the one benchmark or the one model that it is about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tracker.extraction.tables import lexicon
from tracker.extraction.tables.surroundings import Surroundings
from tracker.names import Mention, Names


@dataclass(frozen=True, slots=True)
class Found:
    """A name from around the table. `sure` falls with the distance of the text that says it; `alone`: the text says
    nothing else ("MTOB" as a heading); `metric`: what stands in a bracket there ("HumanEval-X (pass@1)").
    """

    words: str
    source: str
    sure: float
    alone: bool = False
    metric: str | None = None


_TOOL = re.compile(
    r"(?:\b(?:using|via|through|with|by)\s(?:the\s)?|使用|采用|基于|通过)\s?(?:open-?source\s)?$", re.IGNORECASE
)
_SPLIT = re.compile(
    r"\b(validation|valid|val|dev|development|test|testmini|test-mini|public|private|held-out)\b[- ]?(?:split|set|subset|partition)?\b",
    re.IGNORECASE,
)
_LANGUAGE_HEADING = re.compile(
    r"(english|chinese|multilingual|german|french|spanish|japanese|korean|arabic|hindi)(?:\s\w+)?", re.IGNORECASE
)
_TITLE_BENCHMARK = re.compile(r"\b(?:benchmark|leaderboard|bench|eval|arena|评测|榜单)\b", re.IGNORECASE)
_LEADERBOARD = re.compile(r"(?:the\s)?([\w][\w .&+/'-]{1,48}?)[\s-](?:leaderboard|benchmark)", re.IGNORECASE)
_RESULTS_ON = re.compile(
    r"(?:[\w-]{2,20} ){0,2}(?:leaderboard|results?|scores?|accuracy|performance) (?:on|of) (?:the )?"
    r"([\w][\w.&+/'-]{1,30}(?: [\w.&+/'-]{1,20}){0,3}?)"
    r"(?: (?:benchmark|dataset|leaderboard|(?:test )?set))?(?: ?\(?(test|val|dev|testmini|validation)\)?)?",
    re.IGNORECASE,
)
_PROPER = re.compile(r"(?:^|[\s\-])[A-Z][\w.]*-[A-Z]|[a-z][A-Z]|[A-Z]{2}|\bBench\b")
"""Letters by which an unlisted name tells itself from a common word: capitals inside, or around a hyphen."""
_GENERIC_WORDS = (
    "a academic ai all an and base benchmark chat community comparison complete current custom detailed english "
    "eval evaluation evaluations final full general initial instruct internal language large latest little live "
    "llm llms local main mini model models monthly multilingual multimodal my new official open our overall own "
    "performance personal preliminary private public quality quantised quantized quick result results sample "
    "simple small standard summary the this top updated vision vlm vlms weekly"
)
_GENERIC = frozenset(_GENERIC_WORDS.split())
_ELSE_WORDS = (
    "cost cpu energy fine gpu hardware inference latency memory power price prices pricing quantization serving "
    "speed throughput token tokens training tuning vram"
)
_MEASURES_ELSE = frozenset(_ELSE_WORDS.split())
"""Words of headings that name no benchmark, and words of headings over tables that measure something else than quality."""
_BENCHMARK_WORD = re.compile(r"(?<![\w-])[A-Z]\w{0,16}(?:Bench|Eval|\w\wQA|Arena|Gym)(?![a-z])[\w\-+]{0,20}")
_OWN = re.compile(
    r"\b(?:my|our|an?|own|this)\s((?:[\w'-]{1,20}\s){0,3})(benchmark|eval|test set|leaderboard)\b[^.!?]{0,60}[:：]\s*$",
    re.IGNORECASE,
)
"""A sentence that introduces a table of the writer's own test: "I have an FAQ benchmark that looks like this:"."""
_INNERMOST = 0.95
"""How sure the innermost heading is of the table; those around it are less."""
_UNPUBLISHED = re.compile(
    r"\b(?:in-house|internal|self-built|private|human|manual) (?:evaluations?|benchmarks?|test ?sets?)(?: sets?)?\b|(?:自建|内部|人工)(?:评测|评估|测试)集?",
    re.IGNORECASE,
)
"""What has no name of its own, but is not the benchmark that is named farther off either."""
_INTRODUCES = 240
_BRACKET = re.compile(r"[(（]([^()（）]{1,24})[)）]")
_NAME_WORD = re.compile(
    r"(?=[^a-z]*[A-Z][^a-z]*[A-Z])[\w+\-]{3,20}|[A-Z]\w{0,16}(?:Bench|Eval|QA|Arena|Gym)[\w\-+]{0,8}"
)
"""A word of a heading that is a name by its letters: two capitals and more, or a usual ending."""
_LEADING = re.compile(r"^(?:(?:\d{1,2}\.){0,3}\d{0,2}[.)]?\s+)?")
_MAX_PART = 24
"""Characters of a heading that may be the name of a benchmark's part."""
_JOINED = re.compile(r"-\w{1,20}$")
_FOLLOWING = re.compile(
    r"(?:[\s\-:]+(?:v\d(?:\.\d)?|zh|en|cn|ja|ko|fr|de|english|chinese|multilingual|hard|easy|lite|pro|verified|diamond|full|test|val|dev|testmini|\(\w{2,12}\))(?!\w|\ (?:models?|the|your|how|whether)\b))+",
    re.IGNORECASE,
)


def benchmark_around(around: Surroundings, titles: Iterable[str], subject: str, names: Names) -> Found | None:
    """The benchmark that the table is about, from the nearest text that names exactly one."""
    for source, sure, text in _texts(around, titles):
        if source == "intro" and (heading := _heading_name(around, names)):
            listed = names.benchmark(heading) is not None
            return Found(_narrowed(heading, around, names), "heading" if listed else "unlisted heading", 0.8)
        if source == "title row" and (words := _title_row(text, names)):
            return Found(words, source, sure)
        words = _only_benchmark(text, names, long=source in ("above", "intro", "below"))
        if not words and source == "above" and (own := _OWN.search(text[-_INTRODUCES:])):
            named = [word for word in own[1].split() if word.casefold() not in _GENERIC]
            return Found(" ".join([*named, own[2]]), "unlisted heading", 0.6) if named else None
        if not words and source == "above" and (unpublished := _UNPUBLISHED.search(text[-_INTRODUCES:])):
            return Found(unpublished[0], "unlisted heading", 0.6)
        if source in ("heading", "title"):
            words = words or _leaderboard_name(text) or _measured_on(text, names)
        if not words and source in ("caption", "heading") and (shaped := _shaped_as_benchmark(text, names)):
            return Found(shaped, "unlisted heading", 0.8)
        if words:
            near = source in ("title row", "caption", "heading")
            alone = near and words == text.strip().rstrip(":：")
            metric = _bracketed_metric(text, names) if near else None
            return Found(_narrowed(words, around, names), source, sure, alone, metric)
    return Found(_narrowed(subject, around, names), "subject", 0.6) if subject else None


def _shaped_as_benchmark(text: str, names: Names) -> str:
    """The one word of a caption or heading that is a benchmark by its ending ("voice chat on the TalkEval-360")."""
    words = {
        word for word in _BENCHMARK_WORD.findall(text) if names.model(word) is None or names.benchmark(word) is not None
    }
    return words.pop() if len(words) == 1 else ""


def _bracketed_metric(text: str, names: Names) -> str | None:
    metrics = [bracket for bracket in _BRACKET.findall(text) if names.metric(bracket) is not None]
    return metrics[0] if len(metrics) == 1 else None


def _heading_name(around: Surroundings, names: Names) -> str:
    """The innermost heading as a whole: a benchmark in an unusual spelling, or a name that nobody listed ("MTOB")."""
    if not around.headings:
        return ""
    heading = _LEADING.sub("", around.headings[-1]).strip(" :：")
    if names.benchmark(heading) is not None:
        return heading
    words = heading.split()
    if len(words) > 3 or lexicon.EVALUATION.fullmatch(heading) or names.model(heading) or names.mentions(heading):
        return ""
    return heading if any(_NAME_WORD.fullmatch(word) for word in words) else ""


def benchmark_of_parts(
    labels: Sequence[str], around: Surroundings, headers: Iterable[str], names: Names
) -> Found | None:
    """The benchmark that is named anywhere around (or in a header) and has most of the labels as its listed parts."""
    texts = [text for _, _, text in _texts(around, headers)]
    for candidate in distinct(mention for text in texts for mention in benchmarks_in(text, names)):
        parts = sum(
            (part := names.benchmark(f"{candidate.id} {label}")) is not None and bool(part.subset) for label in labels
        )
        if parts >= 2 and parts >= 0.5 * len(labels):
            return Found(candidate.words, "parts", 0.95)
    return None


def model_around(around: Surroundings, titles: Iterable[str], subject: str, names: Names) -> Found | None:
    """The model that the table is about. What its sections say before it is nearer than the headings around them."""
    texts = list(_texts(around, titles))
    outer = [text for text in texts if text[0] == "heading" and text[1] < _INNERMOST]
    inner = [text for text in texts if text not in outer]
    at = next((number for number, text in enumerate(inner) if text[0] == "title"), len(inner))
    beside = [("intro", 0.7, text) for text in around.beside]
    for source, sure, text in (*inner[:at], *beside, *outer, *inner[at:]):
        models = _without_longer(
            distinct(
                mention for mention in names.mentions(text) if mention.kind == "model" and mention.confidence >= 0.5
            )
        )
        if len(models) == 1:
            return Found(_full_name(models[0].words, subject, names), source, sure)
        if len(models) > 1 and source in ("title", "context"):
            return Found(models[0].words, source, 0.6)
    return Found(subject, "subject", 0.6) if subject else None


def _without_longer(models: list[Mention]) -> list[Mention]:
    """One model, where the others are it with something added ("Pelican-7B", "Pelican-7B-Int4")."""
    shortest = min(models, key=lambda mention: len(mention.words), default=None)
    if shortest is None or not all(mention.words.startswith(shortest.words) for mention in models):
        return models
    return [shortest]


def _full_name(words: str, subject: str, names: Names) -> str:
    """The page's model in full, where the text only says its family."""
    name, full = names.model(words), names.model(subject) if subject else None
    shortened = name is not None and full is not None and name.size is None and not name.known and full.size is not None
    return subject if shortened and subject.casefold().startswith(words.casefold()) else words


def _texts(around: Surroundings, titles: Iterable[str]) -> Iterator[tuple[str, float, str]]:
    for title in titles:
        yield "title row", 1.0, title
    if around.caption:
        yield "caption", 1.0, around.caption
    headings = [_LEADING.sub("", heading) for heading in reversed(around.headings)]
    if headings:
        yield "heading", _INNERMOST, headings[0]
    for paragraph in around.above[:4]:
        yield "above", 0.9, paragraph
    for heading in headings[1:]:
        yield "heading", 0.9, heading
    for paragraph in (*around.intro[:4], ""):
        yield "intro", 0.8, paragraph
    if around.title:
        yield "title", 0.8, around.title
    if around.context:
        yield "context", 0.7, around.context


def _title_row(text: str, names: Names) -> str:
    """A row over the whole table that names a benchmark, listed or not."""
    mentions = benchmarks_in(text, names)
    if len(mentions) == 1:
        return _extended(mentions[0], text)
    return text.strip() if not mentions and _TITLE_BENCHMARK.search(text) and len(text) <= 100 else ""


def _leaderboard_name(text: str) -> str:
    """A heading that is the name of a leaderboard or benchmark of its own ("Hallucination Leaderboard"). It comes before
    names in sentences: those are reworded when the page is, and the same number would stand under other words.
    """
    found = _LEADERBOARD.fullmatch(text.strip().rstrip(":："))
    if found is None:
        return ""
    words = {word.casefold() for word in re.findall(r"[^\W_]+", found[1])}
    return text.strip() if words - _GENERIC and not words & _MEASURES_ELSE else ""


def _measured_on(text: str, names: Names) -> str:
    """The name that nobody listed in a heading such as "Leaderboard on Tern-Maths (testmini)"."""
    found = _RESULTS_ON.fullmatch(text.strip().rstrip(":："))
    if found is None or not _PROPER.search(found[1]) or names.mentions(found[1]):
        return ""
    words = {word.casefold() for word in re.findall(r"[^\W_]+", found[1])}
    return "" if words <= _GENERIC or words & _MEASURES_ELSE else " ".join(filter(None, found.groups()))


def _extended(mention: Mention, text: str) -> str:
    """The name with the version, language or split that follows it, or the part that a hyphen joins to it and that
    ends the heading ("Tern 2-Lite").
    """
    following = _FOLLOWING.match(text[mention.end :]) or _JOINED.match(text[mention.end :].rstrip())
    return (mention.words + (following[0] if following else "")).strip()


def _only_benchmark(text: str, names: Names, *, long: bool) -> str:
    if long:
        text = text[-600:] if len(text) > 1200 else text
    spoken = _without_tools(text, benchmarks_in(text, names))
    mentions = distinct(spoken)
    if not mentions:
        return ""
    if len(mentions) == 1:
        return mentions[0].words if long else _extended(mentions[0], text)
    longest = max(mentions, key=lambda mention: len(mention.id))
    if all(longest.id.startswith(mention.id) for mention in mentions):
        return longest.words  # C-Eval and C-Eval Hard
    counts = Counter(mention.id for mention in spoken)
    first, second = counts.most_common(2)
    return next(m.words for m in mentions if m.id == first[0]) if first[1] >= 3 * second[1] else ""


def _without_tools(text: str, mentions: list[Mention]) -> list[Mention]:
    """What a table was measured *with* ("using OpenCompass") is not what it is about, where something else is named."""
    about = [mention for mention in mentions if not _TOOL.search(text[max(0, mention.start - 24) : mention.start])]
    return about or mentions


def benchmarks_in(text: str, names: Names) -> list[Mention]:
    return [mention for mention in names.mentions(text) if mention.kind == "benchmark" and mention.confidence >= 0.8]


def distinct(mentions: Iterable[Mention]) -> list[Mention]:
    """The first mention of each name, in order."""
    found: dict[str, Mention] = {}
    for mention in mentions:
        found.setdefault(mention.id, mention)
    return list(found.values())


def _narrowed(words: str, around: Surroundings, names: Names) -> str:
    """A heading or tab that names only a part ("Verified", "Results on the validation split") narrows the benchmark
    that is named elsewhere.
    """
    heading = around.headings[-1] if around.headings else ""
    if heading and len(heading) <= _MAX_PART and heading.casefold() not in words.casefold():
        whole, part = names.benchmark(words), names.benchmark(f"{words} {heading}")
        if whole is not None and part is not None and part != whole:
            return f"{words} {heading}"
    split = _SPLIT.search(heading) or _LANGUAGE_HEADING.fullmatch(heading.strip(" :"))
    if split is None or words.casefold() in heading.casefold() or split[1].casefold() in words.casefold():
        return words
    return f"{words} {split[1]}"
