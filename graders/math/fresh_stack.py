"""Room on the stack: a verdict must not depend on how deep its caller stands.

Depth is counted where nodes are made (`limits.MAX_DEPTH`, `MAX_TREE_DEPTH`), so that what is read and compared stays
within a part of Python's default stack. A caller who has used up more than the rest of it gets another stack.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import Future
from functools import wraps
from threading import Thread
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
SHALLOW = 200
"""Frames that a caller may have used of the thousand that there are."""


def with_room(work: Callable[P, R]) -> Callable[P, R]:
    """The function, called on the stack of a thread of its own where the caller's is far gone."""

    @wraps(work)
    def called(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            sys._getframe(SHALLOW)  # noqa: SLF001 - the one cheap way to ask
        except ValueError:
            return work(*args, **kwargs)
        return _elsewhere(lambda: work(*args, **kwargs))

    return called


def _elsewhere(work: Callable[[], R]) -> R:
    """What the work comes to in a thread that is waited for."""
    done: Future[R] = Future()

    def run() -> None:
        try:
            done.set_result(work())
        except BaseException as error:  # noqa: BLE001 - it is the caller's to handle
            done.set_exception(error)

    thread = Thread(target=run, name="graders-math", daemon=True)
    thread.start()
    return done.result()
