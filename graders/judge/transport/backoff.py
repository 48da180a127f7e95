"""When a call may go: pauses that grow, a gate that one named delay closes for all calls, a pace a minute."""

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


class CallPace:
    """Lets calls through one after the other, each when what the ones before took of a minute is over.

    Args:
        requests: Requests a minute; None for no limit.
        tokens: Tokens of prompts and replies a minute; None for no limit.
    """

    def __init__(self, requests: float | None, tokens: float | None) -> None:
        self._requests, self._tokens = requests, tokens
        self._free = 0.0

    async def turn(self, tokens: int) -> None:
        """Wait for the turn of a call that takes so many tokens at most."""
        if not self._requests and not self._tokens:
            return
        now = asyncio.get_running_loop().time()
        begins = max(now, self._free)
        self._free = begins + self._share(tokens) * 60
        await asyncio.sleep(begins - now)

    def _share(self, tokens: int) -> float:
        """The share of a minute that a call takes."""
        return max(1 / self._requests if self._requests else 0.0, tokens / self._tokens if self._tokens else 0.0)
