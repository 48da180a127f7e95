"""One call to the pool, from the moment it is asked for until it is answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

TRIES = 2
"""So many workers may end on a call before it is given up."""


@dataclass(frozen=True, slots=True)
class CallTerms:
    """On what terms a call is made.

    Attributes:
        seconds: How long its result is waited for.
        waits: Whether it waits for others more than it computes.
        size: About how many bytes its arguments are: small ones travel together.
        raw: Pieces of a text of bytes, which it takes as one before its arguments, as a memoryview that is its own for
            the time of the call, or as bytes.
    """

    seconds: float
    waits: bool = False
    size: int = 1 << 20
    raw: Sequence[bytes] = ()


@dataclass(eq=False, slots=True)
class PoolCall:
    """A call that waits or is computed.

    Attributes:
        number: Its number in this pool.
        function: A function of a module.
        args: Its arguments.
        future: What is waited for.
        expires: When it is overdue, on the loop's clock.
        terms: On what terms it is made.
        is_sent: Whether a worker has it.
        deaths: How many workers have ended with it in hand.
    """

    number: int
    function: Callable[..., Any]
    args: tuple[Any, ...]
    future: asyncio.Future[Any]
    expires: float
    terms: CallTerms
    is_sent: bool = False
    deaths: int = 0

    @property
    def is_wanted(self) -> bool:
        """Whether anybody still waits for it."""
        return not self.future.done()

    def fail(self, error: Exception) -> None:
        """Tell whoever waits that there is no result."""
        if not self.future.done():
            self.future.set_exception(error)

    def succeed(self, value: Any) -> None:
        """Give the result to whoever waits."""
        if not self.future.done():
            self.future.set_result(value)
