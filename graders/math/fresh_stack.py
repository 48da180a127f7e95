"""Room on the stack: a verdict must not depend on how deep its caller stands.

Depth is counted where nodes are made (`limits.MAX_DEPTH`, `MAX_TREE_DEPTH`), so that what is read and compared stays
within a part of Python's default stack. A caller who has used up more than the rest of it gets another stack.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
SHALLOW = 200
"""Frames that a caller may have used of the thousand that there are."""


def with_room(work: Callable[P, R]) -> Callable[P, R]:
    """The function, called on the stack of a thread of its own where the caller's is far gone."""

    @wraps(work)
    def called(*args: P.args, **kwargs: P.kwargs) -> R:
        if not _is_deep():
            return work(*args, **kwargs)
        with ThreadPoolExecutor(1, "graders-math") as elsewhere:
            return elsewhere.submit(work, *args, **kwargs).result()

    return called


def _is_deep() -> bool:
    """Whether the caller has used more frames than honest callers do."""
    try:
        sys._getframe(SHALLOW + 2)  # noqa: SLF001 - the one cheap way to ask
    except ValueError:
        return False
    return True
