"""One run at a time in a directory, and whether the one before ended with a word.

filelock would not do: it makes the directory that is missing, where a run must be refused; it has no word for a file
system that refuses locks otherwise than by ENOSYS, where one is taken on trust; and it can't look whether others hold
a lock without taking or making it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from graders.errors import DataError
from graders.offline.writing.files import told_of_disk

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


def left_by_others(folder: Path, names: str) -> bool:
    """Whether other jobs have left lock files, of processes that were killed or crashed.

    Args:
        folder: Where they are.
        names: A glob of their names.

    Raises:
        DataError: another process holds one.
    """
    found = [*folder.glob(names)]
    for path in found:
        _check_not_held(path)
    return bool(found)


def _check_not_held(path: Path) -> None:
    if not fcntl:  # Windows
        return
    with suppress(FileNotFoundError):  # its process has just ended
        descriptor = os.open(path, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)  # shared: others may be looking too
        except BlockingIOError:
            raise DataError(_at_work(path)) from None
        except OSError:  # a file system without locks
            pass
        finally:
            os.close(descriptor)


def _at_work(path: Path) -> str:
    return f"another process is at work in {path.parent}; wait for it, or end it first"


def _held(path: Path) -> int:
    """The descriptor of a lock file that is held."""
    with told_of_disk(path):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    if not _is_free(descriptor, path):
        os.close(descriptor)
        raise DataError(_at_work(path))
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
