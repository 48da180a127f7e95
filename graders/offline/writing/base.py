"""What every writer is, and which formats there are."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Literal, Self

from graders.errors import DataError
from graders.offline.results.scored_chunk import ScoredChunk

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


class Writer(ABC):
    """Takes scored chunks; what it writes is complete once it is closed.

    Attributes:
        rows: How many it has taken.
    """

    rows = 0

    def write(self, chunk: ScoredChunk) -> None:
        """Write the rows of a chunk."""
        self._take(chunk)
        self.rows += len(chunk)

    @abstractmethod
    def _take(self, chunk: ScoredChunk) -> None: ...

    @abstractmethod
    def close(self) -> None:
        """Write what is left; a stream that was passed stays open."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


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
