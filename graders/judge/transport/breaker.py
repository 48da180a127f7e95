"""The circuit breaker: a server that answers nothing any more is given a rest, and the batch doesn't wait for it."""

from __future__ import annotations

import math


class Breaker:
    """Knows when a run of faults is long enough to ask whether anybody is there; rests once a probe says no.

    Time is passed in, in seconds of any monotonic clock.

    Args:
        faults: So many faults in a row are a reason to ask,
        patience: where the last success, or the first of these faults, is so long ago, in seconds.
        cooldown: How long it stays open before one call may try.

    Attributes:
        is_open: Whether no calls are made for now.
        is_proven: Whether any call ever got a verdict.
        reason: What opened it last; empty while it never was open.
    """

    def __init__(self, faults: int, patience: float, cooldown: float) -> None:
        self._faults, self._patience, self._cooldown = faults, patience, cooldown
        self._run = 0
        self._since = math.inf
        self._opened = -math.inf
        self._limited = math.inf
        self._trying = False
        self.is_open = self.is_proven = False
        self.reason = ""

    def allows(self, now: float) -> bool:
        """Whether a call may be made; when the rest is over, one trial a cooldown is."""
        if not self.is_open:
            return True
        if not self.is_due(now):
            return False
        self._opened, self._trying = now, True
        return True

    def is_due(self, now: float) -> bool:
        """Whether it has rested long enough for a trial."""
        return self.is_open and now - self._opened >= self._cooldown

    def answered(self) -> None:
        """A call got a reply, though no verdict: the server is there."""
        self._run, self._since = 0, math.inf

    def succeeded(self) -> None:
        """A call got a verdict: a trial closes the circuit, a straggler from before it opened doesn't."""
        self.answered()
        self.is_proven, self._limited = True, math.inf
        if self._trying:
            self.is_open = self._trying = False

    def failed(self, now: float) -> bool:
        """A call met a transport fault; whether it is time to ask if anybody is there."""
        self._run += 1
        self._since = min(self._since, now)
        return not self.is_open and self._run >= self._faults and now - self._since >= self._patience

    def limited(self, now: float) -> None:
        """A call met a rate limit."""
        self._limited = min(self._limited, now)

    def limited_for(self, now: float) -> float:
        """Seconds since the first rate limit after the last verdict; 0 where there was none."""
        return max(0.0, now - self._limited)

    def trip(self, now: float, reason: str) -> None:
        """Open: a probe got no verdict either."""
        self.is_open, self._trying, self._opened, self.reason = True, False, now, reason
