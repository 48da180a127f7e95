"""What the front process and its workers say to each other: pickles with their length in front, over a socket pair."""

from __future__ import annotations

import pickle
import socket
import struct
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

LENGTH = struct.Struct("!Q")
"""What stands before each frame: the number of its bytes."""


class Call(NamedTuple):
    """To a worker: a function of a module, and its arguments."""

    number: int
    function: Callable[..., Any]
    args: tuple[Any, ...]


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


def received(host: socket.socket) -> Any:
    """The next message of a blocking socket.

    Raises:
        EOFError: the other end has gone.
    """
    size = LENGTH.unpack(_exactly(host, LENGTH.size))[0]
    return pickle.loads(_exactly(host, size))  # noqa: S301 - from our own process


def _exactly(host: socket.socket, size: int) -> bytearray:
    body = bytearray(size)
    view, got = memoryview(body), 0
    while got < size:
        count = host.recv_into(view[got:])
        if not count:
            raise EOFError
        got += count
    return body


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
