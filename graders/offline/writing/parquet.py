"""Output rows as a Parquet file: typed columns, and JSON as text where the values of a column are not alike.

A column's type is that of all its values: text, booleans, floats, integers of 64 bits, lists of one type, objects with
the same keys throughout. Where they differ (numbers and texts, integers and floats, objects with other keys), the
column holds JSON as text, and the file's metadata names it under ``graders.json_columns``. So what is read back is
what was written; only a column that a row lacks is null there, and a lone surrogate in a column's name is escaped.

When rows come that don't fit what stands in the file already, it is written anew with wider types.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO

from graders.offline.reading.parts import read_rows
from graders.offline.reading.pyarrow_import import pyarrow
from graders.offline.reading.sources import Source
from graders.offline.reading.table_parts import JSON_COLUMNS
from graders.offline.results.scored_chunk import ScoredChunk, to_json
from graders.offline.writing.writer import Writer
from graders.vocabulary.errors import DataError

GROUP_ROWS = 8192
"""Rows of a row group,"""

GROUP_BYTES = 32 * 2**20
"""or fewer, where they had so many bytes as they were read."""

TYPED_DEPTH = 32
"""How deep a typed column may nest: a list is two levels of Parquet's, and pyarrow reads no more than a hundred."""

Document = dict[str, Any]


class ParquetWriter(Writer):
    """Writes a Parquet file; see the module for its types.

    Raises:
        DataError: the file can't be written.
        MissingExtraError: pyarrow isn't installed.
    """

    def __init__(self, path: Path) -> None:
        self._library = pyarrow("writing Parquet")
        self._path = path
        self._types: dict[str, Any] = {}
        self._waiting: list[Document] = []
        self._bytes = 0
        self._file: Any = None
        self._stream: BinaryIO | None = None
        _check_can_write(path)

    def write(self, chunk: ScoredChunk) -> None:
        """Keep the rows of a chunk until a row group is full."""
        self.rows += len(chunk.rows)
        self._waiting += map(_as_table_row, chunk.documents())
        self._bytes += sum(row.size for row in chunk.rows)
        if len(self._waiting) >= GROUP_ROWS or self._bytes >= GROUP_BYTES:
            self._write_group()

    def close(self) -> None:
        """Write what waits and the file's index."""
        try:
            if self._waiting or not self._types:
                self._write_group()
        finally:
            self._end()

    def _end(self) -> None:
        """Close the file, once: where that fails, for want of room for its index, there is none any more."""
        file, self._file = self._file, None
        stream, self._stream = self._stream, None
        with stream or nullcontext():
            if file is not None:
                file.close()

    def _write_group(self) -> None:
        documents, self._waiting, self._bytes = self._waiting, [], 0  # tried once, or `close` would try again
        types = self._widened(documents)
        if not self._types:
            self._file = self._open(self._path, types)
        elif types != self._types:
            self._begin_anew(types)
        self._types = types
        self._file.write_table(self._table(documents, types))

    def _widened(self, documents: list[Document]) -> dict[str, Any]:
        """The type of each column with some more rows."""
        types = self._types or {"error": self._library.string()}  # most rows have none
        names = dict.fromkeys(chain(types, *documents))
        found = {name: column_type([document.get(name) for document in documents], self._library) for name in names}
        wide = {
            name: wider(types[name], kind, self._library) if name in types else kind for name, kind in found.items()
        }
        last = {"error": wide.pop("error")}  # as in a line of JSON
        return wide | last

    def _begin_anew(self, types: Mapping[str, Any]) -> None:
        """Write what stands in the file again with other types."""
        self._end()
        wide = self._path.with_name(f"{self._path.stem}-wide{self._path.suffix}")
        try:
            self._file = self._open(wide, types)
            rows = read_rows(Source(str(self._path), "parquet"))
            while documents := [row.document for row in islice(rows, GROUP_ROWS)]:
                self._file.write_table(self._table(documents, types))
            wide.replace(self._path)
        finally:
            wide.unlink(missing_ok=True)

    def _open(self, path: Path, types: Mapping[str, Any]) -> Any:
        texts = [name for name, kind in types.items() if kind is None]
        schema = self._library.schema(
            [(name, kind or self._library.string()) for name, kind in types.items()],
            {JSON_COLUMNS: json.dumps(texts).encode()} if texts else None,
        )
        self._stream = path.open("wb")  # pyarrow would take some names, such as "s3:x", for no path
        return self._library.parquet.ParquetWriter(self._stream, schema, compression="zstd")

    def _table(self, documents: list[Document], types: Mapping[str, Any]) -> Any:
        arrays = [self._array([document.get(name) for document in documents], kind) for name, kind in types.items()]
        return self._library.Table.from_arrays(arrays, schema=self._file.schema)

    def _array(self, values: list[Any], kind: Any) -> Any:
        if kind is None:
            values = [None if value is None else _as_json(value) for value in values]
        return self._library.array(values, kind or self._library.string())


