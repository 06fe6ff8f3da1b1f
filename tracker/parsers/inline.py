"""Markdown's inline markup to plain words, by CommonMark's rules for code spans, links and emphasis.

Emphasis, links and code marks go; images become addresses; `<br>` is a line break, `<sup>` and `[^5]` a superscript
`^{5}`; text that is struck out is left out. Math keeps its words, with the common commands spelt as characters.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from tracker.parsers import tex
from tracker.parsers.elements import BLOCKS, HEADINGS, LEFT_OUT
from tracker.parsers.words import Words

SPECIAL = re.compile(r"[\\`*_\[\]<&~$]|!\[|  +\n")
_TOKEN = re.compile(
    r"\\(?P<escape>[!-/:-@\[-`{-~]|\n)"
    r"|(?P<code>`+)"
    r"|<(?P<auto>[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]{0,2000}|[\w.+-]{1,64}@[\w.-]{1,255})>"
    r"|(?P<comment><!--)"
    r"|<(?P<close>/?)(?P<tag>[A-Za-z][A-Za-z0-9-]{0,30})(?P<attributes>(?:\s[^<>]{0,4000})?)/?>"
    r"|\[\^(?P<note>[^\]\s\[(]{1,60})\](?!\()"
    r"|(?P<open>!?\[)"
    r"|(?P<shut>\])"
    r"|(?P<run>\*+|_+|~~+)"
    r"|(?P<math>\$\$?(?=\S))"
    r"|&(?P<entity>#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
    r"|(?P<hard> {2,}\n)",
    re.DOTALL,
)
_ALL_BOLD = re.compile(r"\*\*([^\\`*_\[\]<&~$!\s](?:[^\\`*_\[\]<&~$!\n]{0,200}[^\\`*_\[\]<&~$!\s])?)\*\*")
_PLAIN_LINK = re.compile(r"(?<!!)\[([^\\`*_\[\]<&~$^]{1,300})\]\([^\s()<>\\\"']{1,1000}\)")
_DESTINATION = re.compile(
    r"""\(\s{0,20}(?:<(?P<angled>[^<>\n]{0,2000})>|(?P<bare>(?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.){0,500}\)){0,2000}))"""
    r"""(?:\s{1,20}(?:"(?:[^"\\]|\\.){0,1000}"|'(?:[^'\\]|\\.){0,1000}'|\((?:[^()\\]|\\.){0,1000}\)))?\s{0,20}\)""",
    re.DOTALL,
)
_REFERENCE = re.compile(r"\[([^\[\]]{0,200})\]")
_ATTRIBUTE = re.compile(
    r"""([A-Za-z-]{1,20})\s{0,9}=\s{0,9}(?:"([^"]{0,2000})"|'([^']{0,2000})'|([^\s"'=<>`]{1,2000}))"""
)
_BREAKING = BLOCKS | {"table", "tr", "pre", "summary", "caption", *HEADINGS}
_STRUCK = frozenset({"s", "del", "strike"})
_UNREAD = LEFT_OUT - _STRUCK - {"meta", "link", "area", "embed"}
_MAX_LABEL = 200  # pieces of inline markup in the label of a link
_TICKS = re.compile(r"`+")
_PUNCTUATION = re.compile(r"[^\w\s]|_")


@dataclass(frozen=True, slots=True)
class Inline:
    """Rendered inline content; `bold` and `italic` when all of it is. `pictures`: (address, alternative text)."""

    text: str
    bold: bool = False
    italic: bool = False
    pictures: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class _Node:
    """A piece of the sequence that emphasis is resolved on. A run holds `count` equal marks."""

    kind: str  # text, run, break, tag
    text: str = ""
    count: int = 0
    opens: bool = False
    closes: bool = False
    starts: list[int] = field(default_factory=list)  # widths of emphasis that begin behind this run
    ends: list[int] = field(default_factory=list)
    struck: int = 0


_BREAK = _Node("break")


def render(source: str, references: frozenset[str] = frozenset()) -> Inline:
    """`references`: the labels of link definitions in the document, as `normal_label` spells them."""
    if SPECIAL.search(source) is None:
        return Inline(" ".join(source.split()))
    if found := _ALL_BOLD.fullmatch(source):
        return Inline(" ".join(found[1].split()), bold=True)
    if "](" in source and SPECIAL.search(unlinked := _PLAIN_LINK.sub(r"\1", source)) is None:
        return Inline(" ".join(unlinked.split()))
    reader = _Reader(source, references)
    reader.read()
    _match_runs(reader.nodes)
    return _assemble(reader.nodes, tuple(reader.pictures))


def normal_label(label: str) -> str:
    return " ".join(label.split()).casefold()


