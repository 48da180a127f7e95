"""Replies that leave in one piece: uvicorn writes the head of each before its body.

A second write takes time of each single, and wakes the client once more.
"""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from types import TracebackType
from typing import Any, cast

from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class HeldTransport:
    """A transport that, as a context, holds what is written until its end."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._held: list[bytes] | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def __enter__(self) -> None:
        self._held = []

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._let_go()

    def write(self, data: bytes) -> None:
        """Write, or hold."""
        if self._held is None:
            self._transport.write(data)
        else:
            self._held.append(data)

    def close(self) -> None:
        """Write what is held, and close."""
        self._let_go()
        self._transport.close()

    def _let_go(self) -> None:
        held, self._held = self._held, None
        if held:
            self._transport.writelines(held)


class WholeReplyProtocol(HttpToolsProtocol):
    """uvicorn's own, whose requests know a `HeldTransport`."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Put what can hold before the transport."""
        super().connection_made(cast(asyncio.Transport, HeldTransport(cast(asyncio.Transport, transport))))

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self.scope["graders.transport"] = self.transport  # type: ignore[typeddict-unknown-key]


class JsonReply(Response):
    """A reply of a body of JSON, whose head doesn't go ahead of it."""

    media_type = "application/json"

    @classmethod
    def of_text(cls, text: bytes) -> JsonReply:
        """A reply of status 200: all that the constructor sets, without what that looks up for it."""
        reply = object.__new__(cls)
        reply.status_code, reply.background, reply.body = 200, None, text
        reply.raw_headers = [(b"content-length", b"%d" % len(text)), (b"content-type", b"application/json")]
        return reply

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's
        """Send it."""
        with scope.get("graders.transport") or nullcontext():  # another server has none
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            await send({"type": "http.response.body", "body": self.body})
