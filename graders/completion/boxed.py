r"""The bodies of ``\boxed{...}``: brace matching in one linear pass."""

from __future__ import annotations

import re

# The white space behind `\boxed` and a run of escapes can each be matched in one way only: no backtracking.
_TOKENS = re.compile(r"\\boxed\s*\{|(?:\\[\\{}])+|[{}]")


def boxed_bodies(text: str, start: int = 0) -> list[str] | None:
    r"""The bodies of the outermost ``\boxed{...}`` from `start` on; None where one is never closed.

    >>> boxed_bodies(r"so \boxed{\frac{1}{2}} and \boxed{3}")
    ['\\frac{1}{2}', '3']
    """
    bodies: list[str] = []
    depth = 0
    inside: tuple[int, int] | None = None  # where the body of the open box begins, and the depth around it
    for token in _TOKENS.finditer(text, start):
        kind = token.group()[-1] if token.group() in "{}" or token.group().startswith("\\boxed") else ""
        if kind == "{":
            if inside is None and len(token.group()) > 1:
                inside = token.end(), depth
            depth += 1
        elif kind == "}":
            depth = max(depth - 1, 0)
            if inside is not None and depth == inside[1]:
                bodies.append(text[inside[0] : token.start()])
                inside = None
    return None if inside is not None else bodies
