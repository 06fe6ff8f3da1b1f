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
    said_bold: bool = False
    said_plain: bool = False
    said_italic: bool = False
    said_upright: bool = False
    scripts: list[tuple[str, int]] = field(default_factory=list)

    def add(self, text: str) -> None:
        if not text:
            return
        self.pieces.append(text)
        if self.scripts or text.isspace():
            return
        if self.bold_depth > 0:
            self.said_bold = True
        else:
            self.said_plain = True
        if self.italic_depth > 0:
            self.said_italic = True
        else:
            self.said_upright = True

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
        result = text, self.said_bold and not self.said_plain, self.said_italic and not self.said_upright
        self.pieces.clear()
        self.said_bold = self.said_plain = self.said_italic = self.said_upright = False
        return result
