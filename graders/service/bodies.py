"""Request bodies: read within limits of size and time, decoded as the JSON that they claim to be."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
from starlette.requests import ClientDisconnect, Request

from graders.service.admission import Place
from graders.service.problems import Problem
from graders.service.service_settings import ServiceSettings


async def read_body(request: Request, settings: ServiceSettings, place: Place | None = None) -> bytes:
    """The whole body of a request.

    Args:
        request: The request.
        settings: Has the limits.
        place: Counts the bytes, where given.

    Raises:
        Problem: 413, it is larger than ``settings.body_bytes``; 408, it does not arrive in time; 429.
        ClientDisconnect: the client has gone.
    """
    claimed = request.headers.get("content-length", "")
    if claimed.isdecimal() and int(claimed[:20]) > settings.body_bytes:
        raise _too_large(settings.body_bytes)
    try:
        async with asyncio.timeout(settings.body_seconds):
            return await _all_of(request, settings.body_bytes, place)
    except TimeoutError:
        message = f"the body did not arrive within {settings.body_seconds:g} s"
        raise Problem(408, message, headers={"Connection": "close"}) from None


async def _all_of(request: Request, most: int, place: Place | None) -> bytes:
    size, chunks = 0, []
    while True:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > most:
            raise _too_large(most)
        if place is not None:
            place.hold(len(chunk))
        chunks.append(chunk)
        if not message.get("more_body", False):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _too_large(most: int) -> Problem:
    message = f"the body is larger than {most} bytes, the most that is taken: send fewer rows at once"
    return Problem(413, message, headers={"Connection": "close"})


def decode_json(body: bytes) -> Any:
    """The JSON value of a body.

    Raises:
        Problem: 400, it is no JSON in UTF-8, holds a number that is none, a key twice, or is nested too deeply.
    """
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Problem(400, f"the body is no JSON: {error}", code="json_invalid") from None
    except RecursionError:
        raise Problem(400, "the body is nested too deeply", code="json_invalid") from None


def encode_json(value: Any) -> bytes:
    """A value as JSON in one line; NaN becomes null."""
    return msgspec.json.encode(value)


async def json_body(request: Request, settings: ServiceSettings, place: Place | None = None) -> Any:
    """The JSON value of a request's body; raises what `read_body` and `decode_json` raise."""
    return decode_json(await read_body(request, settings, place))
