r"""The short way for plain numbers: `28`, `-1.5`, `\frac{3}{4}`, with or without dollars or a box.

Most answers are of this kind. The trees are those that the parser makes (a test holds the two together).
"""

from __future__ import annotations

import re

from .tree import Tree

_PLAIN = re.compile(
    r"\s*+(?:\$|\\boxed\{|\\\()?+\s*+(-?)(?:(\d{1,18})(\.\d{1,18})?+|\\[dt]?frac\{(\d{1,18})\}\{(\d{1,18})\})\s*+(\$|\}|\\\))?+\s*+",
    re.ASCII,
)
_OPENING = {"": ("-", "\\frac", "\\dfrac", "\\tfrac", *"0123456789"), "$": ("$",), "}": ("\\boxed{",), "\\)": ("\\(",)}


def plain(text: str) -> Tree | None:
    """The tree of a plain number or fraction, or None for any other text."""
    match = _PLAIN.fullmatch(text)
    if match is None:
        return None
    sign, whole, part, above, below, closing = match.groups()
    if not text.lstrip().startswith(_OPENING[closing or ""]):
        return None
    if above:
        tree = Tree("div", (Tree("num", (), int(above)), Tree("num", (), int(below))))
    else:
        tree = Tree("decimal", (), whole + part) if part else Tree("num", (), int(whole))
    return Tree("neg", (tree,)) if sign else tree
