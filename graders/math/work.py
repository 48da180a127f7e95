"""The work of one comparison: what it may do in all, beside what `limits` allows each part.

A list of twelve integrals is twelve times as dear as one. So whatever evaluates a tree, or holds two members against
one another, charges that to the allowance of the comparison that it works for; once it is spent, `Spent` ends the
comparison. What is kept from earlier is charged as if it were done anew: no verdict depends on what was asked before.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar, cast

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


_purse = _Purse()


def charge(work: int) -> None:
    """Count work: about so many microseconds. Raises `Spent`."""
    _purse.left -= work
    if _purse.left < 0:
        raise Spent


def left() -> int:
    """The work that may still be done."""
    return _purse.left


def within_bounds(task: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What a task returns that may take `MAX_COMPARISON`, whatever is left outside: a comparison, or reading a text."""
    outside, _purse.left = _purse.left, MAX_COMPARISON
    try:
        return task(*args, **kwargs)
    finally:
        _purse.left = outside


def measured(task: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> tuple[T, int]:
    """What a task returns, and the work that it took, which is left to the caller to charge."""
    before = _purse.left
    result = task(*args, **kwargs)
    work, _purse.left = before - _purse.left, before
    return result, work


def kept(maxsize: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """`lru_cache` that charges for what it has kept as for what it works out."""

    def decorated(task: Callable[P, T]) -> Callable[P, T]:
        @lru_cache(maxsize)
        def cached(*args: Any) -> tuple[T, int]:
            return measured(cast("Callable[..., T]", task), *args)

        @wraps(task)
        def called(*args: P.args, **kwargs: P.kwargs) -> T:
            result, work = cached(*args, **cast("dict[str, Any]", kwargs))
            charge(work)
            return result

        called.cache_clear = cached.cache_clear  # type: ignore[attr-defined]
        return called

    return decorated
