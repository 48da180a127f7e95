"""How many calls may be under way: found by a slow start, less while the server is overloaded or answers late."""

from __future__ import annotations

import asyncio
from collections import deque

SHRINK = 0.7
"""What is left of the limit when the server is overloaded."""


SWAY = 1.3
"""Replies that take so many times as long as the quickest lately are queued for: more calls would only wait longer."""


class AdaptiveLimit:
    """An asynchronous context that at most `limit` tasks are inside of at once.

    It starts low and grows by one a reply, two where replies are quick, or at once to what even a server of one slot
    could answer within half the time limit. It stays where replies come later as more are asked for and a quarter of
    the time limit is over, and shrinks by `SHRINK` where half is, or where the server says that it is overloaded (once
    a round of calls: those already under way say nothing new); then it grows by one a round.

    Args:
        ceiling: The most that it ever allows.
        timeout: The time limit of a call, in seconds.
        first: So many calls are under way before the first reply.

    Attributes:
        limit: What it allows now; at least 1.
        active: How many are inside.
    """

    def __init__(self, ceiling: int, timeout: float = 60.0, first: int = 4) -> None:
        self.ceiling = ceiling
        self.limit = float(min(ceiling, first))
        self.active = 0
        self._timeout = timeout
        self._typical = 0.0
        self._least = float("inf")
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._deaf = 0
        self._is_careful = False

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

    def succeeded(self, seconds: float = 0.0) -> None:
        """A call came back well, after so many seconds."""
        self._typical = (self._typical + seconds) / 2 if self._typical else seconds
        self._least = min(self._least * 1.002, self._typical)
        is_queued = self._typical > SWAY * self._least
        if is_queued and self._typical > self._timeout / 2:
            self._shrink()
        elif self.limit < self.ceiling and not (is_queued and self._typical > self._timeout / 4):
            self.limit = min(self.ceiling, self._grown())
            self._admit()
        self._deaf = max(0, self._deaf - 1)

    def _grown(self) -> float:
        if self._is_careful:
            return self.limit + 1 / self.limit
        step = 2 if self._typical < self._timeout / 16 else 1
        return max(self.limit + step, self._timeout / 2 / max(self._typical, 0.001))

    def overloaded(self) -> None:
        """The server said that it has too much to do."""
        self._is_careful = True
        self._shrink()

    def timed_out(self) -> None:
        """A call wasn't answered in time: load, where other replies come late too; else a matter of that call."""
        if not self._typical or self._typical > self._timeout / 4:
            self.overloaded()

    def _shrink(self) -> None:
        if self._deaf == 0:
            self._deaf = self.active
            self.limit = max(1.0, self.limit * SHRINK)
        else:
            self._deaf -= 1
