"""The circuit breaker: a server that answers nothing any more is given a rest, and the batch doesn't wait for it."""

from __future__ import annotations

import math


class Breaker:
    """Opens after a run of transport faults without a success, or at once when no call can ever succeed.

    Time is passed in, in seconds of any monotonic clock.

    Args:
        faults: So many faults in a row open it,
        patience: where the last success, or the first of these faults, is so long ago, in seconds.
        cooldown: How long it stays open before one call may try.

    Attributes:
        reason: What opened it last; empty while it never was open.
    """

    def __init__(self, faults: int, patience: float, cooldown: float) -> None:
        self._faults, self._patience, self._cooldown = faults, patience, cooldown
        self._run = 0
        self._since = math.inf
        self._opened = -math.inf
        self._open = self._trying = False
        self.reason = ""

    def allows(self, now: float) -> bool:
        """Whether a call may be made; when the rest is over, one trial a cooldown is."""
        if not self._open:
            return True
        if now - self._opened < self._cooldown:
            return False
        self._opened, self._trying = now, True
        return True

    def answered(self) -> None:
        """A call got a reply, though no verdict: the server is there."""
        self._run, self._since = 0, math.inf

    def succeeded(self) -> None:
        """A call got a verdict: a trial closes the circuit, a straggler from before it opened doesn't."""
        self.answered()
        if self._trying:
            self._open = self._trying = False

    def failed(self, now: float, reason: str) -> None:
        """A call met a transport fault."""
        self._run += 1
        self._since = min(self._since, now)
        if not self._open and self._run >= self._faults and now - self._since >= self._patience:
            self.trip(now, reason)

    def trip(self, now: float, reason: str) -> None:
        """Open at once: the key is refused, the model doesn't exist, the quota is spent."""
        self._open, self._trying, self._opened, self.reason = True, False, now, reason
