"""A model's identity from its spelling: family, version, size, variant, date, quantisation, in any order of writing.

``read`` turns words into a `Shape`; `Shape.name` writes a shape the one canonical way, so that two spellings of one
model meet and a model that no list has still gets a sensible name.
"""

from __future__ import annotations

import re
from dataclasses import replace

from tracker.names.registry import Family, Registry
from tracker.names.shapes import OpenShape, Shape
from tracker.names.spelling import clean, mixed_script, name_key
from tracker.names.tokens import (
    ACTIVE,
    CONTEXT,
    EXPERTS,
    HEAD_AND_VERSION,
    SHORT_DATE,
    SIZE,
    TAIL_VERSION,
    VERSION,
    Token,
    plain_decimals,
    spell_size,
    spell_version,
    split_tokens,
    take_dates,
    take_quantisations,
)

_PATH = re.compile(r"([\w.\-]{2,60})/([\w.\-:+]{2,120}(?:\s?\([^()]{1,40}\))?)")
_BRACKET = re.compile(r"[(\[]([^()\[\]]{0,80})[)\]]")
_FAMILY_TOKENS = 4
_LONGEST_NAME = 120


class ModelGrammar:
    """Reads model names with the families and words of one registry."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._families = registry.families
        self._family_keys = registry.family_aliases.ids
        self._presets = registry.family_versions

    def read(self, words: str) -> Shape | None:
        """The shape of words that may be a model's name, or `None` where nothing in them is shaped like one."""
        text = clean(words)
        if not text or len(text) > _LONGEST_NAME or mixed_script(text):
            return None
        owner, text = self._take_owner(text)
        text = plain_decimals(text)
        quantisations: list[str] = []
        dates: list[str] = []
        if any(map(str.isdigit, text)):
            text, quantisations = take_quantisations(text)
            text, dates = take_dates(text)
        brackets = [found[1].strip() for found in _BRACKET.finditer(text)] if "(" in text or "[" in text else []
        bare = _BRACKET.sub(" ", text) if brackets else text
        listed = self._registry.model_aliases.ids.get(name_key(bare))
        if listed is not None and name_key(words) not in {name_key(bare), name_key(listed)}:
            # A loose name of a listed model, with a number format, date or bracket around it.
            return self._joined(self._listed(listed), owner, brackets, quantisations, dates)
        tokens = split_tokens(bare)
        while len(tokens) > 1 and self._role(tokens[-1]) == "noise":
            tokens.pop()
        if not tokens:
            return None
        reading = self._read_head(tokens)
        if reading is None:
            return None
        return self._joined(reading, owner, brackets, quantisations, dates)

    def _listed(self, model_id: str) -> OpenShape:
        """A listed model's parts; where its name breaks the grammar, the whole name is the head."""
        shape = self.read(model_id)
        if shape is None or name_key(shape.name) != name_key(model_id):
            family = self._registry.models[model_id].family
            return OpenShape(self._families[family] if family else None, model_id)
        return OpenShape.of(shape)

    def _joined(
        self, reading: OpenShape, owner: str, brackets: list[str], quantisations: list[str], dates: list[str]
    ) -> Shape:
        for bracket in brackets:
            reading = self._read_bracket(reading, bracket)
        reading.quantisation = "-".join([*filter(None, [reading.quantisation]), *quantisations]) or None
        reading.date = "-".join([*dates, *filter(None, [reading.date])]) or None
        return reading.shape(owner)

    def _take_owner(self, text: str) -> tuple[str, str]:
        """`org/Model` → (org, Model). Two model names with a slash between them are left as they are."""
        path = _PATH.fullmatch(text)
        if path is None:
            return "", text
        owner, name = path.groups()
        if name_key(owner) in self._registry.organisation_aliases.ids:
            return owner, name
        two_models = owner.isdigit() or (self.family_at(split_tokens(owner), 0) and any(map(str.isdigit, owner)))
        return ("", text) if two_models else (owner, name)

    def family_at(self, tokens: list[Token], at: int) -> tuple[Family, int, str] | None:
        """The longest family name at a token: the family, the next token, and what is left of the last one (`2.5`)."""
        for length in range(min(_FAMILY_TOKENS, len(tokens) - at), 0, -1):
            words = [token.text for token in tokens[at : at + length]]
            key = name_key(" ".join(words))
            if key in self._family_keys:
                return self._families[self._family_keys[key]], at + length, self._presets.get(key, "")
            split = HEAD_AND_VERSION.fullmatch(words[-1])
            if split:
                key = name_key(" ".join([*words[:-1], split[1]]))
                if key in self._family_keys and key not in self._presets:
                    return self._families[self._family_keys[key]], at + length, split[2]
        return None

    def _read_head(self, tokens: list[Token]) -> OpenShape | None:
        """The family, wherever the name starts with it or with its maker; else a name with a version or a size."""
        found = self.family_at(tokens, 0)
        if found is None:
            found = self._after_organisation(tokens)
        if found is not None:
            family, at, rest = found
            reading = OpenShape(family, family.id)
            if rest:
                tokens = [*tokens[:at], *_split_rest(rest), *tokens[at:]]
            return self._read_parts(reading, tokens[at:])
        return self._read_unlisted(tokens)

    def _after_organisation(self, tokens: list[Token]) -> tuple[Family, int, str] | None:
        """`Meta Llama 3`, `OpenAI o1`: the maker before one of its own families is left out."""
        for length in (2, 1):
            maker = self._registry.organisation_aliases.ids.get(name_key(" ".join(t.text for t in tokens[:length])))
            if maker and len(tokens) > length:
                found = self.family_at(tokens, length)
                if found and found[0].organisation == maker:
                    return found
        return None

    def _read_unlisted(self, tokens: list[Token]) -> OpenShape | None:
        """A name of no listed family: leading words, then a version or a size."""
        heads: list[str] = []
        rest: list[Token] = []
        for at, token in enumerate(tokens):
            split = HEAD_AND_VERSION.fullmatch(token.text)
            if _is_part(token):
                rest = tokens[at:]
                break
            if split and VERSION.fullmatch(split[2]) and len(split[1]) > 1 and not _is_part(token):
                heads.append(split[1])
                rest = [*_split_rest(split[2]), *tokens[at + 1 :]]
                break
            if heads and self._goes_on(tokens[at - 1], token):
                rest = tokens[at:]
                break
            if not any(letter.isalpha() for letter in token.text):
                return None
            heads.append(token.text)
        if not heads or not rest:
            return None
        inside = (self.family_at(tokens, at) for at in range(1, len(tokens)))
        inner = any(found is not None and found[0].bare != "word" for found in inside)
        return self._read_parts(OpenShape(None, "-".join(heads), around_family=inner), rest)

    def _goes_on(self, before: Token, token: Token) -> bool:
        """`Foo-Chat`, `SPHINX-MoE`, `LWM-Text-128k`: a word of model names joined to a name by a hyphen."""
        role = self._role(token)
        if token.start != before.end + 1 or role is None:
            return False
        return role in {"base", "instruct", "effort"} or (role in {"line", "loose"} and _capitals(before.text) > 1)

    def _role(self, token: Token) -> str | None:
        word = self._registry.words.get(token.low)
        return word.role if word else None

    def _read_parts(self, reading: OpenShape, tokens: list[Token]) -> OpenShape:
        for token in tokens:
            self._read_part(reading, token)
        self._promote_line(reading)
        return reading

    def _read_part(self, reading: OpenShape, token: Token) -> None:
        low = token.low
        if reading.date is None and SHORT_DATE.fullmatch(low):
            reading.date = token.text
        elif reading.size is None and SIZE.fullmatch(low):
            reading.size = spell_size(token.text)
        elif reading.context is None and CONTEXT.fullmatch(low):
            reading.context = token.text.upper()
        elif reading.active is None and ACTIVE.fullmatch(low) and low not in self._registry.words:
            reading.active = token.text.upper()
        elif reading.experts is None and EXPERTS.fullmatch(low):
            reading.experts = token.text.upper()
        elif reading.version is None and (VERSION if reading.size is None else TAIL_VERSION).fullmatch(low):
            reading.version, reading.v_prefix = spell_version(token.text)
            reading.version_late = reading.size is not None
        else:
            self._read_word(reading, token)

    def _read_word(self, reading: OpenShape, token: Token) -> None:
        word = self._registry.words.get(token.low)
        role = word.role if word else None
        display = word.display if word else _spell_unknown(token.text)
        if (role == "base" or role == "instruct") and reading.variant is None:  # noqa: PLR1714  # so mypy knows which
            reading.variant, reading.variant_word = role, display
        elif role == "effort" and reading.effort is None:
            reading.effort = display
        elif role == "quantisation":
            reading.quantisation = f"{reading.quantisation}-{display}" if reading.quantisation else display
        elif role == "after" or reading.size is not None:
            reading.after.append(display)
        elif role != "noise":
            reading.lines.append(display)
        if word is None:
            reading.unknown += 1

    def _promote_line(self, reading: OpenShape) -> None:
        """`Claude 5 Sonnet` is of the family Claude Sonnet, `Mistral 3 Large` of Mistral Large."""
        family = reading.family
        if family is None or not reading.lines:
            return
        longer = self._family_keys.get(name_key(f"{family.id} {reading.lines[0]}"))
        if longer and longer != family.id:
            reading.family, reading.head = self._families[longer], longer
            del reading.lines[0]

    def _read_bracket(self, reading: OpenShape, words: str) -> OpenShape:
        """A bracket whose words are all understood joins the name; otherwise it stays a bracket."""
        tokens = split_tokens(words)
        if all(SIZE.fullmatch(token.low) for token in tokens) and (reading.size or len(tokens) > 1):
            return reading  # "(94B/398B)": said again, or active and total
        trial = replace(reading, lines=list(reading.lines), after=list(reading.after))
        for token in tokens:
            self._read_part(trial, token)
        if len(tokens) == 1 and self._role(tokens[0]) == "noise":
            return reading
        if trial.unknown == reading.unknown:
            return trial
        reading.suffix += (words,)
        reading.unknown += 1
        return reading


def _capitals(word: str) -> int:
    return sum(map(str.isupper, word))


def _is_part(token: Token) -> bool:
    low = token.low
    return any(pattern.fullmatch(low) for pattern in (SHORT_DATE, SIZE, VERSION, ACTIVE))


def _split_rest(rest: str) -> list[Token]:
    """`3coder30b` → `3`, `coder`, `30b`; `2.5` and `4o` stay whole."""
    if VERSION.fullmatch(rest) or SIZE.fullmatch(rest):
        return [Token(rest, 0, 0)]
    pieces = re.findall(r"\d+(?:\.\d+)*(?:[^\W\d_](?![^\W\d_]))?|[^\W\d_]+", rest)
    return [Token(piece, 0, 0) for piece in pieces]


def _spell_unknown(word: str) -> str:
    """A word nobody listed, all in lower case, gets a capital; any other casing is the author's."""
    return word.capitalize() if word.islower() and word.isalpha() and len(word) > 2 else word
