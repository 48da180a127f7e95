"""Several servers of one model: calls are spread over them, and one that fails is left out for a while."""

from __future__ import annotations

from collections.abc import Sequence

REST_SECONDS = 30.0
"""So long a server that failed is asked only where all others have failed too."""

FAILING = {0, 401, 404, 410, 502, 503, 504}
"""Statuses with which another server is asked at once; 0 is a fault of the line."""


class Servers:
    """The addresses of one model, in turn."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self._resting = dict.fromkeys(addresses, 0.0)
        self._turn = 0

    def in_turn(self, now: float) -> list[str]:
        """The addresses to try for a call, best first: those that are well, each time from another one on."""
        every = list(self._resting)
        first = self._turn % len(every)
        self._turn += 1
        return sorted(every[first:] + every[:first], key=lambda one: max(0.0, self._resting[one] - now))

    def failed(self, address: str, now: float) -> None:
        """A server failed: it rests."""
        self._resting[address] = now + REST_SECONDS
