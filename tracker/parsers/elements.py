"""HTML's elements by what they mean to a reader of text; raw HTML in Markdown goes by the same lists."""

from __future__ import annotations

LEFT_OUT = frozenset({
    *("script", "style", "template", "noscript", "head", "title", "meta", "link", "svg", "annotation"),
    *("annotation-xml", "iframe", "object", "select", "datalist", "textarea", "canvas", "audio", "video"),
    *("map", "area", "embed", "applet", "noframes", "del", "s", "strike"),
})  # fmt: skip
"""Nobody reads what is in them: it is not shown, is a control, or has been struck out."""
BLOCKS = frozenset({
    *("address", "article", "aside", "blockquote", "body", "button", "center", "dd", "details", "dialog", "dir", "div"),
    *("dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup", "hr", "html"),
    *("legend", "li", "main", "menu", "nav", "ol", "optgroup", "p", "search", "section", "ul"),
})  # fmt: skip
"""A line ends before and after them."""
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
