"""When to try again: pauses that grow, and a gate that one retry-after closes for all calls."""

from __future__ import annotations

import asyncio
import random


def pause(attempt: int, base: float, longest: float) -> float:
    """Seconds before the next attempt: full jitter under a bound that doubles; no verdict depends on it.

    Args:
        attempt: How many attempts have failed, from 1.
        base: The bound of the first pause.
        longest: The bound of any pause.
    """
    return random.uniform(0, min(longest, base * 2.0 ** min(attempt - 1, 30)))


class RetryGate:
    """Closed for every call until the time that the server asked to wait for is over."""

    def __init__(self, longest: float) -> None:
        self._longest = longest
        self._opens = 0.0

    def close(self, seconds: float, now: float) -> None:
        """Close the gate for some seconds, at most the longest allowed; it never opens earlier by it."""
        self._opens = max(self._opens, now + min(seconds, self._longest))

    async def passed(self) -> None:
        """Wait until the gate is open; those who waited come through spread over a quarter of their wait."""
        loop = asyncio.get_running_loop()
        while (left := self._opens - loop.time()) > 0:
            await asyncio.sleep(left * random.uniform(1.0, 1.25))
