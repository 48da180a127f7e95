"""Rows that don't stand on lines of their own: CSV, JSON arrays, pretty-printed objects, logs of inspect_ai.

A CSV is read as it goes by; JSON is read whole, since no member of an array can be found without those before it.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple

from graders.offline.reading.inspect_logs import archived_samples, with_attachments
from graders.offline.reading.json_lines import MAX_LINE, Progress
from graders.offline.reading.row import Row
from graders.offline.reading.sources import Source
from graders.offline.reading.table_parts import cut_rows
from graders.offline.reading.text_parts import BATCH, Cut
from graders.vocabulary.errors import DataError
from graders.vocabulary.validation import shown


class ReadDocument(NamedTuple):
    """A row as it was read: its columns, and why it can't be read where it can't."""

    document: dict[str, Any]
    error: str | None = None


def cut_documents(source: Source, rows: int, size: int) -> list[Cut]:
    """Cut a source into ranges of rows; it is read once for that."""
    count = sum(1 for _ in _documents(source))
    return list(cut_rows([(count, source.bytes)], rows, size)) if count else []


class DocumentReader:
    """Reads the rows of a source part by part, forward.

    Attributes:
        position: How many rows have been read.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._rows = _documents(source)
        self.position = 0

    def reaches(self, start: int) -> bool:
        """Whether the place lies ahead."""
        return self.position <= start

    def rows(
        self, start: int, first_line: int, count: int | None, progress: Progress | None = None
    ) -> Iterator[list[Row]]:
        """So many rows from a number on, some at a time; all that follow where `count` is None.

        Raises:
            DataError: the file can't be read, or ends before.
        """
        self.position += sum(1 for _ in islice(self._rows, start - self.position))
        left, line = count, first_line
        while some := list(islice(self._rows, BATCH if left is None else min(BATCH, left))):
            self.position += len(some)
            left = None if left is None else left - len(some)
            yield [Row(line + k, one.document, one.error, 0, b"", self._source.unit) for k, one in enumerate(some)]
            line += len(some)
        if left:
            raise DataError(f"{self._source.path} ends at row {self.position}, expected {left} more: did it change?")
        if progress is not None:
            progress(self._source.bytes if count is None else 0)

    def close(self) -> None:
        """Close the file."""
        self._rows.close()


def _documents(source: Source) -> Any:
    """The rows of a source, a generator that closes its file."""
    return _KINDS[source.format](source.path)


def _of_csv(path: str) -> Iterator[ReadDocument]:
    opened = gzip.open if path.endswith(".gz") else open
    with opened(path, "rt", encoding="utf-8-sig", newline="") as stream:
        yield from csv_documents(stream, path)


def csv_documents(lines: Iterable[str], name: str) -> Iterator[ReadDocument]:
    """The rows below the line of names of a CSV; an empty cell is a missing value.

    Args:
        lines: Its lines with their ends.
        name: What errors call it; where it is a TSV's, tabs alone stand between cells.

    Raises:
        DataError: it has no names, is damaged, or is not UTF-8.
    """
    csv.field_size_limit(MAX_LINE)
    rest, read = iter(lines), None
    try:
        head = next(rest, "")
        read = csv.reader(chain([head] if head else [], rest), delimiter=_delimiter(name, head), strict=True)
        names = _names(name, next(read, []))
        yield from (_cells(names, cells) for cells in read if cells)
    except UnicodeDecodeError as error:
        raise DataError(f"{name} is not UTF-8: {error.reason} at byte {error.start}; convert it") from None
    except csv.Error as error:
        line = read.line_num if read else 1
        raise DataError(f"{name} is no CSV that can be read, from line {line} on: {error}") from None
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{name} is damaged or cut off: {error}") from None


def _delimiter(name: str, head: str) -> str:
    return "\t" if name.removesuffix(".gz").endswith(".tsv") else max(",;\t", key=head.count)


def _names(path: str, names: list[str]) -> list[str]:
    twice = [name for name in names if names.count(name) > 1]
    if not names or twice:
        found = f"two columns called {twice[0]!r}" if twice else "no line of column names"
        raise DataError(f"{path} has {found}; expected a first line with one name a column")
    return names


def _cells(names: list[str], cells: list[str]) -> ReadDocument:
    if len(cells) != len(names):
        return ReadDocument({"raw": ",".join(cells)}, f"has {len(cells)} cells for {len(names)} columns")
    return ReadDocument({name: cell or None for name, cell in zip(names, cells, strict=True)})


def _of_json(path: str) -> Iterator[ReadDocument]:
    yield from json_documents(Path(path).read_bytes(), path)


def _of_log(path: str) -> Iterator[ReadDocument]:
    for name, content in archived_samples(path):
        for sample in json_documents(content, f"{path}: {name}"):
            yield sample._replace(document=with_attachments(sample.document))


_BLANK = re.compile(r"[\s,]*")


def json_documents(content: bytes, name: str) -> Iterator[ReadDocument]:
    """The rows in JSON of any layout: objects one after the other, arrays of them, the samples of a log of inspect_ai.

    Args:
        content: The JSON.
        name: What errors call it.

    Raises:
        DataError: it is not valid JSON; the message says from which line on.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{name} is not UTF-8: {error.reason} at byte {error.start}; convert it") from None
    place = 0
    while (place := _after_blanks(text, place)) < len(text):
        try:
            value, place = _DECODER.raw_decode(text, place)
        except (ValueError, RecursionError) as error:
            raise DataError(f"{name} can't be read as JSON: {error}") from None
        yield from map(_read, _members(value))


def _after_blanks(text: str, place: int) -> int:
    found = _BLANK.match(text, place)
    return found.end() if found else place


_DECODER = json.JSONDecoder(parse_constant=lambda name: None if name == "NaN" else name)
"""NaN, which Python writes for a missing number, is null; an infinite number its name, as in tables."""


def _members(value: Any) -> Iterable[Any]:
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and isinstance(value.get("samples"), list) and "eval" in value:
        return map(with_attachments, value["samples"])
    return [value]


def _read(value: Any) -> ReadDocument:
    if isinstance(value, dict):
        return ReadDocument(value)
    return ReadDocument({"raw": shown(value)}, f"is {shown(value, 40)}, expected a JSON object")


_KINDS: dict[str, Callable[[str], Iterator[ReadDocument]]] = {
    "csv": _of_csv,
    "json": _of_json,
    "inspect": _of_log,
}
