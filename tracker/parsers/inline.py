"""Markdown's inline markup to plain words, by CommonMark's rules for code spans, links and emphasis.

Emphasis, links and code marks go; images become addresses; `<br>` is a line break, `<sup>` and `[^5]` a superscript
`^{5}`; text that is struck out is left out. Math keeps its words, with the common commands spelt as characters.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from tracker.parsers import tex
from tracker.parsers.words import Words

_SPECIAL = re.compile(r"[\\`*_\[\]<>&!~$]")
_TOKEN = re.compile(
    r"\\(?P<escape>[!-/:-@\[-`{-~]|\n)"
    r"|(?P<code>`+)"
    r"|<(?P<auto>[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]{0,2000}|[\w.+-]{1,64}@[\w.-]{1,255})>"
    r"|(?P<comment><!--)"
    r"|<(?P<close>/?)(?P<tag>[A-Za-z][A-Za-z0-9-]{0,30})(?P<attributes>(?:\s[^<>]{0,4000})?)/?>"
    r"|\[\^(?P<note>[^\]\s\[]{1,60})\]"
    r"|(?P<open>!?\[)"
    r"|(?P<shut>\])"
    r"|(?P<run>\*+|_+|~~+)"
    r"|(?P<math>\$\$?(?=\S))"
    r"|&(?P<entity>#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
    r"|(?P<hard> {2,}\n)",
    re.DOTALL,
)
_DESTINATION = re.compile(
    r"""\(\s{0,20}(?:<(?P<angled>[^<>\n]{0,2000})>|(?P<bare>(?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.){0,500}\)){0,2000}))"""
    r"""(?:\s{1,20}(?:"(?:[^"\\]|\\.){0,1000}"|'(?:[^'\\]|\\.){0,1000}'|\((?:[^()\\]|\\.){0,1000}\)))?\s{0,20}\)""",
    re.DOTALL,
)
_REFERENCE = re.compile(r"\[([^\[\]]{0,200})\]")
_ATTRIBUTE = re.compile(
    r"""([A-Za-z-]{1,20})\s{0,9}=\s{0,9}(?:"([^"]{0,2000})"|'([^']{0,2000})'|([^\s"'=<>`]{1,2000}))"""
)
_BREAKING = frozenset("p div li ul ol tr table h1 h2 h3 h4 h5 h6 blockquote details summary center hr dd dt dl".split())
_STRUCK = frozenset({"s", "del", "strike"})
_UNREAD = frozenset({"script", "style", "template", "noscript", "svg", "annotation"})
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


def render(source: str, references: frozenset[str] = frozenset()) -> Inline:
    """`references`: the labels of link definitions in the document, as `normal_label` spells them."""
    if _SPECIAL.search(source) is None and "  \n" not in source:
        return Inline(" ".join(source.split()))
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
        while found := _TOKEN.search(source, position):
            if found.start() > position:
                self._say(source[position : found.start()])
            position = self._token(found)
        self._say(source[position:])

    def _say(self, text: str) -> None:
        if text:
            self.nodes.append(_Node("text", text.replace("\n", " ")))

    def _token(self, found: re.Match[str]) -> int:
        """Take one token; returns where to read on."""
        end = found.end()
        kind = found.lastgroup
        if kind == "escape":
            self.nodes.append(_Node("break") if found["escape"] == "\n" else _Node("text", found["escape"]))
        elif kind == "hard":
            self.nodes.append(_Node("break"))
        elif kind == "comment":
            return self._comment(end)
        elif kind == "code":
            return self._code(found)
        elif kind == "auto":
            self._say(found["auto"])
        elif kind == "note":
            self.nodes.append(_Node("note", found["note"]))
        elif kind == "open":
            self.brackets.append((len(self.nodes), found["open"]))
            self._say(found["open"])
        elif kind == "shut":
            return self._bracket(end)
        elif kind == "run":
            self.nodes.append(_run(self.source, found))
        elif kind == "math":
            return self._math(found)
        elif kind == "entity":
            self._entity(found[0])
        elif kind == "attributes":
            return self._tag(found)
        return end

    def _entity(self, spelt: str) -> None:
        text = html.unescape(spelt)
        if text == "&":
            text = "\0&"  # marks an ampersand that may begin an entity escaped twice
        self._say(text)

    def _code(self, found: re.Match[str]) -> int:
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

    def _comment(self, end: int) -> int:
        shut = -1 if self.open_comment else self.source.find("-->", end)
        if shut < 0:
            self.open_comment = True
            self._say("<!--")
            return end
        return shut + 3

    def _math(self, found: re.Match[str]) -> int:
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

    def _tag(self, found: re.Match[str]) -> int:
        tag = found["tag"].casefold()
        end = found.end()
        closing = found["close"] == "/"
        if tag == "img" and not closing:
            attributes = {name.casefold(): a or b or c for name, a, b, c in _ATTRIBUTE.findall(found["attributes"])}
            self.pictures.append((attributes.get("src", ""), html.unescape(attributes.get("alt", ""))))
        elif tag == "br" or tag in _BREAKING:
            self.nodes.append(_Node("break"))
        elif tag in _UNREAD and not closing:
            shut = self.source.casefold().find(f"</{tag}", end)
            return end if shut < 0 else shut
        else:
            self.nodes.append(_Node("tag", ("/" if closing else "") + tag))
        return end

    def _bracket(self, end: int) -> int:
        """A closing bracket: a link or an image when a destination or a known label follows."""
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
            alt = "".join(node.text for node in inner if node.kind == "text").replace("\0", "")
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


def _run(source: str, found: re.Match[str]) -> _Node:
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
    struck = 0
    for node in nodes:
        if node.kind == "run":
            for width in node.ends:
                _shift(words, width, -1)
            if node.struck < 0:
                struck += node.struck
            if node.count and not struck:
                words.add(node.text[0] * node.count)
            if node.struck > 0:
                struck += node.struck
            for width in node.starts:
                _shift(words, width, 1)
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
    if "\0" in text:
        text = html.unescape(text.replace("\0", ""))
    return Inline(text, bold, italic, pictures)


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
