"""Files that are there whole or not at all, whenever the machine stops; pages for people among them."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from graders.vocabulary.errors import DataError

UNFINISHED = ".unfinished"
"""How the names of files end that are still being written."""


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A name to write a file under that takes its place when all is written and on the disk.

    Where writing ends early, what stood at the place before is still there, and the unfinished file is removed.

    Args:
        path: Where the file belongs.

    Raises:
        DataError: it can't be written, the disk is full for example.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}{UNFINISHED}")
    try:
        with told_of_disk(path):
            yield unfinished
            to_disk(unfinished)
            unfinished.replace(path)
    finally:
        with suppress(OSError):
            unfinished.unlink()


@contextmanager
def told_of_disk(path: Path) -> Iterator[None]:
    """Make what a disk refuses one clear error."""
    try:
        yield
    except OSError as error:
        raise unwritten(path, error) from None


def unwritten(path: Path, error: OSError) -> DataError:
    """What to say of what a disk refuses."""
    why = os.strerror(error.errno) if error.errno else str(error)  # pyarrow says more, in other words
    return DataError(f"{path} can't be written: {why}")


def first_file(path: Path, text: str) -> bool:
    """Write a file where there is none of that name; whether this one is there now, and no other's.

    Raises:
        DataError: it can't be written.
    """
    own = path.with_name(f".{path.name}.{secrets.token_hex(8)}{UNFINISHED}")
    with told_of_disk(path):
        try:
            own.write_text(text, encoding="utf-8")
            to_disk(own)
            is_first = _put_first(own, path)
        finally:
            with suppress(OSError):
                own.unlink()
        to_disk(path.parent)
    return is_first


def _put_first(own: Path, path: Path) -> bool:
    """Give a file its name where no other has it; whether none had."""
    try:
        os.link(own, path)
    except FileExistsError:
        return False
    except OSError:  # a file system without links
        if path.exists():
            return False
        own.replace(path)
    return True


def folder_to_disk(folder: Path) -> None:
    """Make the names in a folder last: a file that was renamed is found again after the machine has stopped."""
    with told_of_disk(folder):
        to_disk(folder)


def remove_unfinished(folder: Path, names: set[str]) -> None:
    """Remove what earlier runs left half-written of some files; other runs may be at work on the others."""
    for path in folder.glob(f".*{UNFINISHED}"):
        if path.name[1:].removesuffix(UNFINISHED).rpartition(".")[0] in names:
            with suppress(OSError):
                path.unlink()


def to_disk(path: Path) -> None:
    """Bring to the disk what has been written to a file, or the names in a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_page(output: str, page: str) -> None:
    """Write a page where a command wants it; links are followed.

    Args:
        output: A file, a pipe or a device.
        page: What is written, in UTF-8.

    Raises:
        DataError: it names a directory, or can't be written.
    """
    check_page(output)
    path = Path(output)
    if path.exists() and not path.is_file():
        with told_of_disk(path):
            path.write_bytes(page.encode())
        return
    with whole_file(_resolved(path)) as unfinished:
        unfinished.write_bytes(page.encode())


def check_page(output: str | None) -> None:
    """Refuse a place where no page can be, which a command does before its work; None is no page.

    Raises:
        DataError: it is a directory, or in one that isn't there.
    """
    if output is None:
        return
    path = Path(output)
    if path.is_dir():
        raise DataError(f"{output} is a directory; name a file in it")
    if not path.parent.is_dir():
        raise DataError(f"{output} can't be written: there is no directory {path.parent}")


def _resolved(path: Path) -> Path:
    try:
        place = path.resolve()
    except (OSError, RuntimeError) as error:  # RuntimeError: links that go round in a circle, before Python 3.13
        raise DataError(f"{path} can't be written: {getattr(error, 'strerror', None) or error}") from None
    if place.is_symlink():
        raise DataError(f"{path} can't be written: its links go round in a circle")
    return place
