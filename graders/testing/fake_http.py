"""Just enough of an HTTP server for `FakeJudge`: one connection as an asyncio protocol, faults on the line included."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import NamedTuple

DRIP_SECONDS = 0.05
"""The pause between two bytes of a dripping reply."""


class Served(NamedTuple):
    """A reply.

    Attributes:
        status: The HTTP status.
        body: The body.
        kind: The content type.
        headers: More headers.
        delay: Seconds before it is sent.
        line: ``reset``, ``hang`` or ``drip`` where it isn't sent as it should be.
    """

    status: int
    body: str
    kind: str = "application/json"
    headers: Mapping[str, str] = {}
    delay: float = 0.0
    line: str = ""


class Connection(asyncio.Protocol):
    """One client's connection, kept alive over any number of requests.

    Args:
        serve: Makes the reply to a path, headers and body.
        connections: Where the connection notes itself while it is open.
    """

    def __init__(self, serve: Callable[[str, Mapping[str, str], bytes], Served], connections: set[Connection]) -> None:
        self._serve, self._connections = serve, connections
        self._buffer = bytearray()
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The client is there."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101
        self._transport = transport
        self._connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        del exc
        self._connections.discard(self)
        if self._timer is not None:
            self._timer.cancel()

    def abort(self) -> None:
        """Drop the connection at once."""
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        first, *lines = self._buffer[:end].decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        whole = end + 4 + int(headers.get("content-length", "0"))
        if len(self._buffer) < whole:
            return
        body = bytes(self._buffer[end + 4 : whole])
        del self._buffer[:whole]
        reply = self._serve(first.split(" ")[1], headers, body)
        if reply.delay:
            self._timer = asyncio.get_running_loop().call_later(reply.delay, self._send, reply)
        else:
            self._send(reply)

    def _send(self, reply: Served) -> None:
        body = reply.body.encode()
        more = "".join(f"{name}: {value}\r\n" for name, value in reply.headers.items())
        kinds = f"content-type: {reply.kind}\r\ncontent-length: {len(body)}\r\n{more}"
        whole = f"HTTP/1.1 {reply.status} Fake\r\n{kinds}\r\n".encode("latin-1") + body
        if reply.line == "reset":
            self._transport.abort()
        elif reply.line == "drip":
            self._drip(whole, 0)
        elif reply.line != "hang":
            self._transport.write(whole)

    def _drip(self, whole: bytes, sent: int) -> None:
        """Send the reply byte by byte, all but the last."""
        if sent < len(whole) - 1:
            self._transport.write(whole[sent : sent + 1])
        self._timer = asyncio.get_running_loop().call_later(DRIP_SECONDS, self._drip, whole, sent + 1)
