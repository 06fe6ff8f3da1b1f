"""Names that no registry lists, told by where they stand: "scores 61 on Foo", "the Bar Baz leaderboard", "Qux-2 beats X".

Only the grammar of the sentence speaks for them, so each rule wants a capital, a digit or a telling ending in the name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tracker.extraction.prose import lexicon
from tracker.extraction.prose.pieces import Kind, Piece, fold
from tracker.extraction.prose.relations import verbs

_BENCHMARK_SHAPE = re.compile(
    r"(?:[A-Za-z0-9]{2,}-?[Bb](?:ench|ENCH)|[A-Za-z0-9]+-?Eval|[A-Za-z0-9]+-[Ee]val|[A-Z][A-Za-z0-9]{1,}-?QA|[A-Z][A-Za-z]+Arena"
    r"|[A-Z][A-Za-z0-9]*-?Bench-[A-Za-z0-9]+|[A-Z]+-?[Bb]ench)\+?(?:-?v?\d+(?:\.\d+)?)?"
)
_STRONG = re.compile(
    r"(?=.*[A-Z])(?:.*[a-z0-9+].*[A-Z].*|.*[A-Za-z].*\d.*|[A-Z]{2,}[a-z].*|[A-Z]{3,}.*|.+-.*[A-Z].*|[A-Z].*-.+)"
)
_WORKBENCH = lexicon.words("workbench benchmark microbench backbench llama-bench")
_CAPITAL = re.compile(r"[A-Z][\w+.-]+")
_VERSION = re.compile(r"v\d+(?:\.\d+)?|\d{2,4}|\d(?:\.\d)?", re.IGNORECASE)
_SERIES = re.compile(r"[a-z]\d(?:\.\d)?")
_KEPT_HEADS = lexicon.words("arena index exam exams olympiad")
_LONGEST = 6
_TAILS = lexicon.words(
    "alpha beta mini pro max large small medium flash preview instruct coder chat base lite ultra nano turbo plus thinking"
)
_NOT_NAMES = lexicon.words(
    """
    the this that these those a an on in our new its his her my your and but or if so as at it i we you they he she for of to
    by with from while when where both all some many most other another every each no yes not one two three first last next
    sota soa llm llms vlm vlms slm moe ai ml nlp rl rlhf sft dpo grpo api gpu gpus cpu cpus npu vram ram ssd rtx gtx gguf ggml
    gptq awq exl2 exl3 fp16 bf16 fp8 fp4 int4 int8 q2 q3 q4 q5 q6 q8 q4_k_m mlx cuda rocm vulkan mac macs m1 m2 m3 m4 h100 a100
    h200 b200 vllm tgi sglang ollama llama.cpp ik_llama.cpp exllama exllamav2 exllamav3 koboldcpp lmstudio studio pytorch
    tensorrt tensorrt-llm onnx transformers unsloth langchain openrouter huggingface hugging face github reddit twitter x
    discord youtube linux windows ubuntu android iphone ios docker python javascript rust java english chinese german french
    spanish japanese korean russian benchmarks benchmark leaderboard leaderboards expectations competition competitors rivals
    charts records everyone everything humans human humanity experts users people members models model results performance
    accuracy score scores open closed state top big latest update edit tl;dr tldr imho afaik btw pr rag mcp ide cli ui
    monday tuesday wednesday thursday friday saturday sunday today yesterday tomorrow usa us uk eu china europe america
    table figure section appendix paper report blog post thread sub readme page here there what which who how why
    gpt groq cerebras nvidia amd intel apple silicon ollama's using note thanks also however interestingly notably
    """
)


def with_unlisted(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """The pieces with names found by grammar put together."""
    found = _by_shape(list(pieces))
    found = _by_head(found)
    found = _by_place(found)
    return tuple(_models(found))


def _merged(pieces: Sequence[Piece], start: int, end: int, kind: Kind, confidence: float) -> Piece:
    first, last = pieces[start], pieces[end - 1]
    words = " ".join(piece.text for piece in pieces[start:end])
    for joint in ("-", ".", ":"):
        words = words.replace(f" {joint} ", joint)
    return Piece(kind, words, fold(words), first.start, last.end, last.possessive, words, confidence)


def _by_shape(pieces: list[Piece]) -> list[Piece]:
    """`SVGBench`, `LV-Eval`, `FooQA v2`."""
    result: list[Piece] = []
    at = 0
    while at < len(pieces):
        piece = pieces[at]
        end = at + 1
        if piece.kind is Kind.WORD and _BENCHMARK_SHAPE.fullmatch(piece.text) and piece.low not in _WORKBENCH:
            while end < len(pieces) and end - at < 3 and _qualifies(pieces[end]):
                end += 1
            piece = _merged(pieces, at, end, Kind.BENCHMARK, 0.8)
        result.append(piece)
        at = end
    return result


def _qualifies(piece: Piece) -> bool:
    return piece.text in ("Verified", "Pro", "Lite", "Hard", "Full", "Mini", "Plus") or bool(
        piece.kind is Kind.WORD and re.fullmatch(r"[vV]\d+(?:\.\d+)?", piece.text)
    )


def _is_name(piece: Piece) -> bool:
    return (
        piece.kind is Kind.WORD
        and bool(_CAPITAL.fullmatch(piece.text))
        and piece.low not in _NOT_NAMES
        and piece.low not in lexicon.SCOPES
    )


def _by_head(pieces: list[Piece]) -> list[Piece]:
    """`the Frontend Code Arena`, `Lab Play (%) benchmark`, `IMO qualifying exams`: a named thing before its noun."""
    result: list[Piece] = []
    for at, piece in enumerate(pieces):
        arena = piece.low in _KEPT_HEADS and piece.kind in (Kind.BENCHMARK, Kind.WORD)
        if not arena and not (piece.kind is Kind.WORD and piece.low in lexicon.GENERIC_BENCHMARK):
            result.append(piece)
            continue
        start = _name_before(result, arena=arena)
        if start is None and piece.low in lexicon.ONE_BENCHMARK:
            owned = _owner_before(result)
            if owned is not None:
                merged = [*result, piece]
                words = " ".join(one.text for one in merged[owned:] if one.low not in ("new", "own", "main"))
                words = words.replace("’s", "").replace("'s", "")
                result[owned:] = [
                    Piece(
                        Kind.BENCHMARK, words, fold(words), merged[owned].start, piece.end, name=words, confidence=0.6
                    )
                ]
                continue
        if start is None:
            result.append(piece)
            continue
        if arena or piece.text[:1].isupper():
            merged = _merged([*result, piece], start, len(result) + 1, Kind.BENCHMARK, 0.7)
            del result[start:]
            result.append(merged)
        else:
            end = len(result)
            while result[end - 1].kind is Kind.MARK:
                end -= 1
            if result[end - 1].low == "%":
                end -= 2
            merged = _merged(result, start, end, Kind.BENCHMARK, 0.7)
            result[start:end] = [merged]
            result.append(piece)
    return result


def _owner_before(before: Sequence[Piece]) -> int | None:
    """The owner in `aider's new code benchmark`: a thing or person that has a benchmark named after it."""
    for at in range(len(before) - 1, max(-1, len(before) - 5), -1):
        piece = before[at]
        if piece.possessive:
            proper = piece.kind in (Kind.WORD, Kind.BENCHMARK) and piece.low not in _NOT_NAMES
            return at if proper else None
        if piece.kind is not Kind.WORD or piece.low in lexicon.OBJECT_STOPS:
            return None
    return None


def _name_before(before: Sequence[Piece], *, arena: bool) -> int | None:
    """Where the capitalised words that end here begin; `None` for none."""
    at = len(before)
    if not arena and at > 3 and [piece.low for piece in before[at - 3 :]] == ["(", "%", ")"]:
        at -= 3
    lower = 0
    start: int | None = None
    while at > 0 and (start is None or len(before) - at < _LONGEST):
        piece = before[at - 1]
        if (
            piece.kind is not Kind.WORD
            or piece.possessive
            or piece.low in _NOT_NAMES
            or piece.low in lexicon.SCORE_VERBS
        ):
            break
        if _is_name(piece):
            start = at - 1
        elif start is not None or not arena or lower >= 1:
            break
        else:
            lower += 1
        at -= 1
    if start == 0 and len(before) == 1 and not arena and not _STRONG.fullmatch(before[0].text):
        return None
    return start


def _by_place(pieces: list[Piece]) -> list[Piece]:
    """`88.6 on Foo Bar`, `scores 61% on the FOO`: the name where a score's benchmark stands."""
    result: list[Piece] = []
    at = 0
    while at < len(pieces):
        piece = pieces[at]
        result.append(piece)
        at += 1
        if piece.low not in ("on", "in") or not _follows_score(result):
            continue
        while at < len(pieces) and pieces[at].low in lexicon.DETERMINERS:
            result.append(pieces[at])
            at += 1
        end = at
        while (
            end < len(pieces)
            and end - at < _LONGEST
            and (_is_name(pieces[end]) or (end > at and _is_version(pieces[end])))
        ):
            end += 1
        weak = not _STRONG.fullmatch(pieces[at].text) if end > at else True
        if (
            end > at
            and not (weak and piece.low == "in")
            and pieces[at].low not in lexicon.MONTHS
            and not _named(pieces, at, end)
        ):
            result.append(_merged(pieces, at, end, Kind.BENCHMARK, 0.6))
            at = end
    return result


