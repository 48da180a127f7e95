"""Lines of text, plain or compressed, in parts: byte ranges that end where lines do."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

import numpy as np

from graders.offline.reading.json_lines import MAX_LINE, Progress, pass_over, read_line
from graders.offline.reading.pyarrow_import import pyarrow
from graders.offline.reading.row import Row
from graders.offline.reading.sources import Source, check_is_json_lines
from graders.vocabulary.errors import DataError

BLOCK = 2**20
"""How many bytes are read at once."""

DAMAGE = (EOFError, OSError, zlib.error, ValueError)
"""What a broken compressed file raises, whichever library reads it."""

BATCH = 1024
"""The most lines that are read at once,"""

BATCH_BYTES = 16 * 2**20
"""or fewer, where they together have so many bytes."""


class Cut(NamedTuple):
    """A range of lines.

    Attributes:
        start: The offset of its first byte in the text.
        stop: The offset behind its last byte.
        first_line: The number of its first line, from 1.
        lines: How many lines it has.
    """

    start: int
    stop: int
    first_line: int
    lines: int


def cut_text(source: Source, lines: int, size: int, digest: Any = None) -> list[Cut]:
    """Cut a source as `cut_lines` does; the digest takes a text as it lies on the disk, and none that is compressed."""
    with told_of_damage(source.path), open_text(source) as text:
        return list(cut_lines(text, lines, size, digest if source.format == "jsonl" else None))


def cut_lines(stream: BinaryIO, lines: int, size: int, digest: Any = None) -> Iterator[Cut]:
    """Cut a text where lines end: each part has so many lines, or fewer where they have so many bytes.

    One pass; a block of the text is in memory at a time.

    Args:
        stream: The text.
        lines: The most lines of a part.
        size: A part ends with the line that brings it to so many bytes.
        digest: Takes every block; None for none.
    """
    cut, position = Cut(0, 0, 1, 0), 0
    for block in iter(partial(stream.read, BLOCK), b""):
        if digest is not None:
            digest.update(block)
        found = block.count(b"\n")
        if cut.lines + found < lines and position + len(block) - cut.start < size:  # the part goes on
            last_end = block.rfind(b"\n") + 1
            cut = cut._replace(stop=position + last_end, lines=cut.lines + found) if found else cut
            position += len(block)
            continue
        ends = np.flatnonzero(np.frombuffer(block, np.uint8) == ord("\n")) + position + 1
        position += len(block)
        while len(ends):
            last = min(lines - cut.lines - 1, int(np.searchsorted(ends, cut.start + size)))
            full = last < len(ends)
            last = last if full else len(ends) - 1
            cut = cut._replace(stop=int(ends[last]), lines=cut.lines + last + 1)
            ends = ends[last + 1 :]
            if full:
                yield cut
                cut = Cut(cut.stop, cut.stop, cut.first_line + cut.lines, 0)
    if position > cut.stop:  # the last line has no end
        cut = cut._replace(stop=position, lines=cut.lines + 1)
    if cut.lines:
        yield cut


@contextmanager
def open_text(source: Source) -> Iterator[BinaryIO]:
    """The text of a source from its beginning, decompressed where it is compressed."""
    with _opened(source.path) as raw:
        if source.format == "jsonl.gz":
            with io.BufferedReader(cast(Any, gzip.GzipFile(fileobj=raw)), BLOCK) as stream:
                yield stream
        elif source.format == "jsonl.zst":
            library = pyarrow(f"reading {source.path}")
            with io.BufferedReader(library.CompressedInputStream(library.PythonFile(raw), "zstd"), BLOCK) as stream:
                yield stream
        else:
            yield raw


def _opened(path: str) -> BinaryIO:
    try:
        return Path(path).open("rb", buffering=BLOCK)
    except OSError as error:
        raise DataError(f"{path} can't be read: {error.strerror or error}") from None


@contextmanager
def told_of_damage(path: str) -> Iterator[None]:
    """Make what a broken file raises one clear error."""
    try:
        yield
    except DataError:
        raise
    except DAMAGE as error:
        raise DataError(
            f"{path} is damaged or cut off and can't be read to its end: {error}; get it again, or save "
            "what can be read of it first"
        ) from None


class TextReader:
    """Reads the lines of a source part by part; a compressed one is read forward and never from its beginning again.

    Attributes:
        position: How far the text has been read, in bytes.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self.position = 0
        self._opening = open_text(source)
        self._stream = self._opening.__enter__()
        self._is_plain = source.format == "jsonl"

    def reaches(self, start: int) -> bool:
        """Whether the place lies ahead."""
        return self._is_plain or self.position <= start

    def rows(
        self, start: int, first_line: int, count: int | None, progress: Progress | None = None
    ) -> Iterator[list[Row]]:
        """The rows of so many lines from an offset on, some at a time; of all that follow where `count` is None.

        Raises:
            DataError: the text is damaged, or ends before.
        """
        with told_of_damage(self._source.path):
            self._go_to(start)
            if start == 0 and not self._is_plain:  # a plain one was looked at when it was found
                check_is_json_lines(self._stream.peek(16)[:16], self._source.path, self._source.path)  # type: ignore[attr-defined]
        line, unit = first_line, self._source.unit
        while lines := self._some_lines(BATCH if count is None else min(BATCH, first_line + count - line)):
            if progress is not None:
                progress(sum(map(len, lines)))
            texts = enumerate(lines, line)
            yield [row for number, text in texts if (row := read_line(number, text, unit)) is not None]
            line += len(lines)
        if count is not None and line - first_line < count:
            raise DataError(
                f"{self._source.path} ends {count - (line - first_line)} lines before it did: did it change?"
            )

    def _some_lines(self, most: int) -> list[bytes]:
        """The lines that come next: so many, or fewer where they have `BATCH_BYTES`."""
        lines: list[bytes] = []
        size = 0
        with told_of_damage(self._source.path):
            while len(lines) < most and size < BATCH_BYTES and (line := self._stream.readline(MAX_LINE + 1)):
                lines.append(line)
                size += len(line) + (pass_over(self._stream, line) if len(line) > MAX_LINE else 0)
        self.position += size
        return lines

    def _go_to(self, start: int) -> None:
        if self._is_plain:
            self.position = self._stream.seek(start)
        while self.position < start:
            self.position += len(self._stream.read(min(BLOCK, start - self.position))) or start

    def close(self) -> None:
        """Close the file."""
        self._opening.__exit__(None, None, None)
