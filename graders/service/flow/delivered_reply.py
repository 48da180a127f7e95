"""A reply that finds out whether it can have arrived."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

HELD_SECONDS = 0.02
"""The last byte is held back for so long, in which a connection that is gone shows that it is."""


class DeliveredReply(Response):
    """Sends all but the last byte, listens for a while whether the client is gone, and sends that.

    A client whose connection breaks sends its request again. A reply was delivered where, with all of it but a line's
    end on its way, the connection still stands.
    """

    def __init__(self, content: bytes, delivered: Callable[[], Awaitable[None]], over: Callable[[], None]) -> None:
        """Prepare the reply.

        Args:
            content: JSON without a line's end.
            delivered: Called when all is sent, where the client was still there.
            over: Called at the end, whatever it is.
        """
        super().__init__(content + b"\n", media_type="application/json")
        self._delivered = delivered
        self._over = over

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        del scope
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            await send({"type": "http.response.body", "body": bytes(self.body)[:-1], "more_body": True})
            gone = await _is_gone(receive)
            await send({"type": "http.response.body", "body": b"\n"})
            if not gone:
                await self._delivered()
        finally:
            self._over()


async def _is_gone(receive: Receive) -> bool:
    try:
        async with asyncio.timeout(HELD_SECONDS):
            while (await receive())["type"] != "http.disconnect":
                continue
    except TimeoutError:
        return False
    return True