def column_type(values: Iterable[Any], library: Any, room: int = TYPED_DEPTH) -> Any:
    """The Arrow type that holds some values exactly; None where there is none.

    Args:
        values: The values, None among them.
        library: `pyarrow`.
        room: How deep it may nest.

    Example::

        column_type([[1, 2], None], pyarrow)    # list<item: int64>
        column_type([1, "2"], pyarrow)          # None
    """
    present = [value for value in values if value is not None]
    kinds = set(map(type, present))
    if not kinds:
        return library.null()
    if len(kinds) > 1 or not room:
        return None
    if kinds == {list}:
        inner = column_type(chain.from_iterable(present), library, room - 1)
        return inner and library.list_(inner)
    return _struct(present, library, room - 1) if kinds == {dict} else _scalar(kinds.pop(), present, library)


def _scalar(kind: type, values: list[Any], library: Any) -> Any:
    """The type of numbers, booleans or texts; None for what has no exact one."""
    if kind is str:
        return library.string() if _is_unicode(values) else None
    if kind is int:
        return library.int64() if min(values) >= -(2**63) and max(values) < 2**63 else None
    exact: dict[type, Any] = {bool: library.bool_(), float: library.float64()}
    return exact.get(kind)


def _struct(values: list[dict[str, Any]], library: Any, room: int) -> Any:
    """The type of objects that all have the same keys; None for others."""
    names = values[0].keys()
    if not names or any(value.keys() != names for value in values) or not _is_unicode(names):
        return None
    kinds = {name: column_type([value[name] for value in values], library, room) for name in names}
    return None if None in kinds.values() else library.struct(list(kinds.items()))


def wider(kind: Any, other: Any, library: Any) -> Any:
    """The type that holds what two types hold; None where there is none but JSON as text."""
    types = library.types
    if kind is None or other is None or kind == other:
        return kind and other
    if types.is_null(kind) or types.is_null(other):
        return other if types.is_null(kind) else kind
    if types.is_list(kind) and types.is_list(other):
        inner = wider(kind.value_type, other.value_type, library)
        return inner and library.list_(inner)
    if types.is_struct(kind) and types.is_struct(other):
        return _wider_struct(_fields(kind), _fields(other), library)
    return None


def _fields(struct: Any) -> dict[str, Any]:
    return {field.name: field.type for field in struct}


def _wider_struct(fields: dict[str, Any], others: dict[str, Any], library: Any) -> Any:
    if fields.keys() != others.keys():
        return None
    kinds = {name: wider(fields[name], others[name], library) for name in fields}
    return None if None in kinds.values() else library.struct(list(kinds.items()))


def _is_unicode(texts: Iterable[str]) -> bool:
    """Whether texts can be written as UTF-8: none holds a lone surrogate."""
    try:
        "".join(texts).encode()
    except UnicodeEncodeError:
        return False
    return True


def _as_json(value: Any) -> str:
    return to_json(value).decode().removesuffix("\n")


def _as_table_row(document: Document) -> Document:
    """A row as a table holds it: no scores are null, for an empty object has no type; names are Unicode."""
    row = {name: None if name in {"scores", "outcomes"} and not value else value for name, value in document.items()}
    if _is_unicode(row):
        return row
    return {name.encode("utf-8", "backslashreplace").decode(): value for name, value in row.items()}


def _check_can_write(path: Path) -> None:
    try:
        path.open("ab").close()
    except OSError as error:
        raise DataError(f"{path} can't be written: {error.strerror or error}") from None
