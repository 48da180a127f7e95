"""A process that keeps the memory of one batch for the next."""

from __future__ import annotations

import ctypes
from contextlib import suppress

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""The names of these two in malloc.h."""

KEPT, LARGE = 16 << 20, 1 << 20
"""So many bytes free at the end are kept, and pieces of fewer than so many are taken from there."""


def keep_memory() -> None:
    """Have glibc keep what was freed, for a process of our own that sees batch after batch.

    It would give the memory of a batch back and be given it again, emptied, page by page: a quarter of what the front
    process does. Other C libraries go on as they do.
    """
    with suppress(AttributeError, OSError, TypeError):
        library = ctypes.CDLL(None)
        library.mallopt(_TRIM_THRESHOLD, KEPT)
        library.mallopt(_MMAP_THRESHOLD, LARGE)
