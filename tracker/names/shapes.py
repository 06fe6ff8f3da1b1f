"""The parts of a model's name, and the one canonical way to write them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from tracker.domain.claims import Variant
from tracker.names.registry import Family


@dataclass(frozen=True, slots=True)
class Shape:
    """The parts of a model name. `lines` stand before the size (Coder, mini, …), `after` behind it (Thinking, …).
    `around_family`: a listed family stands inside the head ("Chinese-Alpaca", "CoT GPT4").
    """

    family: Family | None
    head: str
    version: str | None = None
    v_prefix: bool = False
    version_late: bool = False
    lines: tuple[str, ...] = ()
    size: str | None = None
    active: str | None = None
    experts: str | None = None
    context: str | None = None
    variant: Variant | None = None
    variant_word: str | None = None
    after: tuple[str, ...] = ()
    date: str | None = None
    quantisation: str | None = None
    effort: str | None = None
    suffix: tuple[str, ...] = ()
    unknown: int = 0
    around_family: bool = False
    owner: str = ""

    @property
    def name(self) -> str:
        """The canonical spelling."""
        family = self.family
        joint = family.joint if family else "-"
        head = self.head
        at_end = self.version_late or (family is not None and family.version_at == "end")
        if self.version and not at_end:
            glue = family.glue if family else "-"
            head += f"{glue}{'v' if self.v_prefix and not family else ''}{self.version}"
        plain = family.plain_variant(self.version) if family else None
        variant = self.variant_word if self.variant and self.variant != plain else None
        if self.variant_word == "Chat":
            variant = self.variant_word
        parts: list[str | None] = [head, *self.lines, self.size, self.active, self.experts, self.context, variant]
        parts += self.after
        parts += [f"v{self.version}" if self.version and at_end else None, self.date, self.quantisation]
        brackets = [f"({self.effort})"] if self.effort else []
        brackets += [f"({words})" for words in self.suffix]
        return " ".join([joint.join(part for part in parts if part), *brackets])

    def without(self) -> Iterable[Shape]:
        """The shape with one more particular after another left out: what it is a special case of."""
        shape = self
        for changes in (
            {"suffix": (), "unknown": 0},
            {"quantisation": None},
            {"effort": None},
            {"date": None},
            {"context": None},
            {"after": ()},
        ):
            if any(getattr(shape, part) != value for part, value in changes.items()):
                shape = replace(shape, **changes)
                yield shape


@dataclass(slots=True)
class OpenShape:
    """A shape while a name's tokens are read: the same parts, still open."""

    family: Family | None
    head: str
    version: str | None = None
    v_prefix: bool = False
    version_late: bool = False
    lines: list[str] = field(default_factory=list)
    size: str | None = None
    active: str | None = None
    experts: str | None = None
    context: str | None = None
    variant: Variant | None = None
    variant_word: str | None = None
    after: list[str] = field(default_factory=list)
    date: str | None = None
    quantisation: str | None = None
    effort: str | None = None
    suffix: tuple[str, ...] = ()
    unknown: int = 0
    around_family: bool = False

    @classmethod
    def of(cls, shape: Shape) -> OpenShape:
        return cls(
            shape.family, shape.head, shape.version, shape.v_prefix, shape.version_late, list(shape.lines), shape.size,
            shape.active, shape.experts, shape.context, shape.variant, shape.variant_word, list(shape.after), shape.date,
            shape.quantisation, shape.effort, shape.suffix, shape.unknown, shape.around_family,
        )  # fmt: skip

    def shape(self, owner: str) -> Shape:
        return Shape(
            self.family, self.head, self.version, self.v_prefix, self.version_late, tuple(self.lines), self.size,
            self.active, self.experts, self.context, self.variant, self.variant_word, tuple(self.after), self.date,
            self.quantisation, self.effort, self.suffix, self.unknown, self.around_family, owner,
        )  # fmt: skip
