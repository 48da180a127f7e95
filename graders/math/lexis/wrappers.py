r"""A text without what only wraps it: a box, dollars, bold, spacing, around all of it."""

from __future__ import annotations

import re
from functools import lru_cache

_PAIRS = {
    "$": (("$$", "$$"), ("$", "$")),
    "\\": ((r"\(", r"\)"), (r"\[", r"\]")),
    "*": (("**", "**"),),
}
"""Delimiters around a formula by their first character; none of them nests."""
_BOX = r"\boxed{"
_BEGINS = re.compile(r"\\(?:boxed\{|[(\[,;:!]|displaystyle|\Z)|\$|\*\*|~").match
"""Finds a wrapper or a spacing macro at the start of a text."""
_SPACE_BEFORE = re.compile(r"(?:\s|~|\\[,;:!]|\\displaystyle(?![A-Za-z]))++")
_SPACES_BEHIND = (r"\,", r"\;", r"\:", r"\!", "~")


@lru_cache(maxsize=2048)
def bare(text: str) -> str:
    r"""The text inside its wrappers, which say nothing about its value.

    >>> bare(r"$\boxed{\,x+1\;}$"), bare("$1$ and $2$"), bare(r"\boxed{1} \boxed{2}")
    ('x+1', '$1$ and $2$', '\\boxed{1} \\boxed{2}')
    """
    text = text.strip()
    if text.startswith("~~"):  # struck out
        return text
    while text and (_BEGINS(text) or text[-1] in "~,;:!"):
        inner = _without_space(_unwrapped(text))
        if inner == text:
            break
        text = inner
    return text


def _unwrapped(text: str) -> str:
    if text.startswith(_BOX) and text[-1] == "}":
        inner = text[len(_BOX) : -1]
        return inner if _is_balanced(inner) else text
    for opening, closing in _PAIRS.get(text[0], ()):
        if text.startswith(opening) and text.endswith(closing) and len(text) > len(opening) + len(closing):
            inner = text[len(opening) : -len(closing)]
            return text if opening in inner or closing in inner else inner
    return text


def _is_balanced(text: str) -> bool:
    """Whether each closing brace in a text has its opening brace there."""
    if "{" not in text:
        return "}" not in text
    depth = 0
    for piece in text.split("}")[:-1]:
        depth += piece.count("{") - 1
        if depth < 0:
            return False
    return depth + text.rpartition("}")[2].count("{") == 0


def _without_space(text: str) -> str:
    if text[:1].isalnum() and text[-1].isalnum():
        return text
    gap = _SPACE_BEFORE.match(text)
    text = text[gap.end() :] if gap else text
    while text.endswith(_SPACES_BEHIND) and text[-3:-2] != "\\":
        text = text[: -(1 if text[-1] == "~" else 2)].rstrip()
    text = text.strip()
    return text if text != "\\" else ""
