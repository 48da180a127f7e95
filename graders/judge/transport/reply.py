"""The seam below the judge: a body goes out, a reply comes back. What stands behind it may be a server or a script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol


class Reply(NamedTuple):
    """What came back: a reply with its HTTP status, or status 0 and a word for what happened on the line."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = {}
    word: str = ""
    detail: str = ""


class Transport(Protocol):
    """What a judge sends its calls by: `Client`, or in tests anything else with this one method."""

    async def send(self, body: dict[str, Any]) -> Reply:
        """Make one attempt at a chat completion; whatever happens on the line is a `Reply`, never an exception."""
