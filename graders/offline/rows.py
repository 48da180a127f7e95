"""Reading JSON lines: each line is a row or an error with its line number, never nothing."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from graders.errors import DataError
from graders.mistakes import closest, shown

MAX_DEPTH = 100
"""How deep a row may nest: what can just be read can't always be compared and written again."""

STDIN = "-"
"""The path that stands for standard input."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file.

    Attributes:
        line: Its number, from 1.
        document: The row's columns; for a line that can't be read, its text under ``raw``.
        error: Why it can't be read; None where it can.
    """

    line: int
    document: dict[str, Any]
    error: str | None = None


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
            raise DataError(self._missing(document, self.completion, "--completion-column"))
        if needs_reference and self.reference not in document:
            raise DataError(self._missing(document, self.reference, "--reference-column"))
        prompt = document.get(self.prompt, conversation)
        return Example(completions, is_group, document.get(self.reference), prompt)

    def _group(self, value: Any) -> list[Any]:
        if isinstance(value, list) and value:
            return value
        raise DataError(f"the column {self.completions!r} holds {shown(value)}, expected a list of completions")

    def _missing(self, document: Mapping[str, Any], column: str, option: str) -> str:
        nearest = closest(column, document)
        hint = f"; did you mean {nearest!r}?" if nearest else ""
        return (
            f"has no column {column!r}; its columns are {', '.join(map(repr, document)) or 'none'}{hint} "
            f"(name yours with {option})"
        )


@contextmanager
def open_rows(path: str, progress: Callable[[int], object] | None = None) -> Iterator[Iterator[Row]]:
    """Open a JSONL file and read it row by row, in order; blank lines are no rows.

    Args:
        path: A file, or ``-`` for standard input.
        progress: Called with the number of bytes of each line.

    Raises:
        DataError: the file can't be opened.
    """
    if path == STDIN:
        yield _rows(sys.stdin.buffer, progress)
        return
    try:
        stream = Path(path).open("rb")  # noqa: SIM115 - closed below; only opening it may fail
    except OSError as error:
        raise DataError(f"{path} can't be read: {error.strerror or error}") from None
    with stream:
        yield _rows(stream, progress)


def _rows(stream: BinaryIO, progress: Callable[[int], object] | None) -> Iterator[Row]:
    for number, line in enumerate(stream, start=1):
        if progress is not None:
            progress(len(line))
        if line.strip():
            yield _row(number, line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line)


def _row(number: int, line: bytes) -> Row:
    """One line as a row; whatever is wrong with it becomes its error."""
    try:
        document = json.loads(line)
    except UnicodeDecodeError as error:
        return _unreadable(number, line, f"is not UTF-8: {error.reason} at byte {error.start}")
    except json.JSONDecodeError as error:
        return _unreadable(number, line, f"is no JSON: {error.msg} in column {error.colno}")
    except (RecursionError, ValueError) as error:
        return _unreadable(number, line, f"is no JSON that can be read: {error}")
    if line.count(b"[") + line.count(b"{") > MAX_DEPTH and _is_too_deep(document):
        return _unreadable(number, line, f"is nested more than {MAX_DEPTH} levels deep")
    if isinstance(document, dict):
        return Row(number, document)
    return _unreadable(number, line, f"is {shown(document, 40)}, expected a JSON object")


def _is_too_deep(document: Any) -> bool:
    level = [document]
    for _ in range(MAX_DEPTH):
        level = [inner for value in level if isinstance(value, dict | list)
                 for inner in (value.values() if isinstance(value, dict) else value)]  # fmt: skip
        if not level:
            return False
    return any(isinstance(value, dict | list) for value in level)


def _unreadable(number: int, line: bytes, error: str) -> Row:
    return Row(number, {"raw": line.decode("utf-8", "backslashreplace").rstrip("\r\n")}, error)


def _split_conversation(messages: Any) -> tuple[Any, Any]:
    """A conversation without its final assistant turn, and that turn; None for what there is not."""
    if not isinstance(messages, list) or not messages:
        return None, None
    last = messages[-1]
    if isinstance(last, Mapping) and last.get("role") == "assistant":
        return messages[:-1], last
    return messages, None
