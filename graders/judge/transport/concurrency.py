"""How many calls may be under way: the ceiling, or less while the server says that it is overloaded."""

from __future__ import annotations

import asyncio
from collections import deque

SHRINK = 0.7
"""What is left of the limit when the server says that it is overloaded."""


class AdaptiveLimit:
    """An asynchronous context that at most `limit` tasks are inside of at once.

    The limit starts at the ceiling, shrinks by `SHRINK` when the server is overloaded (once a round of
    calls: those already under way say nothing new), and grows by one a round of successes.

    Attributes:
        ceiling: The most that it ever allows.
        limit: What it allows now; at least 1.
        active: How many are inside.
    """

    def __init__(self, ceiling: int) -> None:
        self.ceiling = ceiling
        self.limit = float(ceiling)
        self.active = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._deaf = 0

    async def __aenter__(self) -> None:
        if self.active < int(self.limit) and not self._waiting:
            self.active += 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # the turn came together with the cancellation: pass it on
                self._leave()
            raise

    async def __aexit__(self, *_: object) -> None:
        self._leave()

    def _leave(self) -> None:
        self.active -= 1
        self._admit()

    def _admit(self) -> None:
        while self._waiting and self.active < int(self.limit):
            turn = self._waiting.popleft()
            if not turn.done():
                self.active += 1
                turn.set_result(None)

    def succeeded(self) -> None:
        """A call came back well."""
        self._deaf = max(0, self._deaf - 1)
        if self.limit < self.ceiling:
            self.limit = min(self.ceiling, self.limit + 1 / self.limit)
            self._admit()

    def overloaded(self) -> None:
        """The server said that it has too much to do."""
        if self._deaf == 0:
            self._deaf = self.active
            self.limit = max(1.0, self.limit * SHRINK)
        else:
            self._deaf -= 1
