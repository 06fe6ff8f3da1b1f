"""Model names that running text spreads out: `Qwen2.5-7B/72B`, "Llama 3.1 8B and 70B", "the 405B", "A + B"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tracker.extraction.prose import lexicon
from tracker.extraction.prose.pieces import Kind, Piece, fold
from tracker.extraction.prose.relations import verbs

_SIZE = r"(?:\d+x)?\d+(?:\.\d+)?[BbMT](?:[- ]?[Aa]\d+(?:\.\d+)?[Bb])?"
_BARE_SIZE = re.compile(rf"{_SIZE}(?:[-_](?:[Ii]nstruct|[Cc]hat|[Bb]ase|it|\d{4}))*")
_SIZED = re.compile(rf"(?P<head>.*?)(?<![\w.])(?P<size>{_SIZE})(?P<tail>[-_ ].{{0,40}})?", re.DOTALL)
_SLASHED = re.compile(
    r"(?<![\w./])(?P<head>[^\s/,;:()]{0,40}?)(?<![\d.])(?P<sizes>\d+(?:\.\d+)?[BbMT]?(?:/(?:\d+(?:\.\d+)?[BbMT]?)){1,8})"
    r"(?<=[BbMT])(?P<tail>(?:-\w{1,16}){0,3})(?![\w/])"
)
_VERSION = re.compile(r"v\d+(?:\.\d+)?|Pro|Lite|Verified|Hard|Easy|Medium|Full|Plus|20\d\d")
_MORE_VERSIONS = re.compile(rf"(?:/(?:{_VERSION.pattern}))+(?![\w/])")
_JOINERS = frozenset((",", "and", "&", "/", "or", "和", "(", ")"))
_NOT_A_NAME_BEFORE = lexicon.words("parameters parameter params param tokens token active activated weights of")
_BESIDE = lexicon.words("than over versus vs vs.") | verbs()
_AFTER_NAME = lexicon.words(". , ; : ) ! moe dense and or through on with at in benchmarks scores") | {""}
_BEFORE_ACT = lexicon.words("always should still often usually never clearly consistently")
_WHICH_OF_TWO = lexicon.words("older newer bigger smaller larger old previous original")
_DEFINITE = lexicon.words("the this that their our its both new")


def resized(name: str, size: str) -> str:
    """`name` with another size: in place of the one it has, else behind it."""
    match = _SIZED.fullmatch(name)
    if match is None:
        return f"{name} {size}"
    return f"{match['head']}{size}{match['tail'] or ''}"


def sizes(name: str) -> str:
    """The size that a name states, folded; empty for none."""
    match = _SIZED.fullmatch(name)
    return match["size"].casefold() if match else ""


def spread(text: str, named: Sequence[Piece]) -> tuple[Piece, ...]:
    """`Qwen2.5-7B/72B-Instruct` as two models, each standing at its own size; `LiveCodeBench v5/v6/Pro` as three
    benchmarks.
    """
    if "/" not in text:
        return tuple(named)
    named = [part for piece in named for part in _versions(text, piece)]
    extra: list[Piece] = []
    taken: set[int] = set()
    for match in _SLASHED.finditer(text):
        sizes_at = match.start("sizes")
        owner = next((i for i, piece in enumerate(named) if _owns(piece, text, match.start(), match.end())), None)
        if owner is None:
            continue
        start = min(named[owner].start, match.start())
        stem = text[start:sizes_at]
        taken.update(i for i, piece in enumerate(named) if piece.start < match.end() and piece.end > start)
        extra.extend(_sized_pieces(match, start, stem))
    kept = [piece for i, piece in enumerate(named) if i not in taken]
    return tuple(sorted([*kept, *extra], key=lambda piece: piece.start))


def _versions(text: str, piece: Piece) -> Iterator[Piece]:
    more = _MORE_VERSIONS.match(text, piece.end) if piece.kind is Kind.BENCHMARK else None
    end = more.end() if more else piece.end
    parts = text[piece.start : end].split("/")
    if piece.kind is not Kind.BENCHMARK or len(parts) == 1 or not all(_VERSION.fullmatch(part) for part in parts[1:]):
        yield piece
        return
    stem = parts[0].rpartition(" ")[0] if _VERSION.fullmatch(parts[0].rpartition(" ")[2]) else parts[0]
    at = piece.start
    for i, part in enumerate(parts):
        name = part if i == 0 else f"{stem} {part}"
        yield Piece(Kind.BENCHMARK, part, fold(part), at, at + len(part), name=name, confidence=piece.confidence)
        at += len(part) + 1


def _owns(piece: Piece, text: str, start: int, end: int) -> bool:
    if piece.kind is not Kind.MODEL:
        return False
    return piece.start < end and (piece.end > start or not text[piece.end : start].strip(" -"))


def _sized_pieces(match: re.Match[str], start: int, stem: str) -> Iterator[Piece]:
    unit = match["sizes"][-1]
    at = match.start("sizes")
    sizes = match["sizes"].split("/")
    for i, size in enumerate(sizes):
        left = start if i == 0 else at
        right = at + len(size) if i < len(sizes) - 1 else match.end()
        full = size if size[-1].isalpha() else size + unit
        words = match.string[left:right]
        yield Piece(Kind.MODEL, words, fold(words), left, right, name=f"{stem}{full}{match['tail']}")
        at += len(size) + 1


def joined(pieces: Sequence[Piece], known: str = "") -> tuple[Piece, ...]:
    """Bare sizes made models, from the model before them or from `known`, the one that the text is about; models joined
    by a plus sign made one.
    """
    result: list[Piece] = []
    for i in range(len(pieces)):
        piece = _named_by_size(pieces, i, result, known) or _numbered(pieces, i, result) or pieces[i]
        if piece.kind is Kind.MODEL and not sizes(piece.words) and _is_size(result) and not _goes_on(pieces, i):
            size = result.pop()
            piece = piece._replace(name=f"{piece.words} {size.text}", start=size.start)
        if piece.kind is Kind.MODEL and i + 1 < len(pieces) and pieces[i + 1].low == "亿":
            piece = _counted_in_hundreds_of_millions(piece)
        result.append(piece)
    return tuple(_composed(result))


_HUNDREDS_OF_MILLIONS = re.compile(r"(?P<stem>.{1,60}?[-_ ]?)(?<![\d.])(?P<count>\d{1,5})", re.DOTALL)


def _counted_in_hundreds_of_millions(piece: Piece) -> Piece:
    """`X-700亿`: the size in the Chinese unit, ten of which are a billion."""
    match = _HUNDREDS_OF_MILLIONS.fullmatch(piece.words)
    return piece._replace(name=f"{match['stem']}{int(match['count']) / 10:g}B") if match else piece


def _named_by_size(pieces: Sequence[Piece], at: int, before: list[Piece], known: str) -> Piece | None:
    """The model that a bare size stands for, its owner taken off `before` where it stands there ("X's 70B")."""
    piece = pieces[at]
    if piece.kind is not Kind.WORD or not piece.text[0].isdecimal():
        return None
    if not _BARE_SIZE.fullmatch(piece.text) or _counts(pieces, at):
        return None
    stem = "" if _is_remark(pieces, at, before) else _listed_before(before)
    if not stem and _stands_for_model(pieces, at, before, known):
        stem = _owner_of_size(pieces, at, before, known) or _last_model(before)
    if not stem:
        return None
    start = before.pop().start if _is_owner(before) else piece.start
    return piece._replace(kind=Kind.MODEL, name=resized(stem, piece.text), start=start, confidence=0.8)


def _numbered(pieces: Sequence[Piece], at: int, before: list[Piece]) -> Piece | None:
    """The model that a version stands for: alone (`X 4.6 and 4.7`), or with its family, taken off `before`."""
    piece = pieces[at]
    if piece.kind is not Kind.NUMBER:
        return None
    if name := _other_version(pieces, at):
        return piece._replace(kind=Kind.MODEL, name=name, confidence=0.7)
    if not before or not _is_generation(pieces, at, before[-1]):
        return None
    family = before.pop()
    words = f"{family.text} {piece.text}"
    return family._replace(text=words, low=fold(words), end=piece.end, name=f"{family.words} {piece.text}")


def _is_generation(pieces: Sequence[Piece], at: int, before: Piece) -> bool:
    """The 3 of `the Gemma 3 model family`."""
    noun = at + 1 < len(pieces) and pieces[at + 1].low in ("model", "models", "family", "series")
    named = before.kind is Kind.MODEL and not any(letter.isdigit() for letter in before.words)
    return noun and named and _GENERATION.fullmatch(pieces[at].text) is not None


def _goes_on(pieces: Sequence[Piece], at: int) -> bool:
    """Whether the family's number follows."""
    return at + 1 < len(pieces) and pieces[at + 1].kind is Kind.NUMBER and _is_generation(pieces, at + 1, pieces[at])


