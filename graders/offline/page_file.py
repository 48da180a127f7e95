"""Writing a page for people, the file that a command names: whole or not at all, a pipe or device as it is."""

from __future__ import annotations

from pathlib import Path

from graders.errors import DataError
from graders.offline.whole_file import told_of_disk, whole_file


def write_page(output: str, page: str) -> None:
    """Write a page where a command wants it; links are followed.

    Args:
        output: A file, a pipe or a device.
        page: What is written, in UTF-8.

    Raises:
        DataError: it names a directory, or can't be written.
    """
    path = Path(output)
    if path.is_dir():
        raise DataError(f"{output} is a directory; name a file in it")
    if path.exists() and not path.is_file():
        with told_of_disk(path):
            path.write_bytes(page.encode())
        return
    with whole_file(_resolved(path)) as unfinished:
        unfinished.write_bytes(page.encode())


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError) as error:  # RuntimeError: links that go round in a circle
        raise DataError(f"{path} can't be written: {getattr(error, 'strerror', None) or error}") from None
