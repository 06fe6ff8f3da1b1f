"""Inline content as it is being collected, in HTML and in Markdown alike."""

from __future__ import annotations

from dataclasses import dataclass, field


def fold(text: str) -> str:
    """White space folded within lines; empty lines dropped."""
    if "\n" not in text:
        return " ".join(text.split())
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


MAX_SCRIPT = 40
"""Characters of a superscript or subscript; a longer one is small print."""


@dataclass(slots=True)
class Words:
    """Inline content being collected; tells whether all of it is bold or italic."""

    pieces: list[str] = field(default_factory=list)
    bold_depth: int = 0
    italic_depth: int = 0
    plain: bool = False  # something not bold was said
    upright: bool = False  # something not italic was said
    scripts: list[tuple[str, int]] = field(default_factory=list)

    def add(self, text: str) -> None:
        if not text:
            return
        self.pieces.append(text)
        if not self.scripts and (not self.bold_depth or not self.italic_depth) and not text.isspace():
            self.plain = self.plain or not self.bold_depth
            self.upright = self.upright or not self.italic_depth

    def line_break(self) -> None:
        if self.pieces:
            self.pieces.append("\n")

    def open_script(self, mark: str) -> None:
        self.scripts.append((mark, len(self.pieces)))

    def close_script(self) -> None:
        if not self.scripts:
            return
        mark, position = self.scripts.pop()
        inner = " ".join("".join(self.pieces[position:]).split())
        del self.pieces[position:]
        if inner:
            self.pieces.append(f"{mark}{{{inner}}}" if len(inner) <= MAX_SCRIPT else inner)

    def take(self) -> tuple[str, bool, bool]:
        """The text, whether it is all bold, whether it is all italic; empties the collection."""
        while self.scripts:
            self.close_script()
        text = fold("".join(self.pieces)) if self.pieces else ""
        result = text, bool(text) and not self.plain, bool(text) and not self.upright
        self.pieces.clear()
        self.plain = self.upright = False
        return result
