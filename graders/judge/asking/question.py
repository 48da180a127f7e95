"""A row on its way: what is asked about it, and what has happened to it so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from graders.judge.judgement import Attempt


class Question(NamedTuple):
    """What is asked of the judge about a row.

    Attributes:
        data: The data line.
        answers_share: The share of the line that is the answer: whom to blame where it is too long.
        probe: Whether it is a probe, whose faults must not be blamed on an answer.
        of_server: Whether it is the probe of the server itself: it waits for no other call, and it alone can find
            that a form isn't taken.
        key: The cache key.
        flags: What was done to the row.
    """

    data: str
    key: bytes = b""
    answers_share: float = 0.0
    probe: bool = False
    of_server: bool = False
    flags: tuple[str, ...] = ()


@dataclass(slots=True)
class Trail:
    """What has happened to a row so far."""

    began: float
    attempts: list[Attempt] = field(default_factory=list)
    tokens: tuple[int, int] = (0, 0)
    transport_faults: int = 0
    content_faults: int = 0
    waits: int = 0
    more_tokens: int = 0

    def add(self, attempt: Attempt, tokens: tuple[int, int]) -> None:
        """Note a call."""
        self.attempts.append(attempt)
        self.tokens = (self.tokens[0] + tokens[0], self.tokens[1] + tokens[1])
