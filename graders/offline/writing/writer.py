"""What every writer is, which formats there are, and the writer of lines of JSON, plain or compressed."""

from __future__ import annotations

import gzip
import io
from abc import abstractmethod
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, BinaryIO, Literal, cast

from graders.offline.reading.pyarrow_import import pyarrow
from graders.offline.results.scored_chunk import ScoredChunk
from graders.vocabulary.errors import DataError

OutputFormat = Literal["jsonl", "jsonl.gz", "jsonl.zst", "parquet"]

SUFFIXES: dict[str, OutputFormat] = {
    ".gz": "jsonl.gz",
    ".zst": "jsonl.zst",
    ".zstd": "jsonl.zst",
    ".parquet": "parquet",
}
"""The formats by the last part of a file's name; any other is JSON lines,"""

REFUSED = (".csv", ".tsv", ".arrow", ".feather", ".xlsx", ".bz2", ".xz", ".zip")
"""but for what promises a format that isn't written."""

GZIP_LEVEL = 4
"""Half the time of gzip's own choice, for a file a tenth larger."""


class Writer(AbstractContextManager["Writer"]):
    """Takes scored chunks; what it writes is complete once it is closed.

    Attributes:
        rows: How many it has taken.
    """

    rows = 0

    @abstractmethod
    def write(self, chunk: ScoredChunk) -> None:
        """Write the rows of a chunk."""

    @abstractmethod
    def close(self) -> None:
        """Write what is left; a stream that was passed stays open."""

    def __exit__(self, *_: object) -> None:
        self.close()


class LinesWriter(Writer):
    """Writes lines of JSON, compressed where the format says so; equal rows make equal files."""

    def __init__(self, target: str | Path | BinaryIO, format: OutputFormat) -> None:  # noqa: A002 - what it is
        if format == "jsonl.zst":
            pyarrow("writing .jsonl.zst")
        self._own = _opened(target) if isinstance(target, str | Path) else None
        stream = self._own or cast(BinaryIO, target)
        self._stream = stream if format == "jsonl" else _compressing(stream, format)
        self._is_compressing = format != "jsonl"

    def write(self, chunk: ScoredChunk) -> None:
        """Write the rows of a chunk, each a line."""
        self._stream.write(chunk.lines())
        self.rows += len(chunk.rows)

    def close(self) -> None:
        """End the compressed stream, and close the file where this writer opened it."""
        with self._own or nullcontext():  # it is closed even where the last bytes find no room
            if self._is_compressing:
                self._stream.close()
            else:
                self._stream.flush()


def _opened(path: str | Path) -> BinaryIO:
    try:
        return Path(path).open("wb")
    except OSError as error:
        raise DataError(f"{path} can't be written: {error.strerror or error}") from None


def _compressing(stream: BinaryIO, format: OutputFormat) -> BinaryIO:  # noqa: A002 - what it is
    """A stream that compresses into another, which it leaves open."""
    if format == "jsonl.gz":
        return cast(BinaryIO, gzip.GzipFile(filename="", mode="wb", compresslevel=GZIP_LEVEL, fileobj=stream, mtime=0))
    library = pyarrow("writing .jsonl.zst")
    return cast(BinaryIO, library.CompressedOutputStream(_LeftOpen(stream), "zstd"))


class _LeftOpen(io.RawIOBase):
    """A stream whose end doesn't close the one it writes into."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, data: Any) -> int:
        """Hand on."""
        return self._stream.write(data)


def output_format(path: str) -> OutputFormat:
    """The format that a file's name asks for.

    Raises:
        DataError: a format that isn't written.

    >>> output_format("scored.jsonl.gz"), output_format("scored.parquet")
    ('jsonl.gz', 'parquet')
    """
    suffix = Path(path).suffix.lower()
    if suffix in REFUSED:
        raise DataError(
            f"{path}: {suffix} is not written; name a file that ends in .jsonl, .jsonl.gz, .jsonl.zst or .parquet"
        )
    return SUFFIXES.get(suffix, "jsonl")
