"""JSON lines: each line is a row or an error with its number, never nothing.

A line is read twice over only where it has to be. orjson reads it first, and its answer counts where it can't
differ from the careful reader's: no key given twice, no number that it rounds. All else, and every line that it
refuses, goes to the careful reader, which knows what is wrong and says it. The careful reader alone takes 4.6 us more
a row of 1,200 bytes (11.6 instead of 7.0, a file of the benchmark's rows).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain
from typing import Any, BinaryIO

import orjson

from graders.offline.reading.row import Row
from graders.vocabulary.validation import RepeatedKeyError, shown, without_repeats

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


def read_line(number: int, line: bytes, unit: str = "line") -> Row | None:
    """One line as a row; None for a blank one."""
    if number == 1:
        line = line.removeprefix(MARK)
    document = _read_fast(line)
    if document is not None:
        return Row(number, document, None, len(line), line, unit)
    return _read_carefully(number, line, unit) if line and not line.isspace() else None


_may_escape_a_colon = re.compile(rb"\\u003").search  # half the time of looking for a text in bytes


def _read_fast(line: bytes) -> dict[str, Any] | None:
    """The object on a line, where the careful reader would read the same; None where it must be asked.

    Each key has a colon behind it, and no other colon stands outside of texts. So where the keys and the texts that
    were found account for all colons of the line, no key was given twice. (A colon may be escaped in a text.)
    """
    if len(line) > MAX_LINE:
        return None
    try:
        document = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    if type(document) is not dict or _may_escape_a_colon(line):
        return None
    unaccounted = line.count(b":") - _colons(document, MAX_DEPTH)
    if unaccounted > 0:
        unaccounted -= _colons_in_keys(document)
    return None if unaccounted else document


_EXACT = 2.0**63
"""A float from here on may stand for an integer that orjson had no room for."""

_NEVER = 2**40
"""More colons than a line can hold: with it, no count is right."""

_WITHOUT = frozenset({int, bool, type(None)})
"""What has no colon and is never rounded."""


def _colons(value: dict[str, Any] | list[Any], room: int) -> int:
    """How many colons a value accounts for: one for each key, and those in texts that are no keys, at any depth.

    `_NEVER` and more where a number may have been rounded, or where it nests deeper than there is room.
    """
    if not room:
        return _NEVER
    colons, members = (len(value), value.values()) if type(value) is dict else (0, value)
    member: Any
    for member in members:
        kind = type(member)
        if kind is str:
            if ":" in member:  # three times as fast as counting what isn't there
                colons += member.count(":")
        elif kind is dict or (kind is list and not _WITHOUT.issuperset(map(type, member))):
            colons += _colons(member, room - 1)
        elif (kind is list and room == 1) or (kind is float and not -_EXACT < member < _EXACT):
            colons += _NEVER
    return colons


def _colons_in_keys(value: Any) -> int:
    """How many colons stand in the keys of a value, at any depth: ``"string_check:equals"`` has one."""
    if type(value) is dict:
        return "".join(value).count(":") + sum(map(_colons_in_keys, value.values()))
    return sum(map(_colons_in_keys, value)) if type(value) is list else 0


class _RefusedError(ValueError):
    """What Python reads as JSON although it is none, or loses on the way."""


def _refuse_constant(name: str) -> None:
    raise _RefusedError(f"holds {name}, which is not valid JSON; a missing number is null")


def _finite(number: str) -> float:
    value = float(number)
    if math.isinf(value):
        raise _RefusedError(f"holds {shown(number, 40)}, a number beyond those that can be written again")
    return value


_DECODER = json.JSONDecoder(object_pairs_hook=without_repeats, parse_constant=_refuse_constant, parse_float=_finite)


def _read_carefully(number: int, line: bytes, unit: str) -> Row:
    """One line as a row, by the standard library; it knows every fault by name."""
    if len(line) > MAX_LINE:
        return _unreadable(number, line[:KEPT], f"has more than {MAX_LINE:,} bytes", unit)
    try:
        document = _DECODER.decode(line.rstrip(b"\r\n").decode("utf-8"))  # or where it ends too soon is column 1
    except (RecursionError, ValueError) as error:
        return _unreadable(number, line, _why_unreadable(error), unit)
    if _brackets(line) > MAX_DEPTH and _is_too_deep(document):
        return _unreadable(number, line, f"is nested more than {MAX_DEPTH} levels deep", unit)
    if isinstance(document, dict):
        return Row(number, document, None, len(line), line, unit)
    return _unreadable(number, line, f"is {shown(document, 40)}, expected a JSON object", unit)


def _why_unreadable(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"is not UTF-8: {error.reason} at byte {error.start}"
    if isinstance(error, json.JSONDecodeError):
        return f"is not valid JSON: {error.msg.removesuffix(' at')} at column {error.colno}"
    if isinstance(error, RepeatedKeyError):
        return f"gives the key {error.args[0]!r} twice in one object"
    return str(error) if isinstance(error, _RefusedError) else f"can't be read as JSON: {error}"


def _brackets(line: bytes) -> int:
    """No fewer than how deep a line nests."""
    return line.count(b"[") + line.count(b"{")


def _is_too_deep(document: Any) -> bool:
    level = [document]
    for _ in range(MAX_DEPTH + 1):
        level = [value for value in level if isinstance(value, dict | list)]
        if not level:
            return False
        level = list(chain.from_iterable(value.values() if isinstance(value, dict) else value for value in level))
    return True


def _unreadable(number: int, line: bytes, error: str, unit: str) -> Row:
    text = line.decode("utf-8", "backslashreplace").rstrip("\r\n")
    return Row(number, {"raw": text}, error, len(line), b"", unit)
