"""Sources in parts that can be read apart from each other, by any process."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import starmap
from pathlib import Path
from typing import Any

from graders.offline.reading.document_parts import DocumentReader, cut_documents
from graders.offline.reading.json_lines import Progress
from graders.offline.reading.row import Row
from graders.offline.reading.sources import DOCUMENTS, TABLES, Source
from graders.offline.reading.table_parts import TableReader, cut_table
from graders.offline.reading.text_parts import BLOCK, TextReader, cut_text
from graders.vocabulary.errors import DataError

ROWS_PER_PART = 16_384
"""How many rows a part has at most, unless the caller says otherwise,"""

BYTES_PER_PART = 64 * 2**20
"""and at about how many bytes it ends before."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of a source that stand together; small, and the same in any process.

    Attributes:
        source: The file.
        start: Where it begins: bytes into the (decompressed) text, rows into a table.
        stop: Where it ends, in the same unit.
        first_line: The number of its first line or row, from 1.
        lines: How many lines or rows it has; blank lines are counted and are no rows.
    """

    source: Source
    start: int
    stop: int
    first_line: int
    lines: int


def parts(
    source: Source, rows_per_part: int = ROWS_PER_PART, bytes_per_part: int = BYTES_PER_PART, digest: Any = None
) -> list[Part]:
    """Cut a source into parts, in order; each line or row is in exactly one.

    One pass through a text, decompressed where it must be; of a table only its index is read.

    Args:
        source: What to cut.
        rows_per_part: The most rows of a part.
        bytes_per_part: About the most bytes of a part; at least one row.
        digest: A `hashlib` object that takes the file's bytes; after the last part it is the fingerprint.

    Raises:
        DataError: the source can't be read to its end, or is a pipe.

    Example::

        digest = hashlib.sha256()
        plan = list(parts(source, digest=digest))
        rows = [row for part in plan for row in read_part(part)]
    """
    if source.format == "pipe":
        raise DataError(f"{source.path} is a pipe, which can be read once and in order; save it as a file first")
    if digest is not None and source.format != "jsonl":
        _take_in(source.path, digest)
    if source.format in TABLES:
        cuts = cut_table(source, rows_per_part, bytes_per_part)
    elif source.format in DOCUMENTS:
        cuts = cut_documents(source, rows_per_part, bytes_per_part)
    else:
        cuts = cut_text(source, rows_per_part, bytes_per_part, digest)
    return list(starmap(partial(Part, source), cuts))


def fingerprint(source: Source) -> str:
    """What tells a file's content from any other: the SHA-256 of its bytes, as `parts` computes on its way."""
    digest = hashlib.sha256()
    _take_in(source.path, digest)
    return digest.hexdigest()


def _take_in(path: str, digest: Any) -> None:
    try:
        with Path(path).open("rb", buffering=0) as stream:
            for block in iter(partial(stream.read, BLOCK), b""):
                digest.update(block)
    except OSError as error:
        raise DataError(f"{path} can't be read: {error.strerror or error}") from None


Reader = TextReader | TableReader | DocumentReader

_parked: dict[Source, Reader] = {}
"""The source that was read last, still open: where its next part follows, reading goes on there."""


def read_part(part: Part, progress: Progress | None = None) -> Iterator[Row]:
    """The rows of a part, in order, opening its file alone.

    A compressed file is decompressed once by a process that reads its parts in order.

    Args:
        part: One of `parts`.
        progress: Called with numbers of bytes that together are about the file's size.

    Raises:
        DataError: the file can't be read, or is shorter than it was.
    """
    return read_rows(part.source, part.start, part.first_line, part.lines, progress)


def read_rows(
    source: Source, start: int = 0, first_line: int = 1, count: int | None = None, progress: Progress | None = None
) -> Iterator[Row]:
    """So many rows of a source from a place on; all of them by default. See `read_part`."""
    reader = _reader(source, start)
    finished = False
    try:
        for rows in reader.rows(start, first_line, count, progress):
            yield from rows
        finished = count is not None
    finally:
        if finished:
            _parked[source] = reader
        else:
            reader.close()


def _reader(source: Source, start: int) -> Reader:
    """The reader that stands before a place of a source, or a new one; of any other source none stays open."""
    reader = _parked.pop(source, None)
    for other in [*_parked]:
        _parked.pop(other).close()
    if reader is not None and reader.reaches(start):
        return reader
    if reader is not None:
        reader.close()
    if source.format in DOCUMENTS:
        return DocumentReader(source)
    return TableReader(source) if source.format in TABLES else TextReader(source)
