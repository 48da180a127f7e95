"""What has happened to a row on its way to a verdict."""

from __future__ import annotations

from dataclasses import dataclass, field

from graders.judge.judgement import Attempt


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
