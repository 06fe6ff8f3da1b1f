"""Resolves model names: the listed ones, and whatever is shaped like one."""

from __future__ import annotations

import re
from dataclasses import replace

from tracker.domain.claims import Variant
from tracker.names.grammar import ModelGrammar
from tracker.names.registry import Model, Registry
from tracker.names.shapes import Shape
from tracker.names.spelling import clean, mixed_script, name_key
from tracker.names.tokens import SIZE
from tracker.names.types import ModelName

_SHOTS_ONLY = re.compile(r"\s{0,2}[(\[]?(?<![\w.])\d{1,3}[\s\-]?shots?\b[)\]]?", re.IGNORECASE)
_COMBINED = re.compile(r" \+ | w/ | with | & |→|->| using | on top of | via ", re.IGNORECASE)
_ALTERNATIVES = re.compile(r"\s?/\s?| vs\.? | or | and ")
_METHOD = re.compile(r"[^()]{2,60}\(([^()]{3,60})\)")
_BASELINES = {
    "human": "Human", "humans": "Human", "human baseline": "Human", "human performance": "Human", "average human": "Average Human",
    "human expert": "Human Expert", "human experts": "Human Expert", "expert": "Human Expert", "random": "Random",
    "random chance": "Random", "random guess": "Random", "random baseline": "Random", "random guessing": "Random",
    "majority": "Majority", "majority baseline": "Majority", "frequent guess": "Frequent Guess", "人类": "Human", "随机": "Random",
}  # fmt: skip
_FUNCTION_WORD = re.compile(r"\s(?:of|the|in|on|for|to|and|or|is|are|was|by|from|than|that|this|at|as)\s")
_BENCHMARK_WORD = re.compile(r"(?:bench|eval|qa|arena|leaderboard|benchmark)s?(?![A-Za-z])", re.IGNORECASE)
_NO_NAME = re.compile(r"://|[，。；：、！？]|\.(?:ya?ml|md|py|json|html|txt|sh)\b", re.IGNORECASE)
_EXCLUDED_LOOK = re.compile(
    r"[\d.,%±$€£<>=~+\-\s:/]+[a-zA-Z%]{0,3}"  # numbers with a unit
    r"|\d[\d.,]*\s?(?:shot|shots|tokens?|params?|parameters|gb|mb|gib|tb|k|ms|s|x|tok/s|t/s)\b.*",
    re.IGNORECASE,
)