class _Reader:
    """Source to nodes: everything except which runs of `*`, `_` and `~` are emphasis."""

    def __init__(self, source: str, references: frozenset[str]) -> None:
        self.source = source
        self.references = references
        self.nodes: list[_Node] = []
        self.pictures: list[tuple[str, str]] = []
        self.brackets: list[tuple[int, str]] = []  # position in `nodes`, "[" or "!["
        self.missing_ticks: set[int] = set()
        self.open_comment = False

    def read(self) -> None:
        source = self.source
        position = 0
        said = 0
        while special := SPECIAL.search(source, position):
            position = special.start()
            found = _TOKEN.match(source, position)
            if found is None:
                position += 1
                continue
            if position > said:
                self._say(source[said:position])
            position = said = _TOKENS[found.lastgroup or ""](self, found)
        self._say(source[said:])

    def _say(self, text: str) -> None:
        if text:
            self.nodes.append(_Node("text", text.replace("\n", " ")))

    def escape(self, found: re.Match[str]) -> int:
        self.nodes.append(_BREAK if found["escape"] == "\n" else _Node("text", found["escape"]))
        return found.end()

    def hard_break(self, found: re.Match[str]) -> int:
        self.nodes.append(_BREAK)
        return found.end()

    def address(self, found: re.Match[str]) -> int:
        self._say(found["auto"])
        return found.end()

    def note(self, found: re.Match[str]) -> int:
        self.nodes.append(_Node("note", found["note"]))
        return found.end()

    def open_bracket(self, found: re.Match[str]) -> int:
        self.brackets.append((len(self.nodes), found["open"]))
        self._say(found["open"])
        return found.end()

    def run(self, found: re.Match[str]) -> int:
        self.nodes.append(_delimiters(self.source, found))
        return found.end()

    def entity(self, found: re.Match[str]) -> int:
        self._say(html.unescape(found[0]))
        return found.end()

    def code(self, found: re.Match[str]) -> int:
        ticks = found["code"]
        end = found.end()
        if len(ticks) not in self.missing_ticks:
            for closing in _TICKS.finditer(self.source, end):
                if len(closing[0]) == len(ticks):
                    self._say(html.unescape(self.source[end : closing.start()]))
                    return closing.end()
            self.missing_ticks.add(len(ticks))
        self._say(ticks)
        return end

    def comment(self, found: re.Match[str]) -> int:
        end = found.end()
        shut = -1 if self.open_comment else self.source.find("-->", end)
        if shut < 0:
            self.open_comment = True
            self._say("<!--")
            return end
        return shut + 3

    def math(self, found: re.Match[str]) -> int:
        mark = found["math"]
        start = found.end()
        end = self.source.find(mark, start, start + tex.MAX_LENGTH)
        after = end + len(mark)
        if end < 0 or not tex.is_math(inner := self.source[start:end], self.source[after : after + 1]):
            self._say(mark)
            return start
        bold = tex.is_bold(inner)
        self.nodes.extend((_Node("tag", "b"),) if bold else ())
        self._say(tex.words(inner))
        self.nodes.extend((_Node("tag", "/b"),) if bold else ())
        return after

    def tag(self, found: re.Match[str]) -> int:
        tag = found["tag"].casefold()
        end = found.end()
        closing = found["close"] == "/"
        if tag == "img" and not closing:
            attributes = {name.casefold(): a or b or c for name, a, b, c in _ATTRIBUTE.findall(found["attributes"])}
            self.pictures.append((attributes.get("src", ""), html.unescape(attributes.get("alt", ""))))
        elif tag == "br" or tag in _BREAKING:
            self.nodes.append(_BREAK)
        elif tag in _UNREAD and not closing:
            shut = self.source.casefold().find(f"</{tag}", end)
            return end if shut < 0 else shut
        else:
            self.nodes.append(_Node("tag", ("/" if closing else "") + tag))
        return end

    def close_bracket(self, found: re.Match[str]) -> int:
        """A closing bracket: a link or an image when a destination or a known label follows."""
        end = found.end()
        if not self.brackets:
            self._say("]")
            return end
        position, opener = self.brackets.pop()
        after = self._destination(position, end)
        if after is None:
            self._say("]")
            return end
        stop, address = after
        inner = self.nodes[position + 1 :]
        if opener == "![":
            del self.nodes[position:]
            alt = "".join(node.text for node in inner if node.kind == "text")
            self.pictures.append((address, alt))
        else:
            _match_runs(inner)
            for node in inner:
                node.opens = node.closes = False
            self.nodes[position:] = inner
            self.brackets.clear()  # a link holds no link
        return stop

    def _destination(self, position: int, end: int) -> tuple[int, str] | None:
        source = self.source
        following = source[end : end + 1]
        if following == "(" and (found := _DESTINATION.match(source, end)):
            address = found["angled"] if found["angled"] is not None else found["bare"]
            return found.end(), html.unescape(address or "")
        if not self.references or len(self.nodes) - position > _MAX_LABEL:
            return None
        words = "".join(node.text for node in self.nodes[position + 1 :])
        if following == "[" and (found := _REFERENCE.match(source, end)):
            label = found[1] or words
            return (found.end(), label) if normal_label(label) in self.references else None
        return (end, words) if normal_label(words) in self.references else None


