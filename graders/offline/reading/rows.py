"""Rows of anything that can be read: files of any format, folders, globs, saved datasets, runs, standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import BinaryIO

from graders.offline.reading.document_parts import json_documents
from graders.offline.reading.json_lines import MAX_DEPTH, Progress, read_lines, split_lines
from graders.offline.reading.parts import read_rows
from graders.offline.reading.row import Columns, Row, RowInputs, missing_column
from graders.offline.reading.sources import check_is_json_lines, find_sources, is_other_json
from graders.vocabulary.errors import DataError

__all__ = ["MAX_DEPTH", "STDIN", "Columns", "Row", "RowInputs", "missing_column", "open_rows"]

STDIN = "-"
"""The path that stands for standard input."""


@contextmanager
def open_rows(path: str | Sequence[str], progress: Progress | None = None) -> Iterator[Iterator[Row]]:
    """Open what a path stands for, or several, and read it row by row, in order; blank lines are no rows.

    Args:
        path: What `find_sources` takes, or ``-`` for JSON lines on standard input.
        progress: Called with the number of bytes of each line.

    Raises:
        DataError: a file can't be opened, or holds neither JSON lines nor a table.

    Example::

        with open_rows("train.parquet") as rows:
            documents = [row.document for row in rows]
    """
    if path in (STDIN, (STDIN,)):
        if sys.stdin is None:
            raise DataError("standard input is closed; name a file")
        yield _piped(sys.stdin.buffer, progress)
        return
    rows = chain.from_iterable(read_rows(source, progress=progress) for source in find_sources(path))
    yield rows


def _piped(stream: BinaryIO, progress: Progress | None) -> Iterator[Row]:
    """The rows of a stream of JSON lines; nothing is sought in it."""
    lines = split_lines(stream)
    first = next(lines, b"")
    check_is_json_lines(first, "standard input", "FILE")
    if is_other_json(first):
        found = json_documents(first + stream.read(), "standard input")
        return (Row(number, one.document, one.error, unit="row") for number, one in enumerate(found, 1))
    return read_lines(chain([first] if first else [], lines), progress=progress)