class ModelResolver:
    def __init__(self, registry: Registry, grammar: ModelGrammar) -> None:
        self._registry = registry
        self._grammar = grammar
        self._ids = registry.model_aliases.ids

    def resolve(self, words: str, variant: Variant | None = None) -> ModelName | None:
        text = _SHOTS_ONLY.sub("", clean(words)).strip(" :,;")
        if not text or len(text) > 120:
            return None
        key = name_key(text)
        if key in self._registry.not_models or f"model:{key}" in self._registry.ambiguous:
            return None
        found = self._listed(text, key) or self._baseline(text) or self._shaped(text)
        return None if found is None else self._with_variant(found, variant)

    def candidates(self, words: str) -> tuple[str, ...]:
        return self._registry.ambiguous.get(f"model:{name_key(words)}", ())

    def _listed(self, text: str, key: str) -> ModelName | None:
        model_id = self._ids.get(key)
        if model_id is None or mixed_script(text):
            return None
        return self._from_entry(self._registry.models[model_id], self._grammar.read(text))

    def _from_entry(self, model: Model, shape: Shape | None) -> ModelName:
        return ModelName(
            id=model.id,
            key=name_key(model.id),
            family=model.family,
            version=model.version,
            size=model.size,
            # An unmarked name of a base model stands in tables of chat scores too: only marks are believed.
            variant=(shape.variant if shape else None) or ("instruct" if model.variant == "instruct" else None),
            date=shape.date if shape else None,
            effort=shape.effort if shape else None,
            organisation=model.organisation,
            status=model.status,
            released=model.released,
            open=model.open,
            known=True,
        )

    def _baseline(self, text: str) -> ModelName | None:
        name = _BASELINES.get(text.casefold())
        return None if name is None else ModelName(name, name_key(name), confidence=0.3)

    def _shaped(self, text: str) -> ModelName | None:
        if _EXCLUDED_LOOK.fullmatch(text) or _NO_NAME.search(text) or self._starts_like_another_thing(text):
            return None
        if self._names_several(text):
            return None
        if _COMBINED.search(text):
            return self._composite(text, _COMBINED.split(text))
        shape = self._grammar.read(text)
        if shape is not None and shape.unknown and _FUNCTION_WORD.search(text):
            return None
        if shape is None or (shape.suffix and shape.family is None):
            method = _METHOD.fullmatch(text)
            inner = self._composite(text, [method[1]]) if method else None
            if inner is not None or shape is None:
                return inner
        return self._from_shape(shape)

    def _names_several(self, text: str) -> bool:
        """`GPT-4/Claude 3` and `Qwen2-7/72B` are two models each; `org/Model` is one."""
        parts = _ALTERNATIVES.split(text)
        if len(parts) != 2:
            return False
        left, right = (self._grammar.read(part) for part in parts)
        if left is None or left.family is None or not (left.version or left.size):
            return False
        return SIZE.fullmatch(parts[1]) is not None or (
            right is not None and right.family is not None and bool(right.version or right.size)
        )

    def _starts_like_another_thing(self, text: str) -> bool:
        """Hardware, software and ordinary nouns with a number behind them ("RTX 4090", "Python 3.11", "Level 5")."""
        words = re.split(r"[\s\-_]+", text.rsplit("/", 1)[-1])
        for length in (1, 2):
            if self._registry.not_models.get(name_key(" ".join(words[:length])), "").startswith("head"):
                return True
        letters = re.match(r"[^\W\d_]+", words[0])
        return letters is not None and self._registry.not_models.get(letters[0].casefold(), "").startswith("head")

    def _from_shape(self, shape: Shape) -> ModelName | None:
        name = shape.name
        key = name_key(name)
        listed = self._ids.get(key)
        if listed is not None and not shape.suffix:
            return self._from_entry(self._registry.models[listed], shape)
        confidence = self._confidence(shape)
        if confidence is None:
            return None
        family = shape.family
        base = self._special_case_of(shape)
        owner = self._registry.organisation_aliases.ids.get(name_key(shape.owner)) if shape.owner else None
        organisation = owner if family is None else family.organisation
        if base is not None:
            organisation = base.organisation
        return ModelName(
            id=name,
            key=key,
            family=family.id if family else shape.head,
            version=shape.version,
            size=_join_size(shape),
            variant=shape.variant,
            quantisation=shape.quantisation,
            date=shape.date,
            effort=shape.effort,
            organisation=organisation,
            status=base.status if base else None,
            open=base.open if base else (family.open if family else None),
            confidence=confidence,
        )

    def _special_case_of(self, shape: Shape) -> Model | None:
        """The listed model that this one is a quantisation, a dated build or an effort of."""
        for smaller in shape.without():
            listed = self._ids.get(name_key(smaller.name))
            if listed is not None:
                return self._registry.models[listed]
        return None

    def _confidence(self, shape: Shape) -> float | None:
        if shape.family is not None:
            if shape.name == shape.family.id and shape.family.bare != "yes":
                return 0.5
            return 0.95 if not shape.unknown else 0.85
        return self._confidence_unlisted(shape)

    def _confidence_unlisted(self, shape: Shape) -> float | None:
        head = shape.head
        if _BENCHMARK_WORD.search(head) or any(letter >= "\u3400" for letter in head):
            return None
        if shape.size is not None:
            return 0.8
        if shape.around_family:
            return 0.7
        if shape.variant or shape.quantisation:
            return 0.6
        lower_words = head.islower() and head.count("-") > 1
        if len(head) < 2 or lower_words or not (shape.version or shape.lines or shape.context):
            return None
        return 0.4

    def _composite(self, text: str, parts: list[str]) -> ModelName | None:
        """A method or agent around a model, or two models together: the full words are its name."""
        for part in parts:
            inner = self.resolve(part.strip())
            if inner is not None and inner.confidence >= 0.8:
                name = re.sub(r"\s+", " ", text)
                return ModelName(
                    id=name,
                    key=name_key(name),
                    family=inner.family,
                    version=inner.version,
                    size=inner.size,
                    variant=inner.variant,
                    confidence=0.7,
                )
        return None

    def _with_variant(self, found: ModelName, variant: Variant | None) -> ModelName:
        """The caller knows from a heading or column that the name means the base or the instruct model."""
        if variant is None or found.variant is not None:
            return found
        family = self._registry.families.get(found.family or "")
        if found.confidence < 0.8 or (family and family.plain_variant(found.version) == variant):
            return replace(found, variant=variant)
        for word in ("Instruct", "Chat") if variant == "instruct" else ("Base",):
            marked = self.resolve(f"{found.id} {word}")
            if marked is not None and marked.known:
                return replace(marked, variant=variant)
        if (family and family.open is False and variant == "instruct") or not found.size:
            return replace(found, variant=variant)
        marked = self.resolve(f"{found.id} {'Instruct' if variant == 'instruct' else 'Base'}")
        return replace(marked or found, variant=variant)


def _join_size(shape: Shape) -> str | None:
    return "-".join(filter(None, [shape.size, shape.active, shape.experts])) or None
