"""A question to a judge: a row as it is asked about."""

from __future__ import annotations

from typing import NamedTuple

from graders.judge.prompt import Prompt

IMAGE_CHARACTERS = 3000
"""What an image is reserved as: some 1,500 tokens, as for most models at full size."""


class Question(NamedTuple):
    """What is asked of the judge about a row.

    Attributes:
        data: The data line.
        prompt: The task, and the form of the reply.
        answers_share: The share of the line that is the answer: whom to blame where it is too long.
        probe: Whether it is a probe, whose faults must not be blamed on an answer.
        of_server: Whether it is the probe of the server itself: it waits for no other call, and it alone can find
            that a form isn't taken.
        key: The cache key.
        flags: What was done to the row.
        images: The URLs of the images that are shown.
        ballot: Which vote of the same judge on the same row it is, from 0.
    """

    data: str
    prompt: Prompt
    key: bytes = b""
    answers_share: float = 0.0
    probe: bool = False
    of_server: bool = False
    flags: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    ballot: int = 0

    @property
    def characters(self) -> int:
        """How long the call is, in characters; an image is taken for `IMAGE_CHARACTERS`."""
        return self.prompt.overhead + len(self.data) + IMAGE_CHARACTERS * len(self.images)
