"""Rows of anything that can be read: files of any format, folders, globs, saved datasets, runs, standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

from graders.offline.reading.document_parts import ReadDocument, csv_documents, json_documents
from graders.offline.reading.json_lines import MAX_DEPTH, Progress, read_lines, split_lines
from graders.offline.reading.parts import read_rows
from graders.offline.reading.row import Columns, Row, RowInputs, missing_column
from graders.offline.reading.sources import Source, check_is_json_lines, find_sources, is_csv, is_other_json
from graders.vocabulary.errors import DataError

__all__ = ["MAX_DEPTH", "STDIN", "Columns", "Row", "RowInputs", "missing_column", "open_rows"]

STDIN = "-"
"""The path that stands for standard input."""


@contextmanager
def open_rows(path: str | Sequence[str], progress: Progress | None = None) -> Iterator[Iterator[Row]]:
    """Open what a path stands for, or several, and read it row by row, in order; blank lines are no rows.

    Args:
        path: What `find_sources` takes, or ``-`` for JSON or CSV on standard input.
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
    with ExitStack() as opened:
        pieces = (_rows_of(source, progress, opened) for source in find_sources(path))
        yield chain.from_iterable(pieces)


def _rows_of(source: Source, progress: Progress | None, opened: ExitStack) -> Iterator[Row]:
    """The rows of a source; one that is a pipe may hold what standard input may."""
    if source.format != "pipe":
        return read_rows(source, progress=progress)
    return _piped(opened.enter_context(Path(source.path).open("rb")), progress, source.path, source.unit)


def _piped(
    stream: BinaryIO, progress: Progress | None, name: str = "standard input", unit: str = "line"
) -> Iterator[Row]:
    """The rows of a stream of JSON lines, other JSON or CSV; nothing is sought in it."""
    lines = split_lines(stream)
    head = [*_to_the_first_text(lines)]
    first = head[-1] if head else b""
    check_is_json_lines(first, name, "FILE")
    if is_other_json(first):
        return _numbered(json_documents(first + stream.read(), name))
    whole = chain(head, lines)
    if is_csv(first):
        return _numbered(csv_documents((line.decode("utf-8-sig") for line in whole), name))
    return read_lines(whole, unit=unit, progress=progress)


def _to_the_first_text(lines: Iterator[bytes]) -> Iterator[bytes]:
    """The lines up to the first that isn't blank, with it; of very many blank ones the first thousand."""
    for line in islice(lines, 1000):
        yield line
        if line.strip():
            return


def _numbered(found: Iterable[ReadDocument]) -> Iterator[Row]:
    return (Row(number, one.document, one.error, unit="row") for number, one in enumerate(found, 1))