def _is_size(before: Sequence[Piece]) -> bool:
    """The 4B of `the 4B Gemma 3`."""
    last = before[-1] if before else None
    return last is not None and last.kind is Kind.WORD and _LONE_SIZE.fullmatch(last.text) is not None


_GENERATION = re.compile(r"[1-9](?:\.\d)?")
_LONE_SIZE = re.compile(r"\d{1,3}(?:\.\d)?[Bb]")
_ENDING_VERSION = re.compile(r"(?P<stem>.*[^\d.])(?P<version>\d\.\d)")
_VERSION_NUMBER = re.compile(r"\d\.\d")


def _other_version(pieces: Sequence[Piece], at: int) -> str:
    """The model that `4.7` means in `X 4.6 and 4.7`, where no score may stand; empty for none."""
    if at < 2 or pieces[at - 1].low not in ("and", "or", "to", "和") or pieces[at - 2].kind is not Kind.MODEL:
        return ""
    match = _ENDING_VERSION.fullmatch(pieces[at - 2].words)
    after = pieces[at + 1] if at + 1 < len(pieces) else None
    counted = after is not None and (
        (after.kind is Kind.MARK and after.low not in (",", ".", ")", ";", ":")) or after.low in lexicon.ON
    )
    if match is None or counted or not _VERSION_NUMBER.fullmatch(pieces[at].text):
        return ""
    return f"{match['stem']}{pieces[at].text}"


