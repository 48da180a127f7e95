"""The work of one comparison: what it may do in all, beside what `limits` allows each part.

A list of twelve integrals is twelve times as dear as one. So whatever evaluates a tree, or holds two members against
one another, charges that to the allowance of the comparison that it works for; once it is spent, `Spent` ends the
comparison, which is then open. What is kept from earlier is charged as if it were done anew: no verdict depends on what
was asked before.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar

from graders.math.limits import MAX_COMPARISON

P = ParamSpec("P")
T = TypeVar("T")


class Spent(Exception):  # noqa: N818 - it names what happened, and is no `ValueError`, which parts of the work catch
    """A comparison has taken all the work that it may take."""

    def __init__(self) -> None:
        super().__init__("more work than one comparison may take")


class _Purse(threading.local):
    """What the comparison of this thread may still do; outside of one, more than anybody can spend."""

    left: int = 1 << 62


purse = _Purse()


def charge(work: int) -> None:
    """Count work: about so many microseconds. Raises `Spent`."""
    purse.left -= work
    if purse.left < 0:
        raise Spent


def apart(task: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> tuple[T, int]:
    """What a task returns, and the work that it took of an allowance of its own: a comparison, or reading a text.

    Whoever uses what was read is charged for it. Raises `Spent`.
    """
    outside, purse.left = purse.left, MAX_COMPARISON
    try:
        return task(*args, **kwargs), MAX_COMPARISON - purse.left
    finally:
        purse.left = outside


def kept(maxsize: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """`lru_cache` that charges for what it has kept as for what it works out; arguments by position alone."""

    def decorated(task: Callable[..., Any]) -> Any:
        @lru_cache(maxsize)
        def worked(*args: Any) -> tuple[Any, int]:
            before = purse.left
            result = task(*args)
            return result, before - purse.left

        @wraps(task)
        def called(*args: Any) -> Any:
            before = purse.left
            result, work = worked(*args)
            purse.left = before - work
            if work > before:
                raise Spent
            return result

        called.cache_clear = worked.cache_clear  # type: ignore[attr-defined]
        return called

    return decorated
