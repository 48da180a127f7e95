"""JSON lines: each line is a row or an error with its number, never nothing.

The standard library reads them, which knows every fault by name: a key that is given twice, a number beyond all
floats. orjson tells of neither. On rows of 1,200 bytes it takes 2 us a row less, once its answer is checked for both.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain
from typing import Any, BinaryIO

from graders.offline.reading.row import Row
from graders.validation import RepeatedKeyError, shown, without_repeats

MAX_DEPTH = 100
"""How deep a row may nest: what can just be read can't always be compared and written again."""

MAX_LINE = 64 * 2**20
"""How many bytes a line may have; the rest of a longer one is passed over unread."""

KEPT = 1000
"""How many bytes of a line that is too long are kept."""

MARK = b"\xef\xbb\xbf"
"""UTF-8's byte order mark: it may stand in front of the first row."""

Progress = Callable[[int], object]
"""Called with numbers of bytes as they are read."""


def split_lines(stream: BinaryIO) -> Iterator[bytes]:
    """The lines of a stream from where it stands; of one that is too long, `MAX_LINE` bytes and one more."""
    for line in iter(partial(stream.readline, MAX_LINE + 1), b""):
        yield line
        if len(line) > MAX_LINE:
            pass_over(stream, line)


def pass_over(stream: BinaryIO, line: bytes) -> int:
    """Go on to the end of a line that is too long; how many bytes are left out."""
    left_out = 0
    while line and not line.endswith(b"\n"):
        line = stream.readline(MAX_LINE)
        left_out += len(line)
    return left_out


def read_lines(
    lines: Iterable[bytes], first_line: int = 1, unit: str = "line", progress: Progress | None = None
) -> Iterator[Row]:
    """Each line as a row, in order; blank lines are no rows but are counted.

    Args:
        lines: The lines with their ends.
        first_line: The number of the first.
        unit: What errors call a line: `Row.unit`.
        progress: Called with the number of bytes of each line.
    """
    for number, line in enumerate(lines, first_line):
        if progress is not None:
            progress(len(line))
        row = read_line(number, line, unit)
        if row is not None:
            yield row


class _RefusedError(ValueError):
    """What Python reads as JSON although it is none, or loses on the way."""


def _row_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    try:
        return without_repeats(pairs)
    except RepeatedKeyError as error:
        raise _RefusedError(f"gives the key {error.args[0]!r} twice in one object") from None


def _refuse_constant(name: str) -> None:
    raise _RefusedError(f"holds {name}, which is no JSON; a missing number is null")


def _finite(number: str) -> float:
    value = float(number)
    if math.isinf(value):
        raise _RefusedError(f"holds {shown(number, 40)}, a number beyond those that can be written again")
    return value


_DECODER = json.JSONDecoder(object_pairs_hook=_row_object, parse_constant=_refuse_constant, parse_float=_finite)


def read_line(number: int, line: bytes, unit: str = "line") -> Row | None:
    """One line as a row; None for a blank one."""
    if number == 1:
        line = line.removeprefix(MARK)
    if not line or line.isspace():
        return None
    if len(line) > MAX_LINE:
        return _unreadable(number, line[:KEPT], f"has more than {MAX_LINE:,} bytes", unit)
    try:
        document = _DECODER.decode(line.decode("utf-8"))
    except (RecursionError, ValueError) as error:
        return _unreadable(number, line, _why_unreadable(error), unit)
    if _is_too_deep(document):
        return _unreadable(number, line, f"is nested more than {MAX_DEPTH} levels deep", unit)
    if not isinstance(document, dict):
        return _unreadable(number, line, f"is {shown(document, 40)}, expected a JSON object", unit)
    return Row(number, document, None, len(line), line, unit)


def _why_unreadable(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"is not UTF-8: {error.reason} at byte {error.start}"
    if isinstance(error, json.JSONDecodeError):
        return f"is no JSON: {error.msg} in column {error.colno}"
    return str(error) if isinstance(error, _RefusedError) else f"is no JSON that can be read: {error}"


_CONTAINERS = frozenset({dict, list})


def _is_too_deep(document: Any) -> bool:
    if isinstance(document, dict) and _CONTAINERS.isdisjoint(map(type, document.values())):
        return False  # most rows: a third of the time
    level = [document]
    for _ in range(MAX_DEPTH + 1):
        level = [value for value in level if type(value) in _CONTAINERS]
        if not level:
            return False
        level = list(chain.from_iterable(value.values() if isinstance(value, dict) else value for value in level))
    return True


def _unreadable(number: int, line: bytes, error: str, unit: str) -> Row:
    text = line.decode("utf-8", "backslashreplace").rstrip("\r\n")
    return Row(number, {"raw": text}, error, len(line), b"", unit)
