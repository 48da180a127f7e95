"""How much is in hand: requests and bytes, at most so many; what comes beyond is told to come again."""

from __future__ import annotations

from types import TracebackType
from typing import NoReturn, Self

from graders.service.problems import Problem


class Admission:
    """The queue of a service: no work waits without a place in it.

    Attributes:
        most: The most requests in hand.
        most_bytes: The most bytes of bodies in hand.
        in_flight: Requests in hand.
        bytes_held: Bytes of bodies in hand.
        refused: How many were told to come again.
        draining: Whether the service is about to leave: `/readyz` is 503, connections close after each reply.
    """

    def __init__(self, most: int, most_bytes: int) -> None:
        self.most = most
        self.most_bytes = most_bytes
        self.in_flight = 0
        self.bytes_held = 0
        self.refused = 0
        self.draining = False

    def place(self) -> Place:
        """A place, to be held as a context.

        Raises:
            Problem: on entering: 429, there is none.
        """
        return Place(self)

    def refuse(self, why: str) -> NoReturn:
        """Tell a caller to come again.

        Raises:
            Problem: 429.
        """
        self.refused += 1
        raise Problem(429, f"{why}: come again in a second", headers={"Retry-After": "1"})


class Place:
    """One request's place in the queue, and the bytes of its body."""

    __slots__ = ("_admission", "_held")

    def __init__(self, admission: Admission) -> None:
        self._admission = admission
        self._held = 0

    def __enter__(self) -> Self:
        if self._admission.in_flight >= self._admission.most:
            self._admission.refuse(f"{self._admission.in_flight} requests are in hand, the most that are taken")
        self._admission.in_flight += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._admission.in_flight -= 1
        self._admission.bytes_held -= self._held

    def hold(self, count: int) -> None:
        """Count bytes that have arrived.

        Raises:
            Problem: 429, there is no room for them.
        """
        held = self._admission.bytes_held
        if held + count > self._admission.most_bytes:
            self._admission.refuse(f"{held} bytes of requests are in hand, and {count} more are too many")
        self._admission.bytes_held += count
        self._held += count
