"""What the front process and its workers say to each other over a socket pair: pickles, and raw bytes with some."""

from __future__ import annotations

import pickle
import socket
import struct
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

LENGTHS = struct.Struct("!QQ")
"""What stands before each frame: how many bytes its pickle has, and how many raw bytes stand behind that."""


class Call(NamedTuple):
    """To a worker: a function of a module, and its arguments; the raw bytes of its frame come before them, if any."""

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


def framed(message: object, raw: int = 0) -> bytes:
    """What is sent of a message before its raw bytes, of which there are so many."""
    body = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    return LENGTHS.pack(len(body), raw) + body


class FrameSocket:
    """The worker's end of a socket pair: frames received one after the other.

    Args:
        host: The socket, a blocking one.
        keeps: Whether the raw bytes of a frame stay when the next one is received; else their memory is used again.
    """

    def __init__(self, host: socket.socket, *, keeps: bool = False) -> None:
        self._host = host
        self._keeps = keeps
        self._memory = bytearray()

    def receive(self) -> tuple[Any, memoryview]:
        """The next message, and its raw bytes.

        Raises:
            EOFError: the other end has gone.
        """
        size, raw = LENGTHS.unpack(self._exactly(memoryview(bytearray(LENGTHS.size))))
        message = pickle.loads(self._exactly(memoryview(bytearray(size))))  # noqa: S301 - from our own process
        if self._keeps or raw > len(self._memory):
            self._memory = bytearray(raw)
        return message, self._exactly(memoryview(self._memory)[:raw])

    def _exactly(self, view: memoryview) -> memoryview:
        got = 0
        while got < len(view):
            count = self._host.recv_into(view[got:])
            if not count:
                raise EOFError
            got += count
        return view


class FrameReader:
    """Puts frames together from pieces that arrive as they like."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> Iterator[Any]:
        """Take a piece; give the messages that are complete with it."""
        self._held += data
        while len(self._held) >= LENGTHS.size:
            end = LENGTHS.size + LENGTHS.unpack_from(self._held)[0]  # workers send no raw bytes
            if len(self._held) < end:
                return
            body = bytes(self._held[LENGTHS.size : end])
            del self._held[:end]
            yield pickle.loads(body)  # noqa: S301 - from our own process
