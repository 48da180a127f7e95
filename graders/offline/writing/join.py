"""Shards joined into one file, in order."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from graders.offline.reading.parts import read_rows
from graders.offline.reading.pyarrow_import import pyarrow
from graders.offline.reading.row import Row
from graders.offline.reading.sources import Source
from graders.offline.results.scored_chunk import RESULT_KEYS, ScoredChunk
from graders.offline.writing import open_writer
from graders.offline.writing.files import folder_to_disk, remove_unfinished, whole_file
from graders.offline.writing.writer import OutputFormat
from graders.vocabulary.errors import DataError

BLOCK = 2**20
ROWS = 4096
"""How many rows are written at once."""


def join_shards(shards: Sequence[Path], target: Path, shard_format: OutputFormat, target_format: OutputFormat) -> None:
    """Write one file with the rows of many; it appears when it is whole.

    Args:
        shards: The shards, in order.
        target: The file to write; what stands there is replaced.
        shard_format: How the shards are written.
        target_format: How the file is.

    Raises:
        DataError: a shard can't be read, or the file can't be written.
    """
    remove_unfinished(target.parent, {target.name})
    with whole_file(target) as unfinished:
        if shard_format != target_format:
            _rewrite(shards, unfinished, shard_format, target_format)
        elif target_format != "parquet":  # one after the other; compressed lines too: their formats let members follow
            with unfinished.open("wb") as out:
                for shard in shards:
                    try:
                        stream = shard.open("rb")
                    except OSError as error:
                        raise DataError(f"{shard} can't be read: {error.strerror or error}") from None
                    with stream:
                        shutil.copyfileobj(stream, out, BLOCK)
        elif not _copied_tables(shards, unfinished):
            _rewrite(shards, unfinished, shard_format, target_format)
    folder_to_disk(target.parent)


def _copied_tables(shards: Sequence[Path], target: Path) -> bool:
    """Copy tables of one schema; False where their columns differ in type."""
    library = pyarrow("writing Parquet")
    schemas = [_read_schema(shard, library) for shard in shards]
    if any(not schema.equals(schemas[0], check_metadata=True) for schema in schemas[1:]):
        return False
    with target.open("wb") as out, library.parquet.ParquetWriter(out, schemas[0], compression="zstd") as writer:
        for shard in shards:
            with _opened_table(shard, library) as table:
                for group in range(table.num_row_groups):
                    writer.write_table(table.read_row_group(group, use_threads=False))
    return True


def _read_schema(shard: Path, library: Any) -> Any:
    with _opened_table(shard, library) as table:
        return table.schema_arrow


@contextmanager
def _opened_table(shard: Path, library: Any) -> Iterator[Any]:
    """A table that this thread alone reads, with `use_threads=False` as well.

    What a thread of pyarrow's has read through a Python stream, it gives back under the interpreter's lock. Where it is
    late and the process ends meanwhile, on a full disk for example, Python ends that thread and C++ aborts the process.
    """
    with shard.open("rb") as stream, library.parquet.ParquetFile(stream, pre_buffer=False) as table:
        yield table


def _rewrite(shards: Sequence[Path], target: Path, shard_format: OutputFormat, target_format: OutputFormat) -> None:
    with open_writer(target, target_format) as writer:
        for shard in shards:
            rows = read_rows(Source(str(shard), shard_format))
            while chunk := list(islice(rows, ROWS)):
                writer.write(ScoredChunk(chunk, list(_results(chunk))))


def _results(rows: Sequence[Row]) -> Iterator[dict[str, Any]]:
    """The result columns of output rows that were read again; an error is there only where there is one."""
    for row in rows:
        if row.error is not None:
            raise DataError(f"{row.place} of a shard {row.error}")
        found = {key: row.document[key] for key in RESULT_KEYS if key in row.document}
        if found.get("error") is None:
            found.pop("error", None)
        yield {**found, "scores": found["scores"] or {}, "outcomes": found["outcomes"] or {}}
