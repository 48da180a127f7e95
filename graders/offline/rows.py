"""Reading JSON lines: each line is a row or an error with its line number, never nothing."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from graders.errors import DataError
from graders.json_keys import RepeatedKeyError, without_repeats
from graders.mistakes import closest, shown

MAX_DEPTH = 100
"""How deep a row may nest: what can just be read can't always be compared and written again."""

STDIN = "-"
"""The path that stands for standard input."""

_MARK = b"\xef\xbb\xbf"
"""UTF-8's byte order mark: it may stand in front of the first row."""

_OTHER_FORMATS = {
    b"\x1f\x8b": "is gzip-compressed: gunzip -c {path} | graders score REWARD -",
    b"\xff\xfe": "is UTF-16; convert it to UTF-8",
    b"\xfe\xff": "is UTF-16; convert it to UTF-8",
    b"{\x00": "is UTF-16; convert it to UTF-8",
    b"\x00{": "is UTF-16; convert it to UTF-8",
    b"PK\x03\x04": "is a zip archive; unpack it",
    b"PAR1": "is a Parquet file; convert it to JSON lines",
    b"[": "is a JSON array, expected one JSON object a line",
}
"""How files begin that hold no JSON lines, and what to say of them."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file.

    Attributes:
        line: Its number, from 1.
        document: The row's columns; for a line that can't be read, its text under ``raw``.
        error: Why it can't be read; None where it can.
        size: How many bytes the line has, 0 where unknown.
    """

    line: int
    document: dict[str, Any]
    error: str | None = None
    size: int = 0


@dataclass(frozen=True, slots=True)
class Example:
    """What a row gives to score.

    Attributes:
        completions: One completion, or several of one prompt.
        is_group: Whether the row holds a list of completions.
        reference: The reference answer, None where the reward needs none.
        prompt: The prompt, None where the row has none.
    """

    completions: list[Any]
    is_group: bool
    reference: Any
    prompt: Any


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds what.

    Attributes:
        completion: One completion: text or chat messages.
        completions: A list of completions of one prompt: a group.
        reference: The reference answer.
        prompt: The prompt: text or chat messages.
        messages: A conversation; where it ends in an assistant turn, that is the completion.
    """

    completion: str = "completion"
    completions: str = "completions"
    reference: str = "reference_answer"
    prompt: str = "prompt"
    messages: str = "messages"

    def example(self, document: Mapping[str, Any], *, needs_reference: bool) -> Example:
        """What a row gives to score.

        Raises:
            DataError: it has no completion, or no reference where one is needed.
        """
        conversation, final = _split_conversation(document.get(self.messages))
        if self.completion in document:
            completions, is_group = [document[self.completion]], False
        elif self.completions in document:
            completions, is_group = self._group(document[self.completions]), True
        elif final is not None:
            completions, is_group = [[final]], False
        else:
            raise DataError(missing_column(document, self.completion, "--completion-column"))
        if needs_reference and self.reference not in document:
            raise DataError(missing_column(document, self.reference, "--reference-column"))
        prompt = document.get(self.prompt, conversation)
        return Example(completions, is_group, document.get(self.reference), prompt)

    def _group(self, value: Any) -> list[Any]:
        if isinstance(value, list) and value:
            return value
        raise DataError(f"the column {self.completions!r} holds {shown(value)}, expected a list of completions")


def missing_column(document: Mapping[str, Any], column: str, option: str) -> str:
    """What to say of a row that lacks a column: which it has, which of them is near, and the option that names it."""
    nearest = closest(column, document)
    its = f"; did you mean {nearest!r}? Its" if nearest else "; its"
    columns = ", ".join(map(repr, document)) or "none"
    return f"has no column {column!r}{its} columns are {columns} (name yours with {option})"


@contextmanager
def open_rows(path: str, progress: Callable[[int], object] | None = None) -> Iterator[Iterator[Row]]:
    """Open a JSONL file and read it row by row, in order; blank lines are no rows.

    Args:
        path: A file, or ``-`` for standard input.
        progress: Called with the number of bytes of each line.

    Raises:
        DataError: the file can't be opened, or its first bytes are those of another format.
    """
    if path == STDIN:
        yield _rows(_json_lines(sys.stdin.buffer, "standard input", "FILE"), progress)
        return
    try:
        stream = Path(path).open("rb")  # noqa: SIM115 - closed below; only opening it may fail
    except OSError as error:
        raise DataError(f"{path} can't be read: {error.strerror or error}") from None
    with stream:
        yield _rows(_json_lines(stream, path, path), progress)


def _json_lines(stream: BinaryIO, name: str, path: str) -> Iterator[bytes]:
    """The lines of a file that may hold rows; nothing is sought in it, so that a pipe will do."""
    first = stream.readline().removeprefix(_MARK)
    for beginning, fault in _OTHER_FORMATS.items():
        if first.startswith(beginning):
            raise DataError(f"{name} {fault.format(path=path)}")
    return chain([first] if first else [], stream)


def _rows(lines: Iterable[bytes], progress: Callable[[int], object] | None) -> Iterator[Row]:
    for number, line in enumerate(lines, start=1):
        if progress is not None:
            progress(len(line))
        if line.strip():
            yield _row(number, line)


class _RefusedError(ValueError):
    """What Python reads as JSON although it is none, or loses on the way."""


def _row_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    try:
        return without_repeats(pairs)
    except RepeatedKeyError as error:
        raise _RefusedError(f"gives the key {error.args[0]!r} twice in one object") from None


def _refuse_constant(name: str) -> None:
    raise _RefusedError(f"holds {name}, which is no JSON; a missing number is null")


_DECODER = json.JSONDecoder(object_pairs_hook=_row_object, parse_constant=_refuse_constant)


def _row(number: int, line: bytes) -> Row:
    """One line as a row; whatever is wrong with it becomes its error."""
    try:
        document = _DECODER.decode(line.decode("utf-8"))
    except (RecursionError, ValueError) as error:
        return _unreadable(number, line, _why_unreadable(error))
    if line.count(b"[") + line.count(b"{") > MAX_DEPTH and _is_too_deep(document):
        return _unreadable(number, line, f"is nested more than {MAX_DEPTH} levels deep")
    if isinstance(document, dict):
        return Row(number, document, size=len(line))
    return _unreadable(number, line, f"is {shown(document, 40)}, expected a JSON object")


def _why_unreadable(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"is not UTF-8: {error.reason} at byte {error.start}"
    if isinstance(error, json.JSONDecodeError):
        return f"is no JSON: {error.msg} in column {error.colno}"
    return str(error) if isinstance(error, _RefusedError) else f"is no JSON that can be read: {error}"


def _is_too_deep(document: Any) -> bool:
    level = [document]
    for _ in range(MAX_DEPTH):
        level = [inner for value in level if isinstance(value, dict | list)
                 for inner in (value.values() if isinstance(value, dict) else value)]  # fmt: skip
        if not level:
            return False
    return any(isinstance(value, dict | list) for value in level)


def _unreadable(number: int, line: bytes, error: str) -> Row:
    return Row(number, {"raw": line.decode("utf-8", "backslashreplace").rstrip("\r\n")}, error, len(line))


def _split_conversation(messages: Any) -> tuple[Any, Any]:
    """A conversation without its final assistant turn, and that turn; None for what there is not."""
    if not isinstance(messages, list) or not messages:
        return None, None
    last = messages[-1]
    if isinstance(last, Mapping) and last.get("role") == "assistant":
        return messages[:-1], last
    return messages, None
