"""JSON as texts of bytes: decoded strictly, encoded in one line."""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

import msgspec
import numpy as np

from graders.service.problems import Problem
from graders.vocabulary.validation import RepeatedKeyError, shown, without_repeats

DEEPEST = 64
"""JSON nested deeper than this is refused; no caller's is deeper than ten."""

JsonText = bytes | bytearray | memoryview
"""A text in whatever holds it."""


def decode_json(body: JsonText) -> Any:
    """The JSON value of a body.

    Raises:
        Problem: 400, it is not valid JSON in UTF-8, holds a number that is none, a key twice, or is nested too deeply.
    """
    try:
        value = msgspec.json.decode(body)
    except RecursionError:
        raise _too_deep() from None
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return _strictly(body)
    keys = _keys_in(value, DEEPEST)
    return value if _like_keys_in(body) == keys else _strictly(body)


_LIKE_A_KEY = re.compile(rb'"[ \t\n\r]*+:')
"""Where a key ends, and perhaps within texts. As many as the value has keys: then each is one, and none came twice."""

_LONG = 1 << 14
"""Bytes of a body from which it is looked through as an array, which takes a third of the time."""


def _like_keys_in(body: JsonText) -> int:
    """How often a body that can be read has what looks like the end of a key."""
    if len(body) >= _LONG:
        text = np.frombuffer(body, np.uint8)
        before = text[np.flatnonzero(text == _COLON) - 1]
        if not (before <= _SPACE).any():  # with none between a quote and its colon it is all of the pattern
            return int(np.count_nonzero(before == _QUOTE))
    return len(_LIKE_A_KEY.findall(body))


_SPACE, _QUOTE, _COLON = b' ":'

_HOLDERS = frozenset((dict, list))


def _keys_in(value: Any, depth: int) -> int:
    """How many keys the objects of a JSON value have.

    Raises:
        Problem: 400, the value is deeper than this.
    """
    if depth < 0:
        raise _too_deep()
    if type(value) not in _HOLDERS:
        return 0
    keys, held = (len(value), value.values()) if type(value) is dict else (0, value)
    if not _HOLDERS.isdisjoint(map(type, held)):
        for one in held:
            if type(one) in _HOLDERS:
                keys += _keys_in(one, depth - 1)
    return keys


def _strictly(body: JsonText) -> Any:
    """The value by the slow way, which says what is wrong, and reads lone surrogates, which msgspec refuses."""
    try:
        text = bytes(body).decode("utf-8")
        value = json.loads(text, object_pairs_hook=without_repeats, parse_constant=_no_number, parse_float=_finite)
        _keys_in(value, DEEPEST)
    except UnicodeDecodeError as error:
        reason = f"byte {error.start} is no UTF-8"
    except json.JSONDecodeError as error:
        reason = f"{error.msg.removesuffix(' at')} at line {error.lineno}, column {error.colno}"
    except RepeatedKeyError as error:
        reason = f"the key {shown(error.args[0])} is given twice in one object"
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:  # a number that is none, an integer of thousands of digits
        reason = str(error)
    else:
        return value
    raise Problem(400, f"the body can't be read as JSON: {reason}", code="json_invalid")


def _too_deep() -> Problem:
    return Problem(400, f"the body is nested deeper than {DEEPEST} levels", code="json_invalid")


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number that JSON has")


def _finite(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise ValueError(f"the number {digits[:40]} is out of range")
    return value


def encode_json(value: Any) -> bytes:
    """A value as JSON in one line; NaN becomes null."""
    try:
        return msgspec.json.encode(value, enc_hook=str)
    except UnicodeEncodeError:  # a lone surrogate, which a caller may well have sent
        return json.dumps(value, separators=(",", ":"), default=str).encode()
