"""Request bodies: read within limits of size and time, decoded as the JSON that they claim to be."""

from __future__ import annotations

import asyncio
import json
import math
import re
from typing import Any, NoReturn

import msgspec
from starlette.requests import ClientDisconnect, Request

from graders.service.admission import Place
from graders.service.problems import Problem
from graders.service.service_settings import ServiceSettings
from graders.validation import RepeatedKeyError, shown, without_repeats

DEEPEST = 64
"""JSON nested deeper than this is refused; no caller's is deeper than ten."""


async def read_body(request: Request, settings: ServiceSettings, most: int | None = None) -> bytes:
    """The whole body of a request; its bytes are counted in the request's place, where it has one.

    Args:
        request: The request.
        settings: Has the limits.
        most: A limit of bytes other than ``settings.body_bytes``.

    Raises:
        Problem: 413, it is too large; 408, it does not arrive in time; 429, too much is in hand.
        ClientDisconnect: the client has gone.
    """
    most = settings.body_bytes if most is None else most
    claimed = request.headers.get("content-length", "")
    if claimed.isdecimal() and (len(claimed) > 18 or int(claimed) > most):
        raise _too_large(most)
    place: Place | None = request.scope.get("graders.place")
    first = await request.receive()
    if first["type"] == "http.request" and not first.get("more_body", False) and len(first["body"]) <= most:
        _hold(place, first["body"])  # the usual case: all of it is here
        return bytes(first["body"])
    try:
        async with asyncio.timeout(settings.body_seconds):
            return await _rest_of(request, first, most, place)
    except TimeoutError:
        message = f"the body did not arrive within {settings.body_seconds:g} s"
        raise Problem(408, message, headers={"Connection": "close"}) from None


async def _rest_of(request: Request, message: Any, most: int, place: Place | None) -> bytes:
    body = bytearray()
    while True:
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk = message.get("body", b"")
        if len(body) + len(chunk) > most:
            raise _too_large(most)
        _hold(place, chunk)
        body += chunk
        if not message.get("more_body", False):
            return bytes(body)
        message = await request.receive()


def _hold(place: Place | None, chunk: bytes) -> None:
    if place is not None:
        place.hold(len(chunk))


def _too_large(most: int) -> Problem:
    message = f"the body is larger than {most} bytes, the most that is taken: send fewer rows at once"
    return Problem(413, message, headers={"Connection": "close"})


def decode_json(body: bytes) -> Any:
    """The JSON value of a body.

    Raises:
        Problem: 400, it is no JSON in UTF-8, holds a number that is none, a key twice, or is nested too deeply.
    """
    try:
        value = msgspec.json.decode(body)
    except RecursionError:
        raise _too_deep() from None
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return _strictly(body)
    keys = _keys_in(value, DEEPEST)
    return value if len(_LIKE_A_KEY.findall(body)) == keys else _strictly(body)


_LIKE_A_KEY = re.compile(rb'"[ \t\n\r]*+:')
"""Where a key ends, and perhaps within texts. As many as the value has keys: then each is one, and none came twice."""

_HOLDERS = frozenset((dict, list))


def _keys_in(value: Any, depth: int) -> int:
    """How many keys the objects of a JSON value have.

    Raises:
        Problem: 400, the value is deeper than this.
    """
    if depth < 0:
        raise _too_deep()
    if type(value) is dict:
        return len(value) + sum(_keys_in(one, depth - 1) for one in value.values() if type(one) in _HOLDERS)
    if type(value) is list and not _HOLDERS.isdisjoint(map(type, value)):
        return sum(_keys_in(one, depth - 1) for one in value if type(one) in _HOLDERS)
    return 0


def _strictly(body: bytes) -> Any:
    """The value by the slow way, which says what is wrong, and reads lone surrogates, which msgspec refuses."""
    try:
        text = body.decode("utf-8")
        value = json.loads(text, object_pairs_hook=without_repeats, parse_constant=_no_number, parse_float=_finite)
        _keys_in(value, DEEPEST)
    except UnicodeDecodeError as error:
        reason = f"byte {error.start} is no UTF-8"
    except json.JSONDecodeError as error:
        reason = f"{error.msg} in line {error.lineno}, column {error.colno}"
    except RepeatedKeyError as error:
        reason = f"the key {shown(error.args[0])} is given twice in one object"
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:  # a number that is none, an integer of thousands of digits
        reason = str(error)
    else:
        return value
    raise Problem(400, f"the body is no JSON that can be read: {reason}", code="json_invalid")


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


async def json_body(request: Request, settings: ServiceSettings, most: int | None = None) -> Any:
    """The JSON value of a request's body; raises what `read_body` and `decode_json` raise."""
    return decode_json(await read_body(request, settings, most))
