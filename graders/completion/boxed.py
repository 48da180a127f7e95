r"""The boxes of a completion: ``\boxed{...}``, ``\fbox{...}`` and ``\boxed 4``, found in one linear pass."""

from __future__ import annotations

import re
from typing import NamedTuple

# The white space behind a box and a run of escapes can each be matched in one way only: no backtracking.
_TOKENS = re.compile(r"\\(?:boxed|fbox)\s*+(?:\{|(?P<bare>[^\s\\{}$,;]++))|(?:\\[\\{}])+|[{}]")


class Box(NamedTuple):
    """One outermost box: where it begins and ends in the text, and what it holds, as written."""

    start: int
    end: int
    body: str


def boxes(text: str, start: int = 0) -> list[Box] | None:
    r"""The outermost boxes from `start` on; None where one is never closed.

    >>> [box.body for box in boxes(r"so \boxed{\frac{1}{2}} and \fbox{3} or \boxed 4.")]
    ['\\frac{1}{2}', '3', '4']
    """
    found: list[Box] = []
    depth = 0
    inside: tuple[int, int, int] | None = None  # where the open box begins, where its body does, the depth around it
    for token in _TOKENS.finditer(text, start):
        written = token.group()
        if token["bare"] and inside is None:
            body = token["bare"].rstrip(".:)")
            found.append(Box(token.start(), token.start("bare") + len(body), body))
        elif written[-1] == "{" and (written == "{" or written[1] in "bf"):
            if inside is None and written != "{":
                inside = token.start(), token.end(), depth
            depth += 1
        elif written == "}":
            depth = max(depth - 1, 0)
            if inside is not None and depth == inside[2]:
                found.append(Box(inside[0], token.end(), text[inside[1] : token.start()]))
                inside = None
    return None if inside is not None else found