def _named(pieces: Sequence[Piece], at: int, end: int) -> bool:
    """Whether the words belong to a listed name behind them, or to an owner ("on Anthropic's benchmarks")."""
    return pieces[end - 1].possessive or (end < len(pieces) and pieces[end].kind in (Kind.BENCHMARK, Kind.MODEL))


def _is_version(piece: Piece) -> bool:
    return piece.kind in (Kind.NUMBER, Kind.WORD) and bool(_VERSION.fullmatch(piece.text))


def _follows_score(before: Sequence[Piece]) -> bool:
    """Whether a number with at most its unit and "score" stands right before the preposition."""
    for here in range(len(before) - 2, max(-1, len(before) - 5), -1):
        piece = before[here]
        if piece.kind is Kind.NUMBER:
            return before[here - 1].low not in ("$", "#") if here else True
        if piece.low not in lexicon.SCORE_NOUNS and piece.low not in ("%", ")") and piece.kind is not Kind.METRIC:
            return False
    return False


def _models(pieces: list[Piece]) -> list[Piece]:
    """`Foo-2 outperforms X`, `X beats Foo Bar`: names on the two sides of a comparing verb, before a scoring one."""
    result = list(pieces)
    at = len(result) - 1
    while at >= 0:
        piece = result[at]
        if piece.low == "than" and any(one.kind is Kind.MODEL or one.low in _POINTING for one in result[:at]):
            _right(result, at, strong=False)
        shouted = at > 0 and piece.text[:1].isupper()  # a headline: other words have capitals too
        if piece.kind is Kind.WORD and piece.low in verbs():
            _right(result, at, strong=shouted)
        if piece.kind is Kind.WORD and (
            piece.low in verbs() or (piece.low in lexicon.SCORE_VERBS and _scores(result, at))
        ):
            at = _left(result, at, strong=shouted)
        at -= 1
    return result


