r"""The little TeX that stands in cells and sentences (`$85.2_{\pm 0.3}$`, `$\textbf{71.3}^\dagger$`) to words."""

from __future__ import annotations

import re

MAX_LENGTH = 300

_SPELT = {
    "pm": "±",
    "mp": "∓",
    "dagger": "†",
    "dag": "†",
    "ddagger": "‡",
    "ddag": "‡",
    "ast": "*",
    "star": "*",
    "uparrow": "↑",
    "downarrow": "↓",
    "rightarrow": "→",
    "to": "→",
    "leftarrow": "←",
    "times": "×",
    "cdot": "·",
    "approx": "≈",
    "sim": "~",
    "le": "≤",
    "leq": "≤",
    "ge": "≥",
    "geq": "≥",
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "Delta": "Δ",
    "lambda": "λ",
    "mu": "μ",
    "sigma": "σ",
    "tau": "τ",
    "checkmark": "✓",
    "infty": "∞",
    "quad": " ",
    "qquad": " ",
    "dots": "…",
    "ldots": "…",
}
_BOLD = re.compile(r"\\(?:textbf|mathbf|boldsymbol|bm|bf)\b")
_TOKEN = re.compile(r"\\([A-Za-z]+)\*?\s?|\\(.)|([{}^_])|([^\\{}^_]+)", re.DOTALL)
_TEXY = re.compile(r"[\\^_{]")
_BARE = re.compile(r"[A-Za-z]|[\d.,%±+\-×*/= ]{1,40}")


def is_math(inner: str, following: str) -> bool:
    """Whether what stands between two dollar signs is math and not two prices. `following` begins behind the second."""
    if inner != inner.strip() or len(inner) > MAX_LENGTH or following[:1].isdigit():
        return False
    return _TEXY.search(inner) is not None or _BARE.fullmatch(inner) is not None


def is_bold(inner: str) -> bool:
    return _BOLD.search(inner) is not None


def words(inner: str) -> str:
    """The words of a formula; scripts as `^{…}` and `_{…}`, unknown commands dropped."""
    said: list[str] = []
    closers: list[str] = []
    script = False
    for command, escaped, mark, text in _TOKEN.findall(inner):
        piece = text or escaped
        if mark in ("^", "_"):
            said.append(mark + "{")
            script = True
            continue
        if mark == "{":
            closers.append("}" if script else "")
        elif mark == "}":
            said.append(closers.pop() if closers else "")
        elif command:
            piece = _SPELT.get(command, "")
            if not piece and script:
                continue  # `^\text{a}`: the script is what follows
        if piece:
            if script:
                said.append(piece[0] + "}" + piece[1:])
            else:
                said.append(piece)
        script = False
    said.extend(reversed(closers))
    return " ".join("".join(said).replace("~", " ").replace("^{}", "").replace("_{}", "").split())


_FORMULA = re.compile(r"\$\$?([^$]{1,300}?)\$\$?(?=(.?))|\\\((.{1,300}?)\\\)", re.DOTALL)


def spelt(text: str) -> str:
    r"""Text with its formulas (`$…$`, `\(…\)`) as words; what is no math stays as it stands."""

    def one(found: re.Match[str]) -> str:
        inner = found[1] if found[1] is not None else found[3]
        if found[1] is not None and not is_math(inner, found[2]):
            return found[0]
        return words(inner)

    return _FORMULA.sub(one, text)
