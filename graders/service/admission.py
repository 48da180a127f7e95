"""How much is in hand: requests and bytes, at most so many; what comes beyond is told to come again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from graders.service.problems import Problem


class Admission:
    """The queue of a service: no request waits without a place in it.

    Attributes:
        in_flight: Requests in hand.
        bytes_held: Bytes of bodies in hand.
        draining: Whether the service is about to leave (`readyz` is 503, connections are closed after each reply).
    """

    def __init__(self, most: int, most_bytes: int) -> None:
        self.most = most
        self.most_bytes = most_bytes
        self.in_flight = 0
        self.bytes_held = 0
        self.refused = 0
        self.draining = False

    @contextmanager
    def place(self) -> Iterator[Place]:
        """Hold a place for as long as the context is open.

        Raises:
            Problem: 429, there is none.
        """
        if self.in_flight >= self.most:
            self._refuse(f"{self.in_flight} requests are in hand, the most that are taken")
        self.in_flight += 1
        place = Place(self)
        try:
            yield place
        finally:
            self.in_flight -= 1
            self.bytes_held -= place.held

    def _refuse(self, why: str) -> NoReturn:
        self.refused += 1
        raise Problem(429, f"{why}: come again in a second", headers={"Retry-After": "1"})

    def hold(self, place: Place, count: int) -> None:
        """Count bytes of a body that has arrived.

        Raises:
            Problem: 429, there is no room for them.
        """
        if self.bytes_held + count > self.most_bytes:
            self._refuse(f"{self.bytes_held} bytes of requests are in hand, and {count} more are too many")
        self.bytes_held += count
        place.held += count


class Place:
    """One request's place in the queue, and the bytes that it holds."""

    __slots__ = ("_admission", "held")

    def __init__(self, admission: Admission) -> None:
        self._admission = admission
        self.held = 0

    def hold(self, count: int) -> None:
        """Count bytes that have arrived; see `Admission.hold`."""
        self._admission.hold(self, count)
