"""Memory that the front process shares with a worker: where a large body lies while it is read and scored.

Through a socket it would be copied twice, page by page of the kernel's; here it is once.
"""

from __future__ import annotations

import mmap
import os
import tempfile
from collections.abc import Sequence

LEAST = 1 << 20
"""Bytes that it has from the start; a batch of 512 is half of that."""


class BodyMemory:
    """A piece of memory behind a descriptor, which another process maps, too.

    Only the front process writes, and only while its worker has no call in hand. It grows to the largest body.

    Args:
        descriptor: That of the other process's; one is made where None.
    """

    def __init__(self, descriptor: int | None = None) -> None:
        self.descriptor = _made() if descriptor is None else descriptor
        self._mapped = mmap.mmap(self.descriptor, 0)

    def write(self, pieces: Sequence[bytes]) -> int:
        """Put pieces of a body one behind the other; how many bytes they are."""
        size = sum(map(len, pieces))
        if size > len(self._mapped):
            os.ftruncate(self.descriptor, 1 << (size - 1).bit_length())
            self._mapped = mmap.mmap(self.descriptor, 0)
        self._mapped.seek(0)
        for piece in pieces:
            self._mapped.write(piece)
        return size

    def read(self, size: int) -> memoryview:
        """The body that was written last, in place: it is another's with the next call."""
        if size > len(self._mapped):  # it has grown
            self._mapped = mmap.mmap(self.descriptor, 0)
        return memoryview(self._mapped)[:size]

    def close(self) -> None:
        """Let go of the descriptor; the memory is free when both processes have."""
        os.close(self.descriptor)


def _made() -> int:
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("graders-body", 0)
    else:
        with tempfile.TemporaryFile() as file:  # without a name, and gone with the last who has it open
            descriptor = os.dup(file.fileno())
    os.ftruncate(descriptor, LEAST)
    return descriptor