_TOKENS: dict[str, Callable[[_Reader, re.Match[str]], int]] = {
    "escape": _Reader.escape,
    "hard": _Reader.hard_break,
    "code": _Reader.code,
    "auto": _Reader.address,
    "comment": _Reader.comment,
    "attributes": _Reader.tag,
    "note": _Reader.note,
    "open": _Reader.open_bracket,
    "shut": _Reader.close_bracket,
    "run": _Reader.run,
    "math": _Reader.math,
    "entity": _Reader.entity,
}


def _delimiters(source: str, found: re.Match[str]) -> _Node:
    """A delimiter run and whether it can open or close emphasis (CommonMark's flanking rules)."""
    marks = found["run"]
    before = source[found.start() - 1] if found.start() else " "
    after = source[found.end()] if found.end() < len(source) else " "
    space_before, space_after = before.isspace(), after.isspace()
    mark_before, mark_after = _PUNCTUATION.match(before) is not None, _PUNCTUATION.match(after) is not None
    left = not space_after and (not mark_after or space_before or mark_before)
    right = not space_before and (not mark_before or space_after or mark_after)
    if marks[0] == "_":
        return _Node("run", marks, len(marks), left and (not right or mark_before), right and (not left or mark_after))
    return _Node("run", marks, len(marks), left, right)


def _match_runs(nodes: list[_Node]) -> None:
    """Resolve emphasis among `nodes`: closers take the nearest opener of their mark."""
    openers: list[_Node] = []
    bottoms: dict[tuple[str, bool, int], int] = {}
    for node in nodes:
        if node.kind != "run" or not node.count:
            continue
        if node.closes:
            _close(node, openers, bottoms)
        if node.opens and node.count:
            openers.append(node)


def _close(node: _Node, openers: list[_Node], bottoms: dict[tuple[str, bool, int], int]) -> None:
    mark = node.text[0]
    while node.count:
        key = mark, node.opens, len(node.text) % 3
        bottom = min(bottoms.get(key, 0), len(openers))
        at = len(openers) - 1
        while at >= bottom and not _fits(openers[at], node, mark):
            at -= 1
        if at < bottom:
            bottoms[key] = len(openers)
            return
        opener = openers[at]
        del openers[at + 1 :]
        width = 2 if mark == "~" or (opener.count >= 2 and node.count >= 2) else 1
        opener.count -= width
        node.count -= width
        if mark == "~":
            opener.struck += 1
            node.struck -= 1
        else:
            opener.starts.append(width)
            node.ends.append(width)
        if not opener.count:
            openers.pop()
        for other, floor in bottoms.items():
            bottoms[other] = min(floor, len(openers))


def _fits(opener: _Node, closer: _Node, mark: str) -> bool:
    if opener.text[0] != mark or not opener.count:
        return False
    if mark == "~":
        return len(opener.text) == len(closer.text) == 2
    both = opener.closes or closer.opens
    return not (
        both and (len(opener.text) + len(closer.text)) % 3 == 0 and (len(opener.text) % 3 or len(closer.text) % 3)
    )


def _assemble(nodes: list[_Node], pictures: tuple[tuple[str, str], ...]) -> Inline:
    words = Words()
    struck = 0  # how deep in text that is struck out
    for node in nodes:
        if node.kind == "run":
            struck = _apply_run(words, node, struck)
        elif node.kind == "tag":
            struck += _apply_tag(words, node.text)
        elif struck > 0:
            continue
        elif node.kind == "text":
            words.add(node.text)
        elif node.kind == "note":
            words.pieces.append(f"^{{{node.text}}}")
        else:
            words.line_break()
    text, bold, italic = words.take()
    return Inline(text, bold, italic, pictures)


def _apply_run(words: Words, node: _Node, struck: int) -> int:
    """End and begin what a run of marks ends and begins; what is left of it is text."""
    for width in node.ends:
        _shift(words, width, -1)
    struck += min(node.struck, 0)
    if node.count and struck <= 0:
        words.add(node.text[0] * node.count)
    for width in node.starts:
        _shift(words, width, 1)
    return struck + max(node.struck, 0)


def _shift(words: Words, width: int, step: int) -> None:
    if width == 2:
        words.bold_depth += step
    else:
        words.italic_depth += step


def _apply_tag(words: Words, tag: str) -> int:
    """Returns the change in how deep in struck-out text the reader is."""
    step = -1 if tag[0] == "/" else 1
    name = tag.removeprefix("/")
    if name in _STRUCK:
        return step
    if name in ("b", "strong"):
        words.bold_depth = max(0, words.bold_depth + step)
    elif name in ("i", "em"):
        words.italic_depth = max(0, words.italic_depth + step)
    elif name in ("sup", "sub"):
        if step > 0:
            words.open_script("^" if name == "sup" else "_")
        else:
            words.close_script()
    return 0