def _scores(pieces: Sequence[Piece], at: int) -> bool:
    return any(piece.kind is Kind.NUMBER for piece in pieces[at + 1 : at + 6])


def _left(pieces: list[Piece], at: int, *, strong: bool) -> int:
    """Makes the name that ends right before the verb at `at` a model; returns the verb's new place."""
    end = at
    if end > 2 and pieces[end - 1].low == ")":
        opened = next((i for i in range(end - 2, max(-1, end - 7), -1) if pieces[i].low == "("), end)
        end = opened
    end = _before_being_first(pieces, end)
    while (
        end > 0
        and pieces[end - 1].kind is Kind.WORD
        and (pieces[end - 1].low.endswith("ly") or pieces[end - 1].low in _BETWEEN)
    ):
        end -= 1
    start = end
    while start > 0 and end - start < _LONGEST and _may_be_named(pieces, start - 1, start == end):
        start -= 1
    while start < end and not _is_name(pieces[start]):
        start += 1
    if start == end or (start > 0 and pieces[start - 1].kind is Kind.MODEL):
        return at
    capital = sum(_is_name(piece) for piece in pieces[start:end])
    telling = any(_STRONG.fullmatch(piece.text) for piece in pieces[start:end])
    lone = start == 0 and capital == 1 and end == 1 and not (pieces[at].low in _AGENT_VERBS and _scores_on(pieces, at))
    compared = pieces[at].low in verbs() and any(piece.kind is Kind.MODEL for piece in pieces[at:])
    compared = compared or (pieces[at].low in _AGENT_VERBS and _scores_on(pieces, at))
    if not telling and (strong or lone or (capital < 2 and end - start < 2 and not compared)):
        return at
    pieces[start:end] = [_merged(pieces, start, end, Kind.MODEL, 0.6)]
    return at - (end - start) + 1