def _is_remark(pieces: Sequence[Piece], at: int, before: Sequence[Piece]) -> bool:
    """`X (8.1B, score 65.2)`, `X-3B-Instruct (3.8B)`: how large it is, no other model."""
    if pieces[at - 1].low != "(" or at + 1 >= len(pieces):
        return False
    after = pieces[at + 1]
    lone = after.low == ")" and bool(sizes(before[-2].words)) if len(before) > 1 else False
    listed = after.low in _JOINERS and at + 2 < len(pieces) and _BARE_SIZE.fullmatch(pieces[at + 2].text) is not None
    return lone or not (listed or after.low == ")")


def _counts(pieces: Sequence[Piece], at: int) -> bool:
    return at + 1 < len(pieces) and pieces[at + 1].low in _NOT_A_NAME_BEFORE


def _is_owner(before: Sequence[Piece]) -> bool:
    """`X's` right before a size."""
    return bool(before) and before[-1].kind is Kind.MODEL and before[-1].possessive


def _listed_before(before: Sequence[Piece]) -> str:
    """The model that a bare size continues: `… 8B, 70B and`; that it belongs to: `X's 235b`."""
    if _is_owner(before):
        return before[-1].words
    at = len(before) - 1
    while at >= 0 and before[at].low in _JOINERS:
        at -= 1
    if 0 <= at < len(before) - 1 and before[at].kind is Kind.MODEL:
        return before[at].words
    return ""


