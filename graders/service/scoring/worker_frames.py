"""What the front process and its workers say to each other over a socket pair: pickles, one behind the other."""

from __future__ import annotations

import pickle
import socket
import struct
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

LENGTH = struct.Struct("!Q")
"""What stands before each pickle: how many bytes it has."""


class Call(NamedTuple):
    """To a worker: a function of a module, and its arguments; before them, so many bytes of shared memory, if any."""

    number: int
    function: Callable[..., Any]
    args: tuple[Any, ...]
    shared: int = 0


class Result(NamedTuple):
    """From a worker: what a call came to; where it failed, the value is the exception."""

    number: int
    failed: bool
    value: Any


READY = Result(-1, False, None)
"""The first word of a worker: all is loaded."""


def framed(message: object) -> bytes:
    """A message as it is sent."""
    body = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    return LENGTH.pack(len(body)) + body


class FrameSocket:
    """The worker's end of a socket pair: messages received one after the other.

    Args:
        host: The socket, a blocking one.
    """

    def __init__(self, host: socket.socket) -> None:
        self._host = host

    def receive(self) -> Any:
        """The next message.

        Raises:
            EOFError: the other end has gone.
        """
        (size,) = LENGTH.unpack(self._exactly(LENGTH.size))
        return pickle.loads(self._exactly(size))  # noqa: S301 - from our own process

    def _exactly(self, size: int) -> bytearray:
        read = bytearray(size)
        got = 0
        while got < size:
            count = self._host.recv_into(memoryview(read)[got:])
            if not count:
                raise EOFError
            got += count
        return read


class FrameReader:
    """Puts frames together from pieces that arrive as they like."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> Iterator[Any]:
        """Take a piece; give the messages that are complete with it."""
        self._held += data
        while len(self._held) >= LENGTH.size:
            end = LENGTH.size + LENGTH.unpack_from(self._held)[0]
            if len(self._held) < end:
                return
            body = bytes(self._held[LENGTH.size : end])
            del self._held[:end]
            yield pickle.loads(body)  # noqa: S301 - from our own process
