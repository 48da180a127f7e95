"""Tables, Parquet and Arrow, in parts: ranges of rows, read a batch at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import Any

from graders.offline.reading.arrow_values import column_values
from graders.offline.reading.json_lines import MAX_DEPTH, Progress
from graders.offline.reading.pyarrow_import import pyarrow
from graders.offline.reading.row import Row
from graders.offline.reading.sources import Source
from graders.offline.reading.text_parts import BATCH, BATCH_BYTES, BLOCK, Cut
from graders.vocabulary.errors import DataError

JSON_COLUMNS = b"graders.json_columns"
"""The key in a table's metadata that names the columns that hold JSON as text: they are read as what they stand for."""


def cut_table(source: Source, rows: int, size: int) -> list[Cut]:
    """Cut a source as `cut_rows` does; only its index is read."""
    reader = TableReader(source)
    groups = reader.groups
    reader.close()
    return list(cut_rows(groups, rows, size))


def cut_rows(groups: Iterable[tuple[int, int]], rows: int, size: int) -> Iterator[Cut]:
    """Cut a table into ranges of rows: whole groups where they are small enough, else pieces of one.

    Args:
        groups: Rows and bytes of each row group or record batch.
        rows: The most rows of a part.
        size: About the most bytes of a part.
    """
    start = position = taken = 0
    for count, weight in groups:
        if position > start and (position + count - start > rows or taken + weight > size):
            yield _range(start, position)
            start, taken = position, 0
        position += count
        taken += weight
        most = max(1, min(rows, size * count // max(weight, 1)))
        while position - start > most:
            yield _range(start, start + most)
            start, taken = start + most, 0
    if position > start:
        yield _range(start, position)


def _range(start: int, stop: int) -> Cut:
    return Cut(start, stop, start + 1, stop - start)


class TableReader:
    """Reads the rows of a table part by part, and goes on where the last part ended.

    Attributes:
        position: The number of the row that comes next, from 0.

    Raises:
        DataError: the table can't be opened, or has two columns of one name.
        MissingExtraError: pyarrow isn't installed.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.position = 0
        self._library = pyarrow(f"reading {source.path}")
        with _told_of_damage(source.path, self._library):
            self._table = _TABLES[source.format](source.path, self._library)
        self._json_columns = _check_schema(source.path, self._table.schema)
        self._batches: Iterator[Any] = iter(())
        self._rest: Any = None

    @property
    def groups(self) -> list[tuple[int, int]]:
        """Rows and bytes of each row group or record batch."""
        with _told_of_damage(self.source.path, self._library):
            return list(self._table.groups())

    def reaches(self, start: int) -> bool:
        """Whether the place can be gone to: always, since a table has an index."""
        return start >= 0

    def rows(
        self, start: int, first_line: int, count: int | None, progress: Progress | None = None
    ) -> Iterator[list[Row]]:
        """So many rows from a number on, batch by batch; all that follow where `count` is None."""
        if start != self.position or self._rest is None:
            self._go_to(start)
        left = count
        while (left is None or left > 0) and (batch := self._next()) is not None:
            if left is not None and batch.num_rows > left:
                batch, self._rest = batch.slice(0, left), batch.slice(left)
            left = None if left is None else left - batch.num_rows
            rows = self._read(batch, self.position - start + first_line)
            self.position += batch.num_rows
            if progress is not None:
                progress(sum(row.size for row in rows))
            yield rows
        if left:
            raise DataError(f"{self.source.path} ends at row {self.position}, expected {left} more: did it change?")

    def _go_to(self, start: int) -> None:
        """Stand before a row: at its group's beginning, and on from there."""
        first, self._batches = self._table.batches_from(start)
        self._rest, self.position = None, start
        while first < start:
            batch = self._next()
            if batch is None:
                raise DataError(f"{self.source.path} has no row {start + 1}: did it change?")
            first += batch.num_rows
            self._rest = batch.slice(batch.num_rows - (first - start)) if first > start else None

    def _next(self) -> Any:
        """The next rows, not yet read; None at the end."""
        if self._rest is not None and self._rest.num_rows:
            batch, self._rest = self._rest, self._rest.slice(self._rest.num_rows)
            return batch
        with _told_of_damage(self.source.path, self._library):
            batch = next(self._batches, None)
        self._rest = None if batch is None else batch.slice(batch.num_rows)
        return batch

    def _read(self, batch: Any, first_line: int) -> list[Row]:
        """The rows of a batch; where one can't be read, each for itself."""
        unit = self.source.unit
        size = batch.nbytes // max(batch.num_rows, 1)
        try:
            documents = self._documents(batch)
        except (ValueError, self._library.ArrowException) as error:
            if batch.num_rows == 1:
                return [Row(first_line, {}, f"can't be read: {error}", size, b"", unit)]
            return [
                row
                for number in range(batch.num_rows)
                for row in self._read(batch.slice(number, 1), first_line + number)
            ]
        return [Row(line, document, None, size, b"", unit) for line, document in enumerate(documents, first_line)]

    def _documents(self, batch: Any) -> list[dict[str, Any]]:
        names = batch.schema.names
        columns = [
            _from_json(column_values(column)) if name in self._json_columns else column_values(column)
            for name, column in zip(names, batch.columns, strict=True)
        ]
        return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]

    def close(self) -> None:
        """Close the file."""
        self._table.close()


def _from_json(column: list[Any]) -> list[Any]:
    return [None if text is None else json.loads(text) for text in column]


@contextmanager
def _told_of_damage(path: str, library: Any) -> Iterator[None]:
    """Make what a broken table raises one clear error."""
    try:
        yield
    except (library.ArrowException, OSError, ValueError, EOFError) as error:
        raise DataError(f"{path} is damaged or cut off and can't be read to its end: {error}") from None


def _check_schema(path: str, schema: Any) -> frozenset[str]:
    """The columns that hold JSON as text.

    Raises:
        DataError: two columns have one name, or a column nests too deep.
    """
    twice = [name for name in schema.names if schema.names.count(name) > 1]
    if twice:
        raise DataError(f"{path} has {len(twice)} columns called {twice[0]!r}; rename one")
    for field in schema:
        if _depth(field.type) > MAX_DEPTH:
            raise DataError(f"{path} nests its column {field.name!r} more than {MAX_DEPTH} levels deep")
    return frozenset(json.loads((schema.metadata or {}).get(JSON_COLUMNS, b"[]")))


def _depth(kind: Any) -> int:
    """How deep a type nests."""
    depth, level = 1, [kind]
    while level := [inner.field(number).type for inner in level for number in range(inner.num_fields)]:
        depth += 1
        if depth > MAX_DEPTH:
            break
    return depth


class _Parquet:
    """A Parquet file: row groups, each read a batch at a time."""

    def __init__(self, path: str, library: Any) -> None:
        # pyarrow itself would take "s3:x" for no path, and none but UTF-8
        self._stream = Path(path).open("rb", buffering=0)  # noqa: SIM115 - `close` closes it
        try:
            self._file = library.parquet.ParquetFile(self._stream, pre_buffer=False, buffer_size=BLOCK)
        except BaseException:
            self._stream.close()
            raise
        self.schema = self._file.schema_arrow

    def groups(self) -> Iterator[tuple[int, int]]:
        for number in range(self._file.metadata.num_row_groups):
            group = self._file.metadata.row_group(number)
            yield group.num_rows, group.total_byte_size

    def batches_from(self, start: int) -> tuple[int, Iterator[Any]]:
        """The batches from the group on that holds a row, and the number of the first row in them."""
        groups = list(self.groups())
        ends = list(accumulate(rows for rows, _ in groups))
        number = next((number for number, end in enumerate(ends) if end > start), len(groups))
        widest = max((weight // max(rows, 1) for rows, weight in groups), default=0)
        size = max(1, min(BATCH, BATCH_BYTES // max(widest, 1)))
        batches = self._file.iter_batches(size, row_groups=range(number, len(groups)), use_threads=False)
        return (ends[number - 1] if number else 0), batches

    def close(self) -> None:
        self._file.close()
        self._stream.close()


class _Arrow:
    """Record batches of an Arrow IPC file or stream, mapped into memory: to pass over one costs next to nothing."""

    def __init__(self, path: str, library: Any, *, is_stream: bool) -> None:
        self._map = library.memory_map(path)
        self._opened = library.ipc.open_stream if is_stream else library.ipc.open_file
        self._is_stream = is_stream
        self.schema = self._opened(self._map).schema

    def _batches(self) -> Iterator[Any]:
        self._map.seek(0)
        held = self._opened(self._map)
        return iter(held) if self._is_stream else map(held.get_batch, range(held.num_record_batches))

    def groups(self) -> Iterator[tuple[int, int]]:
        return ((batch.num_rows, batch.nbytes) for batch in self._batches())

    def batches_from(self, start: int) -> tuple[int, Iterator[Any]]:
        del start
        return 0, _small(self._batches())

    def close(self) -> None:
        self._map.close()


def _small(batches: Iterable[Any]) -> Iterator[Any]:
    """Record batches in pieces that are read at once."""
    for batch in batches:
        size = max(1, min(BATCH, BATCH_BYTES * batch.num_rows // max(batch.nbytes, 1)))
        for start in range(0, batch.num_rows, size):
            yield batch.slice(start, size)


_TABLES: dict[str, Callable[[str, Any], _Parquet | _Arrow]] = {
    "parquet": _Parquet,
    "arrow": partial(_Arrow, is_stream=False),
    "arrow_stream": partial(_Arrow, is_stream=True),
}
