"""One run at a time in a directory, and whether the one before ended with a word."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from graders.errors import DataError
from graders.offline.whole_file import told_of_disk

if sys.platform != "win32":
    import fcntl


@contextmanager
def locked(path: Path) -> Iterator[bool]:
    """Hold a lock file, which the system lets go of however this process ends.

    It gives whether the file was left behind: an orderly end, an error included, removes it, so a process that held
    it was killed, or crashed.

    Raises:
        DataError: another process holds it.
    """
    left_behind = path.exists()
    descriptor = _held(path)
    try:
        yield left_behind
    finally:
        with suppress(OSError):
            path.unlink()
        os.close(descriptor)


def _held(path: Path) -> int:
    """The descriptor of a lock file that is held."""
    with told_of_disk(path):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    if not _is_free(descriptor, path):
        os.close(descriptor)
        raise DataError(f"another process is at work in {path.parent}; wait for it, or end it first")
    return descriptor


def _is_free(descriptor: int, path: Path) -> bool:
    """Take the lock, where nobody has it and the file is still the one at that place."""
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except (BlockingIOError, FileNotFoundError):
        return False
    except OSError:  # a file system without locks
        return True
