"""Rows and pages brought to a disk or into a stream, whole or not at all.

In come scored chunks (`Writer.write`), shards that are to be one file (`join_shards`) and pages for people
(`write_page`); out go lines of JSON, plain or compressed, and Parquet. `open_writer` chooses the writer of a format;
`files` sees to it that a file is there whole or not at all, and that what a disk refuses is one sentence.

The room imports what reads rows, for a table is read again where its types grow wider, and nothing that scores or
plans; whoever writes comes in here.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from graders.offline.writing.parquet import ParquetWriter
from graders.offline.writing.writer import LinesWriter, OutputFormat, Writer
from graders.vocabulary.errors import DataError


def open_writer(target: str | Path | BinaryIO, format: OutputFormat) -> Writer:  # noqa: A002 - what it is
    """A writer to a new file, or into an open stream of bytes.

    Args:
        target: A path, or a stream, which stays open; Parquet takes a path alone.
        format: How the rows are written: `output_format` tells it from a name.

    Raises:
        DataError: the file can't be written.
        MissingExtraError: the format needs pyarrow, and it isn't installed.

    Example::

        with open_writer("scored.jsonl.gz", "jsonl.gz") as writer:
            for chunk in scoring.chunks(rows):
                writer.write(chunk)
    """
    if format != "parquet":
        return LinesWriter(target, format)
    if isinstance(target, str | Path):
        return ParquetWriter(Path(target))
    raise DataError("Parquet is written to a file and not into a stream: name a file with -o")