def _owner_of_size(pieces: Sequence[Piece], at: int, before: Sequence[Piece], known: str) -> str:
    """`X 235B may be better than 32B`: X's; `better than that 120B`: the one that the text is about."""
    return (known if pieces[at - 1].low == "that" else "") or _last_sized(before) or known


def _last_sized(before: Sequence[Piece]) -> str:
    """The model of this sentence whose size another bare one takes the place of."""
    return next((piece.words for piece in reversed(before) if piece.kind is Kind.MODEL and sizes(piece.words)), "")


def _last_model(before: Sequence[Piece]) -> str:
    return next((piece.words for piece in reversed(before) if piece.kind is Kind.MODEL), "")


def _stands_for_model(pieces: Sequence[Piece], at: int, read: Sequence[Piece], known: str) -> bool:
    before = pieces[at - 1].low if at else ""
    after = pieces[at + 1].low if at + 1 < len(pieces) else ""
    beside = before in _BESIDE or (
        before == "with" and at > 1 and pieces[at - 2].low in ("tied", "par", "comparable", "level")
    )
    if beside and after not in lexicon.MODEL_NOUNS:
        return bool(sizes(known)) or any(piece.kind is Kind.MODEL for piece in read)  # `… are tied with 20B`
    if pieces[at].text[-1] in "Mm" or before in ("a", "an", "any"):
        return False
    if before in _DEFINITE and any(piece.low in ("model", "version", "variant") for piece in pieces[at + 1 : at + 4]):
        return True  # "the 8B size embedding model"
    if after in ("models", "versions", "variants"):
        return False
    if before in _WHICH_OF_TWO and at > 1 and pieces[at - 2].low in _DEFINITE:
        return after in ("model", "version", "variant") and bool(
            sizes(known) or _last_sized(read)
        )  # "the older 72B model"
    if at == 0 and at + 1 < len(pieces) and pieces[1].kind is Kind.BENCHMARK:
        return True  # a label: "120B GPQA: 70.1"
    if before in ("", ",", "that", "said") and after in _BEFORE_ACT:
        return True  # `27B always performed better`
    acts = after in lexicon.SCORE_VERBS or after in lexicon.BE or after in verbs() or after in lexicon.MODEL_NOUNS
    return (before in _DEFINITE and (acts or after in _AFTER_NAME)) or (at == 0 and (acts or after in ("→", ":")))


def _composed(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """`o1-preview + o1-mini`, `R1 as architect with Sonnet as editor`: one system of several models."""
    at = 0
    while at < len(pieces):
        end = _composition(pieces, at) if pieces[at].kind is Kind.MODEL else None
        if end is None:
            yield pieces[at]
            at += 1
            continue
        first, last = pieces[at], pieces[end]
        words = " ".join(piece.words for piece in pieces[at : end + 1])
        yield Piece(Kind.MODEL, words, fold(words), first.start, last.end, last.possessive, words, 0.7)
        at = end + 1


def _composition(pieces: Sequence[Piece], at: int) -> int | None:
    """The last piece of the system that the model at a place begins."""
    end: int | None = None
    here = at
    while here + 2 < len(pieces) and pieces[here + 1].low == "+" and pieces[here + 2].kind is Kind.MODEL:
        here = end = here + 2
    role = _role(pieces, here + 1)
    if (
        role
        and role + 1 < len(pieces)
        and pieces[role].low in ("with", "and", "+")
        and pieces[role + 1].kind is Kind.MODEL
    ):
        second = _role(pieces, role + 2)
        return second - 1 if second else end
    return end


def _role(pieces: Sequence[Piece], at: int) -> int | None:
    """The place behind `as architect`, `as the editor`."""
    if at + 1 >= len(pieces) or pieces[at].low != "as":
        return None
    after = at + 1 + (pieces[at + 1].low in ("the", "an", "a"))
    return after + 1 if after < len(pieces) and pieces[after].kind is Kind.WORD else None