_AGENT_VERBS = lexicon.words("scored scores achieved achieves attained attains")


def _scores_on(pieces: Sequence[Piece], at: int) -> bool:
    """Whether a number and a benchmark follow: "scored 18.9% on A"."""
    after = pieces[at + 1 : at + 12]
    return any(piece.kind is Kind.NUMBER for piece in after[:4]) and any(
        piece.kind is Kind.BENCHMARK for piece in after
    )


def _before_being_first(pieces: Sequence[Piece], at: int) -> int:
    """`X is the first model to surpass Y`: from the verb back to `is`."""
    if at < 4 or pieces[at - 1].low != "to":
        return at
    for here in range(at - 2, max(0, at - 9), -1):
        if pieces[here].low in lexicon.BE:
            return here if any(piece.low in ("first", "only") for piece in pieces[here:at]) else at
    return at


_BETWEEN = lexicon.words("has have had is was also even just still now can could may might will does did not recently")


def _may_be_named(pieces: Sequence[Piece], at: int, last: bool) -> bool:  # a plain predicate
    piece = pieces[at]
    if _is_name(piece) or (piece.low == "of" and not last and at > 0 and _is_name(pieces[at - 1])):
        return True
    if piece.kind is Kind.WORD and last and (piece.low in _TAILS or _SERIES.fullmatch(piece.text)):
        return True
    return not last and _is_version(piece) and at > 0 and _is_name(pieces[at - 1])


_POINTING = lexicon.words("it it's this its")


def _right(pieces: list[Piece], at: int, *, strong: bool) -> None:
    """Makes the name right behind a comparing verb a model, where the sentence names another one before the verb."""
    start = at + 1
    while start < len(pieces) and (
        pieces[start].low in lexicon.DETERMINERS or pieces[start].low in ("out", "both", "even")
    ):
        start += 1
    end = start
    while (
        end < len(pieces)
        and end - start < _LONGEST
        and (_is_name(pieces[end]) or (end > start and _is_version(pieces[end])))
    ):
        end += 1
    if end == start or pieces[end - 1].possessive:
        return
    if pieces[at].low == "than" and end - start < 2 and not _STRONG.fullmatch(pieces[start].text):
        return
    if pieces[at].low != "than" and not any(piece.kind is Kind.MODEL for piece in pieces[:at]):
        return
    if end < len(pieces) and pieces[end].kind in (Kind.MODEL, Kind.BENCHMARK, Kind.METRIC):
        return
    if strong and not any(_STRONG.fullmatch(piece.text) for piece in pieces[start:end]):
        return
    pieces[start:end] = [_merged(pieces, start, end, Kind.MODEL, 0.6)]
